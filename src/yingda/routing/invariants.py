"""What must always hold between the core and the agents' states: pure, for the reconciler.

A violation is not raised but returned: the reconciler counts it, raises an alarm and mends it.
One that stands for a moment only (a stimulus is on its way) is told by looking twice.
"""

import enum
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from yingda.agents.presence import Presence
from yingda.agents.terms import OFFERED, AgentState
from yingda.routing.core import Acd


class Broken(enum.StrEnum):
    """Which invariant does not hold."""

    OFFERED_TWICE = "agent_offered_twice"
    OFFER_WITHOUT_ENTRY = "offer_without_entry"
    OFFER_NOT_RESERVED = "offer_but_agent_not_reserved"
    RESERVED_WITHOUT_OFFER = "agent_reserved_without_offer"
    OTHER_CONTACT = "agent_reserved_for_another_contact"
    WAITING_WHILE_FREE = "contact_waits_while_agent_free"
    READY_UNTOLD = "agent_ready_but_not_available"
    AVAILABLE_UNREADY = "agent_available_but_not_ready"
    INDEX = "index_out_of_step"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken invariant; the ids that are concerned, where known."""

    broken: Broken
    agent: UUID | None = None
    contact: UUID | None = None
    offer: UUID | None = None
    detail: str = ""


#: Reasons for not being available that a ready agent may have: they are not the agent's own state.
#: ``unknown`` is somebody whom the set-up does not name any more.
NOT_THE_STATE = frozenset({"no_device", "unreachable", "draining", "unknown"})


def check(acd: Acd, presences: Mapping[UUID, Presence]) -> list[Violation]:
    """All violations; O(agents + offers + contacts). An agent without a presence is not judged."""
    return [*_offers(acd), *_core(acd), *_agents(acd, presences)]


def _offers(acd: Acd) -> Iterator[Violation]:
    per_agent = Counter(offer.agent for offer in acd.offers().values())
    for offer in acd.offers().values():
        if per_agent[offer.agent] > 1:
            yield Violation(Broken.OFFERED_TWICE, offer.agent, offer.contact, offer.id)
        entry = acd.entries().get(offer.contact)
        if entry is None or entry.queue != offer.queue:
            yield Violation(Broken.OFFER_WITHOUT_ENTRY, offer.agent, offer.contact, offer.id)
        if acd.offer_of(offer.agent) is not offer:
            yield Violation(Broken.INDEX, offer.agent, offer.contact, offer.id, "the agent's row has another offer")


def _core(acd: Acd) -> Iterator[Violation]:
    offered = {offer.contact for offer in acd.offers().values()}
    lines = 0
    for queue in acd.queues().values():
        lines += len(queue.line)
        if len(queue.open) + len(queue.ringing) != len(queue.line):
            yield Violation(Broken.INDEX, detail=f"queue {queue.spec.name}: open + ringing is not the line")
        for contact in queue.ringing:
            if contact not in offered:
                yield Violation(Broken.INDEX, contact=contact, detail="rings without an offer")
        free = [agent for agent in queue.members if acd.agents()[agent].free]
        if len(free) != len(queue.strategy):
            yield Violation(Broken.INDEX, detail=f"queue {queue.spec.name}: free members are not the strategy's")
        first = queue.open.first()
        if first is not None and free:
            yield Violation(Broken.WAITING_WHILE_FREE, free[0], first)
    if lines != len(acd.entries()):
        yield Violation(Broken.INDEX, detail="the lines are not the entries")


def _agents(acd: Acd, presences: Mapping[UUID, Presence]) -> Iterator[Violation]:
    for agent, presence in presences.items():
        offer = acd.offer_of(agent)
        row = acd.agents().get(agent)
        if presence.state in OFFERED:
            if offer is None:
                yield Violation(Broken.RESERVED_WITHOUT_OFFER, agent, presence.contact)
            elif offer.contact != presence.contact:
                yield Violation(Broken.OTHER_CONTACT, agent, offer.contact, offer.id, f"state has {presence.contact}")
        elif offer is not None:
            yield Violation(Broken.OFFER_NOT_RESERVED, agent, offer.contact, offer.id, presence.state.value)
        elif row is not None and row.available and presence.state is not AgentState.READY:
            yield Violation(Broken.AVAILABLE_UNREADY, agent, detail=presence.state.value)
        elif row is not None and presence.free and not row.available and row.why_not not in NOT_THE_STATE:
            yield Violation(Broken.READY_UNTOLD, agent, detail=row.why_not)
