"""The values that go into and come out of the core: plain, frozen, media-neutral."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from yingda.routing.terms import NoteKind, StrategyName, WithdrawnWhy


@dataclass(frozen=True, slots=True)
class Member:
    """An agent of a queue; ``order`` is their place in a round and breaks ties."""

    agent: UUID
    order: int = 0


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """What routing must know of a queue.

    ``ring_s`` seconds may an offer ring; its lease ends ``lease_margin_s`` later. ``weight`` (> 0)
    multiplies the wait where agents serve several queues. ``wrap_up_s`` is for those who end contacts.
    """

    id: UUID
    name: str
    strategy: StrategyName = StrategyName.LONGEST_IDLE
    ring_s: float = 20
    wrap_up_s: float = 30
    weight: float = 1
    members: tuple[Member, ...] = ()
    lease_margin_s: float = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact that waits in a queue since ``since``; higher ``priority`` goes first."""

    contact: UUID
    queue: UUID
    since: datetime
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A contact offered to an agent, and the end of the lease."""

    id: UUID
    contact: UUID
    agent: UUID
    queue: UUID
    expires_at: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """Why this agent, and why none of the others.

    ``rank`` is the agent's place among the ``free`` members by the strategy (above 1 where those
    before had passed this contact). ``others`` names every other member with a word in queues of up
    to 32 members; ``counts`` counts the words of all members always.
    """

    strategy: StrategyName
    rank: int
    free: int
    idle_s: float
    waited_s: float
    again: bool
    others: Mapping[UUID, str]
    counts: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """JSON values, for the decision log."""
        return {
            "strategy": self.strategy.value,
            "rank": self.rank,
            "free": self.free,
            "idle_s": round(self.idle_s, 3),
            "waited_s": round(self.waited_s, 3),
            "again": self.again,
            "others": {str(agent): word for agent, word in self.others.items()},
            "counts": dict(self.counts),
        }


@dataclass(frozen=True, slots=True)
class Offered:
    """Do it: let the agent's device ring for this contact."""

    offer: UUID
    contact: UUID
    agent: UUID
    queue: UUID
    expires_at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Do it: stop ringing. The core has ended the offer by itself; ``accepted`` and ``declined`` do not tell this."""

    offer: UUID
    contact: UUID
    agent: UUID
    why: WithdrawnWhy


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the contact's decision log; ``data`` holds JSON values."""

    contact: UUID
    at: datetime
    kind: NoteKind
    data: Mapping[str, Any]


Output = Offered | Withdrawn | Noted


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agent stands in one queue: ``rank`` among its free members, None where not free."""

    queue: UUID
    name: str
    rank: int | None
    free: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an agent gets contacts or does not; ``why`` is a word: free, offered_already, or the reason given."""

    agent: UUID
    free: bool
    why: str
    idle_s: float | None
    offer: Offer | None
    standings: tuple[Standing, ...] = field(default=())
