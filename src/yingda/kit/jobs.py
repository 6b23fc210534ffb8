"""Work that is done later, by the worker process.

A job is written in the transaction of whoever defers it and starts after its commit: it is neither
lost nor done for nothing. Jobs carry the tenant; a job is one transaction of that tenant.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.kit.clock import Clock, SystemClock
from yingda.kit.context import SYSTEM, Ctx
from yingda.kit.db import Database
from yingda.kit.errors import Unavailable

Job = Callable[..., Awaitable[None]]

TENANT = "tenant"
ATTEMPTS = 12


def plain_url(url: str) -> str:
    """The form of a database address that libpq understands."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def make_queue(url: str) -> procrastinate.App:
    """The job queue in the database at ``url``; open it with ``open_async`` where jobs are run."""
    connector = procrastinate.PsycopgConnector(conninfo=plain_url(url), min_size=1, max_size=4)
    return procrastinate.App(connector=connector)


async def defer(queue: procrastinate.App, db: AsyncSession, job: str, args: Mapping[str, Any], once: str = "") -> None:
    """Writes a job in the transaction of ``db``.

    With ``once``, a job of that name that still waits makes this one needless.
    """
    try:
        async with db.begin_nested():
            # Only a connection that is asked for within it gets the savepoint. Without one a needless
            # job would abort the transaction, and its commit would undo everything without an error.
            raw = await (await db.connection()).get_raw_connection()
            deferrer = queue.configure_task(
                job, queueing_lock=once or None, connection=raw.driver_connection, allow_unknown=True
            )
            await deferrer.defer_async(**args)
    except AlreadyEnqueued:
        return
    except ConnectorException as error:
        raise Unavailable("The database does not answer at the moment; please try again.") from error


def deferrer(queue: procrastinate.App) -> Callable[[Ctx, str, dict[str, Any]], Awaitable[None]]:
    """What :class:`Ctx` calls for ``defer``."""

    async def put(ctx: Ctx, job: str, args: dict[str, Any]) -> None:
        await defer(queue, ctx.db, job, {TENANT: str(ctx.tenant_id), **args})

    return put


def register(queue: procrastinate.App, database: Database, jobs: Mapping[str, Job], clock: Clock | None = None) -> None:
    """Makes ``jobs`` runnable by name: each is called with a :class:`Ctx` and its own arguments.

    One that raises is tried again, later and later, about half an hour altogether.
    """
    retry = procrastinate.RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=2)
    for name, job in jobs.items():
        queue.task(name=name, retry=retry)(_runner(database, job, clock or SystemClock()))


def _runner(database: Database, job: Job, clock: Clock) -> Callable[..., Awaitable[None]]:
    async def run(**args: Any) -> None:
        tenant = UUID(args.pop(TENANT))
        async with database.transaction(tenant) as db:
            await job(Ctx(db, tenant, SYSTEM, clock), **args)

    return run
