"""How a process of ours without a web server runs: until it is told to end."""

import asyncio
import signal
from collections.abc import Awaitable
from contextlib import suppress

import uvloop

from yingda.kit import log


def run(name: str, work: Awaitable[None]) -> None:
    """Runs ``work`` until it ends, SIGTERM or SIGINT; its log bears ``name``."""
    log.configure(name)
    uvloop.run(_until_told(work))


async def _until_told(work: Awaitable[None]) -> None:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
