"""Effects keep their order within a call; calls do not wait for each other."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.app.patience import until
from yingda.app.switching.lines import Lines


async def test_order_within_a_key() -> None:
    lines, done = Lines(), list[int]()

    def work(number: int) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            await asyncio.sleep(0.001 * (5 - number % 5))
            done.append(number)

        return run

    for number in range(20):
        lines.submit("call", work(number))
    await until(lambda: not lines.busy)
    assert done == list(range(20))


async def test_keys_do_not_wait_for_each_other() -> None:
    lines, gate, done = Lines(), asyncio.Event(), list[str]()

    async def stuck() -> None:
        await gate.wait()
        done.append("stuck")

    async def quick() -> None:
        done.append("quick")

    lines.submit("a", stuck)
    lines.submit("a", quick)
    lines.submit("b", quick)
    await until(lambda: "quick" in done)
    assert done == ["quick"]
    assert lines.busy == 1
    gate.set()
    await until(lambda: not lines.busy)
    assert done == ["quick", "stuck", "quick"]


async def test_failures_do_not_stop_those_behind() -> None:
    lines, done = Lines(), list[int]()

    async def fail() -> None:
        raise RuntimeError("nobody foresaw this")

    async def last() -> None:
        done.append(1)

    for _ in range(30):
        lines.submit("call", fail)
    lines.submit("call", last)
    await until(lambda: not lines.busy)
    assert done == [1]
    lines.submit("call", last)
    await until(lambda: not lines.busy)
    assert done == [1, 1]
