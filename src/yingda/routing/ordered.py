"""A sorted list with removal by key: the one structure behind lines and free agents."""

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterator
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
SortKey = tuple[Any, ...]


class Ordered(Generic[K]):
    """Items in the order of their sort keys (ties by order of arrival are the caller's to break).

    Adding, removing and ranking take O(log n) comparisons; the move of the tail is one memmove of
    8 bytes an item, which stays below the comparisons up to some ten thousand items.
    """

    __slots__ = ("_keys", "_rows")

    def __init__(self) -> None:
        self._rows: list[tuple[SortKey, K]] = []
        self._keys: dict[K, SortKey] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, item: object) -> bool:
        return item in self._keys

    def __iter__(self) -> Iterator[K]:
        return (item for _, item in self._rows)

    def add(self, item: K, key: SortKey) -> None:
        """Puts it in its place; an item that is there already moves."""
        if item in self._keys:
            if self._keys[item] == key:
                return
            self.discard(item)
        self._keys[item] = key
        insort(self._rows, (key, item))

    def discard(self, item: K) -> None:
        """Takes it out, where it is there."""
        key = self._keys.pop(item, None)
        if key is not None:
            del self._rows[bisect_left(self._rows, (key, item))]

    def rank(self, item: K) -> int | None:
        """Its place from 0, None where it is not there."""
        key = self._keys.get(item)
        return None if key is None else bisect_left(self._rows, (key, item))

    def first(self) -> K | None:
        """The first, None where empty."""
        return self._rows[0][1] if self._rows else None

    def after(self, key: SortKey) -> Iterator[K]:
        """All, beginning behind ``key`` and going round."""
        size = len(self._rows)
        start = bisect_left(self._rows, (key,))
        while start < size and self._rows[start][0] == key:
            start += 1
        return (self._rows[(start + step) % size][1] for step in range(size))
