"""What can be done with contacts that are on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from yingda.accounts import find_user
from yingda.agents import agent_of_user, list_agents
from yingda.interactions import queries
from yingda.interactions.errors import (
    BusinessTypeInUse,
    BusinessTypeNotFound,
    BusinessTypeTaken,
    InteractionNotFound,
)
from yingda.interactions.explain import decision_text
from yingda.interactions.models import BusinessType, Form, Interaction
from yingda.interactions.schemas import BusinessTypeIn, DecisionOut, FormIn, HistoryFilter, NameOut
from yingda.kit.context import ActorKind, Ctx
from yingda.kit.errors import Conflict, Forbidden, Invalid
from yingda.kit.http import read_cursor, write_cursor

ALL = "interactions.read"
OWN = "interactions.read.own"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose contacts the asker may see: all of the tenant, or those of ``agent`` (nobody's where None)."""

    everything: bool
    agent: UUID | None = None


async def scope_of(ctx: Ctx) -> Scope:
    """What the asker may see; raises :class:`Forbidden` where it is nothing at all."""
    if ctx.actor.may(ALL):
        return Scope(everything=True)
    if not ctx.actor.may(OWN):
        raise Forbidden(f"This needs the right '{OWN}'.", permission=OWN)
    if ctx.actor.kind is not ActorKind.USER or ctx.actor.id is None:
        return Scope(everything=False)
    agent = await agent_of_user(ctx.db, ctx.actor.id)
    return Scope(everything=False, agent=agent.id if agent else None)


async def list_history(
    ctx: Ctx, wanted: HistoryFilter, cursor: str | None, limit: int
) -> tuple[Sequence[Row[Any]], str | None]:
    """A page of contacts, newest first, and the cursor behind it. Raises :class:`Invalid` for a cursor not of ours."""
    after = _position(cursor) if cursor else None
    scope = await scope_of(ctx)
    if not scope.everything and scope.agent is None:
        return [], None
    wanted = await _by_agent_id(ctx, wanted)
    found = await queries.history(ctx.db, wanted, scope.agent, after, limit + 1)
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    last: Interaction = page[-1][0]
    return page, write_cursor([last.offered_at, last.id])


async def _by_agent_id(ctx: Ctx, wanted: HistoryFilter) -> HistoryFilter:
    """The same filter with the id in place of a username: there is an index for ids."""
    member = await find_user(ctx, wanted.agent) if wanted.agent else None
    agent = await agent_of_user(ctx.db, member.user.id) if member else None
    return wanted.model_copy(update={"agent": str(agent.id)}) if agent else wanted


def _position(cursor: str) -> queries.Position:
    at, interaction_id = read_cursor(cursor, 2)
    try:
        position = datetime.fromisoformat(at), UUID(interaction_id)
    except (TypeError, ValueError, AttributeError) as error:
        raise Invalid("The cursor is not one of ours.") from error
    if position[0].tzinfo is None:
        raise Invalid("The cursor is not one of ours.")
    return position


async def get_interaction(ctx: Ctx, interaction_id: UUID) -> Row[Any]:
    """A contact that the asker may see; raises :class:`InteractionNotFound`."""
    scope = await scope_of(ctx)
    found = None
    if scope.everything or scope.agent is not None:
        found = await queries.interaction(ctx.db, interaction_id, scope.agent)
    if found is None:
        raise InteractionNotFound()
    return found


async def earlier_contacts(ctx: Ctx, caller: str, besides: UUID, limit: int = 20) -> Sequence[Row[Any]]:
    """What went before with a caller, newest first, whoever served them; ``besides`` is left out.

    It is not limited to the asker's own: whoever calls has to be known by the one who answers. Who
    calls this has made sure that the asker has this caller on the line, or may see all.
    """
    if not caller:
        return []
    rows = await queries.history(ctx.db, HistoryFilter(q=caller), None, None, limit + 1)
    return [row for row in rows if row[0].caller == caller and row[0].id != besides][:limit]


async def list_decisions(ctx: Ctx, interaction_id: UUID) -> list[DecisionOut]:
    """The account of a contact, with sentences; raises :class:`InteractionNotFound`."""
    await get_interaction(ctx, interaction_id)
    decisions = await queries.decisions(ctx.db, interaction_id)
    agents = await list_agents(ctx.db, after=None, q="", limit=10_000) if decisions else []
    names = {str(agent.id): f"{agent.name} ({agent.extension})" for agent in agents}
    told: list[DecisionOut] = []
    for decision in decisions:
        text = decision_text(decision.kind, decision.data, names)
        told.append(
            DecisionOut(
                seq=decision.seq,
                at=decision.at,
                kind=decision.kind,
                data=decision.data,
                text=NameOut(zh=text.zh, en=text.en),
            )
        )
    return told


async def save_form(ctx: Ctx, interaction_id: UUID, given: FormIn) -> Form:
    """Files a contact: its own agent or who may see all. Raises :class:`InteractionNotFound`, :class:`Invalid`."""
    await get_interaction(ctx, interaction_id)
    if given.business_type_id is not None:
        share = {"read": True, "key_share": True}
        if await ctx.db.get(BusinessType, given.business_type_id, with_for_update=share) is None:
            raise Invalid("There is no such business type.")
    return await queries.save_form(
        ctx.db,
        {
            "interaction_id": interaction_id,
            "tenant_id": ctx.tenant_id,
            **given.model_dump(),
            "saved_by": ctx.actor.id,
            "saved_by_name": ctx.actor.name,
            "saved_at": ctx.now(),
        },
    )


async def create_business_type(ctx: Ctx, given: BusinessTypeIn) -> BusinessType:
    """Adds a business type. Raises :class:`BusinessTypeTaken`."""
    row = BusinessType(tenant_id=ctx.tenant_id, **given.model_dump())
    ctx.db.add(row)
    await _flush(ctx, BusinessTypeTaken())
    return row


async def change_business_type(ctx: Ctx, type_id: UUID, given: BusinessTypeIn) -> BusinessType:
    """Replaces a business type. Raises :class:`BusinessTypeNotFound` or :class:`BusinessTypeTaken`."""
    row = await _business_type(ctx, type_id)
    for name, value in given.model_dump().items():
        setattr(row, name, value)
    await _flush(ctx, BusinessTypeTaken())
    return row


async def delete_business_type(ctx: Ctx, type_id: UUID) -> None:
    """Removes one that was never used. Raises :class:`BusinessTypeNotFound` or :class:`BusinessTypeInUse`."""
    row = await _business_type(ctx, type_id)
    await ctx.db.delete(row)
    await _flush(ctx, BusinessTypeInUse())


async def _flush(ctx: Ctx, conflict: Conflict) -> None:
    try:
        await ctx.db.flush()
    except IntegrityError as error:
        raise conflict from error


async def _business_type(ctx: Ctx, type_id: UUID) -> BusinessType:
    row = await ctx.db.get(BusinessType, type_id)
    if row is None:
        raise BusinessTypeNotFound()
    return row
