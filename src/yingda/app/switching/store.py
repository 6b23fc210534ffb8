"""One transaction for a batch of facts, with the jobs that follow from them."""

from uuid import UUID

import procrastinate

from yingda.agents import StateChange, write_states
from yingda.app.job_names import STORE_RECORDING
from yingda.app.switching.writer import Fact, Store
from yingda.interactions import write
from yingda.interactions.records import InteractionRecord
from yingda.kit.db import Database
from yingda.kit.jobs import TENANT, defer


def make_store(database: Database, queue: procrastinate.App) -> Store:
    """Stores facts of one tenant."""

    async def store(tenant: UUID, facts: list[Fact]) -> None:
        async with database.transaction(tenant) as db:
            await write(db, [fact for fact in facts if not isinstance(fact, StateChange)])
            await write_states(db, [fact for fact in facts if isinstance(fact, StateChange)])
            for fact in facts:
                if isinstance(fact, InteractionRecord) and fact.recording_file and fact.ended_at:
                    args = {TENANT: str(tenant), "interaction": str(fact.id), "raw": fact.recording_file}
                    await defer(queue, db, STORE_RECORDING, args, once=f"recording:{fact.id}")

    return store
