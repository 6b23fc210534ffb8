"""Phones and trunks as the objects that Asterisk keeps of them. No I/O.

Objects are pushed in the order given and removed in the opposite one: an endpoint refers to its
address record (``aor``) and its password (``auth``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from yingda.telephony.switch import Phone, Transport, TrunkSpec

Fields = tuple[tuple[str, str], ...]

# Only codecs of 8 kHz. A stereo recording (MixMonitor's option D) takes the samples of a wideband party
# for 8 kHz ones and stores a sixth of each packet; nothing in Asterisk resamples them.
_CODECS = ("alaw", "ulaw", "gsm")


@dataclass(frozen=True, slots=True)
class PushedObject:
    """One object of Asterisk's run-time configuration."""

    kind: str
    id: str
    fields: Fields = ()

    @property
    def path(self) -> str:
        """Its address below ``/ari``."""
        return f"asterisk/config/dynamic/res_pjsip/{self.kind}/{self.id}"

    def body(self) -> dict[str, list[dict[str, str]]]:
        """What is sent with ``PUT``."""
        return {"fields": [{"attribute": name, "value": value} for name, value in self.fields]}


_MEDIA: Fields = (
    ("direct_media", "no"),
    ("rtp_symmetric", "yes"),
    ("force_rport", "yes"),
    ("rewrite_contact", "yes"),
    ("rtp_keepalive", "15"),
    # Transfers and hold are asked for over our own API.
    ("allow_transfer", "no"),
    ("allow_subscribe", "no"),
    ("send_connected_line", "no"),
    ("tone_zone", "cn"),
)
_BROWSER: Fields = (
    ("webrtc", "yes"),
    ("transport", "transport-ws"),
    ("allow", "!all,alaw,ulaw"),
    # A closed tab sends no BYE: without media the leg ends.
    ("rtp_timeout", "20"),
    ("rtp_timeout_hold", "60"),
)
_DESK_PHONE: Fields = (
    ("allow", "!all,alaw,ulaw"),
    ("dtmf_mode", "auto"),
    ("rtp_timeout", "60"),
    ("rtp_timeout_hold", "3600"),
)


def phone_objects(phone: Phone) -> tuple[PushedObject, ...]:
    """What makes a phone able to register and call. All objects bear the phone's id."""
    name = phone.endpoint
    auth = (("auth_type", "userpass"), ("username", name), ("password", phone.password))
    contacts: Fields = (("remove_existing", "yes"), ("remove_unavailable", "yes"), ("support_path", "yes"))
    if phone.browser:
        # One page at a time. Its websocket tells of its end, so it is not asked by OPTIONS.
        contacts += (("max_contacts", "1"), ("qualify_frequency", "0"))
    else:
        contacts += (("max_contacts", "1"), ("qualify_frequency", "30"), ("qualify_timeout", "3.0"))
    contacts += (("minimum_expiration", "30"), ("default_expiration", "300"), ("maximum_expiration", "3600"))
    endpoint: Fields = (
        ("context", "from-phone"),
        ("identify_by", "username,auth_username"),
        ("auth", name),
        ("aors", name),
        ("disallow", "all"),
        ("callerid", f'"{_quoted(phone.display_name)}" <{phone.extension}>'),
        ("timers", "no"),
        *_MEDIA,
        *(_BROWSER if phone.browser else _DESK_PHONE),
    )
    return (
        PushedObject("auth", name, auth),
        PushedObject("aor", name, contacts),
        PushedObject("endpoint", name, endpoint),
    )


def phone_removal(endpoint: str) -> tuple[PushedObject, ...]:
    """What :func:`phone_objects` makes, in the order of removal."""
    return tuple(PushedObject(kind, endpoint) for kind in ("endpoint", "aor", "auth"))


def trunk_objects(trunk: TrunkSpec) -> tuple[PushedObject, ...]:
    """What makes a trunk's calls come in, and calls go out to it. Limits on channels are not Asterisk's to keep."""
    name = trunk.endpoint
    objects: list[PushedObject] = []
    if trunk.username:
        auth = (("auth_type", "userpass"), ("username", trunk.username), ("password", trunk.password))
        objects.append(PushedObject("auth", name, auth))
    aor: Fields = (("qualify_timeout", "3.0"),)
    if trunk.host:
        aor = (("contact", _uri(trunk)), ("qualify_frequency", str(trunk.qualify_s)), *aor)
    objects.append(PushedObject("aor", name, aor))
    objects.append(PushedObject("endpoint", name, _trunk_endpoint(trunk)))
    matches = trunk.addresses or ((trunk.host,) if trunk.host else ())
    if matches:
        objects.append(PushedObject("identify", name, (("endpoint", name), ("match", ",".join(matches)))))
    if trunk.register and trunk.host:
        objects.append(PushedObject("registration", name, _registration(trunk)))
    return tuple(objects)


def trunk_removal(endpoint: str) -> tuple[PushedObject, ...]:
    """What :func:`trunk_objects` may have made, in the order of removal."""
    kinds = ("registration", "identify", "endpoint", "aor", "auth")
    return tuple(PushedObject(kind, endpoint) for kind in kinds)


def stale_objects(trunk: TrunkSpec, contact: str) -> tuple[PushedObject, ...]:
    """What has to go before the trunk is put: what only an earlier version had, and what Asterisk would add to.

    Asterisk adds the addresses of a second ``identify`` to the first's, so that one taken from the
    trunk would still be let in; and a second host to the first, which is ``contact``.
    """
    made = {one.kind for one in trunk_objects(trunk)} - {"identify"}
    if contact != (_uri(trunk) if trunk.host else ""):
        # With the address goes who is asked about there: an endpoint without it, for a moment, takes no call.
        made.discard("aor")
    return tuple(old for old in trunk_removal(trunk.endpoint) if old.kind not in made)


def _trunk_endpoint(trunk: TrunkSpec) -> Fields:
    fields: Fields = (
        ("context", "from-trunk"),
        # Not by name: who calls himself by a trunk's name is not the trunk.
        ("identify_by", "ip"),
        ("transport", f"transport-{trunk.transport}"),
        ("aors", trunk.endpoint),
        ("disallow", "all"),
        ("allow", _allowed(trunk.codecs)),
        ("dtmf_mode", "auto"),
        ("rtp_timeout", "120"),
        ("rtp_timeout_hold", "3600"),
        ("trust_id_inbound", "yes"),
        # Left out, a second push would make it "<unknown>" for every caller: Asterisk writes an empty one so.
        ("callerid", ""),
        ("timers", "yes"),
        # A second push keeps what it does not name: every field has its value, also where it is empty.
        ("media_encryption", "sdes" if trunk.transport is Transport.TLS else "no"),
        # Some carriers encrypt the signalling alone.
        ("media_encryption_optimistic", "yes"),
        ("outbound_auth", trunk.endpoint if trunk.username else ""),
        ("from_user", trunk.username),
        ("from_domain", trunk.host if trunk.username else ""),
        # Calls to the user that we registered as are calls to the number in the To header: see the dialplan.
        ("accountcode", trunk.username if trunk.register else ""),
        *_MEDIA,
    )
    return fields


def _registration(trunk: TrunkSpec) -> Fields:
    suffix = _suffix(trunk)
    return (
        ("server_uri", f"sip:{trunk.host}:{trunk.port}{suffix}"),
        ("client_uri", f"sip:{trunk.username}@{trunk.host}:{trunk.port}"),
        ("contact_user", trunk.username),
        ("outbound_auth", trunk.endpoint),
        ("transport", f"transport-{trunk.transport}"),
        # Names us in the calls that come by this registration, from whichever of the provider's addresses.
        ("line", "yes"),
        ("endpoint", trunk.endpoint),
        # A provider that was started anew has forgotten us until we register again.
        ("expiration", "120"),
        # A provider that is away, or refuses for a while, is asked again for ever.
        ("retry_interval", "10"),
        ("forbidden_retry_interval", "60"),
        ("fatal_retry_interval", "60"),
        ("auth_rejection_permanent", "no"),
        ("max_retries", "1000000"),
    )


def _uri(trunk: TrunkSpec) -> str:
    user = f"{trunk.username}@" if trunk.username else ""
    return f"sip:{user}{trunk.host}:{trunk.port}{_suffix(trunk)}"


def _suffix(trunk: TrunkSpec) -> str:
    return "" if trunk.transport is Transport.UDP else f";transport={trunk.transport}"


def _allowed(codecs: Sequence[str]) -> str:
    known = [codec for codec in codecs if codec in _CODECS] or ["alaw", "ulaw"]
    return ",".join(("!all", *known))


def _quoted(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable() and letter not in '"\\<>,;')
