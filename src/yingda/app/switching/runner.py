"""The loop: one stimulus after another goes into the pure cores; what comes out is journalled, then carried out."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from yingda.agents import StateChange
from yingda.agents.presence import Presence
from yingda.app.switching.lines import Lines
from yingda.app.switching.perform import Performer
from yingda.app.switching.writer import Fact, Writer
from yingda.channels.voice import live, records, recovery
from yingda.channels.voice.call import InFlow, Waiting, dump, load
from yingda.channels.voice.effects import Effect, HangUp, Ring
from yingda.channels.voice.exchange import Exchange
from yingda.channels.voice.floor import Floor, Outbox, Tally
from yingda.channels.voice.offers import AGENT_LEG
from yingda.channels.voice.setup import TenantSetup
from yingda.kit.clock import Clock
from yingda.kit.journal import Journal
from yingda.kit.link import Frame
from yingda.telephony.switch import Cause, Switch, SwitchError, SwitchUnavailable

log = structlog.get_logger()

Stimulus = Callable[[datetime], None]

BATCH = 200
"""Stimuli that may be taken together before what they changed is written."""


class Runner:
    """Owns the live state. Everything that changes it goes through :meth:`put`."""

    def __init__(self, exchange: Exchange, switch: Switch, journal: Journal, writer: Writer, clock: Clock) -> None:
        self.exchange = exchange
        self.writer = writer
        self.lines = Lines()
        self.performer: Performer | None = None
        self.broadcast: Callable[[Frame], None] = _to_nobody
        self._switch = switch
        self._journal = journal
        self._clock = clock
        self._stimuli: asyncio.Queue[Stimulus] = asyncio.Queue()

    def put(self, stimulus: Stimulus) -> None:
        """Queues a stimulus."""
        self._stimuli.put_nowait(stimulus)

    def tell(self, floor: Floor, stimulus: Callable[[Floor, datetime], None]) -> None:
        """Queues a stimulus for one floor."""

        def run(now: datetime) -> None:
            stimulus(floor, now)
            self.exchange.touch(floor)

        self.put(run)

    async def ask(self, tenant: UUID, verb: Callable[[Floor, datetime], Any]) -> Any:
        """Runs a command in its turn and gives its answer, or raises its error."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def run(now: datetime) -> None:
            floor = self.exchange.floors[tenant]
            try:
                answer = verb(floor, now)
            except Exception as error:
                if not future.done():
                    future.set_exception(error)
                return
            finally:
                self.exchange.touch(floor)
            if not future.done():
                future.set_result(answer)

        self.put(run)
        return await future

    def adopt(self, setup: TenantSetup) -> None:
        """A tenant is set up: for the first time with what the journal holds of it, later anew."""
        now = self._clock.now()
        known = setup.id in self.exchange.floors
        floor = self.exchange.set_up(setup, now)
        if not known:
            self._restore(floor, now)
        self.exchange.touch(floor)
        if not known:
            # Those who follow already have no snapshot that events could build upon.
            self.broadcast(snapshot(floor, now))

    def _restore(self, floor: Floor, now: datetime) -> None:
        tenant = floor.setup.id
        for value in self._journal.under(f"agent:{tenant}:"):
            held = Presence.from_dict(value)
            floor.presences[held.agent] = held
        for value in self._journal.under(f"call:{tenant}:"):
            call = load(value)
            floor.calls[call.id] = call
        for key, value in list(self._journal.values.items()):
            if key.startswith(f"tally:{tenant}:"):
                day = datetime.fromisoformat(value["day"]).date()
                floor.tallies[UUID(key.rpartition(":")[2])] = Tally(**{**value, "day": day})
        recovery.adopt(floor, now)
        if floor.calls:
            log.info("calls taken over from the journal", tenant=floor.setup.slug, calls=len(floor.calls))

    def versions_in_use(self, tenant: UUID) -> set[tuple[UUID, int]]:
        """Flow versions that calls are in, those of the journal included."""
        floor = self.exchange.floors.get(tenant)
        if floor is not None:
            calls = list(floor.calls.values())
        else:
            calls = [load(value) for value in self._journal.under(f"call:{tenant}:")]
        return {
            (call.flow, call.flow_version)
            for call in calls
            if isinstance(call.stage, InFlow | Waiting) and call.flow and call.flow_version
        }

    async def run(self) -> None:
        """Takes stimuli for as long as the process lives."""
        while True:
            for stimulus in await self._next():
                now = self._clock.now()
                try:
                    stimulus(now)
                except Exception:
                    # A stimulus that the cores cannot take must not take the others' calls down.
                    log.exception("stimulus failed")
            self._pass_time()
            self.flush()

    def _pass_time(self) -> None:
        try:
            self.exchange.time_passed(self._clock.now())
        except Exception:
            # As above; what was due is taken out, so it does not come again.
            log.exception("timer failed")

    async def _next(self) -> list[Stimulus]:
        due = self.exchange.next_due()
        timeout = None if due is None else max(0.0, (due - self._clock.now()).total_seconds())
        try:
            first = await asyncio.wait_for(self._stimuli.get(), timeout)
        except TimeoutError:
            return []
        more = [self._stimuli.get_nowait() for _ in range(min(BATCH, self._stimuli.qsize()))]
        return [first, *more]

    def flush(self) -> None:
        """Journal first, then effects, facts and live events."""
        for leg in self.exchange.take_strays():
            self.lines.submit(leg, lambda leg=leg: self._end_stray(leg))  # type: ignore[misc]
        outs = [(floor, floor.take()) for floor in self.exchange.take_touched()]
        entries: dict[str, Any] = {}
        gone: list[str] = []
        for floor, out in outs:
            entries.update(self._entries(floor, out))
            gone.extend(f"call:{floor.setup.id}:{call}" for call in out.gone)
        for key in gone:
            entries.pop(key, None)
        if entries:
            self._journal.put(entries)
        self._journal.drop(*gone)
        for floor, out in outs:
            self._carry_out(floor, out)

    def _entries(self, floor: Floor, out: Outbox) -> dict[str, Any]:
        tenant = floor.setup.id
        facts: list[Fact] = list(out.decisions)
        entries: dict[str, Any] = {}
        for call in out.calls.values():
            call.revision += 1
            facts.append(records.record(floor, call))
            facts.extend(records.segments(call))
            entries[f"call:{tenant}:{call.id}"] = dump(call)
        for agent in out.agents:
            if agent in floor.presences:
                entries[f"agent:{tenant}:{agent}"] = floor.presences[agent].to_dict()
        for queue in out.queues:
            if queue in floor.tallies:
                tally = floor.tallies[queue]
                entries[f"tally:{tenant}:{queue}"] = {**asdict(tally), "day": tally.day.isoformat()}
        facts.extend(StateChange(c.id, tenant, c.agent, c.before, c.after, c.reason, c.by, c.at) for c in out.changes)
        entries.update(self.writer.add(facts))
        return entries

    def _carry_out(self, floor: Floor, out: Outbox) -> None:
        now = self._clock.now()
        performer = self.performer
        if performer is not None:
            for call, effect in out.effects:
                line = line_of(call, effect)
                self.lines.submit(line, lambda c=call, e=effect: performer.perform(floor, c, e))  # type: ignore[misc]
        for frame in frames(floor, out, now):
            self.broadcast(frame)

    async def _end_stray(self, leg: str) -> None:
        log.warning("orphan leg ended", leg=leg)
        try:
            await self._switch.hang_up(leg, Cause.CONGESTION)
        except (SwitchError, SwitchUnavailable) as error:
            log.warning("orphan leg not ended", leg=leg, error=str(error))


def line_of(call: UUID, effect: Effect) -> UUID | str:
    """Behind what an effect has to wait: its call's others, but an agent's device rings for itself.

    Speech for the caller may take seconds to be made; nobody's phone waits for it.
    """
    if isinstance(effect, Ring | HangUp) and effect.leg.startswith(AGENT_LEG):
        return effect.leg
    return call


def frames(floor: Floor, out: Outbox, now: datetime) -> list[Frame]:
    """The live events of an outbox: whole new values."""
    tenant = str(floor.setup.id)
    made: list[tuple[str, Any]] = []
    queues = dict(out.queues) | {call.queue: None for call in out.calls.values() if call.queue}
    calls = dict(out.calls)
    for queue in queues:
        # Those behind somebody who left have moved up without being touched themselves.
        calls.update({call.id: call for call in floor.moved(queue)})
    for call in calls.values():
        if call.live and call.id not in out.gone:
            made.append(("contact.changed", live.contact(floor, call)))
        else:
            made.append(("contact.ended", {"id": str(call.id)}))
    for name, ids, view in (("agent", out.agents, live.agent), ("queue", queues, live.queue)):
        for key in ids:
            value = view(floor, key, now)
            made.append((f"{name}.changed", value) if value else (f"{name}.removed", {"id": str(key)}))
    for endpoint in out.trunks:
        trunk, value = floor.trunk_id(endpoint), live.trunk(floor, endpoint)
        if trunk is not None:
            made.append(("trunk.changed", value) if value else ("trunk.removed", {"id": str(trunk)}))
    return [{"tenant": tenant, "type": kind, "value": value} for kind, value in made]


def snapshot(floor: Floor, now: datetime) -> Frame:
    """Everything of a floor."""
    setup = floor.setup
    return {
        "tenant": str(setup.id),
        "type": "snapshot",
        "value": {
            "at": now.isoformat().replace("+00:00", "Z"),
            "agents": [live.agent(floor, agent, now) for agent in setup.agents],
            "queues": [live.queue(floor, queue, now) for queue in setup.queues],
            "contacts": [live.contact(floor, call) for call in floor.calls.values() if call.live],
            "trunks": [live.trunk(floor, trunk) for trunk in setup.trunks],
        },
    }


def _to_nobody(frame: Frame) -> None:
    """Until the link is up."""
