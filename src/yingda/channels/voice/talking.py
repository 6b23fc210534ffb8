"""Customer and agent together: connect, hold, mute, keys, hang up."""

from datetime import datetime

from yingda.agents import presence
from yingda.agents.terms import OFFERED
from yingda.channels.voice import waiting
from yingda.channels.voice.call import Call, Offering, Talking, Waiting
from yingda.channels.voice.effects import HangUp, Join, Leave, Mute, Record, SendKeys, StartMusic, StopMusic
from yingda.channels.voice.floor import Floor
from yingda.channels.voice.offers import ROUTING, rings, route
from yingda.channels.voice.segments import change_segment
from yingda.interactions.terms import EndedBy, OfferResult, Outcome
from yingda.kit.errors import Conflict


class NotTalking(Conflict):
    """The call is not in a state for this."""

    id = "not_talking"
    title = "You are not talking in this call"


def connect(floor: Floor, call: Call, offering: Offering, now: datetime) -> None:
    """An agent answered first: both are joined, every other device stops ringing."""
    stage = call.stage
    if not isinstance(stage, Waiting):
        return
    outputs = floor.acd.accepted(offering.offer, now)
    if not outputs:
        # The lease ran out in the same moment: this agent is not the one any more.
        floor.do(call, HangUp(offering.leg))
        return
    rings(floor, call, offering.leg, now)
    waiting.quiet(floor, call, stage)
    talking = Talking(stage.queue, offering.agent, offering.leg, f"bridge-{call.id}", offering.offer, now)
    floor.do(call, Join(talking.bridge, (call.leg, offering.leg)), Record(call.leg, str(call.id)))
    _keep_answer(floor, call, stage, offering, now)
    held = floor.presence(offering.agent, now)
    if held.state in OFFERED:
        floor.set_presence(presence.talk(held, now), ROUTING, now)
    # The other offers are closed while the call still waits: they belong to that stage.
    stage.offers.remove(offering)
    route(floor, [*outputs, *floor.tell_routing(offering.agent, now)], now)
    call.stage = talking
    floor.touch(call)


def _keep_answer(floor: Floor, call: Call, stage: Waiting, offering: Offering, now: datetime) -> None:
    person = floor.person(offering.agent)
    if person is not None:
        call.agent_username, call.agent_name = person.username, person.name
    call.agent, call.answered_at, call.recording = offering.agent, now, str(call.id)
    if offering.ring_at is not None:
        call.ring_s += (now - offering.ring_at).total_seconds()
    waiting.close_entry(floor, call, now, Outcome.ANSWERED)
    change_segment(floor, call, str(offering.offer), answered_at=now, result=OfferResult.ACCEPTED)
    tally = floor.tally(stage.queue, now)
    wait_s = (now - stage.since).total_seconds()
    tally.answered += 1
    tally.wait_s_sum += wait_s
    queue = floor.queue(stage.queue)
    if queue is not None and wait_s <= queue.service_level_s:
        tally.within_target += 1
    floor.note(call, "answered", now, {"agent": str(offering.agent), "wait_s": round(wait_s, 1)})


def hold(floor: Floor, call: Call, now: datetime) -> None:
    """The customer hears music; the agent hears nothing. Twice is once."""
    stage = _talk(call)
    if stage.held_since is not None:
        return
    stage.held_since = now
    floor.do(call, Leave(stage.bridge, call.leg), StartMusic(call.leg, "default"))
    floor.set_presence(presence.hold(floor.presence(stage.agent, now), now), "agent", now)
    floor.note(call, "held", now)


def resume(floor: Floor, call: Call, now: datetime) -> None:
    """Both hear each other again."""
    stage = _talk(call)
    if stage.held_since is None:
        return
    held_s = (now - stage.held_since).total_seconds()
    call.hold_s += held_s
    stage.held_since = None
    floor.do(call, StopMusic(call.leg), Join(stage.bridge, (call.leg,)))
    floor.set_presence(presence.resume(floor.presence(stage.agent, now), now), "agent", now)
    floor.note(call, "resumed", now, {"held_s": round(held_s, 1)})


def mute(floor: Floor, call: Call, muted: bool) -> None:
    """The customer does not hear the agent."""
    stage = _talk(call)
    stage.muted = muted
    floor.do(call, Mute(stage.agent_leg, muted))
    floor.touch(call)


def send_keys(floor: Floor, call: Call, digits: str) -> None:
    """The agent's key pad, towards the customer's side."""
    _talk(call)
    floor.do(call, SendKeys(call.leg, digits))


def hang_up(floor: Floor, call: Call, by: EndedBy) -> None:
    """Ends the call for both; the end itself is told by the switch."""
    _talk(call)
    call.ending_by = call.ending_by or by
    floor.do(call, HangUp(call.leg))
    floor.touch(call)


def agent_left(floor: Floor, call: Call, cause: int, now: datetime) -> None:
    """The agent's leg ended: the customer is let go."""
    call.ending_by = call.ending_by or EndedBy.AGENT
    call.cause = call.cause or str(cause)
    floor.do(call, HangUp(call.leg))
    floor.note(call, "agent_hung_up", now, {"cause": cause})


def _talk(call: Call) -> Talking:
    if not isinstance(call.stage, Talking):
        raise NotTalking
    return call.stage
