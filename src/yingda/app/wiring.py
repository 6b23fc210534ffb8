"""The map: which routers there are, who handles which event, which jobs run. Plain tables, read top to bottom."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from yingda.accounts import AgentCard
from yingda.accounts.api import router as accounts
from yingda.accounts.events import UserChanged, UserCreated
from yingda.agents import agent_of_user
from yingda.agents.api import router as agents
from yingda.agents.handlers import on_user_changed, on_user_created
from yingda.app.desk_api import router as desk
from yingda.app.events_socket import router as events
from yingda.app.job_names import STORE_RECORDING
from yingda.flows.api import router as flows
from yingda.interactions.api import router as interactions
from yingda.kit.context import Ctx, Event
from yingda.kit.jobs import Job
from yingda.kit.vault import Vault
from yingda.routing.api import router as routing
from yingda.telephony.api import router as telephony

ROUTERS: tuple[APIRouter, ...] = (desk, accounts, agents, routing, telephony, flows, interactions, events)
"""Below ``/api/v1``, the first that matches wins (``/agents/me`` before ``/agents/{id}``)."""

Handler = Callable[[Ctx, Any], Awaitable[None]]


def handlers(vault: Vault) -> dict[type[Event], tuple[Handler, ...]]:
    """Event → those who act on it, in the transaction of whoever published it."""

    async def user_created(ctx: Ctx, event: UserCreated) -> None:
        await on_user_created(ctx, event, vault)

    return {
        UserCreated: (user_created,),
        UserChanged: (on_user_changed,),
    }


def publisher(vault: Vault) -> Callable[[Ctx, Event], Awaitable[None]]:
    """What :class:`Ctx` calls for ``publish``."""
    table = handlers(vault)

    async def publish(ctx: Ctx, event: Event) -> None:
        for handler in table.get(type(event), ()):
            await handler(ctx, event)

    return publish


def jobs(recordings: Path) -> dict[str, Job]:
    """Name → job."""
    # Only the worker needs what stands behind this (numpy).
    from yingda.interactions.jobs import store_recording

    async def store(ctx: Ctx, interaction: str, raw: str) -> None:
        await store_recording(ctx, UUID(interaction), recordings / "incoming" / raw, recordings)

    return {STORE_RECORDING: store}


async def agent_card(ctx: Ctx, user_id: UUID) -> AgentCard | None:
    """The agent that a user is, for ``/me``."""
    found = await agent_of_user(ctx.db, user_id)
    return AgentCard(id=found.id, extension=found.extension) if found and found.active else None
