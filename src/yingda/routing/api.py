"""HTTP of queues, and the list of agents with the queues they serve."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from yingda.accounts.http import allowed
from yingda.agents import AgentConfig, list_agents
from yingda.agents.schemas import AgentOut
from yingda.kit.context import Ctx
from yingda.kit.errors import Invalid
from yingda.kit.fields import Cursor, Limit, Search
from yingda.kit.http import PROBLEM_RESPONSES, Page, read_cursor, write_cursor
from yingda.routing import actions, queries
from yingda.routing.schemas import AgentListed, QueueIn, QueueOut

router = APIRouter(tags=["routing"], responses=PROBLEM_RESPONSES)

Read = Annotated[Ctx, allowed("setup.read")]
Write = Annotated[Ctx, allowed("setup.write")]


@router.get("/queues")
async def get_queues(ctx: Read, limit: Limit = 100, cursor: Cursor | None = None, q: Search = "") -> Page[QueueOut]:
    """Queues by name; ``q`` finds part of a name."""
    after = _text(read_cursor(cursor, 1)[0]) if cursor else None
    found = await actions.list_queues(ctx, after=after, q=q, limit=limit + 1)
    more = write_cursor([found[limit - 1].name]) if len(found) > limit else None
    return Page(items=found[:limit], next=more)


@router.post("/queues", status_code=201)
async def create_queue(ctx: Write, given: QueueIn) -> QueueOut:
    """Makes a queue."""
    return await actions.create_queue(ctx, given)


@router.get("/queues/{queue_id}")
async def get_queue(ctx: Read, queue_id: UUID) -> QueueOut:
    """A queue with its members."""
    return await actions.get_queue(ctx, queue_id)


@router.put("/queues/{queue_id}")
async def change_queue(ctx: Write, queue_id: UUID, given: QueueIn) -> QueueOut:
    """Replaces a queue's set-up and members; those who wait keep their places."""
    return await actions.change_queue(ctx, queue_id, given)


@router.delete("/queues/{queue_id}", status_code=204)
async def delete_queue(ctx: Write, queue_id: UUID) -> None:
    """Removes a queue; those who wait in it are still served."""
    await actions.delete_queue(ctx, queue_id)


@router.get("/agents", tags=["agents"])
async def get_agents(ctx: Read, limit: Limit = 100, cursor: Cursor | None = None, q: Search = "") -> Page[AgentListed]:
    """Agents by extension with their queues; ``q`` finds part of a name or the begin of an extension."""
    after = _extension(*read_cursor(cursor, 2)) if cursor else None
    found = await list_agents(ctx.db, after=after, q=q, limit=limit + 1)
    queues = await queries.queues_of(ctx.db, [agent.id for agent in found])
    items = [_listed(agent, queues[agent.id]) for agent in found[:limit]]
    last = found[limit - 1].extension if len(found) > limit else None
    return Page(items=items, next=write_cursor([len(last), last]) if last else None)


def _listed(agent: AgentConfig, queues: list[UUID]) -> AgentListed:
    return AgentListed(**AgentOut.model_validate(agent).model_dump(), queues=queues)


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise Invalid("The cursor is not one of ours.")
    return value


def _extension(length: object, extension: object) -> tuple[int, str]:
    if type(length) is not int or not 0 <= length <= 6:  # True is an int too, but no length
        raise Invalid("The cursor is not one of ours.")
    return length, _text(extension)
