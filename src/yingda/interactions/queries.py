"""All SQL of the slice that reads; facts are written in :mod:`yingda.interactions.writer`."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.interactions.models import BusinessType, Decision, Form, Interaction, Recording, Segment
from yingda.interactions.schemas import HistoryFilter

Position = tuple[datetime, UUID]

_MARKS = re.compile(r"[\s().\-/]")


def _with_names() -> Any:
    return (
        select(
            Interaction,
            Form.business_type_id,
            BusinessType.name.label("business_type"),
            Recording.duration_s.label("stored_s"),
        )
        .outerjoin(Form, Form.interaction_id == Interaction.id)
        .outerjoin(BusinessType, BusinessType.id == Form.business_type_id)
        .outerjoin(Recording, Recording.interaction_id == Interaction.id)
    )


async def history(
    db: AsyncSession, wanted: HistoryFilter, own_agent: UUID | None, after: Position | None, limit: int
) -> Sequence[Row[Any]]:
    """Contacts, newest first: (Interaction, business_type_id, business_type, stored_s).

    ``own_agent`` limits them to one agent's; ``after`` is the position of the last one of the page before.
    """
    query = _with_names().where(*_conditions(wanted))
    if own_agent is not None:
        query = query.where(Interaction.agent_id == own_agent)
    if after is not None:
        query = query.where(tuple_(Interaction.offered_at, Interaction.id) < tuple_(*after))
    query = query.order_by(Interaction.offered_at.desc(), Interaction.id.desc()).limit(limit)
    found: Sequence[Row[Any]] = (await db.execute(query)).all()
    return found


def _conditions(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(Interaction.offered_at >= wanted.since)
    if wanted.until is not None:
        found.append(Interaction.offered_at < wanted.until)
    if wanted.queue:
        found.append(_by_id_or_name(wanted.queue, Interaction.queue_id, Interaction.queue_name))
    if wanted.agent:
        found.append(_by_id_or_name(wanted.agent, Interaction.agent_id, Interaction.agent_username))
    if wanted.outcome is not None:
        found.append(Interaction.outcome == wanted.outcome)
    if wanted.direction is not None:
        found.append(Interaction.direction == wanted.direction)
    if wanted.number:
        found.append(Interaction.number == wanted.number)
    if wanted.business_type is not None:
        found.append(Form.business_type_id == wanted.business_type)
    if wanted.q and (digits := _MARKS.sub("", wanted.q)):
        found.append(_caller_matches(digits))
    return found


def _by_id_or_name(value: str, by_id: Any, by_name: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool]
    try:
        condition = by_id == UUID(value)
    except ValueError:
        condition = by_name == value
    return condition


def _caller_matches(digits: str) -> ColumnElement[bool]:
    """The number begins or ends so: as comparisons, which use their indexes under row-level security."""
    return or_(_begins(Interaction.caller, digits), _begins(Interaction.caller_reversed, digits[::-1]))


def _begins(column: Any, start: str) -> ColumnElement[bool]:
    behind = start[:-1] + chr(min(ord(start[-1]) + 1, 0xFFFF))
    return and_(column >= start, column < behind)


async def interaction(db: AsyncSession, interaction_id: UUID, own_agent: UUID | None) -> Row[Any] | None:
    """One contact as in :func:`history`."""
    query = _with_names().where(Interaction.id == interaction_id)
    if own_agent is not None:
        query = query.where(Interaction.agent_id == own_agent)
    found: Row[Any] | None = (await db.execute(query)).one_or_none()
    return found


async def segments(db: AsyncSession, interaction_id: UUID) -> Sequence[Segment]:
    """The stretches of a contact in their order."""
    query = select(Segment).where(Segment.interaction_id == interaction_id).order_by(Segment.started_at, Segment.id)
    return (await db.scalars(query)).all()


async def decisions(db: AsyncSession, interaction_id: UUID) -> Sequence[Decision]:
    """The account of a contact in its order."""
    query = select(Decision).where(Decision.interaction_id == interaction_id).order_by(Decision.seq)
    return (await db.scalars(query)).all()


async def form(db: AsyncSession, interaction_id: UUID) -> Form | None:
    """What was filed about a contact."""
    return await db.get(Form, interaction_id)


async def save_form(db: AsyncSession, values: dict[str, Any]) -> Form:
    """Files; what was filed before about the same contact is replaced."""
    statement = insert(Form).values(values)
    changes = {name: statement.excluded[name] for name in values if name not in ("interaction_id", "tenant_id")}
    upsert = statement.on_conflict_do_update(index_elements=[Form.interaction_id], set_=changes)
    await db.execute(upsert)
    return (await db.scalars(select(Form).where(Form.interaction_id == values["interaction_id"]))).one()


async def business_types(db: AsyncSession) -> Sequence[BusinessType]:
    """All, in their order."""
    return (await db.scalars(select(BusinessType).order_by(BusinessType.position, BusinessType.name))).all()


async def save_recording(db: AsyncSession, values: dict[str, Any]) -> None:
    """Notes a stored recording; a second time changes nothing."""
    await db.execute(insert(Recording).values(values).on_conflict_do_nothing(index_elements=[Recording.interaction_id]))
