"""In turn, in the order of the queue's list, going on behind who was offered last."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from yingda.routing.ordered import Ordered, SortKey


class RoundRobin:
    """By order in the queue, beginning behind the last one. O(log n) a change and a choice."""

    everybody = False

    def __init__(self) -> None:
        self._free: Ordered[UUID] = Ordered()
        self._last: SortKey = (-1,)

    def free(self, agent: UUID, order: int, idle_since: datetime) -> None:
        """The member is free; how long idle does not matter."""
        self._free.add(agent, (order, agent))

    def busy(self, agent: UUID) -> None:
        """The member is not free."""
        self._free.discard(agent)

    def ranked(self) -> Iterator[UUID]:
        """From behind the last one, round."""
        return self._free.after(self._last)

    def chosen(self, agent: UUID, order: int) -> None:
        """The next turn begins behind this member."""
        self._last = (order, agent)

    def __len__(self) -> int:
        return len(self._free)
