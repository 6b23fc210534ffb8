"""A process that the supervisor keeps: started in its own session, found again after a crash of the supervisor.

The output goes straight into a file, without a pipe through the supervisor, so a process lives on and
keeps writing when the supervisor dies. A pid file with the start time of the process tells it from a
stranger who got the same number later.
"""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import structlog

from yingda.native.home import Home
from yingda.native.postgres import RunAs, identity
from yingda.native.tree import write_whole

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """How a process is started and ended, and when it counts as healthy. Times in seconds."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    ready: Callable[[], Awaitable[bool]]
    cwd: Path = Path("/")
    run_as: RunAs | None = None
    stop_signal: int = signal.SIGTERM
    start_s: float = 60.0
    stop_s: float = 10.0
    before: Callable[[], None] | None = None
    version: str = ""
    module: str = ""
    """The module whose ``main()`` the process is, where it may be forked from a preloaded process."""

    @property
    def fingerprint(self) -> str:
        """Differs when another command, another version or other settings of ours are asked for."""
        settings = sorted(item for item in self.env.items() if item[0].startswith("YINGDA_"))
        return sha256(repr((self.argv, self.version, settings)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Identity:
    """A process, beyond doubt: number and start time (clock ticks since boot)."""

    pid: int
    started: int
    fingerprint: str = field(default="", compare=False)

    def is_alive(self) -> bool:
        """Whether this very process lives; a zombie does not."""
        return start_time(self.pid) == self.started


def start_time(pid: int) -> int | None:
    """When the process started, in clock ticks since boot; None where it is gone or a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else int(fields[19])


def pid_file(home: Home, name: str) -> Path:
    """Where the process is remembered."""
    return home.run / f"{name}.pid"


def remembered(home: Home, name: str) -> Identity | None:
    """The process of that name if it lives, else None."""
    try:
        record = json.loads(pid_file(home, name).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    found = Identity(record["pid"], record["started"], record.get("fingerprint", ""))
    return found if found.is_alive() else None


def remember(home: Home, name: str, identity: Identity) -> None:
    """Writes the pid file. A full disk is no reason to forget a process that lives: its supervisor tries again."""
    record = {"pid": identity.pid, "started": identity.started, "fingerprint": identity.fingerprint}
    try:
        write_whole(pid_file(home, name), json.dumps(record))
    except OSError as error:
        log.error("supervisor.pid_not_written", name=name, detail=str(error))


def spawn(home: Home, spec: ChildSpec) -> tuple[subprocess.Popen[bytes], Identity]:
    """Starts the process. Raises OSError."""
    if spec.before is not None:
        spec.before()
    with (home.logs / f"{spec.name}.log").open("ab") as output:
        process = subprocess.Popen(
            spec.argv,
            env=spec.env,
            cwd=spec.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **identity(spec.run_as),
        )
    found = Identity(process.pid, start_time(process.pid) or 0, spec.fingerprint)
    remember(home, spec.name, found)
    return process, found


async def wait_gone(identity: Identity, timeout_s: float | None = None) -> bool:
    """Waits for the end of a process, ours or not; False when the time is over."""
    try:
        descriptor = os.pidfd_open(identity.pid)
    except ProcessLookupError:
        return True
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, gone.set)
    try:
        if not identity.is_alive():
            return True
        await asyncio.wait_for(gone.wait(), timeout_s)
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    return True


async def stop(identity: Identity, stop_signal: int, timeout_s: float) -> None:
    """Ends a process politely, then by force with all of its own session."""
    for number, patience in ((stop_signal, timeout_s), (signal.SIGKILL, 5.0)):
        if not identity.is_alive():
            return
        try:
            os.kill(identity.pid, number)
            if number == signal.SIGKILL:
                os.killpg(identity.pid, number)
        except ProcessLookupError:
            return
        if await wait_gone(identity, patience):
            return
