"""How a queue chooses: one small file each, and the table of them.

A strategy keeps the *free* members of one queue in its own order. The core tells it who becomes
free and who does not stay so; ``ranked`` names them, best first, lazily, so that a decision costs
O(log n) as a rule.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from yingda.routing.strategies.longest_idle import LongestIdle
from yingda.routing.strategies.ring_all import RingAll
from yingda.routing.strategies.round_robin import RoundRobin
from yingda.routing.terms import StrategyName


class Strategy(Protocol):
    """The free members of one queue, in the order of choice."""

    #: Whether an offer goes to all free members at once.
    everybody: bool

    def free(self, agent: UUID, order: int, idle_since: datetime) -> None:
        """The member is free, idle since then; told again, the place is set anew."""
        ...

    def busy(self, agent: UUID) -> None:
        """The member is not free."""
        ...

    def ranked(self) -> Iterator[UUID]:
        """The free members, best first."""
        ...

    def chosen(self, agent: UUID, order: int) -> None:
        """The member was offered a contact."""
        ...

    def __len__(self) -> int: ...


STRATEGIES: Mapping[StrategyName, Callable[[], Strategy]] = {
    StrategyName.LONGEST_IDLE: LongestIdle,
    StrategyName.ROUND_ROBIN: RoundRobin,
    StrategyName.RING_ALL: RingAll,
}
