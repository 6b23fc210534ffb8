"""HTTP of agents and break reasons. The list of agents, which names their queues, is with routing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request

from yingda.accounts.http import allowed
from yingda.agents import actions, queries
from yingda.agents.queries import AgentConfig
from yingda.agents.schemas import (
    AgentChange,
    AgentMade,
    AgentNew,
    AgentOut,
    BreakReasonIn,
    BreakReasonOut,
    DeviceChoice,
    DeviceOut,
    SipPassword,
)
from yingda.kit.context import Ctx
from yingda.kit.http import PROBLEM_RESPONSES, Page
from yingda.kit.vault import Vault

router = APIRouter(tags=["agents"], responses=PROBLEM_RESPONSES)

Desk = Annotated[Ctx, allowed("desk")]
Write = Annotated[Ctx, allowed("setup.write")]


def _vault(request: Request) -> Vault:
    vault = request.app.state.vault
    assert isinstance(vault, Vault)  # noqa: S101 - set by the composition root
    return vault


@router.post("/agents", status_code=201)
async def create_agent(ctx: Write, new: AgentNew, request: Request) -> AgentMade:
    """Makes a user an agent; the phone's password is told this once."""
    config, password = await actions.create_agent(ctx, _vault(request), new)
    return AgentMade(**AgentOut.model_validate(config).model_dump(), sip_password=password)


@router.get("/agents/me/device")
async def get_own_device(ctx: Desk, request: Request) -> DeviceOut:
    """What the own browser registers with; the same until it is rotated, so a reload changes nothing."""
    return _device(await actions.own_agent(ctx), request)


@router.post("/agents/me/device")
async def rotate_own_device(ctx: Desk, request: Request) -> DeviceOut:
    """Fresh credentials for the own browser; those from before end."""
    return _device(await actions.renew_web_secret(ctx, _vault(request)), request)


@router.patch("/agents/me/device")
async def choose_own_device(ctx: Desk, choice: DeviceChoice, request: Request) -> DeviceOut:
    """Whether my calls ring in the browser, at my phone, or where I am (auto)."""
    return _device(await actions.choose_device(ctx, choice.device), request)


@router.patch("/agents/{agent_id}")
async def change_agent(ctx: Write, agent_id: UUID, change: AgentChange) -> AgentOut:
    """Changes an agent; what is absent stays."""
    return AgentOut.model_validate(await actions.change_agent(ctx, agent_id, change))


@router.post("/agents/{agent_id}/sip-password")
async def renew_sip_password(ctx: Write, agent_id: UUID, request: Request) -> SipPassword:
    """A new password for the agent's SIP phone, told this once; the old one ends."""
    username, password = await actions.renew_sip_password(ctx, _vault(request), agent_id)
    return SipPassword(sip_username=username, sip_password=password)


@router.get("/break-reasons")
async def list_break_reasons(ctx: Desk) -> Page[BreakReasonOut]:
    """All break reasons."""
    return Page(items=[BreakReasonOut.model_validate(row) for row in await queries.break_reasons(ctx.db)])


@router.post("/break-reasons", status_code=201)
async def create_break_reason(ctx: Write, given: BreakReasonIn) -> BreakReasonOut:
    """Adds a break reason."""
    return BreakReasonOut.model_validate(await actions.create_break_reason(ctx, given))


@router.put("/break-reasons/{reason_id}")
async def change_break_reason(ctx: Write, reason_id: UUID, given: BreakReasonIn) -> BreakReasonOut:
    """Replaces a break reason."""
    return BreakReasonOut.model_validate(await actions.change_break_reason(ctx, reason_id, given))


@router.delete("/break-reasons/{reason_id}", status_code=204)
async def delete_break_reason(ctx: Write, reason_id: UUID) -> None:
    """Removes a break reason."""
    await actions.delete_break_reason(ctx, reason_id)


def _device(agent: AgentConfig, request: Request) -> DeviceOut:
    username = f"{agent.sip_username}-web"
    return DeviceOut(
        uri=f"sip:{username}@{request.url.hostname or 'localhost'}",
        username=username,
        password=_vault(request).open(agent.web_secret),
        ws_path="/ws",
        display_name=agent.name,
        device=agent.device,
        ice_servers=[],
    )
