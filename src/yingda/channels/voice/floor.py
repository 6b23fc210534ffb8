"""The live state of one tenant's voice: calls, agents, queues. Pure: no I/O, no clock of its own.

Stimuli are methods of :class:`Exchange <yingda.channels.voice.exchange.Exchange>`; the modules beside
this one hold what each stage does. Whatever a stimulus changes is marked in the :class:`Outbox`,
which the process takes after every stimulus: first journalled, then carried out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yingda.agents import presence
from yingda.agents.presence import Presence
from yingda.agents.terms import AgentState
from yingda.channels.voice.call import Call, Talking
from yingda.channels.voice.deadlines import Deadlines
from yingda.channels.voice.effects import Effect
from yingda.channels.voice.setup import AgentSetup, QueueSetup, TenantSetup
from yingda.interactions.records import DecisionRecord
from yingda.routing import Acd, Output

BROWSER = "browser"
PHONE = "phone"
NO_DEVICE = "no_device"


@dataclass(frozen=True, slots=True)
class StateChange:
    """An agent's state changed; ``by`` is who or what made it so."""

    id: UUID
    agent: UUID
    before: AgentState
    after: AgentState
    reason: str
    by: str
    at: datetime


@dataclass(slots=True)
class Tally:
    """A queue's figures of one day (in the tenant's zone); waits in seconds, of answered calls."""

    day: date
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandons: int = 0
    within_target: int = 0
    wait_s_sum: float = 0.0


@dataclass(slots=True)
class Outbox:
    """What has to leave the floor. ``effects`` belong to calls and keep their order."""

    effects: list[tuple[UUID, Effect]] = field(default_factory=list)
    calls: dict[UUID, Call] = field(default_factory=dict)
    gone: dict[UUID, None] = field(default_factory=dict)
    agents: dict[UUID, None] = field(default_factory=dict)
    queues: dict[UUID, None] = field(default_factory=dict)
    trunks: dict[str, None] = field(default_factory=dict)
    decisions: list[DecisionRecord] = field(default_factory=list)
    changes: list[StateChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(
            (self.effects, self.calls, self.gone, self.agents, self.queues, self.trunks, self.decisions, self.changes)
        )


class Floor:
    """Calls, agents and queues of one tenant."""

    def __init__(
        self, setup: TenantSetup, now: datetime, new_id: Callable[[], UUID], owners: dict[str, UUID] | None = None
    ) -> None:
        """``owners`` is an index shared by all floors: which tenant a leg belongs to."""
        self._owners = {} if owners is None else owners
        self.setup = setup
        self.new_id = new_id
        self.calls: dict[UUID, Call] = {}
        self.legs: dict[str, UUID] = {}
        self.presences: dict[UUID, Presence] = {}
        self.reachable: set[str] = set()
        self.tallies: dict[UUID, Tally] = {}
        self.deadlines = Deadlines()
        self.acd = Acd(new_id)
        self.out = Outbox()
        self._by_endpoint: dict[str, UUID] = {}
        self._queues_of: dict[UUID, list[UUID]] = {}
        self._places: dict[UUID, dict[UUID, int]] = {}
        self._former_queues: dict[UUID, QueueSetup] = {}
        self._former_agents: dict[UUID, AgentSetup] = {}
        self._former_trunks: dict[str, UUID] = {}
        self.acd.configure([queue.spec for queue in setup.queues.values()], now)
        self._index()

    def take(self) -> Outbox:
        """Everything marked since the last time."""
        out, self.out = self.out, Outbox()
        return out

    def _index(self) -> None:
        self._by_endpoint = {
            endpoint: agent.id for agent in self.setup.agents.values() for endpoint in (agent.phone, agent.browser)
        }
        self._queues_of = {agent: [] for agent in self.setup.agents}
        for queue in self.setup.queues.values():
            for member in queue.spec.members:
                self._queues_of.setdefault(member.agent, []).append(queue.spec.id)

    def replace_setup(self, setup: TenantSetup, now: datetime) -> list[Output]:
        """A new set-up is in force; returns what routing makes of it."""
        before, self.setup = self.setup, setup
        self._former_queues.update(before.queues)
        self._former_agents.update(before.agents)
        self._former_trunks.update({endpoint: trunk.id for endpoint, trunk in before.trunks.items()})
        self._index()
        # What is not there any more is marked as well: whoever follows has to be told.
        self.out.queues.update(dict.fromkeys([*before.queues, *setup.queues]))
        self.out.agents.update(dict.fromkeys([*before.agents, *setup.agents]))
        self.out.trunks.update(dict.fromkeys([*before.trunks, *setup.trunks]))
        return self.acd.configure([queue.spec for queue in setup.queues.values()], now)

    # -- agents

    def agent_of(self, endpoint: str) -> AgentSetup | None:
        """Whose device this endpoint is."""
        agent = self._by_endpoint.get(endpoint)
        return self.setup.agents[agent] if agent else None

    def queues_of(self, agent: UUID) -> list[UUID]:
        """The queues that an agent belongs to, in the order of the set-up."""
        return self._queues_of.get(agent, [])

    def presence(self, agent: UUID, now: datetime) -> Presence:
        """The agent's state; offline where nothing was ever heard."""
        return self.presences.get(agent) or presence.offline(agent, now)

    def device(self, agent: AgentSetup) -> str | None:
        """Which device would ring: ``browser``, ``phone`` or None."""
        if agent.device in ("auto", BROWSER) and agent.browser in self.reachable:
            return BROWSER
        if agent.device in ("auto", PHONE) and agent.phone in self.reachable:
            return PHONE
        return None

    def set_presence(self, after: Presence, by: str, now: datetime) -> None:
        """Keeps an agent's new state and notes the change; routing is told by :meth:`tell_routing`."""
        before = self.presence(after.agent, now)
        if after == before:
            return
        self.presences[after.agent] = after
        self.out.agents[after.agent] = None
        name = f"wrap_up:{after.agent}"
        if after.until is not None:
            self.deadlines.set(name, after.until)
        else:
            self.deadlines.cancel(name)
        if (after.state, after.reason) != (before.state, before.reason):
            self.out.changes.append(
                StateChange(self.new_id(), after.agent, before.state, after.state, after.reason, by, now)
            )

    def tell_routing(self, agent: UUID, now: datetime) -> list[Output]:
        """Tells routing whether the agent may be offered something."""
        setup = self.setup.agents.get(agent)
        held = self.presence(agent, now)
        why = held.state.value if not held.free else ""
        if setup is None:
            why = "unknown"
        elif not why and self.device(setup) is None:
            why = NO_DEVICE
        return self.acd.set_agent(agent, not why, why, held.idle_since, now)

    # -- calls

    def call_of(self, leg: str) -> Call | None:
        """The call that a leg belongs to."""
        call = self.legs.get(leg)
        return self.calls.get(call) if call else None

    def call_of_agent(self, agent: UUID) -> Call | None:
        """The call that an agent talks in."""
        held = self.presences.get(agent)
        call = self.calls.get(held.contact) if held and held.contact else None
        return call if call and isinstance(call.stage, Talking) and call.stage.agent == agent else None

    def own(self, leg: str, call: Call) -> None:
        """A leg belongs to a call from now on."""
        self.legs[leg] = call.id
        self._owners[leg] = self.setup.id

    def disown(self, leg: str) -> None:
        """A leg is over."""
        self.legs.pop(leg, None)
        self._owners.pop(leg, None)

    def touch(self, call: Call) -> None:
        """Marks a call as changed."""
        self.out.calls[call.id] = call

    def do(self, call: Call, *effects: Effect) -> None:
        """Asks for effects, in order."""
        self.out.effects.extend((call.id, effect) for effect in effects)

    def note(self, call: Call, kind: str, at: datetime, data: Mapping[str, Any] | None = None) -> None:
        """One line of the account of a call."""
        call.decisions += 1
        self.out.decisions.append(DecisionRecord(self.setup.id, call.id, call.decisions, at, kind, dict(data or {})))
        self.touch(call)

    def disown_all(self, call: Call) -> None:
        """Nobody is on the line any more; a leg that is still there is an orphan from now on."""
        for leg in [leg for leg, owner in self.legs.items() if owner == call.id]:
            self.disown(leg)

    def forget(self, call: Call) -> None:
        """A call is over for everyone."""
        self.disown_all(call)
        self.calls.pop(call.id, None)
        self.out.gone[call.id] = None

    # -- queues

    def queue(self, queue: UUID) -> QueueSetup | None:
        """A queue's set-up; one that was removed still serves those whom it holds."""
        return self.setup.queues.get(queue) or self._former_queues.get(queue)

    def person(self, agent: UUID) -> AgentSetup | None:
        """An agent's set-up; one who was removed still finishes what they hold."""
        return self.setup.agents.get(agent) or self._former_agents.get(agent)

    def moved(self, queue: UUID) -> list[Call]:
        """Calls whose place in the queue is another one than at the last question."""
        before = self._places.get(queue, {})
        places = {call: place for place, call in enumerate(self.acd.waiting(queue), 1)}
        self._places[queue] = places
        changed = (call for call, place in places.items() if before.get(call) != place)
        return [self.calls[call] for call in changed if call in self.calls]

    def trunk_id(self, endpoint: str) -> UUID | None:
        """The id of a trunk, also of one that was removed."""
        trunk = self.setup.trunks.get(endpoint)
        return trunk.id if trunk else self._former_trunks.get(endpoint)

    def tally(self, queue: UUID, now: datetime) -> Tally:
        """Today's figures of a queue, marked as changed."""
        self.out.queues[queue] = None
        today = now.astimezone(self.setup.zone).date()
        tally = self.tallies.get(queue)
        if tally is None or tally.day != today:
            tally = self.tallies[queue] = Tally(today)
        return tally
