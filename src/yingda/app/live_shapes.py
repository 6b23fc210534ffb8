"""Shapes of the live state, as ``GET /api/v1/live`` and the event stream show it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class NameInBoth(BaseModel):
    """A name in both languages."""

    zh: str
    en: str


class Requested(BaseModel):
    """A state that waits for approval."""

    state: str
    reason: str


class LiveAgent(BaseModel):
    """An agent. ``until`` is the end of the wrap-up, ``contact`` what is offered, served or wrapped up.

    ``device`` is where calls would ring, null where no device can be reached; ``chosen`` is what the
    agent goes to when nothing holds them.
    """

    id: UUID
    user_id: UUID
    username: str
    name: str
    extension: str
    state: str
    reason: str
    since: datetime
    until: datetime | None
    contact: UUID | None
    misses: int
    chosen: str
    chosen_reason: str
    device: Literal["browser", "phone"] | None
    queues: list[UUID]
    requested: Requested | None


class Today(BaseModel):
    """A queue's figures of the tenant's day; ``wait_s_sum`` is of answered calls, in seconds."""

    offered: int
    answered: int
    abandoned: int
    short_abandons: int
    within_target: int
    wait_s_sum: float


class LiveQueue(BaseModel):
    """A queue; ``longest_since`` is since when the next one has waited."""

    id: UUID
    name: str
    name_en: str
    waiting: int
    longest_since: datetime | None
    service_level_s: int
    today: Today


class LiveContact(BaseModel):
    """A contact that is going on; ``since`` is when its stage began, ``ringing`` are agents."""

    id: UUID
    channel: str
    direction: str
    stage: Literal["flow", "waiting", "ringing", "talking", "held"]
    caller: str
    caller_withheld: bool
    caller_area: NameInBoth | None
    caller_carrier: NameInBoth | None
    number: str
    number_label: str
    trunk: str
    flow: str
    node: str | None
    queue: UUID | None
    agent: UUID | None
    ringing: list[UUID]
    position: int | None
    offered_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    since: datetime
    muted: bool
    hold_s: float
    keys_path: str
    path: list[str]


class LiveTrunk(BaseModel):
    """A trunk."""

    id: UUID
    name: str
    reachable: bool


class LiveSnapshot(BaseModel):
    """The live state of the tenant at a moment."""

    seq: int = Field(description="0 here; a number in the event stream")
    at: datetime
    agents: list[LiveAgent]
    queues: list[LiveQueue]
    contacts: list[LiveContact]
    trunks: list[LiveTrunk]
