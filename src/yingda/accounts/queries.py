"""All SQL of the slice. Row-level security limits every statement to the tenant of the transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.accounts.models import ApiKey, AuditRow, Role, Session, SettingsRow, Tenant, User
from yingda.accounts.terms import BuiltinRole


@dataclass(frozen=True, slots=True)
class Member:
    """A user with the role he has."""

    user: User
    role: Role


async def tenant_by_slug(db: AsyncSession, slug: str) -> Tenant | None:
    """The active tenant of this slug; needs no tenant in the transaction."""
    return await db.scalar(select(Tenant).where(Tenant.slug == slug, Tenant.active))


async def slug_is_taken(db: AsyncSession, slug: str) -> bool:
    """Whether any tenant, active or not, has this slug."""
    return await db.scalar(select(Tenant.id).where(Tenant.slug == slug)) is not None


async def active_tenants(db: AsyncSession) -> list[Tenant]:
    """Every active tenant, by slug; needs no tenant in the transaction."""
    return list(await db.scalars(select(Tenant).where(Tenant.active).order_by(Tenant.slug)))


async def tenant(db: AsyncSession, tenant_id: UUID) -> Tenant | None:
    """The tenant of this id."""
    return await db.get(Tenant, tenant_id)


async def settings_of(db: AsyncSession, tenant_id: UUID) -> SettingsRow | None:
    """The stored settings."""
    return await db.get(SettingsRow, tenant_id)


def _members() -> Select[User, Role]:
    return select(User, Role).join(Role, Role.id == User.role_id)


async def _one_member(db: AsyncSession, condition: ColumnElement[bool], *, lock: bool) -> Member | None:
    query = _members().where(condition)
    if lock:
        query = query.with_for_update(of=User).execution_options(populate_existing=True)
    row = (await db.execute(query)).one_or_none()
    return None if row is None else Member(row[0], row[1])


async def member(db: AsyncSession, user_id: UUID, *, lock: bool = False) -> Member | None:
    """A user by id; ``lock`` keeps others from changing him until the transaction ends."""
    return await _one_member(db, User.id == user_id, lock=lock)


async def member_by_username(db: AsyncSession, username: str) -> Member | None:
    """A user by name, whatever its case."""
    return await _one_member(db, func.lower(User.username) == func.lower(username), lock=False)


async def members(db: AsyncSession, *, after: str | None, q: str, limit: int) -> list[Member]:
    """Users by name whose name or user name contains ``q``, behind the user name ``after``."""
    key = func.lower(User.username)
    query = _members().order_by(key).limit(limit)
    if after is not None:
        query = query.where(key > func.lower(after))
    if q:
        query = query.where(or_(User.username.icontains(q, autoescape=True), User.name.icontains(q, autoescape=True)))
    return [Member(user, role) for user, role in await db.execute(query)]


async def lock_admins(db: AsyncSession) -> list[UUID]:
    """Ids of the active administrators, who stay as they are until the transaction ends."""
    query = (
        select(User.id)
        .join(Role, Role.id == User.role_id)
        .where(User.active, Role.builtin, Role.name == BuiltinRole.ADMIN)
        .order_by(User.id)
        .with_for_update(of=User)
    )
    return list(await db.scalars(query))


async def roles(db: AsyncSession) -> list[Role]:
    """All roles: built-in ones first, then by name."""
    return list(await db.scalars(select(Role).order_by(Role.builtin.desc(), Role.name)))


async def role(db: AsyncSession, role_id: UUID) -> Role | None:
    """A role by id."""
    return await db.get(Role, role_id)


async def role_by_name(db: AsyncSession, name: str) -> Role | None:
    """A role by name."""
    return await db.scalar(select(Role).where(Role.name == name))


async def role_is_used(db: AsyncSession, role_id: UUID) -> bool:
    """Whether any user has the role."""
    return await db.scalar(select(User.id).where(User.role_id == role_id).limit(1)) is not None


async def session_with_member(db: AsyncSession, digest: bytes) -> tuple[Session, Member] | None:
    """A session by the hash of its token, with its user."""
    query = (
        select(Session, User, Role)
        .join(User, User.id == Session.user_id)
        .join(Role, Role.id == User.role_id)
        .where(Session.token_hash == digest)
    )
    row = (await db.execute(query)).one_or_none()
    return None if row is None else (row[0], Member(row[1], row[2]))


async def prolong_session(db: AsyncSession, session_id: UUID, seen_at: datetime, expires_at: datetime) -> None:
    """Writes down that a session was used."""
    await db.execute(update(Session).where(Session.id == session_id).values(seen_at=seen_at, expires_at=expires_at))


async def delete_session(db: AsyncSession, digest: bytes) -> None:
    """Ends one session."""
    await db.execute(delete(Session).where(Session.token_hash == digest))


async def delete_sessions_of(db: AsyncSession, user_id: UUID, *, keep: bytes | None = None) -> None:
    """Ends the sessions of a user, but not the one whose token has the hash ``keep``."""
    query = delete(Session).where(Session.user_id == user_id)
    await db.execute(query if keep is None else query.where(Session.token_hash != keep))


async def delete_dead_sessions_of(db: AsyncSession, user_id: UUID, now: datetime) -> None:
    """Removes what has expired."""
    dead = or_(Session.expires_at <= now, Session.ends_at <= now)
    await db.execute(delete(Session).where(Session.user_id == user_id, dead))


async def key_with_maker(db: AsyncSession, digest: bytes) -> tuple[ApiKey, Member] | None:
    """A key by the hash of its secret, with its maker."""
    query = (
        select(ApiKey, User, Role)
        .join(User, User.id == ApiKey.user_id)
        .join(Role, Role.id == User.role_id)
        .where(ApiKey.key_hash == digest)
    )
    row = (await db.execute(query)).one_or_none()
    return None if row is None else (row[0], Member(row[1], row[2]))


async def mark_key_used(db: AsyncSession, key_id: UUID, now: datetime) -> None:
    """Writes down that a key was used."""
    await db.execute(update(ApiKey).where(ApiKey.id == key_id).values(used_at=now))


async def key(db: AsyncSession, key_id: UUID) -> ApiKey | None:
    """A key by id."""
    return await db.get(ApiKey, key_id)


async def keys(db: AsyncSession) -> list[tuple[ApiKey, str]]:
    """All keys with the user names of their makers, newest first."""
    query = select(ApiKey, User.username).join(User, User.id == ApiKey.user_id).order_by(ApiKey.id.desc())
    return [(found, maker) for found, maker in await db.execute(query)]


async def audit_rows(db: AsyncSession, *, before: UUID | None, limit: int) -> list[AuditRow]:
    """The audit, newest first, older than the row ``before``."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    return list(await db.scalars(query if before is None else query.where(AuditRow.id < before)))
