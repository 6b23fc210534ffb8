"""Every five seconds: does what is held agree with itself, and with the switch?

What differs at two looks running is no coincidence: it is alarmed, counted and mended.
"""

import asyncio
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from yingda.app.switching.runner import Runner
from yingda.channels.voice import recovery
from yingda.channels.voice.audit import Difference, differences
from yingda.channels.voice.floor import Floor
from yingda.routing import Violation, check
from yingda.telephony.switch import LegEnded, Switch, SwitchConnected, SwitchUnavailable

log = structlog.get_logger()

EVERY_S = 5.0

# Not the default registry: a web process adds these figures to its own, and none may be told twice.
FIGURES = CollectorRegistry()
VIOLATIONS = Counter(
    "yingda_invariant_violations", "Broken invariants of the live state that were mended", ["broken"], registry=FIGURES
)
CALLS = Gauge("yingda_calls", "Calls that are going on or being wrapped up", registry=FIGURES)
WAITING = Gauge("yingda_waiting", "Calls that wait in a queue", registry=FIGURES)
UNSTORED = Gauge("yingda_facts_unstored", "Facts that are not in the database yet", registry=FIGURES)


class Reconciler:
    """Looks over all floors and remembers what was suspect at the last look."""

    def __init__(self, runner: Runner, switch: Switch) -> None:
        self._runner = runner
        self._switch = switch
        self._broken: set[Violation] = set()
        self._different: set[Difference] = set()

    async def run(self) -> None:
        """Looks for as long as the process lives."""
        while True:
            await asyncio.sleep(EVERY_S)
            self._runner.put(self.check)
            if self._runner.exchange.connected:
                await self._compare()

    async def _compare(self) -> None:
        try:
            seen = await self._switch.look()
        except SwitchUnavailable:
            self._different = set()
            return
        self._runner.put(lambda now: self.compare(seen, now))

    def compare(self, seen: SwitchConnected, now: datetime) -> None:
        """What we hold against what the switch has."""
        exchange = self._runner.exchange
        found = differences(exchange.floors, seen)
        for difference in found & self._different:
            log.error("state and switch differ, mending", kind=difference.kind, leg=difference.leg)
            VIOLATIONS.labels(f"leg_{difference.kind}").inc()
            if difference.tenant is not None:
                exchange.happened(LegEnded(difference.leg, 0, "end was not heard", now), now)
            else:
                exchange.end_stray(difference.leg)
        self._different = found - self._different

    def check(self, now: datetime) -> None:
        """Routing and agents against each other."""
        found: set[Violation] = set()
        floors = self._runner.exchange.floors.values()
        for floor in floors:
            broken = set(check(floor.acd, floor.presences))
            standing = broken & self._broken
            found |= broken
            if standing:
                self._mend(floor, standing, now)
        self._broken = found
        CALLS.set(sum(len(floor.calls) for floor in floors))
        WAITING.set(sum(len(floor.acd.entries()) for floor in floors))
        UNSTORED.set(self._runner.writer.pending)

    def _mend(self, floor: Floor, standing: set[Violation], now: datetime) -> None:
        for violation in standing:
            log.error("invariant broken, mending", tenant=floor.setup.slug, violation=repr(violation))
            VIOLATIONS.labels(violation.broken.value).inc()
        recovery.mend(floor, now)
        self._runner.exchange.touch(floor)
