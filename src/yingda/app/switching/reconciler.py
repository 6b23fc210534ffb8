"""Every five seconds: does what is held agree with itself? What is broken twice running is mended and alarmed."""

import asyncio
from datetime import datetime

import structlog
from prometheus_client import Counter, Gauge

from yingda.app.switching.runner import Runner
from yingda.channels.voice import recovery
from yingda.channels.voice.floor import Floor
from yingda.routing import Violation, check
from yingda.telephony.switch import Switch

log = structlog.get_logger()

EVERY_S = 5.0

VIOLATIONS = Counter("yingda_invariant_violations", "Broken invariants of the live state that were mended", ["broken"])
CALLS = Gauge("yingda_calls", "Calls that are going on or being wrapped up")
WAITING = Gauge("yingda_waiting", "Calls that wait in a queue")
UNSTORED = Gauge("yingda_facts_unstored", "Facts that are not in the database yet")


class Reconciler:
    """Looks over all floors; a difference that is still there at the second look is no coincidence."""

    def __init__(self, runner: Runner, switch: Switch) -> None:
        self._runner = runner
        self._switch = switch
        self._suspects: set[Violation] = set()

    async def run(self) -> None:
        """Looks for as long as the process lives."""
        while True:
            await asyncio.sleep(EVERY_S)
            self._runner.put(self.look)

    def look(self, now: datetime) -> None:
        """One look at everything."""
        found: set[Violation] = set()
        floors = self._runner.exchange.floors.values()
        for floor in floors:
            broken = set(check(floor.acd, floor.presences))
            standing = broken & self._suspects
            found |= broken
            if standing:
                self._mend(floor, standing, now)
        self._suspects = found
        CALLS.set(sum(len(floor.calls) for floor in floors))
        WAITING.set(sum(len(floor.acd.entries()) for floor in floors))
        UNSTORED.set(self._runner.writer.pending)

    def _mend(self, floor: Floor, standing: set[Violation], now: datetime) -> None:
        for violation in standing:
            log.error("invariant broken, mending", tenant=floor.setup.slug, violation=repr(violation))
            VIOLATIONS.labels(violation.broken.value).inc()
        recovery.mend(floor, now)
        self._runner.exchange.touch(floor)
