"""Many phones at once: sipp as callers and as agents, with scenarios written here.

A caller's media (tone and keys) is played from a capture made by ``rtp_pcap``; sipp sends it through a raw socket and
needs root for that. Without media any user can run it. For proofs of audio use ``baresip``.
"""

import asyncio
import csv
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.phones.rtp_pcap import Press, write_media
from tests.phones.sipp_scenarios import agent_scenario, caller_scenario, register_scenario
from yingda.app.softphone import free_ports
from yingda.native.programs import sipp


@dataclass(frozen=True, slots=True)
class Callers:
    """Calls to one number. ``hang_up_s`` None: stay until the other side says BYE. ``caller`` may hold
    ``[call_number]``. ``expect``: the final answer to the INVITE that counts as success."""

    number: str
    caller: str = "13800138000"
    calls: int = 1
    rate: float = 1
    hang_up_s: float | None = 10
    presses: tuple[Press, ...] = ()
    hz: float | None = None
    expect: int = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What sipp counted."""

    exit_code: int
    created: int
    successful: int
    failed: int
    errors: str

    @property
    def good(self) -> bool:
        """All calls went as the scenario says."""
        return self.exit_code == 0 and self.failed == 0 and self.successful == self.created


@dataclass(frozen=True, slots=True)
class Agent:
    """A SIP user to register."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """How agents take calls: answer after ``answer_ms`` (None: never), or refuse with ``refuse`` such as 486.
    ``hang_up_s``: end answered calls after so long; None: the other side ends them."""

    answer_ms: int | None = 0
    refuse: int | None = None
    hang_up_s: float | None = None


async def call(folder: Path, port: int, callers: Callers, limit_s: float = 120) -> Outcome:
    """Run the calls to ``127.0.0.1:port`` to their end; raises TimeoutError."""
    async with calling(folder, port, callers) as process:
        async with asyncio.timeout(limit_s):
            code = await process.wait()
        return _outcome(folder, code)


@asynccontextmanager
async def calling(folder: Path, port: int, callers: Callers) -> AsyncIterator[asyncio.subprocess.Process]:
    """The running callers; what is left of them is stopped at the end."""
    scenario = _prepare(folder, callers)
    period = 1000 if callers.rate >= 1 else round(1000 / callers.rate)
    rate = max(1, round(callers.rate))
    options = ["-m", str(callers.calls), "-r", str(rate), "-rp", str(period), "-l", str(max(callers.calls, 1))]
    async with _sipp(folder, scenario, free_ports(1), [*options, "-s", callers.number, f"127.0.0.1:{port}"]) as process:
        yield process


@asynccontextmanager
async def agents(folder: Path, port: int, users: Sequence[Agent], conduct: Conduct) -> AsyncIterator[int]:
    """Register the users at ``127.0.0.1:port`` and take their calls; yields the process id. Audio is echoed.

    They answer OPTIONS too, by which the registrar sees whether they are there.
    """
    own = free_ports(1)
    scenario = _write(folder / "agents.xml", agent_scenario(conduct.answer_ms, conduct.refuse, conduct.hang_up_s))
    # First, and from the same port: a registrar behind which phones may stand takes a request's source for the contact.
    await register(folder / "register", port, users, contact_port=own)
    async with _sipp(folder, scenario, own, ["-aa", "-rtp_echo", f"127.0.0.1:{port}"]) as process:
        yield process.pid


async def register(folder: Path, port: int, users: Sequence[Agent], contact_port: int, expires_s: int = 3600) -> None:
    """Register all users from and with one port; raises RuntimeError where the registrar refuses one."""
    lines = [f"{user.user};[authentication username={user.user} password={user.password}]" for user in users]
    known = _write(folder / "users.csv", "\n".join(["SEQUENTIAL", *lines]) + "\n")
    scenario = _write(folder / "register.xml", register_scenario(contact_port, expires_s))
    options = ["-inf", str(known), "-m", str(len(users)), "-r", "50", f"127.0.0.1:{port}"]
    async with _sipp(folder, scenario, contact_port, options) as process, asyncio.timeout(30):
        code = await process.wait()
    result = _outcome(folder, code)
    if not result.good:
        raise RuntimeError(f"registration failed: {result}")


def _prepare(folder: Path, callers: Callers) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    media: Path | None = None
    if callers.hz is not None or callers.presses:
        if os.geteuid() != 0:
            raise PermissionError("sipp needs root to send media: use baresip as the caller")
        stay = callers.hang_up_s or 60
        media = write_media(folder / "media.pcap", callers.hz or 440, stay, callers.presses)
    return _write(folder / "caller.xml", caller_scenario(callers.caller, callers.hang_up_s, media, callers.expect))


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@asynccontextmanager
async def _sipp(
    folder: Path, scenario: Path, port: int, options: Sequence[str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    program = sipp()
    common = ["-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port), "-mi", "127.0.0.1", "-nostdin"]
    statistics = ["-trace_stat", "-stf", str(folder / "stat.csv"), "-fd", "1"]
    errors = ["-trace_err", "-error_file", str(folder / "errors.log")]
    media = ["-min_rtp_port", "20100", "-max_rtp_port", "22900"]
    process = await asyncio.create_subprocess_exec(
        *program.argv,
        *common,
        *statistics,
        *errors,
        *media,
        *options,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **program.env, "TERM": "dumb"},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # The first signal lets sipp end its calls, the last one does not ask.
        for force in (signal.SIGUSR1, signal.SIGTERM, signal.SIGKILL):
            if process.returncode is not None:
                break
            with suppress(ProcessLookupError):
                process.send_signal(force)
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await process.wait()


def _outcome(folder: Path, code: int) -> Outcome:
    with (folder / "stat.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    log = folder / "errors.log"
    return Outcome(
        exit_code=code,
        created=int(rows[-1]["TotalCallCreated"]),
        successful=int(rows[-1]["SuccessfulCall(C)"]),
        failed=int(rows[-1]["FailedCall(C)"]),
        errors=log.read_text(errors="replace")[-2000:] if log.exists() else "",
    )
