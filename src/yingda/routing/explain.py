"""The reasons, in words that stay: why this agent, why not the others, why nobody."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from uuid import UUID

from yingda.routing.spec import Explanation, Noted, Reason, Standing
from yingda.routing.state import AgentRow, QueueState, Waiting
from yingda.routing.terms import FREE, NOT_A_MEMBER, PASSED, RANKED_AFTER, UNKNOWN, NoteKind

#: Queues of up to so many members name each of them in every reason; larger ones count words.
NAMED = 32


def why(
    agent: UUID, item: Waiting, queue: QueueState, agents: Mapping[UUID, AgentRow], again: bool, now: datetime
) -> Reason:
    """The reason for offering the contact to this free member; to be asked before the offer is made."""
    idle_since = agents[agent].idle_since or now
    rank = next((place for place, other in enumerate(queue.strategy.ranked(), 1) if other == agent), 1)
    return Reason(
        strategy=queue.spec.strategy,
        rank=rank,
        free=len(queue.strategy),
        idle_s=max(0.0, (now - idle_since).total_seconds()),
        waited_s=max(0.0, (now - item.entry.since).total_seconds()),
        again=again,
        others=_others(agent, item, queue),
        counts=dict(queue.counts),
    )


def nobody_free(item: Waiting, queue: QueueState, now: datetime) -> Noted:
    """The note that no member is free, with each one's word."""
    data = {
        "queue": queue.spec.name,
        "counts": dict(queue.counts),
        "others": {str(agent): word for agent, word in _others(None, item, queue).items()},
    }
    return Noted(item.entry.contact, now, NoteKind.NO_AGENT_FREE, data)


def explain(agent: UUID, row: AgentRow | None, queues: Mapping[UUID, QueueState], now: datetime) -> Explanation:
    """Why the agent gets contacts or not. O(members of the agent's queues): for people who ask."""
    if row is None:
        return Explanation(agent, False, UNKNOWN, None, None)
    idle = None if row.idle_since is None else max(0.0, (now - row.idle_since).total_seconds())
    standings = tuple(_standing(agent, queues[queue_id]) for queue_id in sorted(row.queues))
    word = row.word if row.queues else NOT_A_MEMBER
    return Explanation(agent, row.free, word, idle, row.offer, standings)


def _standing(agent: UUID, queue: QueueState) -> Standing:
    rank = next((place for place, other in enumerate(queue.strategy.ranked(), 1) if other == agent), None)
    return Standing(queue.spec.id, queue.spec.name, rank, len(queue.strategy), len(queue.line))


def _others(chosen: UUID | None, item: Waiting, queue: QueueState) -> dict[UUID, str]:
    if len(queue.members) > NAMED:
        return {}
    words = islice(queue.words.items(), NAMED)
    return {agent: _word(agent, word, item) for agent, word in words if agent != chosen}


def _word(agent: UUID, word: str, item: Waiting) -> str:
    if word == FREE:
        return PASSED if agent in item.passed else RANKED_AFTER
    return word
