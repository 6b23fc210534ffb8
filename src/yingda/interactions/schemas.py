"""Shapes of the API."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from yingda.interactions.terms import Channel, Direction, EndedBy, OfferResult, Outcome, SegmentKind
from yingda.kit.fields import Line, Name, Text


class Shape(BaseModel):
    """Base of the slice's shapes; reads from table rows."""

    model_config = ConfigDict(from_attributes=True)


class NameOut(Shape):
    """A name in both languages."""

    zh: str
    en: str


class RecordingOut(Shape):
    """A recording that can be played."""

    duration_s: float


class InteractionItem(Shape):
    """A contact in a list. ``flow`` and ``queue`` are names, ``agent`` is a username; lengths in seconds."""

    id: UUID
    channel: Channel
    direction: Direction
    caller: str
    caller_withheld: bool
    callee: str
    number: str
    number_label: str
    trunk: str | None
    flow: str | None
    queue: str | None
    queue_id: UUID | None
    agent: str | None
    agent_id: UUID | None
    agent_name: str | None
    caller_area: NameOut | None
    caller_carrier: NameOut | None
    offered_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    ended_by: EndedBy | None
    talk_s: float
    wait_s: float
    hold_s: float
    business_type: str | None
    business_type_id: UUID | None
    recording: RecordingOut | None


class SegmentOut(Shape):
    """A stretch of a contact."""

    id: UUID
    kind: SegmentKind
    queue_id: UUID | None
    agent_id: UUID | None
    started_at: datetime
    ring_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    result: Outcome | OfferResult | None
    hold_s: float
    wrap_up_s: float


def _storable(data: dict[str, Any]) -> dict[str, Any]:
    try:
        text = orjson.dumps(data)
    except orjson.JSONEncodeError as error:
        raise ValueError("holds something that cannot be stored") from error
    if len(text) > 20_000 or b"\\u0000" in text:
        raise ValueError("is too large or holds a NUL character")
    return data


class FormIn(Shape):
    """What is filed about a contact; ``data`` holds further fields, 20 kB at most."""

    business_type_id: UUID | None = None
    notes: Text = ""
    data: Annotated[dict[str, Any], AfterValidator(_storable)] = Field(default_factory=dict)


class FormOut(Shape):
    """What was filed about a contact, and by whom."""

    business_type_id: UUID | None
    notes: str
    data: dict[str, Any]
    saved_by: UUID | None
    saved_by_name: str
    saved_at: datetime


class InteractionDetail(InteractionItem):
    """A contact with all that is known of it."""

    flow_id: UUID | None
    flow_version: int | None
    node_of_loss: str | None
    cause: str
    ring_s: float
    wrap_up_s: float
    wrap_up_until: datetime | None
    segments: list[SegmentOut]
    form: FormOut | None


class DecisionOut(Shape):
    """One step of the account, with a sentence for people."""

    seq: int
    at: datetime
    kind: str
    data: dict[str, Any]
    text: NameOut


class DecisionsOut(Shape):
    """The whole account, in order."""

    items: list[DecisionOut]


class PeaksOut(Shape):
    """The shape of a recording's sound: per channel (customer, agent) the loudest sample of each bucket, 0 to 1."""

    duration_s: float
    channels: list[list[float]]


class BusinessTypeIn(Shape):
    """What a contact may be about."""

    name: Name
    name_en: Line = ""
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    active: bool = True


class BusinessTypeOut(BusinessTypeIn):
    """A business type as it stands."""

    id: UUID


class BusinessTypesOut(Shape):
    """All business types, in their order."""

    items: list[BusinessTypeOut]
    next: str | None = None


class HistoryFilter(BaseModel):
    """Which contacts are asked for. ``queue`` and ``agent`` are ids or names; ``q`` is a part of the caller."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    queue: str | None = None
    agent: str | None = None
    outcome: Outcome | None = None
    direction: Direction | None = None
    number: str | None = None
    q: str | None = None
    business_type: UUID | None = None
