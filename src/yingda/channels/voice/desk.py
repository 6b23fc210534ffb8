"""What agents and supervisors ask for: states, and control of the call that an agent holds."""

from datetime import datetime
from uuid import UUID

from yingda.agents import presence
from yingda.agents.presence import Presence
from yingda.agents.terms import AgentState
from yingda.channels.voice import talking
from yingda.channels.voice.call import Call, Waiting
from yingda.channels.voice.effects import HangUp
from yingda.channels.voice.ending import wrapped_up
from yingda.channels.voice.floor import Floor
from yingda.channels.voice.offers import declined, route
from yingda.interactions.terms import EndedBy
from yingda.kit.errors import Invalid, NotFound
from yingda.routing import DeclineWhy

EXTEND_S = 30
EXTEND_LIMIT_S = 1800


class NotYourCall(NotFound):
    """The call does not exist or is another agent's."""

    id = "call_not_found"
    title = "You have no such call"


def choose_state(floor: Floor, agent: UUID, state: AgentState, reason: str, by: str, now: datetime) -> None:
    """An agent chooses ready, not ready, break or offline."""
    held = _known(floor, agent, now)
    if state is AgentState.BREAK and not reason:
        raise Invalid("A break needs a reason.", field="reason")
    if state is AgentState.BREAK and reason in floor.setup.breaks_to_approve:
        after = presence.request_break(held, reason, now)
    else:
        after = presence.choose(held, state, reason, now)
    _apply(floor, held, after, by, now)


def decide_break(floor: Floor, agent: UUID, approve: bool, by: str, now: datetime) -> None:
    """A supervisor approves or refuses a break that was asked for."""
    held = _known(floor, agent, now)
    _apply(floor, held, presence.approve(held, now) if approve else presence.refuse(held), by, now)


def finish_wrap_up(floor: Floor, agent: UUID, by: str, now: datetime) -> None:
    """The agent is done with the contact."""
    held = _known(floor, agent, now)
    _apply(floor, held, presence.finish_wrap_up(held, now), by, now)


def wrap_up_over(floor: Floor, held: Presence, now: datetime) -> None:
    """The time of a wrap-up is over; also that of somebody who was removed from the set-up meanwhile."""
    _apply(floor, held, presence.finish_wrap_up(held, now), "timer", now)


def extend_wrap_up(floor: Floor, agent: UUID, by: str, now: datetime) -> None:
    """The agent needs longer."""
    held = _known(floor, agent, now)
    after = presence.extend_wrap_up(held, now, EXTEND_S, EXTEND_LIMIT_S)
    _apply(floor, held, after, by, now)
    for call in floor.calls.values():
        if call.id == after.contact:
            call.wrap_up_until = after.until
            floor.touch(call)


def _apply(floor: Floor, held: Presence, after: Presence, by: str, now: datetime) -> None:
    floor.set_presence(after, by, now)
    if held.state is AgentState.WRAP_UP and after.state is not AgentState.WRAP_UP:
        wrapped_up(floor, after.agent, now)
    route(floor, floor.tell_routing(after.agent, now), now)


def reject(floor: Floor, agent: UUID, call_id: UUID, now: datetime) -> None:
    """The agent does not take the call that rings; it goes on to the next one."""
    call = floor.calls.get(call_id)
    stage = call.stage if call else None
    offering = next((o for o in stage.offers if o.agent == agent), None) if isinstance(stage, Waiting) else None
    if call is None or offering is None:
        raise NotYourCall
    floor.do(call, HangUp(offering.leg))
    declined(floor, call, offering, DeclineWhy.REJECTED, now)


def hold(floor: Floor, agent: UUID, call_id: UUID, now: datetime) -> None:
    """Puts the customer on hold."""
    talking.hold(floor, _mine(floor, agent, call_id), now)


def resume(floor: Floor, agent: UUID, call_id: UUID, now: datetime) -> None:
    """Takes the customer off hold."""
    talking.resume(floor, _mine(floor, agent, call_id), now)


def mute(floor: Floor, agent: UUID, call_id: UUID, muted: bool) -> None:
    """Mutes the agent, or not."""
    talking.mute(floor, _mine(floor, agent, call_id), muted)


def send_keys(floor: Floor, agent: UUID, call_id: UUID, digits: str) -> None:
    """Keys towards the customer's side."""
    talking.send_keys(floor, _mine(floor, agent, call_id), digits)


def hang_up(floor: Floor, agent: UUID, call_id: UUID) -> None:
    """Ends the call."""
    talking.hang_up(floor, _mine(floor, agent, call_id), EndedBy.AGENT)


def _mine(floor: Floor, agent: UUID, call_id: UUID) -> Call:
    call = floor.call_of_agent(agent)
    if call is None or call.id != call_id:
        raise NotYourCall
    return call


def _known(floor: Floor, agent: UUID, now: datetime) -> Presence:
    if agent not in floor.setup.agents:
        raise NotFound("There is no such agent.")
    return floor.presence(agent, now)
