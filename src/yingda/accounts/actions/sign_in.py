"""Signing in and out, and passwords.

A refused sign-in must leave its traces although the request fails, so these actions take the
:class:`Database` and end their own transactions. No connection is held while a password is computed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from yingda.accounts import lifetime, passwords, queries, tokens, trail
from yingda.accounts.actions.identity import SignedIn
from yingda.accounts.errors import ForUsersOnly, LockedOut, WrongCredentials, WrongPassword
from yingda.accounts.lockout import lock_after, seconds_left
from yingda.accounts.models import Session, Tenant, User
from yingda.accounts.terms import Act
from yingda.kit.clock import Clock
from yingda.kit.context import Actor, ActorKind, Ctx
from yingda.kit.db import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Origin:
    """From where somebody signs in."""

    address: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in with."""

    tenant: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the token, told this once, and whose it is."""

    token: str
    tenant_id: UUID
    user_id: UUID


async def sign_in(db: Database, clock: Clock, given: Credentials, origin: Origin) -> Opened:
    """Opens a session.

    Raises :class:`WrongCredentials`, or :class:`LockedOut` with ``retry_after`` in seconds.
    """
    async with db.transaction(None) as session:
        tenant = await queries.tenant_by_slug(session, given.tenant)
    user = await _find(db, tenant, given.username)
    right = await passwords.verify(user.password_hash if user and user.active else None, given.password)
    if tenant is None:
        log.info("sign-in for an unknown tenant", address=origin.address)
        raise WrongCredentials()
    if user is None or not user.active:
        await _record_unknown(db, clock, tenant.id, given.username, origin)
        raise WrongCredentials()
    fresh_hash = await passwords.make_hash(given.password) if right and passwords.outdated(user.password_hash) else None
    async with db.transaction(tenant.id) as session:
        ctx = Ctx(session, tenant.id, _actor(user, origin), clock)
        error = await _settle(ctx, user, right=right, wrong=WrongCredentials())
        if error is None:
            token = await _open(ctx, user.id, origin, fresh_hash)
    if error is not None:
        raise error
    return Opened(token, tenant.id, user.id)


async def sign_out(ctx: Ctx, digest: bytes) -> None:
    """Ends the session whose token has this hash; a key is no session and cannot sign out."""
    if ctx.actor.kind is not ActorKind.USER:
        raise ForUsersOnly()
    await queries.delete_session(ctx.db, digest)
    await trail.record(ctx, Act.SIGNED_OUT, "user", ctx.actor.id, ctx.actor.name)


async def change_own_password(db: Database, clock: Clock, who: SignedIn, old: str, new: str) -> None:
    """Sets a new password and ends the user's other sessions.

    Raises :class:`WrongPassword`, which counts as a failed sign-in, and :class:`LockedOut`.
    """
    if who.actor.kind is not ActorKind.USER or who.actor.id is None:
        raise ForUsersOnly()
    async with db.transaction(who.tenant_id) as session:
        found = await queries.member(session, who.actor.id)
    if found is None:
        raise WrongPassword()
    right = await passwords.verify(found.user.password_hash, old)
    new_hash = await passwords.make_hash(new) if right else ""
    async with db.transaction(who.tenant_id) as session:
        ctx = Ctx(session, who.tenant_id, who.actor, clock)
        error = await _settle(ctx, found.user, right=right, wrong=WrongPassword())
        if error is None:
            await _store_password(ctx, found.user.id, new_hash, keep=who.digest)
    if error is not None:
        raise error


async def _find(db: Database, tenant: Tenant | None, username: str) -> User | None:
    if tenant is None:
        return None
    async with db.transaction(tenant.id) as session:
        found = await queries.member_by_username(session, username)
    return found.user if found else None


async def _record_unknown(db: Database, clock: Clock, tenant_id: UUID, username: str, origin: Origin) -> None:
    async with db.transaction(tenant_id) as session:
        nobody = Actor(ActorKind.USER, None, username, address=origin.address)
        await trail.record(Ctx(session, tenant_id, nobody, clock), Act.SIGN_IN_FAILED, reason="unknown user")


async def _settle(
    ctx: Ctx, tried: User, *, right: bool, wrong: WrongCredentials | WrongPassword
) -> WrongCredentials | WrongPassword | LockedOut | None:
    """Counts the outcome of one try under a lock on the user; returns the error to raise after the commit.

    The lock puts tries that were computed at the same time into a row: once one of them locks the
    user out, those behind it are refused even where the password was right.
    """
    found = await queries.member(ctx.db, tried.id, lock=True)
    if found is None or not found.user.active or found.user.password_hash != tried.password_hash:
        return wrong  # removed, closed or given a new password while the old one was being computed
    user, now = found.user, ctx.now()
    if wait := seconds_left(user.locked_until, now):
        return LockedOut(f"Please try again in {wait} seconds.", retry_after=wait)
    if right:
        user.failed_sign_ins = 0
        user.locked_until = None
        return None
    act = Act.SIGN_IN_FAILED if isinstance(wrong, WrongCredentials) else Act.PASSWORD_REFUSED
    return await _count_failure(ctx, user, act, now) or wrong


async def _count_failure(ctx: Ctx, user: User, act: Act, now: datetime) -> LockedOut | None:
    user.failed_sign_ins += 1
    await trail.record(ctx, act, "user", user.id, user.username, failures=user.failed_sign_ins)
    lock = lock_after(user.failed_sign_ins)
    if lock is None:
        return None
    user.locked_until = now + lock
    wait = int(lock.total_seconds())
    await trail.record(ctx, Act.LOCKED_OUT, "user", user.id, user.username, seconds=wait)
    return LockedOut(f"Please try again in {wait} seconds.", retry_after=wait)


async def _open(ctx: Ctx, user_id: UUID, origin: Origin, fresh_hash: str | None) -> str:
    now = ctx.now()
    secret = tokens.make(ActorKind.USER, ctx.tenant_id)
    life = lifetime.begin(now)
    found = await queries.member(ctx.db, user_id)
    assert found is not None  # noqa: S101 - locked by this transaction a moment ago
    found.user.signed_in_at = now
    if fresh_hash is not None:
        found.user.password_hash = fresh_hash
    await queries.delete_dead_sessions_of(ctx.db, user_id, now)
    ctx.db.add(
        Session(
            tenant_id=ctx.tenant_id,
            user_id=user_id,
            token_hash=tokens.parse(secret).digest,
            created_at=now,
            seen_at=life.seen_at,
            expires_at=life.expires_at,
            ends_at=life.ends_at,
            address=origin.address,
            user_agent=origin.user_agent,
        )
    )
    await trail.record(ctx, Act.SIGNED_IN, "user", user_id, found.user.username)
    return secret


async def _store_password(ctx: Ctx, user_id: UUID, new_hash: str, *, keep: bytes) -> None:
    found = await queries.member(ctx.db, user_id)
    assert found is not None  # noqa: S101 - locked by this transaction a moment ago
    found.user.password_hash = new_hash
    await queries.delete_sessions_of(ctx.db, user_id, keep=keep)
    await trail.record(ctx, Act.PASSWORD_CHANGED, "user", user_id, found.user.username)


def _actor(user: User, origin: Origin) -> Actor:
    return Actor(ActorKind.USER, user.id, user.username, address=origin.address)
