"""Random stories: stimuli lost, doubled, late and out of order; the promises hold after each of them.

The agents' own states are driven by the outputs, as the live controller does it, and some of what
the controller should tell is lost: leases and the next word from the agent must mend that.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tests.routing.world import T0, name_id, queue
from yingda.agents import Presence, presence
from yingda.agents.terms import OFFERED, AgentState
from yingda.routing import Acd, DeclineWhy, Entry, Offer, Offered, Output, QueueSpec, Withdrawn, check

AGENTS = "abcdef"
AGENT = st.sampled_from(AGENTS)
QUEUES = ("sales", "service", "repair")
STRATEGY = st.sampled_from(["longest_idle", "round_robin", "ring_all"])
MEMBERS: st.SearchStrategy[list[str]] = st.lists(AGENT, unique=True, min_size=1, max_size=6) | st.just(list[str]())


class Routing(RuleBasedStateMachine):
    """A tenant's day."""

    contacts = Bundle("contacts")

    def __init__(self) -> None:
        super().__init__()
        self.now = T0
        self.numbers = 0
        self.acd = Acd(self._number)
        self.people: dict[UUID, Presence] = {}
        self.ended: dict[UUID, str] = {}
        self.made: dict[UUID, Offered] = {}
        self.arrived = 0

    def _number(self) -> UUID:
        self.numbers += 1
        return UUID(int=self.numbers)

    # ---- what the controller does with outputs

    def apply(self, outputs: list[Output]) -> None:
        """Carries the outputs out: the agents' states follow."""
        for one in outputs:
            if isinstance(one, Offered):
                assert one.offer not in self.made, "an offer id was used twice"
                self.made[one.offer] = one
                person = self.people[one.agent]
                assert person.state is AgentState.READY, "an offer to somebody who is not ready"
                self.people[one.agent] = presence.reserve(person, one.contact, self.now)
        for one in outputs:
            if isinstance(one, Withdrawn):
                self.end(one.offer, "withdrawn")
                self.set_free(one.agent, lost=False)

    def end(self, offer: UUID, how: str) -> None:
        """Every offer ends once."""
        assert offer not in self.ended, f"offer ended twice: {self.ended[offer]}, then {how}"
        self.ended[offer] = how

    def set_free(self, agent: UUID, *, lost: bool) -> None:
        """The agent's offer is over: back to what they chose; telling the core may get lost."""
        person = self.people[agent]
        if person.state in OFFERED:
            self.people[agent] = presence.unreserve(person, self.now)
        if not lost:
            self.tell(agent)

    def tell(self, agent: UUID) -> None:
        """Tells the core of an agent."""
        person = self.people[agent]
        self.apply(self.acd.set_agent(agent, person.free, person.state.value, person.idle_since, self.now))

    # ---- stimuli

    @initialize(
        strategies=st.lists(STRATEGY, min_size=3, max_size=3), members=st.lists(MEMBERS, min_size=3, max_size=3)
    )
    def open(self, strategies: list[str], members: list[list[str]]) -> None:
        for agent in AGENTS:
            self.people[name_id(agent)] = presence.sign_in(name_id(agent), self.now)
        self.apply(self.acd.configure(self._specs(strategies, members), self.now))
        for agent in AGENTS:
            self.choose(agent, AgentState.READY)

    @staticmethod
    def _specs(strategies: list[str], members: list[list[str]]) -> list[QueueSpec]:
        rows = zip(QUEUES, strategies, members, strict=True)
        return [queue(name, agents, strategy, weight=place) for place, (name, strategy, agents) in enumerate(rows, 1)]

    @rule(strategies=st.lists(STRATEGY, min_size=3, max_size=3), members=st.lists(MEMBERS, min_size=3, max_size=3))
    def reconfigure(self, strategies: list[str], members: list[list[str]]) -> None:
        self.apply(self.acd.configure(self._specs(strategies, members), self.now))

    @rule(seconds=st.floats(-5, 40))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.apply(self.acd.due(self.now))

    @rule(target=contacts, to=st.sampled_from(QUEUES), priority=st.integers(0, 2))
    def arrive(self, to: str, priority: int) -> UUID:
        self.arrived += 1
        contact = name_id(f"x{self.arrived}")
        self.apply(self.acd.enqueue(Entry(contact, name_id(to), self.now, priority), self.now))
        return contact

    @rule(to=st.lists(st.sampled_from(QUEUES), min_size=3, max_size=8))
    def burst(self, to: list[str]) -> None:
        for name in to:
            self.arrive(name, 0)

    @rule(contact=contacts, to=st.sampled_from(QUEUES))
    def arrive_again(self, contact: UUID, to: str) -> None:
        if contact in self.acd.entries():
            self.apply(self.acd.enqueue(Entry(contact, name_id(to), self.now), self.now))

    @rule(contact=contacts)
    def hang_up(self, contact: UUID) -> None:
        self.apply(self.acd.leave(contact, self.now, "hung_up"))

    @rule()
    def everybody_is_back(self) -> None:
        for agent in AGENTS:
            self.choose(agent, AgentState.READY)

    @rule(agent=AGENT, state=st.sampled_from([AgentState.READY, AgentState.BREAK]))
    def choose(self, agent: str, state: AgentState) -> None:
        person = self.people[name_id(agent)]
        self.people[person.agent] = presence.choose(person, state, "", self.now)
        self.tell(person.agent)

    @rule(agent=AGENT, lost=st.booleans(), doubled=st.booleans())
    def answer(self, agent: str, lost: bool, doubled: bool) -> None:
        offer = self.acd.offer_of(name_id(agent))
        if offer is None:
            return
        out = self.acd.accepted(offer.id, self.now)
        assert out
        self.end(offer.id, "accepted")
        person = presence.talk(self.people[offer.agent], self.now)
        self.people[offer.agent] = presence.release(person, self.now, 0)
        self.apply(out)
        if doubled:
            assert self.acd.accepted(offer.id, self.now) == []
        if not lost:
            self.tell(offer.agent)

    @rule(agent=AGENT, lost=st.booleans(), doubled=st.booleans(), why=st.sampled_from(list(DeclineWhy)))
    def decline(self, agent: str, lost: bool, doubled: bool, why: DeclineWhy) -> None:
        offer = self.acd.offer_of(name_id(agent))
        if offer is None:
            return
        out = self.acd.declined(offer.id, self.now, why)
        self.end(offer.id, "declined")
        self.people[offer.agent] = presence.miss(self.people[offer.agent], self.now, 3)
        self.apply(out)
        if doubled:
            assert self.acd.declined(offer.id, self.now, why) == []
        if not lost:
            self.tell(offer.agent)

    @rule()
    def reconcile(self) -> None:
        """What the reconciler does: tells again of all."""
        for agent in self.people:
            self.tell(agent)
        assert check(self.acd, self.people) == []

    @rule()
    def restart(self) -> None:
        """The process dies and comes back with what it had stored."""
        old = self.acd
        specs = [state.spec for state in old.queues().values() if not state.closed]
        self.acd = Acd(self._number)
        self.acd.configure(specs, self.now)
        for entry in old.entries().values():
            kept: list[Offer] = [one for one in old.offers().values() if one.contact == entry.contact]
            self.apply(self.acd.restore(entry, kept, self.now))
        assert dict(self.acd.entries()) == dict(old.entries())
        assert dict(self.acd.offers()) == dict(old.offers())
        for agent in self.people:
            self.tell(agent)

    # ---- promises

    @invariant()
    def nothing_is_broken(self) -> None:
        people: dict[UUID, Any] = {agent: one for agent, one in self.people.items() if one.state in OFFERED}
        assert check(self.acd, people) == []

    @invariant()
    def nobody_waits_while_a_member_is_free(self) -> None:
        offered = {offer.contact for offer in self.acd.offers().values()}
        free = {agent for agent, row in self.acd.agents().items() if row.free}
        for entry in self.acd.entries().values():
            members = self.acd.queues()[entry.queue].members.keys()
            assert entry.contact in offered or not (free & members)

    @invariant()
    def one_offer_per_agent_and_every_offer_is_open_or_ended(self) -> None:
        agents = [offer.agent for offer in self.acd.offers().values()]
        assert len(agents) == len(set(agents))
        assert self.acd.offers().keys() | self.ended.keys() == self.made.keys()
        assert not self.acd.offers().keys() & self.ended.keys()

    @invariant()
    def every_offer_has_a_lease(self) -> None:
        ends = [offer.expires_at for offer in self.acd.offers().values()]
        assert self.acd.next_due() == (min(ends) if ends else None)

    @invariant()
    def lines_are_in_order(self) -> None:
        for queue_id in self.acd.queues():
            line = [self.acd.entries()[contact] for contact in self.acd.waiting(queue_id)]
            assert line == sorted(line, key=lambda entry: (-entry.priority, entry.since))
            assert [self.acd.position(entry.contact) for entry in line] == list(range(1, len(line) + 1))

    def teardown(self) -> None:
        """Left alone, everything open ends by itself."""
        while self.acd.next_due() is not None:
            self.now += timedelta(hours=1)
            out = self.acd.due(self.now)
            self.made |= {one.offer: one for one in out if isinstance(one, Offered)}
            for one in out:
                if isinstance(one, Withdrawn):
                    self.end(one.offer, "withdrawn")
        assert not self.acd.offers()
        assert self.ended.keys() == self.made.keys()


Routing.TestCase.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestRouting = Routing.TestCase
