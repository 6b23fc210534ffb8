"""Keeps the processes of an installation alive: one event loop, one task per process.

A process that dies is started again at once; when it dies again soon, after a growing pause. What lives on
from a killed supervisor is adopted when it is what would be started, and ended otherwise: calls go
on while the supervisor is replaced.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from yingda.native.children import (
    ChildSpec,
    Identity,
    pid_file,
    remember,
    remembered,
    spawn,
    start_time,
    stop,
    wait_gone,
)
from yingda.native.errors import NativeError, ProcessFailed
from yingda.native.home import Home
from yingda.native.preloader import Preloader
from yingda.native.state import ORDER, SUPERVISOR, Phase, ProcessReport, ProcessState, Report, StepReport

log = structlog.get_logger()

_PROBE_S = 0.1
_PAUSES_S = (0.0, 0.5, 1.0, 2.0, 4.0)
_CALM_S = 20.0
_DEATHS_AT_START = 4
_ROTATE_BYTES = 20 << 20
_ROTATE_KEEP = 3
_KEEP_ORDER_S = 5.0


class Supervisor:
    """Runs one installation; ``report`` is kept on disk for everybody else."""

    def __init__(self, home: Home, report: Report, preloader: Preloader | None = None) -> None:
        self.home = home
        self.report = report
        self.preloader = preloader
        self.stopping = asyncio.Event()
        self._keepers: list[tuple[ChildSpec, asyncio.Task[None]]] = []
        self._living: dict[str, Identity] = {}
        self._unsaved = False
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    async def run(self, start: Callable[["Supervisor"], Awaitable[None]]) -> int:
        """Starts everything by ``start``, then keeps it until a signal comes; 0, or 1 where the start failed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        remember(self.home, SUPERVISOR, Identity(os.getpid(), start_time(os.getpid()) or 0))
        order = asyncio.create_task(self._keep_order())
        failed = False
        try:
            await self._until_stopped(start)
            if not self.stopping.is_set():
                self._set_phase(Phase.RUNNING)
                await self.stopping.wait()
        except NativeError as error:
            failed = True
            self.report.error_id, self.report.error = error.id, error.detail
            log.error("supervisor.start_failed", id=error.id, detail=error.detail)
        finally:
            order.cancel()
            await self._stop_all(failed=failed)
            if self.preloader is not None:
                await self.preloader.close()
        return 1 if failed else 0

    async def _until_stopped(self, start: Callable[["Supervisor"], Awaitable[None]]) -> None:
        """The start ends early when a signal comes."""
        starting = asyncio.ensure_future(start(self))
        stopping = asyncio.create_task(self.stopping.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
        else:
            starting.result()

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[None]:
        """Shows one step of the start and the time that it took."""
        step = StepReport(name)
        self.report.steps.append(step)
        self._save()
        begun = time.monotonic()
        yield
        step.seconds = round(time.monotonic() - begun, 1)
        self._save()

    async def run_once(self, name: str, argv: tuple[str, ...], env: dict[str, str], cwd: Path) -> None:
        """Runs a program to its end; its output goes to a log. Raises ProcessFailed with the last lines."""
        path = self.home.logs / f"{name}.log"
        with path.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *argv, env=env, cwd=cwd, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output
            )
            try:
                code = await process.wait()
            except asyncio.CancelledError:
                process.kill()
                raise
        if code != 0:
            raise ProcessFailed(f"{name} ended with {code}: {last_lines(path)}")

    async def keep(self, spec: ChildSpec) -> None:
        """Starts a process, waits until it is healthy, and keeps it from then on. Raises ProcessFailed."""
        process = ProcessReport(spec.name, state=ProcessState.STARTING)
        self.report.processes.append(process)
        self.report.processes.sort(key=lambda one: ORDER.index(one.name) if one.name in ORDER else len(ORDER))
        identity = await self._adopt(spec) or await self._spawn(spec)
        self._living[spec.name] = identity
        process.pid = identity.pid
        self._save()
        # From here on there is something to end, so the keeper exists before anything is waited for.
        healthy = asyncio.Event()
        task = asyncio.create_task(self._keep(spec, process, identity, healthy))
        self._keepers.append((spec, task))
        if not await self._first_health(spec, process, healthy):
            lines = last_lines(self.home.logs / f"{spec.name}.log")
            raise ProcessFailed(f"{spec.name} does not get healthy: {lines}")

    async def _first_health(self, spec: ChildSpec, process: ProcessReport, healthy: asyncio.Event) -> bool:
        """False when the time is over, or when it has died so often that more time would not help."""
        deadline = time.monotonic() + spec.start_s
        while time.monotonic() < deadline and process.restarts < _DEATHS_AT_START:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(healthy.wait(), 0.5)
                return True
        return False

    async def _adopt(self, spec: ChildSpec) -> Identity | None:
        found = remembered(self.home, spec.name)
        if found is None:
            return None
        if found.fingerprint == spec.fingerprint:
            log.info("supervisor.adopted", name=spec.name, pid=found.pid)
            return found
        await stop(found, spec.stop_signal, spec.stop_s)
        return None

    async def _spawn(self, spec: ChildSpec) -> Identity:
        if spec.module and self.preloader is not None:
            forked = await self.preloader.fork(spec)
            if forked is not None:
                log.info("supervisor.forked", name=spec.name, pid=forked.pid)
                return forked
        try:
            process, identity = spawn(self.home, spec)
        except OSError as error:
            raise ProcessFailed(f"{spec.name} cannot be started: {error}") from error
        self._children[identity.pid] = process
        log.info("supervisor.started", name=spec.name, pid=identity.pid)
        return identity

    async def _keep(self, spec: ChildSpec, process: ProcessReport, identity: Identity, healthy: asyncio.Event) -> None:
        failures = 0
        while True:
            begun = time.monotonic()
            watching = asyncio.create_task(self._watch_health(spec, process, healthy))
            await wait_gone(identity)
            watching.cancel()
            code = self._reap(identity)
            if self.stopping.is_set():
                return
            failures = 0 if time.monotonic() - begun > _CALM_S else failures + 1
            process.pid, process.state = 0, ProcessState.RESTARTING
            process.restarts += 1
            self._save()
            pause = _PAUSES_S[min(max(failures - 1, 0), len(_PAUSES_S) - 1)]
            log.warning("supervisor.died", name=spec.name, pid=identity.pid, code=code, pause_s=pause)
            await asyncio.sleep(pause)
            identity = await self._spawn_patiently(spec)
            self._living[spec.name] = identity
            process.pid = identity.pid
            self._save()

    def _reap(self, identity: Identity) -> int | None:
        """The exit code, None where it is unknown because the process was adopted."""
        process = self._children.pop(identity.pid, None)
        return None if process is None else process.wait()

    async def _spawn_patiently(self, spec: ChildSpec) -> Identity:
        """A machine that cannot start a program at this moment, for lack of memory or disk, is asked again."""
        while True:
            try:
                return await self._spawn(spec)
            except ProcessFailed as error:
                log.error("supervisor.not_started", name=spec.name, detail=error.detail)
                await asyncio.sleep(_PAUSES_S[-1])

    async def _watch_health(self, spec: ChildSpec, process: ProcessReport, healthy: asyncio.Event) -> None:
        while not await spec.ready():  # noqa: ASYNC110 - the other side is a process, it cannot set an event
            await asyncio.sleep(_PROBE_S)
        process.state = ProcessState.RUNNING
        healthy.set()
        self._save()

    async def _stop_all(self, *, failed: bool) -> None:
        """In the reverse order of the start: first who uses, then who is used."""
        self.stopping.set()
        self._set_phase(Phase.FAILED if failed else Phase.STOPPING)
        for spec, task in reversed(self._keepers):
            await stop(self._living[spec.name], spec.stop_signal, spec.stop_s)
            task.cancel()
            self._reap(self._living[spec.name])
            pid_file(self.home, spec.name).unlink(missing_ok=True)
            log.info("supervisor.stopped", name=spec.name)
        for process in self.report.processes:
            process.pid, process.state = 0, ProcessState.STOPPED
        self._save()
        pid_file(self.home, SUPERVISOR).unlink(missing_ok=True)

    async def _keep_order(self) -> None:
        """Logs do not grow for ever; what a full disk kept from being written is written when there is room."""
        while True:
            for path in self.home.logs.glob("*.log"):
                rotate(path)
            self.remember_again()
            await asyncio.sleep(_KEEP_ORDER_S)

    def remember_again(self) -> None:
        """Writes the pid files, and the report, that could not be written when they changed."""
        lost = [
            (name, one) for name, one in self._living.items() if one.is_alive() and remembered(self.home, name) != one
        ]
        for name, identity in lost:
            remember(self.home, name, identity)
        if lost or self._unsaved:
            self._save()

    def _set_phase(self, phase: Phase) -> None:
        self.report.phase = phase
        self._save()

    def _save(self) -> None:
        try:
            self.report.save(self.home)
            self._unsaved = False
        except OSError as error:
            self._unsaved = True
            # A full disk must not end the supervisor: the processes are worth more than the report.
            log.error("supervisor.report_not_written", detail=str(error))


def rotate(path: Path, limit: int = _ROTATE_BYTES, keep: int = _ROTATE_KEEP) -> None:
    """Copies a log that is too long and empties it; writers append, so they go on at its new end."""
    try:
        if path.stat().st_size < limit:
            return
        for number in range(keep - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)
    except OSError as error:
        log.error("supervisor.log_not_rotated", file=path.name, detail=str(error))


def last_lines(path: Path, count: int = 6) -> str:
    """The end of a log, for an error message."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - 4000))
            lines = stream.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return "(no log)"
    return "\n".join(lines[-count:]) or "(the log is empty)"
