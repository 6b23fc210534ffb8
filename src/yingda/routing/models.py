"""Tables of the slice."""

from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from yingda.kit.db import Base, Id, Moment, TenantRow


class Queue(TenantRow, Base):
    """A queue's set-up; times in seconds. See :class:`yingda.routing.schemas.QueueIn` for each field."""

    __tablename__ = "queues"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    strategy: Mapped[str] = mapped_column(Text)
    ring_s: Mapped[int]
    wrap_up_s: Mapped[int]
    max_misses: Mapped[int]
    music: Mapped[str] = mapped_column(Text)
    announce_position: Mapped[bool]
    announce_every_s: Mapped[int]
    service_level_s: Mapped[int]
    max_wait_s: Mapped[int | None]
    weight: Mapped[float]
    created_at: Mapped[Moment]


class QueueMember(TenantRow, Base):
    """An agent of a queue; ``position`` is the place in a round."""

    __tablename__ = "queue_members"

    queue_id: Mapped[UUID] = mapped_column(primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
