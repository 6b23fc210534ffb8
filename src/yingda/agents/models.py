"""Tables of the slice."""

from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from yingda.kit.db import Base, Id, Moment, TenantRow


class Agent(TenantRow, Base):
    """A user who serves contacts. Secrets are sealed by the vault. Never removed: the history names it."""

    __tablename__ = "agents"

    id: Mapped[Id]
    user_id: Mapped[UUID]
    extension: Mapped[str] = mapped_column(Text)
    sip_username: Mapped[str] = mapped_column(Text)
    sip_secret: Mapped[str] = mapped_column(Text)
    web_secret: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class BreakReason(TenantRow, Base):
    """What agents may take a break for."""

    __tablename__ = "break_reasons"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    needs_approval: Mapped[bool]


class AgentStateRow(TenantRow, Base):
    """One change of an agent's state: the log that figures are computed from."""

    __tablename__ = "agent_states"

    id: Mapped[Id]
    agent_id: Mapped[UUID]
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column("by_whom", Text)
    at: Mapped[Moment]
