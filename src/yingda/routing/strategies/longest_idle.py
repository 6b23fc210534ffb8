"""Who has been idle longest comes first: the same amount of work for everybody."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from yingda.routing.ordered import Ordered


class LongestIdle:
    """By idle time, then by order in the queue. O(log n) a change, O(1) the best."""

    everybody = False

    def __init__(self) -> None:
        self._idle: Ordered[UUID] = Ordered()

    def free(self, agent: UUID, order: int, idle_since: datetime) -> None:
        """The member is free, idle since then."""
        self._idle.add(agent, (idle_since, order))

    def busy(self, agent: UUID) -> None:
        """The member is not free."""
        self._idle.discard(agent)

    def ranked(self) -> Iterator[UUID]:
        """The longest idle first."""
        return iter(self._idle)

    def chosen(self, agent: UUID, order: int) -> None:
        """Nothing to remember: the idle time says it all."""

    def __len__(self) -> int:
        return len(self._idle)
