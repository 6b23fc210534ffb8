"""Tenants and people for tests; every test has tenants of its own, nothing is ever truncated."""

import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from httpx import AsyncClient

from yingda.accounts import BuiltinRole, Member, UserNew, create_tenant, create_user
from yingda.kit.context import SYSTEM, Actor, Ctx
from yingda.kit.db import Database

PASSWORD = "correct horse"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class TenantMade:
    """A tenant of a test."""

    id: UUID
    slug: str


async def make_tenant(database: Database, slug: str | None = None) -> TenantMade:
    """A new tenant with its built-in roles."""
    slug = slug or f"t{os.getpid()}-{next(_NUMBERS)}"
    async with database.transaction(None) as db:
        return TenantMade(await create_tenant(db, slug, f"Tenant {slug}"), slug)


@asynccontextmanager
async def context(database: Database, tenant_id: UUID, actor: Actor = SYSTEM) -> AsyncIterator[Ctx]:
    """A unit of work: commits at the end of the block."""
    async with database.transaction(tenant_id) as db:
        yield Ctx(db, tenant_id, actor)


async def make_user(
    database: Database, tenant_id: UUID, role: str = BuiltinRole.AGENT, username: str | None = None
) -> Member:
    """A user with the password :data:`PASSWORD`."""
    username = username or f"user{next(_NUMBERS)}"
    new = UserNew(username=username, name=username.title(), password=PASSWORD, role=role)
    async with context(database, tenant_id) as ctx:
        return await create_user(ctx, new)


async def sign_in(client: AsyncClient, tenant: TenantMade, username: str, password: str = PASSWORD) -> dict[str, str]:
    """Signs in over HTTP; the headers for what follows."""
    given = {"tenant": tenant.slug, "username": username, "password": password}
    answer = await client.post("/api/v1/sessions", json=given)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}
