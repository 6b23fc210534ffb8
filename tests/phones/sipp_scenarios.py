"""sipp scenarios as text."""

from pathlib import Path

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="{name}">\n{body}\n</scenario>\n'
SDP = """v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv"""
WAIT_FOR_EVER_MS = 3_600_000


def caller_scenario(caller: str, hang_up_s: float | None, media: Path | None, expect: int) -> str:
    """Call, stay, hang up or be hung up on. ``caller`` is the user of the From header."""
    invite = _send(
        _request("INVITE", 1, caller, f"Contact: <sip:{caller}@[local_ip]:[local_port]>", SDP), retransmit=True
    )
    progress = "".join(f'<recv response="{code}" optional="true"/>\n' for code in (100, 180, 181, 183))
    if expect != 200:
        return HEAD.format(
            name="refused",
            body=invite + progress + f'<recv response="{expect}" rtd="true"/>\n' + _send(_ack(caller, branch=False)),
        )
    play = f'<nop><action><exec play_pcap_audio="{media}"/></action></nop>\n' if media else ""
    body = (
        invite
        + progress
        + '<recv response="200" rtd="true" rrs="true"/>\n'
        + _send(_ack(caller, branch=True))
        + play
        + _stay(hang_up_s)
        + '<label id="1"/>\n'
        + _send(_request("BYE", 2, caller, to_tag=True), retransmit=True)
        # The other side's BYE may have been on its way at the same time.
        + '<recv request="BYE" optional="true" next="2"/>\n<recv response="481" optional="true" next="3"/>\n'
        + '<recv response="200" next="3"/>\n<label id="2"/>\n'
        + _send(_reply("200 OK"))
        + '<label id="3"/>\n'
    )
    return HEAD.format(name="caller", body=body)


def agent_scenario(answer_ms: int | None, refuse: int | None, hang_up_s: float | None) -> str:
    """Take a call: ring, then answer, refuse, or ring until it is cancelled."""
    ring = _invite_in(keep=hang_up_s is not None) + _send(_reply("180 Ringing", contact=True, tag=True))
    if refuse is not None:
        body = ring + _send(_reply(f"{refuse} Refused", tag=True), retransmit=True) + '<recv request="ACK"/>\n'
        return HEAD.format(name="agent", body=body)
    wait = WAIT_FOR_EVER_MS if answer_ms is None else max(answer_ms, 1)
    body = (
        ring
        + f'<recv request="CANCEL" timeout="{wait}" ontimeout="1"/>\n'
        + _send(_reply("200 OK", tag=True))
        # The INVITE that is now refused, not the CANCEL: its number with its own method.
        + _send(_reply("487 Request Terminated", tag=True).replace("[last_CSeq:]", "CSeq: [cseq] INVITE"))
        + '<recv request="ACK" next="3"/>\n<label id="1"/>\n'
        + _send(_reply("200 OK", contact=True, tag=True, sdp=True), retransmit=True)
        + '<recv request="ACK"/>\n'
        + _agent_stay(hang_up_s)
        + '<label id="3"/>\n'
    )
    return HEAD.format(name="agent", body=body)


def register_scenario(contact_port: int, expires_s: int) -> str:
    """REGISTER with digest; field0 is the user, field1 sipp's authentication word."""
    more = f"Contact: <sip:[field0]@[local_ip]:{contact_port}>\nExpires: {expires_s}"
    body = (
        _send(_register(1, more), retransmit=True)
        + '<recv response="100" optional="true"/>\n<recv response="401" auth="true"/>\n'
        + _send(_register(2, f"{more}\n[field1]"), retransmit=True)
        + '<recv response="100" optional="true"/>\n<recv response="200"/>\n'
    )
    return HEAD.format(name="register", body=body)


def _stay(hang_up_s: float | None) -> str:
    """Wait for the other side's BYE, at most so long; then go to label 1."""
    wait = WAIT_FOR_EVER_MS if hang_up_s is None else max(1, round(hang_up_s * 1000))
    return f'<recv request="BYE" timeout="{wait}" ontimeout="1" next="2"/>\n'


def _invite_in(*, keep: bool) -> str:
    """Receive the call; ``keep`` stores the dialog's addresses for a BYE of our own."""
    if not keep:
        return '<recv request="INVITE" crlf="true"/>\n'
    kept = "".join(
        f'<ereg regexp="{pattern}" search_in="hdr" header="{header}:" check_it="true" assign_to="{names}"/>'
        for pattern, header, names in (
            ("sip:[^&gt;]*", "Contact", "contact"),
            (".*", "From", "from"),
            ("&lt;[^&gt;]*&gt;", "To", "to"),
        )
    )
    return f'<recv request="INVITE" crlf="true"><action>{kept}</action></recv>\n'


def _agent_stay(hang_up_s: float | None) -> str:
    if hang_up_s is None:
        return '<recv request="BYE"/>\n' + _send(_reply("200 OK"))
    wait = max(1, round(hang_up_s * 1000))
    return (
        f'<recv request="BYE" timeout="{wait}" ontimeout="2"/>\n'
        + _send(_reply("200 OK")).replace("<send", '<send next="3"', 1)
        + '<label id="2"/>\n'
        + _send(_agent_bye(), retransmit=True)
        + '<recv response="200"/>\n'
    )


def _send(message: str, *, retransmit: bool = False) -> str:
    again = ' retrans="500"' if retransmit else ""
    return f"<send{again}><![CDATA[\n\n{message}\n\n]]></send>\n"


def _request(method: str, cseq: int, caller: str, more: str = "", sdp: str = "", *, to_tag: bool = False) -> str:
    tag = "[peer_tag_param]" if to_tag else ""
    target = "[next_url]" if to_tag else "sip:[service]@[remote_ip]:[remote_port]"
    lines = [
        f"{method} {target} SIP/2.0",
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
        f"From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]c[call_number]",
        f"To: <sip:[service]@[remote_ip]:[remote_port]>{tag}",
        "Call-ID: [call_id]",
        f"CSeq: {cseq} {method}",
        *filter(None, [more]),
        "Max-Forwards: 70",
    ]
    if sdp:
        return "\n".join([*lines, "Content-Type: application/sdp", "Content-Length: [len]", "", sdp])
    return "\n".join([*lines, "Content-Length: 0"])


def _ack(caller: str, *, branch: bool) -> str:
    """An ACK of a refusal belongs to the INVITE's transaction, one of a success does not."""
    message = _request("ACK", 1, caller, to_tag=True)
    if branch:
        return message
    return message.replace("[branch]", "[branch-2]").replace("[next_url]", "sip:[service]@[remote_ip]:[remote_port]")


def _reply(status: str, *, contact: bool = False, tag: bool = False, sdp: bool = False) -> str:
    own = ";tag=[pid]a[call_number]" if tag else ""
    lines = [f"SIP/2.0 {status}", "[last_Via:]", "[last_From:]", f"[last_To:]{own}", "[last_Call-ID:]", "[last_CSeq:]"]
    if contact:
        lines.append("Contact: <sip:agent@[local_ip]:[local_port];transport=[transport]>")
    if sdp:
        return "\n".join([*lines, "Content-Type: application/sdp", "Content-Length: [len]", "", SDP])
    return "\n".join([*lines, "Content-Length: 0"])


def _register(cseq: int, more: str) -> str:
    return "\n".join(
        [
            "REGISTER sip:[remote_ip]:[remote_port] SIP/2.0",
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
            "From: <sip:[field0]@[remote_ip]:[remote_port]>;tag=[pid]r[call_number]",
            "To: <sip:[field0]@[remote_ip]:[remote_port]>",
            "Call-ID: [call_id]",
            f"CSeq: {cseq} REGISTER",
            more,
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
    )


def _agent_bye() -> str:
    """BYE from the side that was called: From and To change places."""
    return "\n".join(
        [
            "BYE [$contact] SIP/2.0",
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
            "From: [$to];tag=[pid]a[call_number]",
            "To: [$from]",
            "Call-ID: [call_id]",
            "CSeq: 1 BYE",
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
    )
