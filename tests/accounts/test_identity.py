"""Who is behind a token, with and without the database."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import text

from tests.factories.accounts import PASSWORD, TenantMade, make_user
from yingda.accounts.actions.identity import Remembered, identify
from yingda.accounts.actions.sign_in import Credentials, Origin, sign_in
from yingda.accounts.http import actor_of_token
from yingda.kit.clock import SystemClock
from yingda.kit.db import Database, make_engine
from yingda.kit.errors import Unauthorized

pytestmark = pytest.mark.database

CLOCK = SystemClock()


async def token_of(database: Database, tenant: TenantMade) -> str:
    member = await make_user(database, tenant.id, "supervisor")
    given = Credentials(tenant.slug, member.user.username, PASSWORD)
    return (await sign_in(database, CLOCK, given, Origin("10.0.0.1", "a browser"))).token


async def test_socket_learns_who_it_is(database: Database, tenant: TenantMade) -> None:
    who = await actor_of_token(database, await token_of(database, tenant))
    assert who.tenant_id == tenant.id
    assert who.actor.may("live.read")
    assert not who.actor.may("setup.write")


async def test_who_was_known_stays_known_while_the_database_is_away(database: Database, tenant: TenantMade) -> None:
    token, ticks = await token_of(database, tenant), [0.0]
    memory = Remembered(now=lambda: ticks[0])
    known = await identify(database, token, CLOCK, memory=memory)
    away = Database(make_engine("postgresql://yingda_app@127.0.0.1:1/yingda"))
    ticks[0] = 3599.0
    assert await identify(away, token, CLOCK, memory=memory) == known
    with pytest.raises(OperationalError):
        await identify(away, await token_of(database, tenant), CLOCK, memory=memory)
    ticks[0] = 3600.0
    with pytest.raises(OperationalError):
        await identify(away, token, CLOCK, memory=memory)
    await away.close()


async def test_who_was_refused_is_not_let_in_by_an_outage(database: Database, tenant: TenantMade) -> None:
    token, ticks = await token_of(database, tenant), [0.0]
    memory = Remembered(now=lambda: ticks[0])
    await identify(database, token, CLOCK, memory=memory)
    async with database.transaction(tenant.id) as db:
        await forget_sessions(db)
    ticks[0] = 6.0
    with pytest.raises(Unauthorized):
        await identify(database, token, CLOCK, memory=memory)
    away = Database(make_engine("postgresql://yingda_app@127.0.0.1:1/yingda"))
    with pytest.raises(OperationalError):
        await identify(away, token, CLOCK, memory=memory)
    await away.close()


async def forget_sessions(db: AsyncSession) -> None:
    await db.execute(text("DELETE FROM sessions"))


async def test_memory_is_bounded(database: Database, tenant: TenantMade) -> None:
    memory = Remembered()
    tokens = [await token_of(database, tenant) for _ in range(2)]
    first, second = [await identify(database, token, CLOCK, memory=memory) for token in tokens]
    small = Remembered(most=1)
    small.keep(first)
    small.keep(second)
    assert small.find(first.digest) is None
    assert small.find(second.digest) == second
