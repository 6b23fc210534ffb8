"""How long a sign-in lasts: it slides while it is used, and ends at a fixed moment in any case."""

from dataclasses import dataclass
from datetime import datetime, timedelta

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
WRITE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """``seen_at``: last known use; ``expires_at``: end if it stays unused; ``ends_at``: end whatever happens."""

    seen_at: datetime
    expires_at: datetime
    ends_at: datetime

    def alive(self, now: datetime) -> bool:
        """Whether the sign-in still holds."""
        return now < self.expires_at and now < self.ends_at

    def used(self, now: datetime) -> "Lifetime | None":
        """The life prolonged by a use, None where that is not worth a write yet."""
        if now - self.seen_at < WRITE_EVERY:
            return None
        return Lifetime(now, min(now + IDLE, self.ends_at), self.ends_at)


def begin(now: datetime) -> Lifetime:
    """The life of a sign-in that begins now."""
    return Lifetime(now, now + IDLE, now + LONGEST)
