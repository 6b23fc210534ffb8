"""Waiting for what other tasks do."""

import asyncio
from collections.abc import Callable


async def until(done: Callable[[], object], within_s: float = 5) -> None:
    """Lets others run until ``done()`` holds."""
    async with asyncio.timeout(within_s):
        while not done():  # noqa: ASYNC110 - what is waited for is told by nobody
            await asyncio.sleep(0.005)
