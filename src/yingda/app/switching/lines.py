"""Work in order within a key, side by side between keys."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

import structlog

log = structlog.get_logger()

Work = Callable[[], Awaitable[None]]


class Lines:
    """One line per key, served by one task for as long as it holds work."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, key: Hashable, work: Work) -> None:
        """Does ``work`` behind everything that was submitted under ``key`` before."""
        line = self._lines.get(key)
        if line is not None:
            line.append(work)
            return
        self._lines[key] = deque([work])
        task = asyncio.get_running_loop().create_task(self._serve(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def busy(self) -> int:
        """How many lines hold work."""
        return len(self._lines)

    async def _serve(self, key: Hashable) -> None:
        line = self._lines[key]
        while line:
            try:
                await line.popleft()()
            except Exception:
                # One effect that fails in a way nobody foresaw must not stop those behind it.
                log.exception("effect failed", key=str(key))
        del self._lines[key]
