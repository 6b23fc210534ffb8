"""A SIP phone under program control: one baresip process behind a small asynchronous face.

Used by ``yingda demo call`` as the caller, and by the scenario tests as callers and agents' phones. The phone
listens on loopback only, speaks a WAV file (8 kHz, mono) and records what it sent and what it heard.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import orjson

from yingda.native.errors import ProgramMissing
from yingda.native.programs import Program, baresip

# Below the range the kernel gives to outgoing sockets (32768…) and above our switch's usual RTP range.
SIP_PORTS = range(23000, 28998, 4)
RTP_PORTS = "29000-32700"
MODULES = ("g711.so", "aufile.so", "aubridge.so", "sndfile.so", "account.so", "stun.so", "uuid.so")
APPS = ("menu.so", "ctrl_tcp.so")


class SoftphoneError(Exception):
    """The phone could not be started, or it refused a command."""


@dataclass(frozen=True, slots=True)
class SipAccount:
    """Who the phone is. ``password`` None: the phone does not register, ``user`` is only its From."""

    user: str
    host: str
    port: int
    password: str | None = None
    transport: str = "udp"
    auto_answer: bool = False
    expires_s: int = 60

    def line(self) -> str:
        """The account as baresip writes it."""
        parts = [f"<sip:{self.user}@{self.host}:{self.port};transport={self.transport}>"]
        if self.password is None:
            parts.append("regint=0")
        else:
            parts += [f"regint={self.expires_s}", f"auth_user={self.user}", f"auth_pass={self.password}"]
        parts += [f"answermode={'auto' if self.auto_answer else 'manual'}", "audio_codecs=pcma,pcmu"]
        return ";".join(parts)


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """What the phone reported: ``kind`` such as CALL_ESTABLISHED, ``call`` the SIP Call-ID, ``text`` its parameter."""

    kind: str
    call: str | None
    peer: str | None
    text: str
    at: float


@dataclass(slots=True)
class Softphone:
    """One running phone. ``folder`` is its own; ``microphone`` a WAV that outlasts every call.

    ``start`` it, and ``stop`` it whatever happens: it is a process.
    """

    account: SipAccount
    folder: Path
    microphone: Path
    program: Program | None = None
    history: list[PhoneEvent] = field(default_factory=list)
    sip_port: int = 0
    _process: asyncio.subprocess.Process | None = None
    _writer: asyncio.StreamWriter | None = None
    _reading: asyncio.Task[None] | None = None
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _answers: dict[str, asyncio.Future[tuple[bool, str]]] = field(default_factory=dict)
    _last_token: int = 0

    @property
    def pid(self) -> int | None:
        """The process id while the phone runs."""
        return self._process.pid if self._process else None

    @property
    def heard(self) -> Path:
        """The recording of what the newest call let the phone hear; complete when that call has ended."""
        return self._newest("*-dec.wav")

    @property
    def sent(self) -> Path:
        """The recording of what the phone said in its newest call."""
        return self._newest("*-enc.wav")

    async def start(self, limit_s: float = 10) -> Self:
        """Start the process and its account; raises SoftphoneError."""
        program = self.program or _program()
        recordings = self.folder / "recordings"
        recordings.mkdir(parents=True, exist_ok=True)
        control = self._configure(program)
        with (self.folder / "baresip.log").open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *program.argv,
                "-f",
                str(self.folder),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **program.env},
                start_new_session=True,
            )
        try:
            reader = await self._connect(control, limit_s)
            self._reading = asyncio.create_task(self._read(reader))
            # Not in the accounts file: so no event is missed, and the password is never written to disk.
            await self.command("uanew", self.account.line())
        except BaseException:
            await self.stop()
            raise
        return self

    async def stop(self) -> None:
        """Hang up, unregister and end the process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None and self._writer is not None:
            with suppress(SoftphoneError, OSError, TimeoutError):
                await self.command("quit", limit_s=1)
        await _ended(process)
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        if self._writer is not None:
            self._writer.close()
            with suppress(OSError):
                await self._writer.wait_closed()

    async def registered(self, limit_s: float = 10) -> None:
        """Wait until the registrar has accepted us; raises SoftphoneError when it refuses."""
        event = await self.wait("REGISTER_OK", "REGISTER_FAIL", limit_s=limit_s)
        if event.kind == "REGISTER_FAIL":
            raise SoftphoneError(f"registration of {self.account.user} refused: {event.text}")

    async def dial(self, number: str) -> None:
        """Call a number (or a whole SIP address) at the account's host."""
        account = self.account
        address = number
        if not number.startswith("sip:"):
            address = f"sip:{number}@{account.host}:{account.port};transport={account.transport}"
        await self.command("dial", address)

    async def answer(self) -> None:
        """Answer the ringing call."""
        await self.command("accept")

    async def hang_up(self) -> None:
        """End, or refuse, the current call."""
        await self.command("hangup")

    async def hold(self) -> None:
        """Put the current call on hold by the phone's own key (re-INVITE)."""
        await self.command("hold")

    async def resume(self) -> None:
        """Take the held call back."""
        await self.command("resume")

    async def press(self, keys: str, gap_s: float = 0.25) -> None:
        """Send keys (0-9, *, #, A-D) as RFC 4733 telephone events."""
        for key in keys:
            await self.command("sndcode", key)
            await asyncio.sleep(gap_s)

    async def wait(self, *kinds: str, limit_s: float = 10, since: int = 0) -> PhoneEvent:
        """The first event of these kinds in ``history[since:]``, now or when it comes; raises TimeoutError."""

        def found() -> PhoneEvent | None:
            return next((event for event in self.history[since:] if event.kind in kinds), None)

        async with asyncio.timeout(limit_s), self._news:
            await self._news.wait_for(lambda: found() is not None)
        event = found()
        if event is None:
            raise SoftphoneError("the event vanished")
        return event

    def keys_heard(self) -> str:
        """The keys the other side pressed (RFC 4733)."""
        return "".join(event.text for event in self.history if event.kind == "CALL_DTMF_START")

    async def command(self, command: str, params: str = "", limit_s: float = 5) -> str:
        """Any command of baresip's; its answer. Raises SoftphoneError when it fails."""
        if self._writer is None:
            raise SoftphoneError("the phone does not run")
        self._last_token += 1
        token = str(self._last_token)
        answer: asyncio.Future[tuple[bool, str]] = asyncio.get_running_loop().create_future()
        self._answers[token] = answer
        text = orjson.dumps({"command": command, "params": params, "token": token})
        self._writer.write(b"%d:%s," % (len(text), text))
        try:
            async with asyncio.timeout(limit_s):
                good, said = await answer
        finally:
            self._answers.pop(token, None)
        if not good:
            raise SoftphoneError(f"{command}: {said.strip()}")
        return said

    def _configure(self, program: Program) -> int:
        self.sip_port = free_ports(3)
        control = self.sip_port + 2
        modules = Path(program.env["BARESIP_MODULES"])
        lines = [
            "poll_method epoll",
            f"sip_listen 127.0.0.1:{self.sip_port}",
            "net_interface 127.0.0.1",
            "call_local_timeout 300",
            "call_max_calls 4",
            "statmode_default off",
            f"audio_source aufile,{self.microphone.resolve()}",
            "audio_player aubridge,nil",
            "audio_alert aubridge,nil",
            "ausrc_srate 8000",
            "auplay_srate 8000",
            "ausrc_channels 1",
            "auplay_channels 1",
            f"rtp_ports {RTP_PORTS}",
            f"module_path {modules}",
            *(f"module {name}" for name in MODULES if (modules / name).exists()),
            *(f"module_app {name}" for name in APPS),
            f"ctrl_tcp_listen 127.0.0.1:{control}",
            f"snd_path {(self.folder / 'recordings').resolve()}",
        ]
        (self.folder / "config").write_text("\n".join(lines) + "\n")
        (self.folder / "accounts").write_text("# given at run time\n")
        (self.folder / "contacts").write_text("")
        return control

    async def _connect(self, port: int, limit_s: float) -> asyncio.StreamReader:
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if self._process is None or self._process.returncode is not None:
                break
            try:
                reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
                return reader
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
        tail = (self.folder / "baresip.log").read_text(errors="replace")[-500:]
        raise SoftphoneError(f"baresip did not start: {tail}")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Netstrings of JSON: events, and answers to our commands."""
        with suppress(asyncio.IncompleteReadError, ConnectionResetError):
            while True:
                size = int((await reader.readuntil(b":"))[:-1])
                text = (await reader.readexactly(size + 1))[:-1]
                await self._take(orjson.loads(text.decode(errors="replace")))
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(SoftphoneError("the phone has ended"))

    async def _take(self, message: dict[str, object]) -> None:
        if message.get("response"):
            answer = self._answers.get(str(message.get("token")))
            if answer is not None and not answer.done():
                answer.set_result((bool(message.get("ok")), str(message.get("data") or "")))
            return
        call, peer = message.get("id"), message.get("peeruri")
        event = PhoneEvent(
            kind=str(message.get("type")),
            call=str(call) if call else None,
            peer=str(peer) if peer else None,
            text=str(message.get("param") or ""),
            at=time.time(),
        )
        async with self._news:
            self.history.append(event)
            self._news.notify_all()

    def _newest(self, pattern: str) -> Path:
        found = sorted((self.folder / "recordings").glob(pattern), key=lambda path: path.stat().st_mtime_ns)
        if not found:
            raise SoftphoneError(f"{self.account.user} has recorded nothing")
        return found[-1]


def free_ports(count: int) -> int:
    """The first of ``count`` neighbouring ports that are free for UDP and TCP on loopback."""
    for _ in range(200):
        first = random.choice(SIP_PORTS)  # noqa: S311 - spread, not secrecy
        if all(_free(port) for port in range(first, first + count)):
            return first
    raise SoftphoneError("no free port for a phone")


def _free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def _program() -> Program:
    try:
        return baresip()
    except ProgramMissing as error:
        raise SoftphoneError(str(error)) from error


async def _ended(process: asyncio.subprocess.Process) -> None:
    for force in (None, signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        if force is not None:
            with suppress(ProcessLookupError):
                process.send_signal(force)
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                await process.wait()
