"""Shapes of the API."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from yingda.flows.definition import Definition
from yingda.flows.hours import Calendar, HoursException, Period, minutes_of
from yingda.flows.terms import SoundKind
from yingda.kit.fields import Name, Note

Clock = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("This is not a time zone of the IANA database, such as Asia/Shanghai.") from error
    return name


TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_known_zone)]


class Shape(BaseModel):
    """Base of the shapes: nothing unknown."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, allow_inf_nan=False)


class PeriodShape(Shape):
    """``to`` not after ``from`` goes over midnight; 24:00 is the day's end."""

    days: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)] = [1, 2, 3, 4, 5, 6, 7]
    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")

    def to_period(self) -> Period:
        """As the calendar knows it."""
        return Period(frozenset(self.days), minutes_of(self.start), minutes_of(self.end))


class ExceptionShape(Shape):
    """A date that differs; open without periods is open all day."""

    date: dt.date
    open: bool
    periods: Annotated[list[PeriodShape], Field(max_length=10)] = []


class HoursWrite(Shape):
    """Hours as they are made and changed."""

    name: Name
    timezone: TimeZone = "Asia/Shanghai"
    periods: Annotated[list[PeriodShape], Field(max_length=50)] = []
    exceptions: Annotated[list[ExceptionShape], Field(max_length=500)] = []

    def to_calendar(self) -> Calendar:
        """As the stepper knows it."""
        return Calendar(
            self.timezone,
            tuple(period.to_period() for period in self.periods),
            tuple(
                HoursException(item.date, item.open, tuple(period.to_period() for period in item.periods))
                for item in self.exceptions
            ),
        )


class HoursRead(HoursWrite):
    """Hours as they stand; ``open_now`` tells whether they are open at this moment."""

    id: UUID
    open_now: bool


class FlowNew(Shape):
    """A new flow; its first version is published at once. ``name`` wins over the definition's."""

    name: Name
    definition: Definition
    note: Note = ""


class VersionNew(Shape):
    """A definition to be published."""

    definition: Definition
    note: Note = ""


class FlowRead(Shape):
    """A flow in the list; ``version`` is the one in force."""

    id: UUID
    name: str
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime


class FlowWhole(FlowRead):
    """A flow with the definition in force."""

    definition: dict[str, Any]
    note: str


class VersionRead(Shape):
    """A version in the list, newest first."""

    version: int
    note: str
    published_by: str
    created_at: dt.datetime


class SpeechNew(Shape):
    """A sound that is spoken from a text."""

    name: Name
    text: Annotated[Note, Field(min_length=1)]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "zh-CN"
    voice: Annotated[str, StringConstraints(pattern=r"^[\w+.:/-]{0,100}$")] = ""
    speed: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0


class SoundRead(Shape):
    """A stored sound."""

    id: UUID
    name: str
    kind: SoundKind
    text: str
    language: str
    voice: str
    speed: float
    duration_s: float
    created_at: dt.datetime
