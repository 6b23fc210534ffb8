"""All SQL of the slice. Row-level security limits every statement to the tenant of the transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.routing.models import Queue, QueueMember
from yingda.routing.spec import Member, QueueSpec
from yingda.routing.terms import StrategyName


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """A queue as the set-up has it: what routing needs in ``spec``, and what is done with those who wait."""

    spec: QueueSpec
    name_en: str
    music: str
    announce_position: bool
    announce_every_s: int
    service_level_s: int
    max_wait_s: int | None
    max_misses: int


async def load_queues(db: AsyncSession) -> list[QueueConfig]:
    """All queues of the tenant by name, for the process that owns the live state."""
    queues = list(await db.scalars(select(Queue).order_by(Queue.name)))
    members = await members_of(db, [queue.id for queue in queues])
    return [_config(queue, members[queue.id]) for queue in queues]


def _config(queue: Queue, members: Sequence[Member]) -> QueueConfig:
    spec = QueueSpec(
        id=queue.id,
        name=queue.name,
        strategy=StrategyName(queue.strategy),
        ring_s=queue.ring_s,
        wrap_up_s=queue.wrap_up_s,
        weight=queue.weight,
        members=tuple(members),
    )
    return QueueConfig(
        spec=spec,
        name_en=queue.name_en,
        music=queue.music,
        announce_position=queue.announce_position,
        announce_every_s=queue.announce_every_s,
        service_level_s=queue.service_level_s,
        max_wait_s=queue.max_wait_s,
        max_misses=queue.max_misses,
    )


async def list_queues(db: AsyncSession, *, after: str | None, q: str, limit: int) -> list[Queue]:
    """Queues by name behind the name ``after``, with ``q`` in either name."""
    query = select(Queue).order_by(Queue.name).limit(limit)
    if after is not None:
        query = query.where(Queue.name > after)
    if q:
        query = query.where(func.concat(Queue.name, " ", Queue.name_en).icontains(q, autoescape=True))
    return list(await db.scalars(query))


async def queue(db: AsyncSession, queue_id: UUID, *, lock: bool = False) -> Queue | None:
    """A queue by id; ``lock`` keeps others from changing it until the transaction ends."""
    return await db.get(Queue, queue_id, with_for_update=lock or None)


async def queue_by_name(db: AsyncSession, name: str) -> Queue | None:
    """A queue by its name."""
    return await db.scalar(select(Queue).where(Queue.name == name))


async def members_of(db: AsyncSession, queue_ids: Sequence[UUID]) -> dict[UUID, list[Member]]:
    """The members of queues in their order."""
    order = (QueueMember.queue_id, QueueMember.position, QueueMember.agent_id)
    rows = await db.scalars(select(QueueMember).where(QueueMember.queue_id.in_(queue_ids)).order_by(*order))
    found: dict[UUID, list[Member]] = defaultdict(list)
    for row in rows:
        found[row.queue_id].append(Member(row.agent_id, row.position))
    return found


async def queues_of(db: AsyncSession, agent_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The queues of agents, by the queues' names."""
    query = (
        select(QueueMember.agent_id, Queue.id)
        .join(Queue, Queue.id == QueueMember.queue_id)
        .where(QueueMember.agent_id.in_(agent_ids))
        .order_by(Queue.name)
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for agent_id, queue_id in await db.execute(query):
        found[agent_id].append(queue_id)
    return found


async def replace_members(db: AsyncSession, tenant_id: UUID, queue_id: UUID, members: Sequence[Member]) -> None:
    """Sets the members of a queue."""
    await db.execute(delete(QueueMember).where(QueueMember.queue_id == queue_id))
    rows = [
        {"tenant_id": tenant_id, "queue_id": queue_id, "agent_id": member.agent, "position": member.order}
        for member in members
    ]
    if rows:
        await db.execute(insert(QueueMember), rows)


async def delete_queue(db: AsyncSession, queue_id: UUID) -> None:
    """Removes a queue with its memberships."""
    await db.execute(delete(Queue).where(Queue.id == queue_id))
