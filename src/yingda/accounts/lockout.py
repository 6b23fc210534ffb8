"""How long a user is locked out after wrong passwords."""

from datetime import datetime, timedelta

FREE_FAILURES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)


def lock_after(failures: int) -> timedelta | None:
    """The lock that follows the ``failures``-th wrong password in a row, None where there is none.

    The fifth locks for 30 s and each further one twice as long, up to an hour.
    """
    if failures < FREE_FAILURES:
        return None
    doublings = min(failures - FREE_FAILURES, 10)  # 30 s * 2^10 is far beyond the longest already
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def seconds_left(locked_until: datetime | None, now: datetime) -> int:
    """Whole seconds until the lock ends, rounded up; 0 where there is none."""
    if locked_until is None or locked_until <= now:
        return 0
    return -int((now - locked_until) // timedelta(seconds=1))
