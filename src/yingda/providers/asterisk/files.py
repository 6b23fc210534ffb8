"""The text of each configuration file, from settings."""

from yingda.providers.asterisk.modules import MODULES
from yingda.providers.asterisk.names import APP, NOBODY
from yingda.providers.asterisk.settings import AsteriskSettings

# Numbers, and names of two letters or more: a single letter would take Asterisk's own "h", which runs
# after every hang-up, for another call.
_NUMBERS = ("_[0-9+*#]!", "_[a-zA-Z][0-9a-zA-Z]!")

Section = tuple[str, list[tuple[str, object]]]


def all_files(settings: AsteriskSettings) -> dict[str, str]:
    """Every file by its name in the configuration folder."""
    return {
        "asterisk.conf": _asterisk(settings),
        "modules.conf": _modules(settings),
        "logger.conf": _logger(),
        "http.conf": _http(settings),
        "ari.conf": _ari(settings),
        "manager.conf": _manager(settings),
        "rtp.conf": _rtp(settings),
        "pjsip.conf": _pjsip(settings),
        "pjproject.conf": "",
        "sorcery.conf": _sorcery(),
        "extensions.conf": _extensions(settings),
        "musiconhold.conf": _music(settings),
        "stasis.conf": _stasis(),
        "cdr.conf": _ini([("general", [("enable", "no")])]),
        "cel.conf": _ini([("general", [("enable", "no")])]),
        "features.conf": "",
        "indications.conf": _indications(),
        "udptl.conf": "",
        "ccss.conf": "",
        "acl.conf": "",
        "websocket_client.conf": "",
    }


def _ini(sections: list[Section]) -> str:
    return "\n".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in rows) for name, rows in sections)


def _asterisk(s: AsteriskSettings) -> str:
    directories: list[tuple[str, object]] = [
        ("astetcdir", s.etc_dir),
        ("astmoddir", s.modules_dir),
        ("astvarlibdir", s.data_dir),
        ("astdbdir", s.data_dir),
        ("astkeydir", s.data_dir),
        ("astdatadir", s.share_dir),
        ("astagidir", s.data_dir),
        ("astspooldir", s.spool_dir),
        ("astrundir", s.run_dir),
        ("astlogdir", s.log_dir),
    ]
    # Console verbosity costs 3-4 ms of CPU a call.
    options: list[tuple[str, object]] = [
        ("verbose", 0),
        ("debug", 0),
        ("nocolor", "yes"),
        ("hideconnect", "yes"),
        ("maxfiles", 65536),
        ("defaultlanguage", "zh"),
        ("live_dangerously", "no"),
    ]
    return _ini([("directories", directories), ("options", options)])


def _modules(s: AsteriskSettings) -> str:
    # An Asterisk of the machine's own may be older and have fewer of them; each one missing is an error in its log.
    wanted = [f"{name}.so" for name in (*MODULES, *s.extra_modules)]
    there = {path.name for path in s.modules_dir.glob("*.so")}
    rows: list[tuple[str, object]] = [("autoload", "no")]
    rows += [("load", name) for name in wanted if not there or name in there]
    return _ini([("modules", rows)])


def _logger() -> str:
    return _ini(
        [
            ("general", [("dateformat", "%FT%T.%3q%z"), ("logger_queue_limit", 10000)]),
            ("logfiles", [("messages", "notice,warning,error"), ("console", "error")]),
        ]
    )


def _http(s: AsteriskSettings) -> str:
    rows: list[tuple[str, object]] = [
        ("enabled", "yes"),
        ("bindaddr", s.control_address),
        ("bindport", s.http_port),
        ("sessionlimit", s.session_limit),
        ("session_keep_alive", 60000),
        ("enable_static", "no"),
        ("enable_status", "no"),
        ("servername", ""),
    ]
    return _ini([("general", rows)])


def _ari(s: AsteriskSettings) -> str:
    general: list[tuple[str, object]] = [("enabled", "yes"), ("websocket_write_timeout", 1000)]
    user: list[tuple[str, object]] = [("type", "user"), ("read_only", "no"), ("password", s.ari_password)]
    return _ini([("general", general), (s.ari_user, user)])


def _manager(s: AsteriskSettings) -> str:
    general: list[tuple[str, object]] = [
        ("enabled", "yes"),
        ("webenabled", "no"),
        ("port", s.ami_port),
        ("bindaddr", s.control_address),
        ("displayconnects", "no"),
    ]
    user: list[tuple[str, object]] = [
        ("secret", s.ami_password),
        ("deny", "0.0.0.0/0.0.0.0"),
        ("permit", f"{s.control_address}/255.255.255.255"),
        # MixMonitor asks for "system" as well, because it can run a command afterwards; we never send one.
        ("read", "system"),
        ("write", "system,call"),
    ]
    return _ini([("general", general), (s.ami_user, user)])


def _rtp(s: AsteriskSettings) -> str:
    rows: list[tuple[str, object]] = [
        ("rtpstart", s.rtp_first),
        ("rtpend", s.rtp_last),
        ("icesupport", "yes"),
        ("strictrtp", "yes"),
    ]
    sections: list[Section] = [("general", rows)]
    return _ini(sections)


def _pjsip(s: AsteriskSettings) -> str:
    general: list[tuple[str, object]] = [
        ("type", "global"),
        ("user_agent", "Yingda"),
        # A phone is known by its user name before a trunk by its address, or a trunk on the same
        # address would swallow it. There is no "anonymous": who is unknown is challenged and fails.
        ("endpoint_identifier_order", "username,auth_username,ip"),
        ("max_forwards", 30),
        ("keep_alive_interval", 30),
        ("unidentified_request_count", 5),
        ("unidentified_request_period", 5),
        ("taskprocessor_overload_trigger", "global"),
    ]
    system: list[tuple[str, object]] = [
        ("type", "system"),
        ("timer_t1", 500),
        ("timer_b", 32000),
        ("disable_tcp_switch", "yes"),
        ("threadpool_initial_size", 4),
        ("threadpool_auto_increment", 4),
        ("threadpool_max_size", 32),
    ]
    sections: list[Section] = [("global", general), ("system", system)]
    sections += [_transport(s, kind, s.sip_port) for kind in ("udp", "tcp")]
    sections.append(_tls(s))
    # The websocket transport listens nowhere by itself: it is served by the HTTP server.
    sections.append(
        ("transport-ws", [("type", "transport"), ("protocol", "ws"), ("bind", s.control_address), *_outside(s)])
    )
    # Events of all PJSIP endpoints can be subscribed to only where one exists. This one takes no
    # call: nothing identifies it, and its context is empty.
    sections.append(
        (NOBODY, [("type", "endpoint"), ("context", "nowhere"), ("identify_by", "ip"), ("allow", "!all,alaw")])
    )
    return _ini(sections)


def _transport(s: AsteriskSettings, protocol: str, port: int) -> Section:
    rows: list[tuple[str, object]] = [
        ("type", "transport"),
        ("protocol", protocol),
        ("bind", f"{s.sip_address}:{port}"),
        ("allow_reload", "no"),
        *_outside(s),
    ]
    return f"transport-{protocol}", rows


def _tls(s: AsteriskSettings) -> Section:
    """Without a certificate it still serves trunks that we call, not those that call us."""
    name, rows = _transport(s, "tls", s.sip_port + 1)
    rows.append(("method", "tlsv1_2"))
    if s.certificate is not None:
        rows += [("cert_file", s.certificate), ("priv_key_file", s.certificate_key or s.certificate)]
    return name, rows


def _outside(s: AsteriskSettings) -> list[tuple[str, object]]:
    if not s.public_address:
        return []
    rows: list[tuple[str, object]] = [
        ("external_media_address", s.public_address),
        ("external_signaling_address", s.public_address),
    ]
    return rows + [("local_net", network) for network in s.local_networks]


def _sorcery() -> str:
    """Configuration files first (empty of these types), then memory, where objects are pushed to."""
    both = [("res_pjsip", ("auth", "aor", "endpoint"))]
    rows: list[Section] = []
    for module, kinds in both:
        pairs: list[tuple[str, object]] = []
        for kind in kinds:
            pairs += [(kind, f"config,pjsip.conf,criteria=type={kind}"), (kind, "memory")]
        rows.append((module, pairs))
    for module, kind in (
        ("res_pjsip_endpoint_identifier_ip", "identify"),
        ("res_pjsip_outbound_registration", "registration"),
    ):
        rows.append((module, [(kind, f"config,pjsip.conf,criteria=type={kind}"), (kind, "memory")]))
    return _ini(rows)


def _filtered(text: str) -> str:
    return f"${{FILTER(0-9a-zA-Z+*#,{text})}}"


def _context(s: AsteriskSettings, name: str, kind: str) -> str:
    """Hands a call to us; while we are away, music as early media and another try every second.

    The digits are filtered because a comma in a SIP user part would become another argument. A provider
    that sends all calls to the user we registered as names the called number in the To header alone.
    """
    apology = [f"same => n,Playback({s.apology},noanswer)"] if s.apology is not None else []
    steps = [
        f"same => n(try),Stasis({APP},{kind},{_filtered('${EXTEN}')},${{CHANNEL(endpoint)}})",
        'same => n,GotoIf($["${STASISSTATUS}" = "SUCCESS"]?over)',
        f"same => n,GotoIf($[${{tries}} >= {s.fallback_tries}]?sorry)",
        "same => n,Set(tries=$[${tries} + 1])",
        "same => n,Progress()",
        "same => n,MusicOnHold(default,1)",
        "same => n,Goto(try)",
        "same => n(sorry),NoOp()",
        *apology,
        "same => n,Hangup(34)",
        "same => n(over),Hangup(16)",
    ]
    registered_as = _filtered("${CHANNEL(accountcode)}")
    to = _filtered("${PJSIP_PARSE_URI(${CHANNEL(pjsip,local_uri)},user)}")
    called = [
        f'same => n,GotoIf($["{_filtered("${EXTEN}")}" != "{registered_as}"]?try)',
        f"same => n,Set(to={to})",
        'same => n,GotoIf($["${to}" = "" | "${to}" = "${EXTEN}"]?try:${to},1)',
    ]
    lines = [f"[{name}]"]
    for pattern in _NUMBERS:
        lines += [f"exten => {pattern},1,Set(tries=0)", *(called if kind == "trunk" else []), *steps]
    return "\n".join(lines) + "\n"


def _extensions(s: AsteriskSettings) -> str:
    head = "[general]\nstatic = yes\nwriteprotect = yes\nautofallthrough = yes\n"
    return "\n".join([head, _context(s, "from-trunk", "trunk"), _context(s, "from-phone", "phone")])


def _music(s: AsteriskSettings) -> str:
    # Each caller has an own place in the file and goes on there after an announcement.
    return _ini([("default", [("mode", "files"), ("directory", s.music_dir), ("sort", "alpha")])])


def _stasis() -> str:
    declined = ("ast_presence_state_message_type", "cel_generic_type")
    return _ini([("declined_message_types", [("decline", name) for name in declined])])


def _indications() -> str:
    """China's tones (450 Hz), needed for ringing and congestion."""
    rows: list[tuple[str, object]] = [
        ("description", "China"),
        ("ringcadence", "1000,4000"),
        ("dial", "450"),
        ("busy", "450/350,0/350"),
        ("ring", "450/1000,0/4000"),
        ("congestion", "450/700,0/700"),
    ]
    return _ini([("general", [("country", "cn")]), ("cn", rows)])
