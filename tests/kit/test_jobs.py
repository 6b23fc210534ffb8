"""Jobs in the transaction of whoever defers them, on the real database."""

import pytest
from sqlalchemy import text

from tests.factories.accounts import TenantMade
from tests.factories.postgres import Cluster
from yingda.kit.db import Database
from yingda.kit.ids import new_id
from yingda.kit.jobs import defer, make_queue

pytestmark = pytest.mark.database


async def test_a_needless_job_leaves_the_transaction_whole(
    cluster: Cluster, database: Database, tenant: TenantMade
) -> None:
    queue, lock = make_queue(cluster.url("yingda_app")), f"once:{new_id()}"
    async with database.transaction(tenant.id) as db:
        await defer(queue, db, "some.job", {"number": 1}, once=lock)
    async with database.transaction(tenant.id) as db:
        await defer(queue, db, "some.job", {"number": 2}, once=lock)
        await defer(queue, db, "other.job", {"number": 3}, once=f"{lock}:other")
        assert await db.scalar(text("SELECT 1")) == 1
    async with database.transaction(tenant.id) as db:
        query = text("SELECT args->>'number' FROM procrastinate_jobs WHERE queueing_lock LIKE :lock ORDER BY 1")
        assert list(await db.scalars(query, {"lock": f"{lock}%"})) == ["1", "3"]
