"""Tables of flows, their versions, hours and sounds."""

from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingda.kit.db import Base, Id, Moment, TenantRow


class Flow(TenantRow, Base):
    """A flow; ``published`` is the version in force for new calls."""

    __tablename__ = "flows"

    id: Mapped[Id]
    name: Mapped[str]
    published: Mapped[int]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class FlowVersion(TenantRow, Base):
    """A published definition. Never changed: calls in the flow finish on their version."""

    __tablename__ = "flow_versions"

    id: Mapped[Id]
    flow_id: Mapped[UUID]
    version: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str]
    published_by: Mapped[UUID | None]
    published_by_name: Mapped[str]
    created_at: Mapped[Moment]


class Hours(TenantRow, Base):
    """Business hours, in the shape of the API."""

    __tablename__ = "hours"

    id: Mapped[Id]
    name: Mapped[str]
    timezone: Mapped[str]
    periods: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    exceptions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[Moment]


class Sound(TenantRow, Base):
    """A stored sound: an upload as WAV (16 kHz, 16 bit, one channel), or a text to be spoken.

    Its content never changes; another content is another sound, because caches go by the id.
    """

    __tablename__ = "sounds"

    id: Mapped[Id]
    name: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    voice: Mapped[str]
    speed: Mapped[float]
    duration_s: Mapped[float]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    created_at: Mapped[Moment]
