"""Jobs on the real PostgreSQL: in the transaction of whoever defers them, once, again after a failure."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import procrastinate
import pytest
import pytest_asyncio
from sqlalchemy import text

from tests.factories.accounts import TenantMade
from tests.factories.postgres import Cluster
from yingda.kit.context import SYSTEM, Ctx
from yingda.kit.db import Database
from yingda.kit.jobs import TENANT, defer, deferrer, make_queue, register

pytestmark = pytest.mark.database


class Deliberate(Exception):
    """Raised by tests."""


@pytest_asyncio.fixture(loop_scope="session")
async def queue(cluster: Cluster) -> AsyncIterator[procrastinate.App]:
    made = make_queue(cluster.url("yingda_app"))
    async with made.open_async():
        yield made


async def count(database: Database, job: str) -> int:
    async with database.transaction(None) as db:
        found = await db.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :job"), {"job": job})
        return int(found.scalar_one())


async def work(queue: procrastinate.App) -> None:
    """Does what is due."""
    await queue.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)


async def test_a_job_begins_with_the_commit(database: Database, queue: procrastinate.App, tenant: TenantMade) -> None:
    name = f"kept-{uuid4().hex}"
    async with database.transaction(tenant.id) as db:
        await defer(queue, db, name, {TENANT: str(tenant.id)})
        assert await count(database, name) == 0
    assert await count(database, name) == 1


async def test_a_job_is_rolled_back_with_its_transaction(
    database: Database, queue: procrastinate.App, tenant: TenantMade
) -> None:
    name = f"undone-{uuid4().hex}"

    async def fail() -> None:
        async with database.transaction(tenant.id) as db:
            await defer(queue, db, name, {TENANT: str(tenant.id)})
            raise Deliberate

    with pytest.raises(Deliberate):
        await fail()
    assert await count(database, name) == 0


async def test_once(database: Database, queue: procrastinate.App, tenant: TenantMade) -> None:
    name = f"once-{uuid4().hex}"
    done: list[int] = []

    async def job(_: Ctx, number: int) -> None:
        done.append(number)

    register(queue, database, {name: job})
    for number in (1, 2):
        async with database.transaction(tenant.id) as db:
            await defer(queue, db, name, {TENANT: str(tenant.id), "number": number}, once=name)
            # The transaction goes on as if nothing had been.
            assert (await db.execute(text("SELECT 1"))).scalar_one() == 1
    await work(queue)
    assert done == [1]
    async with database.transaction(tenant.id) as db:
        await defer(queue, db, name, {TENANT: str(tenant.id), "number": 3}, once=name)
    await work(queue)
    assert done == [1, 3]


async def test_a_job_is_one_transaction_of_its_tenant(
    database: Database, queue: procrastinate.App, tenant: TenantMade
) -> None:
    name = f"tenant-{uuid4().hex}"
    seen: list[tuple[UUID, str, Any]] = []

    async def job(ctx: Ctx, word: str) -> None:
        setting = await ctx.db.execute(text("SELECT current_setting('yingda.tenant')"))
        seen.append((ctx.tenant_id, setting.scalar_one(), word))

    register(queue, database, {name: job})
    async with database.transaction(tenant.id) as db:
        await Ctx(db, tenant.id, SYSTEM, deferrer=deferrer(queue)).defer(name, word="二")
    await work(queue)
    assert seen == [(tenant.id, str(tenant.id), "二")]


async def test_a_job_that_fails_is_tried_again_and_leaves_nothing(
    database: Database, queue: procrastinate.App, tenant: TenantMade
) -> None:
    name, follower = f"again-{uuid4().hex}", f"follower-{uuid4().hex}"
    tries: list[int] = []

    async def job(ctx: Ctx) -> None:
        tries.append(1)
        await defer(queue, ctx.db, follower, {TENANT: str(ctx.tenant_id)})
        if len(tries) < 2:
            raise Deliberate

    register(queue, database, {name: job})
    async with database.transaction(tenant.id) as db:
        await defer(queue, db, name, {TENANT: str(tenant.id)})
    await work(queue)
    assert (len(tries), await count(database, follower)) == (1, 0)
    async with asyncio.timeout(15):
        while len(tries) < 2:
            await asyncio.sleep(0.3)
            await work(queue)
    assert await count(database, follower) == 1
