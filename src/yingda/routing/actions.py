"""Verbs of the slice: set-up of queues.

Every change notifies the process that owns the live state, which reads the tenant's set-up anew.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from yingda.accounts import audit
from yingda.agents import known_agents
from yingda.kit.context import Ctx
from yingda.routing import queries
from yingda.routing.errors import MemberUnknown, QueueInUse, QueueNameTaken, QueueNotFound
from yingda.routing.models import Queue
from yingda.routing.schemas import MemberIn, QueueIn, QueueOut
from yingda.routing.spec import Member

CONFIG_CHANNEL = "yingda_config"


async def list_queues(ctx: Ctx, *, after: str | None, q: str, limit: int) -> list[QueueOut]:
    """Queues by name with their members, behind the name ``after``."""
    found = await queries.list_queues(ctx.db, after=after, q=q, limit=limit)
    members = await queries.members_of(ctx.db, [queue.id for queue in found])
    return [_shape(queue, members[queue.id]) for queue in found]


async def get_queue(ctx: Ctx, queue_id: UUID) -> QueueOut:
    """A queue with its members. Raises :class:`QueueNotFound`."""
    queue = await _row(ctx, queue_id)
    return _shape(queue, (await queries.members_of(ctx.db, [queue_id]))[queue_id])


async def create_queue(ctx: Ctx, given: QueueIn) -> QueueOut:
    """Makes a queue. Raises :class:`QueueNameTaken` or :class:`MemberUnknown`."""
    members = await _members(ctx, given.members)
    queue = Queue(tenant_id=ctx.tenant_id, created_at=ctx.now(), **given.model_dump(exclude={"members"}))
    return await _store(ctx, queue, members, "queue.created")


async def change_queue(ctx: Ctx, queue_id: UUID, given: QueueIn) -> QueueOut:
    """Replaces a queue's set-up; those who wait in it keep their places.

    Raises :class:`QueueNotFound`, :class:`QueueNameTaken` or :class:`MemberUnknown`.
    """
    queue = await _row(ctx, queue_id, lock=True)
    members = await _members(ctx, given.members)
    for field, value in given.model_dump(exclude={"members"}).items():
        setattr(queue, field, value)
    return await _store(ctx, queue, members, "queue.changed")


async def delete_queue(ctx: Ctx, queue_id: UUID) -> None:
    """Removes a queue; those who wait in it are served. Raises :class:`QueueNotFound` or :class:`QueueInUse`."""
    queue = await _row(ctx, queue_id, lock=True)
    try:
        async with ctx.db.begin_nested():
            await queries.delete_queue(ctx.db, queue_id)
    except IntegrityError as error:
        raise QueueInUse() from error
    await _changed(ctx, "queue.deleted", queue)


async def _members(ctx: Ctx, given: Sequence[MemberIn]) -> list[Member]:
    members = sorted((Member(one.agent_id, one.order) for one in given), key=lambda one: (one.order, one.agent))
    unknown = {one.agent for one in members} - await known_agents(ctx.db, [one.agent for one in members])
    if unknown:
        raise MemberUnknown(agents=sorted(str(agent) for agent in unknown))
    return members


async def _store(ctx: Ctx, queue: Queue, members: Sequence[Member], act: str) -> QueueOut:
    try:
        async with ctx.db.begin_nested():
            ctx.db.add(queue)
    except IntegrityError as error:
        raise QueueNameTaken() from error
    await queries.replace_members(ctx.db, ctx.tenant_id, queue.id, members)
    await _changed(ctx, act, queue)
    return _shape(queue, members)


async def _row(ctx: Ctx, queue_id: UUID, *, lock: bool = False) -> Queue:
    queue = await queries.queue(ctx.db, queue_id, lock=lock)
    if queue is None:
        raise QueueNotFound()
    return queue


def _shape(queue: Queue, members: Sequence[Member]) -> QueueOut:
    fields = {name: getattr(queue, name) for name in QueueOut.model_fields if name != "members"}
    return QueueOut(**fields, members=[MemberIn(agent_id=one.agent, order=one.order) for one in members])


async def _changed(ctx: Ctx, act: str, queue: Queue) -> None:
    await audit(ctx, act, "queue", queue.id, queue.name)
    await ctx.notify(CONFIG_CHANNEL, str(ctx.tenant_id))
