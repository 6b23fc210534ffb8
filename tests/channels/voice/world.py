"""The exchange in virtual time, with a switch beside it and everything that leaves the floor kept."""

from collections import defaultdict
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import orjson

from tests.channels.voice.plant import Plant, PlantLeg
from tests.channels.voice.setups import NUMBER, T0, TRUNK, name_id, tenant
from yingda.agents.presence import Presence
from yingda.agents.terms import AgentState
from yingda.channels.voice import desk, records, recovery
from yingda.channels.voice.call import Call, dump, load
from yingda.channels.voice.effects import Effect
from yingda.channels.voice.exchange import Exchange
from yingda.channels.voice.floor import Floor, Outbox, StateChange
from yingda.channels.voice.setup import TenantSetup
from yingda.interactions.records import DecisionRecord, InteractionRecord, SegmentRecord
from yingda.interactions.terms import SegmentKind
from yingda.telephony.switch import KeyPressed, LegArrived, LegState, PhoneChanged, SwitchEvent

Kind = TypeVar("Kind")


class World:
    """Effects are carried out and heard of at once; ``deaf`` keeps what the switch tells for later."""

    def __init__(self, setup: TenantSetup | None = None) -> None:
        self.now = T0
        self.setup = setup or tenant()
        self.numbers = count(1)
        self.plant = Plant()
        self.deaf = False
        self.away = False
        self.effects: list[Effect] = []
        self.records: dict[UUID, InteractionRecord] = {}
        self.segments: dict[UUID, SegmentRecord] = {}
        self.decisions: dict[UUID, list[DecisionRecord]] = defaultdict(list)
        self.changes: list[StateChange] = []
        self.outs: list[Outbox] = []
        self.journal: dict[UUID, bytes] = {}
        self.people: dict[UUID, bytes] = {}
        self.plant.reachable = {f"{person.username}-web" for person in self.setup.agents.values()} | {TRUNK}
        self.exchange = Exchange(self._new_id)
        self.exchange.set_up(self.setup, self.now)
        self.hear(self.plant.seen(self.now, restarted=True))

    def _new_id(self) -> UUID:
        return UUID(int=next(self.numbers))

    @property
    def floor(self) -> Floor:
        """The one tenant's floor."""
        return self.exchange.floors[self.setup.id]

    # What comes in

    def hear(self, event: SwitchEvent) -> None:
        """The exchange hears of something."""
        self.exchange.happened(event, self.now)
        self.settle()

    def settle(self) -> None:
        """Takes what left the floor, carries it out, and hears what follows, until it is quiet."""
        while True:
            self.take()
            if self.deaf or not self.plant.events:
                return
            self.exchange.happened(self.plant.events.popleft(), self.now)

    def take(self) -> None:
        """What the process does with an outbox: revision, record, journal; then effects."""
        for leg in self.exchange.take_strays():
            self.plant.end(leg, self.now)
        for floor in self.exchange.take_touched():
            out = floor.take()
            self.outs.append(out)
            for call in out.calls.values():
                self._keep(floor, call)
            for gone in out.gone:
                self.journal.pop(gone, None)
            for person in out.agents:
                if person in floor.presences:
                    self.people[person] = orjson.dumps(floor.presences[person].to_dict())
            for decision in out.decisions:
                self.decisions[decision.interaction_id].append(decision)
            self.changes.extend(out.changes)
            for _, effect in out.effects:
                self.effects.append(effect)
                if not self.away:
                    self.plant.perform(effect, self.now)

    def _keep(self, floor: Floor, call: Call) -> None:
        call.revision += 1
        self.records[call.id] = records.record(floor, call)
        self.segments.update({segment.id: segment for segment in records.segments(call)})
        self.journal[call.id] = orjson.dumps(dump(call))
        assert load(orjson.loads(self.journal[call.id])) == call

    def wait(self, seconds: float) -> None:
        """Time passes, moment by moment."""
        until = self.now + timedelta(seconds=seconds)
        while (due := self.exchange.next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self.exchange.time_passed(self.now)
            self.settle()
        self.now = until

    # What people do

    def arrive(self, number: str = NUMBER, caller: str = "13800138000", leg: str = "", endpoint: str = TRUNK) -> Call:
        """A customer rings."""
        leg = leg or f"in-{next(self.numbers)}"
        self.plant.legs[leg] = PlantLeg(leg, endpoint, LegState.RINGING, caller, number, self.now)
        self.hear(LegArrived(leg, endpoint, number, caller, "", self.now))
        return self.call(leg)

    def call(self, leg: str) -> Call:
        """The newest call on a leg, from the floor, or as it was written last."""
        found = self.floor.call_of(leg)
        if found is not None:
            return found
        ended = [out.calls.values() for out in self.outs]
        return [call for calls in ended for call in calls if call.leg == leg][-1]

    def ready(self, *names: str) -> None:
        """Agents choose ready, one second after the other."""
        for name in names:
            self.choose(name, AgentState.READY)
            self.wait(1)

    def choose(self, name: str, state: AgentState, reason: str = "") -> None:
        """An agent chooses a state."""
        self.ask(desk.choose_state, name_id(name), state, reason, name, self.now)

    def ask(self, verb: Any, *args: Any) -> None:
        """A command of the desk, as the process runs it."""
        try:
            verb(self.floor, *args)
        finally:
            self.exchange.touch(self.floor)
            self.settle()

    def press(self, call: Call, keys: str) -> None:
        """The customer presses keys."""
        for key in keys:
            self.hear(KeyPressed(call.leg, key, self.now))

    def heard(self, call: Call) -> None:
        """What the customer is being told comes to its end."""
        playback = self.plant.legs[call.leg].playback
        assert playback is not None, "nothing is being played"
        self.plant.finish(playback, self.now)
        self.settle()

    def queued(self, key: str = "1", **more: Any) -> Call:
        """A customer who went through the menu."""
        call = self.arrive(**more)
        self.heard(call)
        self.press(call, key)
        return call

    def leg_of(self, name: str) -> str:
        """The leg that was made to an agent's device."""
        endpoints = (name, f"{name}-web")
        found = [leg.id for leg in self.plant.legs.values() if leg.endpoint in endpoints and leg.id.startswith("agent")]
        assert len(found) == 1, f"{name} has {len(found)} legs"
        return found[0]

    def rung(self) -> set[str]:
        """Whose devices have a leg that is not up."""
        legs = self.plant.legs.values()
        return {
            leg.endpoint.removesuffix("-web")
            for leg in legs
            if leg.id.startswith("agent") and leg.state is not LegState.UP
        }

    def ring(self, name: str) -> None:
        """An agent's device begins to ring."""
        self.plant.ring(self.leg_of(name), self.now)
        self.settle()

    def answer(self, name: str) -> None:
        """An agent answers."""
        self.plant.pick_up(self.leg_of(name), self.now)
        self.settle()

    def end(self, leg: str, cause: int = 16) -> None:
        """Somebody hangs up, or a device gives up."""
        self.plant.end(leg, self.now, cause)
        self.settle()

    def reach(self, endpoint: str, reachable: bool = True) -> None:
        """A device registers, or is gone."""
        (self.plant.reachable.add if reachable else self.plant.reachable.discard)(endpoint)
        self.hear(PhoneChanged(endpoint, reachable, self.now))

    def talking(self, name: str = "a") -> Call:
        """A customer who talks with an agent who was ready."""
        self.ready(name)
        call = self.queued()
        self.ring(name)
        self.wait(3)
        self.answer(name)
        return call

    # Trouble

    def crash(self, setup: TenantSetup | None = None) -> None:
        """Our process dies and begins again from what was written; the switch is not connected yet."""
        self.setup = setup or self.setup
        self.plant.events.clear()
        self.exchange = Exchange(self._new_id)
        floor = self.exchange.set_up(self.setup, self.now)
        for value in self.people.values():
            held = Presence.from_dict(orjson.loads(value))
            floor.presences[held.agent] = held
        for value in self.journal.values():
            call = load(orjson.loads(value))
            floor.calls[call.id] = call
        recovery.adopt(floor, self.now)
        self.exchange.touch(floor)
        self.away = True
        self.take()

    def connect(self, *, restarted: bool = False) -> None:
        """The connection to the switch stands."""
        if restarted:
            self.plant.restart()
        self.away = False
        self.hear(self.plant.seen(self.now, restarted=restarted))

    def come_back(self) -> None:
        """Dead and back."""
        self.crash()
        self.connect()

    # What is looked at

    def state(self, name: str) -> str:
        """An agent's state."""
        return self.floor.presence(name_id(name), self.now).state.value

    def record(self, call: Call) -> InteractionRecord:
        """The newest record of a call."""
        return self.records[call.id]

    def kinds(self, call: Call) -> list[str]:
        """The account of a call."""
        return [decision.kind for decision in self.decisions[call.id]]

    def stretches(self, call: Call) -> list[tuple[str, str | None]]:
        """Kind and result of each stretch, in the order of their beginning."""
        mine = [s for s in self.segments.values() if s.interaction_id == call.id]
        return [(s.kind.value, s.result.value if s.result else None) for s in mine]

    def offers(self, call: Call) -> list[SegmentRecord]:
        """The stretches at agents."""
        return [s for s in self.segments.values() if s.interaction_id == call.id and s.kind is SegmentKind.AGENT]

    def last(self, kind: type[Kind]) -> Kind:
        """The newest effect of a kind."""
        return [effect for effect in self.effects if isinstance(effect, kind)][-1]

    def names(self, since: int = 0) -> list[str]:
        """The kinds of the effects."""
        return [type(effect).__name__ for effect in self.effects[since:]]
