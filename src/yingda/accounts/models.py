"""Tables of the slice. Tenants can be read by all processes; everything else is isolated per tenant."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from yingda.kit.db import Base, Id, Moment, TenantRow


class Tenant(Base):
    """A customer of the platform; holds nothing that another tenant must not see."""

    __tablename__ = "tenants"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class SettingsRow(Base):
    """The settings of a tenant, shaped by :class:`yingda.accounts.schemas.Settings`."""

    __tablename__ = "tenant_settings"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Role(TenantRow, Base):
    """A named set of permissions."""

    __tablename__ = "roles"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text)
    builtin: Mapped[bool]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))


class User(TenantRow, Base):
    """Somebody who can sign in."""

    __tablename__ = "users"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    role_id: Mapped[UUID]
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(Text)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Moment | None]
    signed_in_at: Mapped[Moment | None]
    created_at: Mapped[Moment]


class Session(TenantRow, Base):
    """A sign-in that lasts until it is closed, unused for long, or old."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    user_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    address: Mapped[str | None] = mapped_column(Text)
    user_agent: Mapped[str | None] = mapped_column(Text)


class ApiKey(TenantRow, Base):
    """A secret of a program, limited to scopes and to what its maker may do."""

    __tablename__ = "api_keys"

    id: Mapped[Id]
    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[bytes]
    hint: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class AuditRow(TenantRow, Base):
    """Who did what to whom; the database lets nobody change or remove a row."""

    __tablename__ = "audit"

    id: Mapped[Id]
    at: Mapped[Moment]
    actor_kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[str | None] = mapped_column(Text)
    subject_id: Mapped[str | None] = mapped_column(Text)
    subject_name: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
