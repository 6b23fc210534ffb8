"""The supervisor's end of :mod:`yingda.native.preload`."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import structlog

from yingda.native.children import ChildSpec, Identity, remember, start_time
from yingda.native.home import Home
from yingda.native.plan import source_version
from yingda.native.preload import ForkRequest

log = structlog.get_logger()

_IMPORT_S = 60.0
_FORK_S = 2.0


class Preloader:
    """Forks services from a process that has imported them; where it cannot, the caller starts them anew."""

    def __init__(self, home: Home, checkout: Path, modules: tuple[str, ...], env: dict[str, str]) -> None:
        self._home, self._checkout, self._modules, self._env = home, checkout, modules, env
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._version = ""

    async def fork(self, spec: ChildSpec) -> Identity | None:
        """A new process of the service; None where it must be started the long way."""
        async with self._lock:
            try:
                process = await self._fresh()
                return await self._ask(process, spec)
            except (OSError, TimeoutError, ValueError) as error:
                log.warning("supervisor.preload_lost", detail=repr(error))
                self._end()
                return None

    async def warm(self) -> None:
        """Imports now, so that a later fork is quick."""
        async with self._lock:
            with suppress(OSError, TimeoutError, ValueError):
                await self._fresh()

    def _end(self) -> None:
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            self._process = None

    async def close(self) -> None:
        """Ends the process; the services live on."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _fresh(self) -> Process:
        """A process with the present sources; after a change they are imported again."""
        version = source_version(self._checkout)
        running = self._process is not None and self._process.returncode is None
        if running and version == self._version:
            assert self._process is not None  # noqa: S101 - for the type checker
            return self._process
        self._end()
        with (self._home.logs / "preload.log").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "yingda.native.preload", *self._modules),
                env=self._env,
                cwd=self._checkout,
                stdin=PIPE,
                stdout=PIPE,
                stderr=output,
                start_new_session=True,
            )
        self._version = version
        if await self._line(self._process, _IMPORT_S) != b"ready\n":
            raise ValueError("not ready")
        return self._process

    async def _ask(self, process: Process, spec: ChildSpec) -> Identity:
        assert process.stdin is not None  # noqa: S101 - it was made with a pipe
        path = str(self._home.logs / f"{spec.name}.log")
        process.stdin.write(ForkRequest(spec.module, path, str(spec.cwd), spec.env).line())
        await process.stdin.drain()
        pid = int(await self._line(process, _FORK_S))
        identity = Identity(pid, start_time(pid) or 0, spec.fingerprint)
        remember(self._home, spec.name, identity)
        return identity

    @staticmethod
    async def _line(process: Process, timeout_s: float) -> bytes:
        assert process.stdout is not None  # noqa: S101 - it was made with a pipe
        return await asyncio.wait_for(process.stdout.readline(), timeout_s)
