"""Timers: in order, and without a memory of those that were moved."""

import heapq
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yingda.channels.voice.deadlines import Deadlines

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FAR = NOW + timedelta(hours=1)

ACTS = st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 5)), max_size=300)


def test_moments_that_were_moved_do_not_pile_up() -> None:
    deadlines = Deadlines()
    for number in range(10_000):
        deadlines.set("floor", FAR)
        deadlines.set(f"call {number}", FAR + timedelta(seconds=number))
        deadlines.cancel(f"call {number}")
    assert deadlines.next() == FAR
    assert len(deadlines._heap) < 100


@given(ACTS)
def test_due_in_order_whatever_was_set_before(acts: list[tuple[str, int | None]]) -> None:
    deadlines = Deadlines()
    expected: dict[str, datetime] = {}
    for name, second in acts:
        if second is None:
            deadlines.cancel(name)
            expected.pop(name, None)
        else:
            expected[name] = NOW + timedelta(seconds=second)
            deadlines.set(name, expected[name])
    heap = [(at, name) for name, at in expected.items()]
    heapq.heapify(heap)
    for second in range(6):
        now = NOW + timedelta(seconds=second)
        assert deadlines.next() == (heap[0][0] if heap else None)
        due = [heapq.heappop(heap)[1] for _ in range(sum(at <= now for at, _ in heap))]
        assert deadlines.due(now) == due
    assert deadlines.next() is None
