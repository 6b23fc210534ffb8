"""Hours at their edges."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from yingda.flows.hours import Calendar, HoursException, Period, is_open, minutes_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = frozenset({1, 2, 3, 4, 5})
SPLIT = Calendar(
    "Asia/Shanghai",
    (Period(WEEK, 540, 720), Period(WEEK, 810, 1080)),
    (
        HoursException(date(2026, 11, 24), open=False),
        HoursException(date(2026, 11, 22), open=True),
        HoursException(date(2026, 11, 28), open=True, periods=(Period(frozenset(), 600, 660),)),
    ),
)
NIGHT = Calendar(
    "Asia/Shanghai", (Period(frozenset({5}), 1320, 120),), (HoursException(date(2026, 11, 28), open=False),)
)
ALWAYS = Calendar("Asia/Shanghai", (Period(frozenset(range(1, 8)), 0, 1440),))


def at(day: int, clock: str) -> datetime:
    """November 2026 in Shanghai: the 20th is a Friday."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("calendar", "moment", "opened", "reason"),
    [
        (SPLIT, at(20, "08:59:59"), False, "no_period"),
        (SPLIT, at(20, "09:00:00"), True, "period"),
        (SPLIT, at(20, "11:59:59.999"), True, "period"),
        (SPLIT, at(20, "12:00"), False, "no_period"),
        (SPLIT, at(20, "13:29"), False, "no_period"),
        (SPLIT, at(20, "13:30"), True, "period"),
        (SPLIT, at(20, "18:00"), False, "no_period"),
        (SPLIT, at(21, "10:00"), False, "no_period"),
        (SPLIT, at(24, "10:00"), False, "exception_closed"),
        (SPLIT, at(22, "00:00"), True, "exception_open"),
        (SPLIT, at(22, "23:59"), True, "exception_open"),
        (SPLIT, at(23, "00:00"), False, "no_period"),
        (SPLIT, at(28, "10:30"), True, "exception_open"),
        (SPLIT, at(28, "11:00"), False, "exception_closed"),
        (NIGHT, at(20, "21:59"), False, "no_period"),
        (NIGHT, at(20, "22:00"), True, "period"),
        (NIGHT, at(21, "00:00"), True, "period"),
        (NIGHT, at(21, "01:59"), True, "period"),
        (NIGHT, at(21, "02:00"), False, "no_period"),
        (NIGHT, at(20, "01:00"), False, "no_period"),
        (NIGHT, at(27, "23:00"), True, "period"),
        (NIGHT, at(28, "01:00"), False, "exception_closed"),
        (ALWAYS, at(20, "00:00"), True, "period"),
        (ALWAYS, at(22, "23:59:59"), True, "period"),
        (SPLIT, datetime(2026, 11, 20, 1, 0, tzinfo=UTC), True, "period"),
        (SPLIT, datetime(2026, 11, 20, 0, 59, tzinfo=UTC), False, "no_period"),
        (Calendar("Asia/Shanghai", ()), at(20, "10:00"), False, "no_period"),
    ],
)
def test_hours(calendar: Calendar, moment: datetime, opened: bool, reason: str) -> None:
    assert is_open(calendar, moment) == (opened, reason)


def test_the_clock_change_of_another_zone() -> None:
    berlin = Calendar("Europe/Berlin", (Period(frozenset(range(1, 8)), 540, 1020),))
    assert is_open(berlin, datetime(2026, 10, 24, 7, 0, tzinfo=UTC))[0]
    assert not is_open(berlin, datetime(2026, 10, 25, 7, 0, tzinfo=UTC))[0]
    assert is_open(berlin, datetime(2026, 10, 25, 8, 0, tzinfo=UTC))[0]


@pytest.mark.parametrize(("text", "minutes"), [("00:00", 0), ("09:05", 545), ("23:59", 1439), ("24:00", 1440)])
def test_minutes(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes
