"""Where the time comes from."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of the present time, so that tests can hold it still."""

    def now(self) -> datetime:
        """The present time in UTC, aware."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present time in UTC, aware."""
        return datetime.now(UTC)
