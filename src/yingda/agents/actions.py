"""Verbs of the slice: set-up of agents and break reasons.

Every change notifies the process that owns the live state, which reads the tenant's set-up anew.
"""

import secrets
import string
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from yingda.accounts import audit, tenant_of
from yingda.agents import queries
from yingda.agents.errors import (
    AgentNotFound,
    AlreadyAgent,
    BreakReasonNotFound,
    BreakReasonTaken,
    ExtensionTaken,
    UserNotFound,
)
from yingda.agents.models import Agent, BreakReason
from yingda.agents.queries import AgentConfig
from yingda.agents.schemas import AgentChange, AgentNew, BreakReasonIn
from yingda.agents.terms import Device
from yingda.kit.context import ActorKind, Ctx
from yingda.kit.vault import Vault

CONFIG_CHANNEL = "yingda_config"
_LETTERS = string.ascii_letters + string.digits
_SECRET_LENGTH = 24


def new_secret() -> str:
    """A password for a phone: letters and digits alone, since some phones' key pads know no others (142 bits)."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_SECRET_LENGTH))


async def create_agent(
    ctx: Ctx, vault: Vault, new: AgentNew, sip_password: str | None = None
) -> tuple[AgentConfig, str]:
    """Makes a user an agent and returns it with the phone's password.

    Raises :class:`UserNotFound`, :class:`AlreadyAgent` or :class:`ExtensionTaken`.
    """
    if not await queries.user_exists(ctx.db, new.user_id):
        raise UserNotFound()
    if await queries.agent_of_user(ctx.db, new.user_id) is not None:
        raise AlreadyAgent()
    password = sip_password or new_secret()
    agent = Agent(
        tenant_id=ctx.tenant_id,
        user_id=new.user_id,
        extension=new.extension,
        sip_username=await _sip_username(ctx, new.extension),
        sip_secret=vault.seal(password),
        web_secret=vault.seal(new_secret()),
        device=Device.AUTO,
        created_at=ctx.now(),
    )
    await _check_extension(ctx, new.extension)
    try:
        async with ctx.db.begin_nested():
            ctx.db.add(agent)
    except IntegrityError as error:  # somebody else was faster than the checks above
        raise ExtensionTaken() from error
    await _changed(ctx, "agent.created", agent.id, agent.extension)
    return await _config(ctx, agent.id), password


async def change_agent(ctx: Ctx, agent_id: UUID, change: AgentChange) -> AgentConfig:
    """Changes extension, device or activity. Raises :class:`AgentNotFound`, :class:`ExtensionTaken`."""
    agent = await _row(ctx, agent_id)
    if change.extension is not None and change.extension != agent.extension:
        await _check_extension(ctx, change.extension, agent_id)
        sip_username = await _sip_username(ctx, change.extension)
        agent.extension, agent.sip_username = change.extension, sip_username
    if change.device is not None:
        agent.device = change.device
    if change.active is not None:
        agent.active = change.active
    try:
        await ctx.db.flush()
    except IntegrityError as error:
        raise ExtensionTaken() from error
    await _changed(
        ctx, "agent.changed", agent.id, agent.extension, **change.model_dump(mode="json", exclude_unset=True)
    )
    return await _config(ctx, agent_id)


async def renew_sip_password(ctx: Ctx, vault: Vault, agent_id: UUID) -> tuple[str, str]:
    """Gives the agent's phone a new password; returns its user name and the password."""
    agent = await _row(ctx, agent_id)
    password = new_secret()
    agent.sip_secret = vault.seal(password)
    await ctx.db.flush()
    await _changed(ctx, "agent.sip_password_renewed", agent.id, agent.extension)
    return agent.sip_username, password


async def own_agent(ctx: Ctx) -> AgentConfig:
    """The agent who asks. Raises :class:`AgentNotFound` where it is not one."""
    found = None
    if ctx.actor.kind is ActorKind.USER and ctx.actor.id is not None:
        found = await queries.agent_of_user(ctx.db, ctx.actor.id)
    if found is None:
        raise AgentNotFound("You are not an agent.")
    return found


async def renew_web_secret(ctx: Ctx, vault: Vault) -> AgentConfig:
    """Gives the own browser a new password; an open browser registers with it at its next start."""
    agent = await _row(ctx, (await own_agent(ctx)).id)
    agent.web_secret = vault.seal(new_secret())
    await ctx.db.flush()
    await _changed(ctx, "agent.web_secret_renewed", agent.id, agent.extension)
    return await _config(ctx, agent.id)


async def choose_device(ctx: Ctx, device: Device) -> AgentConfig:
    """Where the calls of the agent who asks ring from now on."""
    return await change_agent(ctx, (await own_agent(ctx)).id, AgentChange(device=device))


async def create_break_reason(ctx: Ctx, given: BreakReasonIn) -> BreakReason:
    """Adds a break reason. Raises :class:`BreakReasonTaken`."""
    reason = BreakReason(tenant_id=ctx.tenant_id, **given.model_dump())
    await _store_reason(ctx, reason, "break_reason.created")
    return reason


async def change_break_reason(ctx: Ctx, reason_id: UUID, given: BreakReasonIn) -> BreakReason:
    """Replaces a break reason. Raises :class:`BreakReasonNotFound` or :class:`BreakReasonTaken`."""
    reason = await _reason(ctx, reason_id)
    reason.name, reason.name_en, reason.needs_approval = given.name, given.name_en, given.needs_approval
    await _store_reason(ctx, reason, "break_reason.changed")
    return reason


async def delete_break_reason(ctx: Ctx, reason_id: UUID) -> None:
    """Removes a break reason; the log keeps its name. Raises :class:`BreakReasonNotFound`."""
    reason = await _reason(ctx, reason_id)
    await ctx.db.delete(reason)
    await ctx.db.flush()
    await _changed(ctx, "break_reason.deleted", reason_id, reason.name)


async def _store_reason(ctx: Ctx, reason: BreakReason, act: str) -> None:
    try:
        async with ctx.db.begin_nested():
            ctx.db.add(reason)
    except IntegrityError as error:
        raise BreakReasonTaken() from error
    await _changed(ctx, act, reason.id, reason.name)


async def _reason(ctx: Ctx, reason_id: UUID) -> BreakReason:
    reason = await queries.break_reason(ctx.db, reason_id)
    if reason is None:
        raise BreakReasonNotFound()
    return reason


async def _row(ctx: Ctx, agent_id: UUID) -> Agent:
    agent = await queries.agent_row(ctx.db, agent_id)
    if agent is None:
        raise AgentNotFound()
    return agent


async def _config(ctx: Ctx, agent_id: UUID) -> AgentConfig:
    config = await queries.agent_config(ctx.db, agent_id)
    if config is None:
        raise AgentNotFound()
    return config


async def _check_extension(ctx: Ctx, extension: str, besides: UUID | None = None) -> None:
    if await queries.extension_taken(ctx.db, extension, besides):
        raise ExtensionTaken(extension=extension)


async def _sip_username(ctx: Ctx, extension: str) -> str:
    return f"{(await tenant_of(ctx)).slug}-{extension}"


async def _changed(ctx: Ctx, act: str, subject: UUID, name: str, **detail: Any) -> None:
    await audit(ctx, act, act.partition(".")[0], subject, name, **detail)
    await ctx.notify(CONFIG_CHANNEL, str(ctx.tenant_id))
