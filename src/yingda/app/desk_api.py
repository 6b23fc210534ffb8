"""Routes that act on the live state: one's own state and call, approvals, the live page's snapshot.

They read nothing from the database, so that an agent can hang up and change state while it is away.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from yingda.accounts.actions.identity import SignedIn
from yingda.accounts.http import allowed, signed_in
from yingda.accounts.terms import Permission
from yingda.app.hub import Hub
from yingda.app.live import Viewer
from yingda.app.live_shapes import LiveAgent, LiveSnapshot
from yingda.interactions.actions import earlier_contacts, get_interaction
from yingda.interactions.api import item_of
from yingda.interactions.schemas import InteractionItem
from yingda.kit.context import Ctx
from yingda.kit.errors import Forbidden, NotFound
from yingda.kit.fields import Name
from yingda.kit.http import PROBLEM_RESPONSES, Page
from yingda.kit.link import LinkClient

router = APIRouter(tags=["desk"], responses=PROBLEM_RESPONSES)


class Shape(BaseModel):
    """Requests hold what is asked for and nothing else."""

    model_config = ConfigDict(extra="forbid")


class StateChoice(Shape):
    """The state that an agent chooses; a break needs the name of its reason."""

    state: Literal["ready", "not_ready", "break", "offline"]
    reason: Name | None = None


class WrapUp(Shape):
    """What to do with the wrap-up."""

    action: Literal["finish", "extend"]


class Approval(Shape):
    """A supervisor's answer to the wish for a break."""

    approve: bool


class Muting(Shape):
    """Whether the customer hears the agent."""

    muted: bool


class Keys(Shape):
    """Keys to be sent to the customer's side."""

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9*#A-D]{1,32}$")]


@dataclass(frozen=True, slots=True)
class Mine:
    """Who acts: the user, and the agent that they are."""

    who: SignedIn
    agent: UUID
    link: LinkClient

    async def ask(self, verb: str, **args: Any) -> Any:
        """Asks the switch process on behalf of this agent."""
        common = {"tenant": str(self.who.tenant_id), "agent": str(self.agent), "by": self.who.actor.name}
        return await self.link.call(verb, {**common, **args})


def hub_of(request: Request) -> Hub:
    """The live state of this process."""
    hub = request.app.state.hub
    assert isinstance(hub, Hub)  # noqa: S101 - set by the composition root
    return hub


def link_of(request: Request) -> LinkClient:
    """The connection to the switch process."""
    link = request.app.state.link
    assert isinstance(link, LinkClient)  # noqa: S101 - set by the composition root
    return link


def viewer_of(hub: Hub, who: SignedIn) -> Viewer:
    """What the live state shows to somebody."""
    agent = hub.agent_of_user(who.tenant_id, who.actor.id)
    return Viewer(agent, who.actor.may(Permission.LIVE_READ))


def my_agent(request: Request, who: Annotated[SignedIn, Depends(signed_in)]) -> Mine:
    """The agent behind the request. Raises :class:`Forbidden`, or :class:`NotFound` for users who are no agent."""
    if not who.actor.may(Permission.DESK):
        raise Forbidden("This needs the right 'desk'.", permission=Permission.DESK.value)
    agent = hub_of(request).agent_of_user(who.tenant_id, who.actor.id)
    if agent is None:
        raise NotFound("You are not set up as an agent.")
    return Mine(who, UUID(agent), link_of(request))


Me = Annotated[Mine, Depends(my_agent)]


@router.get("/agents/me")
async def read_my_state(me: Me) -> LiveAgent:
    """My own state as an agent."""
    return LiveAgent.model_validate(await me.ask("agent.get"))


@router.put("/agents/me/state")
async def choose_state(me: Me, choice: StateChoice) -> LiveAgent:
    """Ready, not ready, break with a reason, or offline."""
    return LiveAgent.model_validate(await me.ask("agent.state", state=choice.state, reason=choice.reason))


@router.post("/agents/me/wrap-up")
async def change_wrap_up(me: Me, wrap_up: WrapUp) -> LiveAgent:
    """Ends or lengthens the wrap-up."""
    return LiveAgent.model_validate(await me.ask("agent.wrap_up", action=wrap_up.action))


@router.post("/agents/{agent_id}/break-approval")
async def decide_break(
    request: Request, agent_id: UUID, approval: Approval, who: Annotated[SignedIn, Depends(signed_in)]
) -> LiveAgent:
    """A supervisor approves or refuses a break."""
    if not who.actor.may(Permission.LIVE_READ):
        raise Forbidden("This needs the right 'live.read'.", permission=Permission.LIVE_READ.value)
    args = {"tenant": str(who.tenant_id), "agent": str(agent_id), "by": who.actor.name, "approve": approval.approve}
    return LiveAgent.model_validate(await link_of(request).call("agent.break", args))


@router.post("/calls/{call_id}/hold", status_code=204)
async def hold(me: Me, call_id: UUID) -> None:
    """Puts the customer on hold."""
    await me.ask("call.hold", call=str(call_id))


@router.post("/calls/{call_id}/resume", status_code=204)
async def resume(me: Me, call_id: UUID) -> None:
    """Takes the customer off hold."""
    await me.ask("call.resume", call=str(call_id))


@router.post("/calls/{call_id}/hangup", status_code=204)
async def hang_up(me: Me, call_id: UUID) -> None:
    """Ends my call."""
    await me.ask("call.hangup", call=str(call_id))


@router.post("/calls/{call_id}/reject", status_code=204)
async def reject(me: Me, call_id: UUID) -> None:
    """Does not take the call that rings; it goes to the next agent."""
    await me.ask("call.reject", call=str(call_id))


@router.post("/calls/{call_id}/mute", status_code=204)
async def mute(me: Me, call_id: UUID, muting: Muting) -> None:
    """Mutes me, or not."""
    await me.ask("call.mute", call=str(call_id), muted=muting.muted)


@router.post("/calls/{call_id}/dtmf", status_code=204)
async def send_keys(me: Me, call_id: UUID, keys: Keys) -> None:
    """Sends keys to the customer's side."""
    await me.ask("call.dtmf", call=str(call_id), digits=keys.digits)


@router.get("/calls/{call_id}/earlier")
async def read_earlier(
    request: Request,
    ctx: Annotated[Ctx, allowed("desk")],
    who: Annotated[SignedIn, Depends(signed_in)],
    call_id: UUID,
) -> Page[InteractionItem]:
    """Earlier contacts of the caller who rings at me or whom I serve, also those of my colleagues."""
    hub = hub_of(request)
    caller = hub.caller_of(who.tenant_id, call_id, viewer_of(hub, who))
    if caller is None:
        caller = (await get_interaction(ctx, call_id))[0].caller
    return Page(items=[item_of(row) for row in await earlier_contacts(ctx, caller, call_id)])


@router.get("/live")
async def read_live(request: Request, who: Annotated[SignedIn, Depends(signed_in)]) -> LiveSnapshot:
    """The live state: everything for those with ``live.read``, agents see queues, colleagues and their own call."""
    if not (who.actor.may(Permission.LIVE_READ) or who.actor.may(Permission.DESK)):
        raise Forbidden("This needs the right 'live.read'.", permission=Permission.LIVE_READ.value)
    hub = hub_of(request)
    return LiveSnapshot.model_validate({"seq": 0, **hub.snapshot(who.tenant_id, viewer_of(hub, who))})
