"""The unit of work: who asks, for which tenant, in which transaction."""

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.kit.clock import Clock, SystemClock
from yingda.kit.errors import Forbidden


class ActorKind(enum.StrEnum):
    """Who may act."""

    USER = "user"
    KEY = "key"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program on whose behalf something is done; ``permissions`` are words like ``queues.write``."""

    kind: ActorKind
    id: UUID | None
    name: str
    permissions: frozenset[str] = frozenset()
    address: str | None = None

    def may(self, permission: str) -> bool:
        """Whether the permission is held; ``*`` holds all."""
        return permission in self.permissions or "*" in self.permissions


SYSTEM = Actor(ActorKind.SYSTEM, None, "system", frozenset({"*"}))


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all facts; names are in the past tense. Frozen, JSON-able fields."""


Publisher = Callable[["Ctx", Event], Awaitable[None]]
Deferrer = Callable[["Ctx", str, dict[str, Any]], Awaitable[None]]


async def _publish_to_nobody(ctx: "Ctx", event: Event) -> None:
    """Used where nothing is wired: tests of a single slice."""


async def _defer_nothing(ctx: "Ctx", job: str, args: dict[str, Any]) -> None:
    """Used where nothing is wired: tests of a single slice."""


@dataclass(slots=True)
class Ctx:
    """One request, job or event: one transaction.

    ``publish`` runs the wired handlers inside this transaction; what must happen outside is a job,
    which is written in the same transaction and starts after its commit.
    """

    db: AsyncSession
    tenant_id: UUID
    actor: Actor
    clock: Clock = field(default_factory=SystemClock)
    publisher: Publisher = _publish_to_nobody
    deferrer: Deferrer = _defer_nothing

    def now(self) -> datetime:
        """The present time in UTC."""
        return self.clock.now()

    def require(self, permission: str) -> None:
        """Raises :class:`Forbidden` where the actor lacks the permission."""
        if not self.actor.may(permission):
            raise Forbidden(f"This needs the right '{permission}'.", permission=permission)

    async def publish(self, event: Event) -> None:
        """Hands a fact to those who are wired to it."""
        await self.publisher(self, event)

    async def defer(self, job: str, **args: Any) -> None:
        """Queues a job by its name in this transaction; ``args`` are JSON values."""
        await self.deferrer(self, job, args)

    async def notify(self, channel: str, payload: str = "") -> None:
        """PostgreSQL NOTIFY, delivered to listening processes after the commit; 8 kB at most."""
        await self.db.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})
