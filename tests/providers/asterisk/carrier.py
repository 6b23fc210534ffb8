"""A provider of trunks: a second real Asterisk with a configuration of its own, and calls written by hand.

It listens on 127.0.0.2, so that its calls come from another address than ours. Customers register as
:data:`USER`; a call that it makes speaks 700 Hz and keeps what it hears.
"""

import asyncio
import os
import random
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast

from tests.phones.tones import make_tone
from yingda.native.programs import asterisk
from yingda.providers.asterisk.ami import Ami, AmiDown, AmiRefused
from yingda.providers.asterisk.modules import MODULES

ADDRESS = "127.0.0.2"
USER = "carrier-user"
PASSWORD = "carrier-secret"
HZ = 700

_PJSIP = """\
[global]
type = global
endpoint_identifier_order = username,auth_username,ip
[udp]
type = transport
protocol = udp
bind = {address}:{port}
[tcp]
type = transport
protocol = tcp
bind = {address}:{port}
[tls]
type = transport
protocol = tls
bind = {address}:{tls_port}
method = tlsv1_2
cert_file = {certificate}
priv_key_file = {certificate}
[customer]
type = auth
auth_type = userpass
username = {user}
password = {password}
[{user}]
type = aor
max_contacts = 1
remove_existing = yes
minimum_expiration = 10
[{user}]
type = endpoint
context = nowhere
auth = customer
aors = {user}
rewrite_contact = yes
allow = !all,alaw
media_encryption = {encryption}
[peer]
type = endpoint
context = nowhere
allow = !all,alaw
media_encryption = {encryption}
"""
_EXTENSIONS = """\
[talk]
exten => s,1,MixMonitor({heard},r({heard}))
same => n,Playback({tone})
"""


def make_certificate(folder: Path) -> Path:
    """One PEM file with a key and a certificate that the owner of the key has signed himself."""
    folder.mkdir(parents=True, exist_ok=True)
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=lab"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1,IP:127.0.0.2"]
    subprocess.run([*words, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both.write_text(key.read_text() + certificate.read_text())
    return both


@dataclass(slots=True)
class Carrier:
    """The provider; ``encrypted`` makes its media SRTP. Calls by :meth:`call` are heard in :attr:`heard`."""

    folder: Path
    port: int
    password: str = PASSWORD
    encrypted: bool = False
    process: asyncio.subprocess.Process | None = None
    _ami: Ami | None = field(default=None)

    @property
    def tls_port(self) -> int:
        """Where it speaks TLS."""
        return self.port + 1

    @property
    def heard(self) -> Path:
        """What its newest call heard."""
        return self.folder / "heard.wav"

    async def start(self) -> Self:
        """Starts it and waits until it answers."""
        if not (self.folder / "etc").is_dir():
            self._write()
        program = asterisk().program
        with (self.folder / "output").open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *program.argv,
                *("-C", str(self.folder / "etc" / "asterisk.conf"), "-f"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **program.env},
            )
        self._ami = Ami("127.0.0.1", self.port + 2, "lab", "lab")
        async with asyncio.timeout(20):
            while True:
                try:
                    await self._ami.act("PJSIPShowEndpoint", {"Endpoint": USER})
                    return self
                except (AmiDown, AmiRefused):
                    await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Ends it without any farewell."""
        if self._ami is not None:
            await self._ami.close()
        if self.process is not None:
            self.process.kill()
            await self.process.wait()
            self.process = None

    async def call(self, channel: str, caller: str = "13800001111") -> None:
        """Calls, such as ``PJSIP/carrier-user`` or ``PJSIP/peer/sip:number@address``; speaks when answered."""
        assert self._ami is not None
        where = {"Context": "talk", "Exten": "s", "Priority": "1"}
        await self._ami.act("Originate", {"Channel": channel, **where, "CallerID": caller, "Async": "true"})

    async def hang_up(self) -> None:
        """Ends all calls."""
        assert self._ami is not None
        await self._ami.act("Hangup", {"Channel": "/^PJSIP/"})

    def registered(self) -> bool:
        """Whether its log says that somebody has registered."""
        return "Added contact" in self.log()

    def contact(self) -> str:
        """The address that the newest registration gave."""
        return self.log().rpartition("Added contact '")[2].partition("'")[0]

    def forget(self) -> None:
        """Forgets registrations and the log; while it is stopped."""
        for path in (*(self.folder / "data").glob("astdb*"), self.folder / "log" / "full"):
            path.unlink()

    def log(self) -> str:
        """Everything it has said, with each REGISTER that it saw."""
        return (self.folder / "log" / "full").read_text()

    def _write(self) -> None:
        folder = self.folder
        for name in ("etc", "run", "log", "spool", "data/keys"):
            (folder / name).mkdir(parents=True)
        place = asterisk()
        tone = make_tone(folder / "tone.wav", HZ).with_suffix("")
        directories = {"etc": "etc", "varlib": "data", "db": "data", "key": "data", "spool": "spool", "run": "run"}
        lines = [f"ast{name}dir = {folder / place_}" for name, place_ in (directories | {"log": "log"}).items()]
        lines += [f"astmoddir = {place.modules}", f"astdatadir = {place.share}"]
        pjsip = _PJSIP.format(
            address=ADDRESS,
            port=self.port,
            tls_port=self.tls_port,
            certificate=make_certificate(folder / "tls"),
            user=USER,
            password=self.password,
            encryption="sdes" if self.encrypted else "no",
        )
        manager = f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = {self.port + 2}\n"
        files = {
            "asterisk.conf": "[directories]\n" + "\n".join(lines) + "\n[options]\nverbose = 3\n",
            "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in MODULES),
            "logger.conf": "[logfiles]\nfull = notice,warning,error,verbose,security\n",
            "pjsip.conf": pjsip,
            "extensions.conf": _EXTENSIONS.format(heard=self.heard, tone=tone),
            "manager.conf": manager + "[lab]\nsecret = lab\nread = all\nwrite = all\n",
            "rtp.conf": f"[general]\nrtpstart = {30000 + self.port % 1000}\nrtpend = {30200 + self.port % 1000}\n",
        }
        for name, text in files.items():
            (folder / "etc" / name).write_text(text)


@asynccontextmanager
async def carrier(folder: Path, **more: object) -> AsyncIterator[Carrier]:
    """A running provider, ended afterwards."""
    made = Carrier(folder, random.randrange(20000, 22990, 10) + 4, **more)  # type: ignore[arg-type]
    try:
        yield await made.start()
    finally:
        await made.stop()


class Invite(asyncio.DatagramProtocol):
    """One INVITE over UDP, written by hand: for headers that no phone would send. ``answers`` are status codes."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.news = asyncio.Event()
        self._tag = f"{random.randrange(1 << 32):x}"
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by the loop: keeps the status, and acknowledges a final one."""
        lines = data.decode().split("\r\n")
        status = int(lines[0].split()[1])
        self.answers.append(status)
        if status >= 300:
            to = next(line for line in lines if line.lower().startswith("to:"))
            self._send("ACK", to, "")
        self.news.set()

    def invite(self, uri: str, to: str, caller: str = "13800001111") -> None:
        """Sends it; ``to`` is the value of the To header."""
        self._uri, self._caller = uri, caller
        body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 29998 RTP/AVP 8\r\n"
        self._send("INVITE", f"To: {to}", body)

    def _send(self, method: str, to: str, body: str) -> None:
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")
        lines = [
            f"{method} {self._uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{self._tag}",
            f"From: <sip:{self._caller}@{host}>;tag={self._tag}",
            to,
            f"Call-ID: {self._tag}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:{self._caller}@{host}:{port}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._transport.sendto("\r\n".join([*lines, "", body]).encode())

    async def final(self, limit_s: float = 10) -> int:
        """The final status. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while not self.answers or self.answers[-1] < 200:
                self.news.clear()
                await self.news.wait()
        return self.answers[-1]


@asynccontextmanager
async def inviting(source: str, sip_port: int) -> AsyncIterator[Invite]:
    """A sender of one INVITE from the address ``source`` to our Asterisk."""
    loop = asyncio.get_running_loop()
    transport, made = await loop.create_datagram_endpoint(
        Invite, local_addr=(source, 0), remote_addr=("127.0.0.1", sip_port)
    )
    try:
        yield made
    finally:
        transport.close()
