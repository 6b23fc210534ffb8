"""Tables of the slice."""

from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingda.kit.db import Base, Id, Moment, TenantRow


class Interaction(TenantRow, Base):
    """A contact; the columns are the members of :class:`yingda.interactions.records.InteractionRecord`."""

    __tablename__ = "interactions"

    id: Mapped[Id]
    revision: Mapped[int]
    channel: Mapped[str] = mapped_column(Text)
    direction: Mapped[str] = mapped_column(Text)
    caller: Mapped[str] = mapped_column(Text)
    caller_reversed: Mapped[str] = mapped_column(Text, Computed("reverse(caller)"))
    caller_withheld: Mapped[bool]
    callee: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    number_label: Mapped[str] = mapped_column(Text)
    trunk: Mapped[str] = mapped_column(Text)
    flow_id: Mapped[UUID | None]
    flow_name: Mapped[str] = mapped_column(Text)
    flow_version: Mapped[int | None]
    node_of_loss: Mapped[str | None] = mapped_column(Text)
    queue_id: Mapped[UUID | None]
    queue_name: Mapped[str] = mapped_column(Text)
    agent_id: Mapped[UUID | None]
    agent_username: Mapped[str] = mapped_column(Text)
    agent_name: Mapped[str] = mapped_column(Text)
    caller_area: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    caller_carrier: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    offered_at: Mapped[Moment]
    queued_at: Mapped[Moment | None]
    answered_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    wrap_up_until: Mapped[Moment | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    ended_by: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    talk_s: Mapped[float]
    hold_s: Mapped[float]
    wait_s: Mapped[float]
    ring_s: Mapped[float]
    wrap_up_s: Mapped[float]
    recording_file: Mapped[str | None] = mapped_column(Text)
    recorded_s: Mapped[float | None]


class Segment(TenantRow, Base):
    """A stretch of a contact."""

    __tablename__ = "segments"

    id: Mapped[Id]
    interaction_id: Mapped[UUID]
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    queue_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    started_at: Mapped[Moment]
    ring_at: Mapped[Moment | None]
    answered_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    result: Mapped[str | None] = mapped_column(Text)
    hold_s: Mapped[float]
    wrap_up_s: Mapped[float]


class Decision(Base):
    """A step of the account of why a contact went where it went."""

    __tablename__ = "decisions"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    interaction_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    kind: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)


class BusinessType(TenantRow, Base):
    """What a contact was about, as the tenant sorts them."""

    __tablename__ = "business_types"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    active: Mapped[bool]


class Form(TenantRow, Base):
    """What an agent filed about a contact."""

    __tablename__ = "forms"

    interaction_id: Mapped[UUID] = mapped_column(primary_key=True)
    business_type_id: Mapped[UUID | None]
    notes: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_by: Mapped[UUID | None]
    saved_by_name: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[Moment]


class Recording(TenantRow, Base):
    """A stored recording; ``path`` is relative to the folder of recordings."""

    __tablename__ = "recordings"

    interaction_id: Mapped[UUID] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    duration_s: Mapped[float]
    bytes: Mapped[int]
    stored_at: Mapped[Moment]
