"""The order of a start: database, tables, Asterisk, demo tenant, our processes.

``python -m yingda.native.start CHECKOUT`` is the supervisor's process.
"""

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path

import structlog

from yingda.kit.log import configure
from yingda.native import postgres
from yingda.native.children import ChildSpec
from yingda.native.errors import LockHeld, NativeError
from yingda.native.home import Home, Ports, choose_ports, home_of_environment, kept_ports
from yingda.native.leftovers import end_leftovers, leftovers
from yingda.native.lock import EXIT_LOCK_HELD, locked
from yingda.native.manifest import RUN
from yingda.native.output import outlast_a_full_disk
from yingda.native.plan import (
    MODULES,
    Installation,
    asterisk_child,
    environment_of,
    installation,
    migration_environment,
    our_children,
    postgres_child,
    source_version,
)
from yingda.native.preloader import Preloader
from yingda.native.programs import versions
from yingda.native.reserved import ReservedPorts
from yingda.native.stamps import Stamps
from yingda.native.state import Phase, Report
from yingda.native.supervisor import Supervisor
from yingda.native.tree import cache_folder, find_tree

log = structlog.get_logger()

LOCK_WAIT_S = 1.0
_SETTINGS_OF_FILES = ("YINGDA_PUBLIC_ADDRESS", "YINGDA_TLS_CERTIFICATE", "YINGDA_TLS_KEY")
"""What Asterisk's files are written from besides the ports."""


async def together(*work: Coroutine[None, None, None]) -> None:
    """Runs them side by side; the first error ends the others and is raised by itself, not in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


class Start:
    """Carries out the start of one installation."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.stamps = Stamps(place.home)
        # Secrets and ports never change without a new database or a new choice of ports.
        settings = [os.environ.get(name, "") for name in _SETTINGS_OF_FILES]
        tree = find_tree(RUN, cache_folder())
        self.key = f"{source_version(place.checkout)} {place.ports} {cache_folder()} {tree} {settings}"

    async def __call__(self, supervisor: Supervisor) -> None:
        """Returns when everything is healthy. Raises NativeError."""
        warming = asyncio.create_task(supervisor.preloader.warm()) if supervisor.preloader else None
        servers = [self._database(supervisor)]
        if not self.place.outside_asterisk:
            servers.append(self._asterisk(supervisor))
        await together(*servers)
        await self._once(supervisor, "demo tenant", "yingda.app.seed", environment_of(self.place))
        if warming is not None:
            await warming
        await together(*(self._keep(supervisor, spec) for spec in our_children(self.place)))

    async def _database(self, supervisor: Supervisor) -> None:
        place = self.place
        if not place.outside_database:
            async with supervisor.step("database"):
                run_as = postgres.unprivileged()
                data, note = postgres.data_folder(place.home, run_as)
                if note:
                    supervisor.report.steps[-1].name = f"database ({note})"
                if await asyncio.to_thread(postgres.make_database, place.home, data, place.secrets, run_as):
                    self.stamps.forget()
                postgres.configure(data, place.ports.postgres, run_as)
                await supervisor.keep(postgres_child(place, data, run_as))
        await self._once(supervisor, "tables", "yingda.native.migrate", migration_environment(place))

    async def _asterisk(self, supervisor: Supervisor) -> None:
        env = {**os.environ, "PYTHONPATH": str(self.place.checkout / "src")}
        async with supervisor.step("asterisk"):
            if not self.stamps.is_done("switch_files", self.key):
                await self._python(supervisor, "yingda.native.switch_files", env, str(self.place.checkout))
                self.stamps.mark("switch_files", self.key)
            await supervisor.keep(asterisk_child(self.place))

    async def _keep(self, supervisor: Supervisor, spec: ChildSpec) -> None:
        async with supervisor.step(spec.name):
            await supervisor.keep(spec)

    async def _once(self, supervisor: Supervisor, step: str, module: str, env: dict[str, str]) -> None:
        """Work on the database; not needed again until a source changes. Somebody else's database is always asked."""
        if self.stamps.is_done(module, self.key) and not self.place.outside_database:
            return
        async with supervisor.step(step):
            await self._python(supervisor, module, env)
            self.stamps.mark(module, self.key)

    async def _python(self, supervisor: Supervisor, module: str, env: dict[str, str], *words: str) -> None:
        argv = (sys.executable, "-m", module, *words)
        await supervisor.run_once(module.rpartition(".")[2], argv, env, self.place.checkout)


async def supervise(checkout: Path, home: Home) -> int:
    """Runs the installation until it is told to end."""
    reserved = ReservedPorts()
    ports, notes = await _ports(home, reserved)
    place = installation(checkout, home, ports)
    report = Report(Phase.STARTING, url=place.url, sip_port=ports.sip, versions=versions())
    preloader = Preloader(home, checkout, MODULES, environment_of(place))
    supervisor = Supervisor(home, report, preloader)
    for note in notes:
        async with supervisor.step(note):
            pass
    return await supervisor.run(Start(place))


async def _ports(home: Home, reserved: ReservedPorts) -> tuple[Ports, list[str]]:
    """What a killed supervisor left behind holds our ports: it is adopted later, or ended now."""
    if leftovers(home):
        kept = kept_ports(home, os.environ)
        if kept is not None:
            return kept, []
        await end_leftovers(home)
    return choose_ports(home, os.environ, reserved)


def main() -> int:
    """Entry of the supervisor's process: 0 after a proper end, 1 where the start failed.

    :data:`EXIT_LOCK_HELD` where another supervisor is at work: its report is left alone.
    """
    outlast_a_full_disk()
    configure("supervisor")
    checkout = Path(sys.argv[1])
    home = home_of_environment(checkout)
    try:
        home.make()
        with locked(home.run / "lock", wait_s=LOCK_WAIT_S):
            return asyncio.run(supervise(checkout, home))
    except LockHeld as error:
        print(error.detail, flush=True)
        return EXIT_LOCK_HELD
    except NativeError as error:
        log.error("supervisor.start_failed", id=error.id, detail=error.detail)
        Report(Phase.FAILED, error_id=error.id, error=error.detail).save(home)
        return 1


if __name__ == "__main__":
    sys.exit(main())
