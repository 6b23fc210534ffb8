"""From a secret to who is asking."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.accounts import queries, rights, tokens
from yingda.accounts.lifetime import WRITE_EVERY, Lifetime
from yingda.kit.clock import Clock
from yingda.kit.context import Actor, ActorKind
from yingda.kit.db import Database
from yingda.kit.errors import Unauthorized

REMEMBERED_S = 5.0
WITHOUT_DATABASE_S = 3600.0
REMEMBERED_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks, for which tenant, by which token."""

    tenant_id: UUID
    actor: Actor
    digest: bytes


class Remembered:
    """Who was behind a token a moment ago, to spare the database a look-up per request.

    A sign-out in another process, a lost role or a closed account is noticed after ``seconds`` at
    the latest. While the database is away nothing can be noticed, and who was known keeps his rights
    for an hour: agents on a call must be able to hang up and change their state.
    """

    def __init__(
        self, seconds: float = REMEMBERED_S, now: Callable[[], float] = time.monotonic, most: int = REMEMBERED_AT_MOST
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._now = now
        self._known: dict[bytes, tuple[float, SignedIn]] = {}

    def find(self, digest: bytes) -> SignedIn | None:
        """The bearer, if he was looked up within the time."""
        return self._within(digest, self._seconds)

    def find_without_database(self, digest: bytes) -> SignedIn | None:
        """The bearer, if he was looked up not too long ago for an outage of the database."""
        return self._within(digest, WITHOUT_DATABASE_S)

    def _within(self, digest: bytes, seconds: float) -> SignedIn | None:
        found = self._known.get(digest)
        return None if found is None or self._now() - found[0] >= seconds else found[1]

    def keep(self, who: SignedIn) -> None:
        """Remembers; the oldest are forgotten when there are too many."""
        self._known.pop(who.digest, None)
        self._known[who.digest] = (self._now(), who)
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]

    def forget(self, digest: bytes) -> None:
        """Must be looked up again."""
        self._known.pop(digest, None)


async def identify(
    db: Database, secret: str, clock: Clock, *, address: str | None = None, memory: Remembered | None = None
) -> SignedIn:
    """Who is behind a session token or an API key; prolongs the session.

    Raises :class:`Unauthorized` where the secret is unknown, expired, or of somebody deactivated.
    """
    token = tokens.parse(secret)
    who = memory.find(token.digest) if memory else None
    if who is None:
        try:
            who = await _look_up(db, token, clock)
        except OperationalError:
            who = memory.find_without_database(token.digest) if memory else None
            if who is None:
                raise
        except Unauthorized:
            if memory:
                memory.forget(token.digest)
            raise
        else:
            if memory:
                memory.keep(who)
    return replace(who, actor=replace(who.actor, address=address))


async def _look_up(db: Database, token: tokens.Token, clock: Clock) -> SignedIn:
    async with db.transaction(token.tenant_id) as session:
        find = _by_key if token.kind is ActorKind.KEY else _by_session
        return SignedIn(token.tenant_id, await find(session, token, clock), token.digest)


async def _by_session(db: AsyncSession, token: tokens.Token, clock: Clock) -> Actor:
    found = await queries.session_with_member(db, token.digest)
    if found is None:
        raise Unauthorized()
    session, member = found
    now = clock.now()
    life = Lifetime(session.seen_at, session.expires_at, session.ends_at)
    if not (life.alive(now) and member.user.active):
        raise Unauthorized("The sign-in has ended, please sign in again.")
    longer = life.used(now)
    if longer is not None:
        await queries.prolong_session(db, session.id, longer.seen_at, longer.expires_at)
    return Actor(ActorKind.USER, member.user.id, member.user.username, frozenset(member.role.permissions))


async def _by_key(db: AsyncSession, token: tokens.Token, clock: Clock) -> Actor:
    found = await queries.key_with_maker(db, token.digest)
    if found is None or not found[1].user.active:
        raise Unauthorized("The key is not valid.")
    key, maker = found
    now = clock.now()
    if key.used_at is None or now - key.used_at >= WRITE_EVERY:
        await queries.mark_key_used(db, key.id, now)
    return Actor(ActorKind.KEY, key.id, key.name, rights.limited(key.scopes, maker.role.permissions))
