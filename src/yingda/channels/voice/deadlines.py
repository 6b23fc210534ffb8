"""Many timers, one at a time: the earliest first, in O(log n)."""

import heapq
from datetime import datetime


class Deadlines:
    """Named moments. Setting a name again moves it."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def set(self, name: str, at: datetime) -> None:
        """Sets or moves a moment."""
        if self._at.get(name) == at:
            return
        self._at[name] = at
        heapq.heappush(self._heap, (at, name))
        if len(self._heap) > 64 + 2 * len(self._at):
            # A far moment that was moved or forgotten would otherwise stay until it has come.
            self._heap = [(moment, other) for other, moment in self._at.items()]
            heapq.heapify(self._heap)

    def cancel(self, name: str) -> None:
        """Forgets a moment; one that is not set is no error."""
        self._at.pop(name, None)

    def next(self) -> datetime | None:
        """The earliest moment."""
        self._clean()
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> list[str]:
        """Takes out all names whose moment has come, earliest first."""
        names = []
        while (at := self.next()) is not None and at <= now:
            name = heapq.heappop(self._heap)[1]
            del self._at[name]
            names.append(name)
        return names

    def _clean(self) -> None:
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
