"""All SQL of this slice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from yingda.flows.definition import Definition
from yingda.flows.hours import Calendar
from yingda.flows.models import Flow, FlowVersion, Hours, Sound
from yingda.flows.ports import FindSound
from yingda.flows.schemas import HoursWrite
from yingda.flows.session import SpeechPrompt
from yingda.kit.db import Database

LIST_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class FlowConfig:
    """A flow as the switch process holds it."""

    id: UUID
    name: str
    version: int
    definition: Definition


async def load_flows(db: AsyncSession) -> list[FlowConfig]:
    """Every flow of the tenant with its published version."""
    rows = await db.execute(
        select(Flow, FlowVersion)
        .join(FlowVersion, (FlowVersion.flow_id == Flow.id) & (FlowVersion.version == Flow.published))
        .order_by(Flow.created_at)
    )
    return [_config(flow, version) for flow, version in rows]


async def load_version(db: AsyncSession, flow: UUID, version: int) -> FlowConfig | None:
    """One version, also one that is in force no more but has calls in it."""
    found = (
        await db.execute(
            select(Flow, FlowVersion)
            .join(FlowVersion, FlowVersion.flow_id == Flow.id)
            .where(Flow.id == flow, FlowVersion.version == version)
        )
    ).one_or_none()
    return None if found is None else _config(*found)


def _config(flow: Flow, version: FlowVersion) -> FlowConfig:
    return FlowConfig(flow.id, flow.name, version.version, Definition.model_validate(version.definition))


async def load_calendars(db: AsyncSession) -> dict[UUID, Calendar]:
    """The tenant's hours by id, for :class:`CallFacts`."""
    return {row.id: calendar_of(row) for row in await db.scalars(select(Hours))}


def calendar_of(row: Hours) -> Calendar:
    """The row as the stepper knows it."""
    shape = HoursWrite.model_validate(
        {"name": row.name, "timezone": row.timezone, "periods": row.periods, "exceptions": row.exceptions}
    )
    return shape.to_calendar()


def sound_finder(database: Database, tenant: UUID) -> FindSound:
    """Looks sounds of ``tenant`` up for :meth:`SoundStore.ensure`, each in a transaction of its own."""

    async def find(sound: UUID) -> bytes | SpeechPrompt | None:
        async with database.transaction(tenant) as db:
            return await sound_content(db, sound)

    return find


async def sound_content(db: AsyncSession, sound: UUID) -> bytes | SpeechPrompt | None:
    """The WAV of an upload, the text of a spoken sound, None where there is no such sound."""
    row = await db.get(Sound, sound, options=[undefer(Sound.content)], populate_existing=True)
    if row is None:
        return None
    return row.content if row.content is not None else SpeechPrompt(row.text, row.language, row.voice, row.speed)


async def list_flows(db: AsyncSession) -> Sequence[Flow]:
    """By name."""
    return (await db.scalars(select(Flow).order_by(Flow.name).limit(LIST_LIMIT))).all()


async def flow_for_update(db: AsyncSession, flow: UUID) -> Flow | None:
    """Locked, so that two publishers get two versions."""
    return await db.get(Flow, flow, with_for_update=True, populate_existing=True)


async def version_of(db: AsyncSession, flow: UUID, version: int) -> FlowVersion | None:
    """One version's row."""
    return await db.scalar(select(FlowVersion).where(FlowVersion.flow_id == flow, FlowVersion.version == version))


async def list_versions(db: AsyncSession, flow: UUID) -> Sequence[FlowVersion]:
    """Newest first."""
    query = select(FlowVersion).where(FlowVersion.flow_id == flow).order_by(FlowVersion.version.desc())
    return (await db.scalars(query.limit(LIST_LIMIT))).all()


async def last_version(db: AsyncSession, flow: UUID) -> int:
    """The highest version; 0 where there is none."""
    found = await db.scalar(select(func.max(FlowVersion.version)).where(FlowVersion.flow_id == flow))
    return found or 0


async def list_hours(db: AsyncSession) -> Sequence[Hours]:
    """By name."""
    return (await db.scalars(select(Hours).order_by(Hours.name).limit(LIST_LIMIT))).all()


async def list_sounds(db: AsyncSession) -> Sequence[Sound]:
    """By name, without their content."""
    return (await db.scalars(select(Sound).order_by(Sound.name).limit(LIST_LIMIT))).all()


async def name_taken(db: AsyncSession, table: Any, name: str, but: UUID | None = None) -> bool:
    """Whether another row of ``table`` (Flow, Hours, Sound) has this name."""
    query = select(table.id).where(table.name == name)
    if but is not None:
        query = query.where(table.id != but)
    return await db.scalar(query.limit(1)) is not None


async def ids_of(db: AsyncSession, table: Any) -> frozenset[UUID]:
    """Every id of the tenant in ``table``."""
    return frozenset(await db.scalars(select(table.id)))
