"""Tables of the slice."""

from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingda.kit.db import Base, Id, Moment, TenantRow


class Number(TenantRow, Base):
    """A number of ours that people call, in its one form; unique over the whole platform."""

    __tablename__ = "numbers"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(Text)
    flow_id: Mapped[UUID | None]
    hours_id: Mapped[UUID | None]
    label: Mapped[str] = mapped_column(Text)
    enabled: Mapped[bool]
    created_at: Mapped[Moment]


class Trunk(TenantRow, Base):
    """A SIP trunk; the password is sealed by the vault."""

    __tablename__ = "trunks"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)
    port: Mapped[int]
    transport: Mapped[str] = mapped_column(Text)
    codecs: Mapped[list[str]] = mapped_column(JSONB)
    addresses: Mapped[list[str]] = mapped_column(JSONB)
    username: Mapped[str] = mapped_column(Text)
    password_sealed: Mapped[str] = mapped_column(Text)
    channel_limit: Mapped[int]
    enabled: Mapped[bool]
    caller_id_rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Moment]
