"""Business hours, pure: is a calendar open at a moment, and why."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class HoursReason(enum.StrEnum):
    """Why a calendar is open or closed."""

    PERIOD = "period"
    EXCEPTION_OPEN = "exception_open"
    EXCEPTION_CLOSED = "exception_closed"
    NO_PERIOD = "no_period"


DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Period:
    """A span of a day in minutes since midnight, ``start`` inside, ``end`` outside.

    ``end`` up to 1440 (24:00); where ``end`` ≤ ``start`` the span goes over midnight into the next day.
    ``days`` are ISO weekdays, 1 Monday to 7 Sunday, on which it begins (unused in exceptions).
    """

    days: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HoursException:
    """One date that differs: closed, open all day (``open`` without periods), or open in its own periods."""

    date: date
    open: bool
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly periods and the dates that differ, in an IANA time zone."""

    timezone: str
    periods: tuple[Period, ...]
    exceptions: tuple[HoursException, ...] = ()


def _exception_on(calendar: Calendar, day: date) -> HoursException | None:
    return next((found for found in calendar.exceptions if found.date == day), None)


def _spans_of(calendar: Calendar, day: date) -> Iterator[tuple[int, int, HoursReason]]:
    """The spans that begin on ``day``; the end may lie beyond 1440."""
    exception = _exception_on(calendar, day)
    if exception is None:
        for period in calendar.periods:
            if day.isoweekday() in period.days:
                yield period.start, _end(period), HoursReason.PERIOD
    elif exception.open and not exception.periods:
        yield 0, DAY_MINUTES, HoursReason.EXCEPTION_OPEN
    elif exception.open:
        for period in exception.periods:
            yield period.start, _end(period), HoursReason.EXCEPTION_OPEN


def _end(period: Period) -> int:
    return period.end if period.end > period.start else period.end + DAY_MINUTES


def is_open(calendar: Calendar, at: datetime) -> tuple[bool, HoursReason]:
    """Whether ``calendar`` is open at ``at`` (aware), and why.

    A period over midnight belongs to the day on which it begins: an exception for the next date
    cuts its rest off only where that date is closed by the exception.
    """
    local = at.astimezone(ZoneInfo(calendar.timezone))
    today = local.date()
    minute = (local.hour * 60) + local.minute
    for start, end, reason in _spans_of(calendar, today):
        if start <= minute < end:
            return True, reason
    exception = _exception_on(calendar, today)
    if exception is not None and not exception.open:
        return False, HoursReason.EXCEPTION_CLOSED
    if exception is None or not exception.periods:
        for _start, end, reason in _spans_of(calendar, today - timedelta(days=1)):
            if minute + DAY_MINUTES < end:
                return True, reason
    return False, HoursReason.NO_PERIOD if exception is None else HoursReason.EXCEPTION_CLOSED


def minutes_of(text: str) -> int:
    """Minutes since midnight of ``HH:MM``; ``24:00`` is 1440. Raises ValueError."""
    if text == "24:00":
        return DAY_MINUTES
    moment = time.fromisoformat(text)
    return moment.hour * 60 + moment.minute
