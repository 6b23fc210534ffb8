"""Routing's outputs become ringing devices, and what the devices do becomes routing's inputs."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from yingda.agents import presence
from yingda.agents.terms import OFFERED
from yingda.channels.voice.call import Call, Offering, Waiting
from yingda.channels.voice.effects import HangUp, Ring
from yingda.channels.voice.floor import BROWSER, Floor
from yingda.channels.voice.segments import change_segment, open_segment
from yingda.interactions.terms import OfferResult, SegmentKind
from yingda.routing import DeclineWhy, Noted, Offered, Output, Withdrawn, WithdrawnWhy
from yingda.telephony.switch import Cause

_RESULT_OF_DECLINE = {
    DeclineWhy.NO_ANSWER: OfferResult.NO_ANSWER,
    DeclineWhy.REJECTED: OfferResult.REJECTED,
    DeclineWhy.UNREACHABLE: OfferResult.UNREACHABLE,
    DeclineWhy.FAILED: OfferResult.FAILED,
}
_RESULT_OF_WITHDRAWAL = {
    WithdrawnWhy.ANSWERED_ELSEWHERE: OfferResult.TAKEN_BY_ANOTHER,
    WithdrawnWhy.CONTACT_LEFT: OfferResult.CALLER_LEFT,
    WithdrawnWhy.LEASE_EXPIRED: OfferResult.NO_ANSWER,
    WithdrawnWhy.DOUBLED: OfferResult.WITHDRAWN,
}
ROUTING = "routing"
AGENT_LEG = "agent-"
RECOVERY_PAUSE = timedelta(seconds=5)


def route(floor: Floor, outputs: Iterable[Output], now: datetime) -> None:
    """Carries out what routing decided, and what follows from it."""
    pending = deque(outputs)
    while pending:
        output = pending.popleft()
        call = floor.calls.get(output.contact)
        match output:
            case Noted(_, at, kind, data):
                if call is not None:
                    floor.note(call, kind.value, at, data)
            case Offered():
                pending.extend(_offer(floor, call, output, now))
            case Withdrawn(offer, _, agent, why):
                missed = why is WithdrawnWhy.LEASE_EXPIRED
                if call is not None:
                    _close(floor, call, offer, _RESULT_OF_WITHDRAWAL[why], now, hang_up=True)
                pending.extend(_free_agent(floor, call, agent, now, missed=missed))


def _offer(floor: Floor, call: Call | None, offered: Offered, now: datetime) -> list[Output]:
    agent = floor.setup.agents.get(offered.agent)
    device = floor.device(agent) if agent else None
    if call is None or agent is None or device is None or not isinstance(call.stage, Waiting):
        outputs = floor.acd.declined(offered.offer, now, DeclineWhy.UNREACHABLE)
        # Routing takes an agent whose offer ended for unavailable until it is told of them again.
        return [*outputs, *floor.tell_routing(offered.agent, now)]
    # Routing's own spec: a queue that was removed from the set-up still serves those who wait in it.
    ring_s = floor.acd.queues()[offered.queue].spec.ring_s
    endpoint = agent.browser if device == BROWSER else agent.phone
    leg = f"{AGENT_LEG}{offered.offer}"
    call.stage.offers.append(Offering(offered.offer, agent.id, leg, endpoint, now))
    floor.own(leg, call)
    open_segment(floor, call, str(offered.offer), SegmentKind.AGENT, now, queue=offered.queue, agent=agent.id)
    floor.do(
        call,
        Ring(
            leg=leg,
            endpoint=endpoint,
            caller=call.caller_shown or "anonymous",
            caller_name=call.area.zh if call.area else "",
            ring_s=int(ring_s),
            offer=offered.offer,
            headers={"X-Yingda-Contact": str(call.id)},
        ),
    )
    held = floor.presence(agent.id, now)
    floor.set_presence(presence.reserve(held, call.id, now), ROUTING, now)
    return floor.tell_routing(agent.id, now)


def rings(floor: Floor, call: Call, leg: str, now: datetime) -> None:
    """An agent's device rings."""
    offering = call.stage.offer_on(leg) if isinstance(call.stage, Waiting) else None
    if offering is None or offering.ring_at is not None:
        return
    offering.ring_at = now
    change_segment(floor, call, str(offering.offer), ring_at=now)
    floor.note(call, "ringing", now, {"agent": str(offering.agent), "endpoint": offering.endpoint})
    held = floor.presence(offering.agent, now)
    if held.state in OFFERED:
        floor.set_presence(presence.ring(held, now), ROUTING, now)


def declined(floor: Floor, call: Call, offering: Offering, why: DeclineWhy, now: datetime) -> None:
    """An agent's device did not answer, refused, or could not be reached."""
    _close(floor, call, offering.offer, _RESULT_OF_DECLINE[why], now, hang_up=False)
    outputs = floor.acd.declined(offering.offer, now, why)
    # The agent is told of first: were routing to offer before the miss is counted, a third miss
    # would come too late to stop a fourth offer.
    freed = _free_agent(floor, call, offering.agent, now, missed=True)
    route(floor, [*outputs, *freed], now)


def decline_reason(cause: int) -> DeclineWhy:
    """What a Q.850 cause of an agent's leg means for routing."""
    if cause in (Cause.NO_ANSWER, 18, 16, 102):
        return DeclineWhy.NO_ANSWER
    if cause in (Cause.BUSY, Cause.REJECTED):
        return DeclineWhy.REJECTED
    if cause in (3, 20, 27):
        return DeclineWhy.UNREACHABLE
    return DeclineWhy.FAILED


def _close(floor: Floor, call: Call, offer: UUID, result: OfferResult, now: datetime, *, hang_up: bool) -> None:
    """Ends an offer on the call's side."""
    if not isinstance(call.stage, Waiting):
        return
    offering = next((o for o in call.stage.offers if o.offer == offer), None)
    if offering is None:
        return
    call.stage.offers.remove(offering)
    if offering.ring_at is not None:
        call.ring_s += (now - offering.ring_at).total_seconds()
    floor.disown(offering.leg)
    change_segment(floor, call, str(offer), ended_at=now, result=result)
    if hang_up:
        taken = result is OfferResult.TAKEN_BY_ANOTHER
        floor.do(call, HangUp(offering.leg, Cause.NORMAL if taken else Cause.NO_ANSWER))


def _free_agent(floor: Floor, call: Call | None, agent: UUID, now: datetime, *, missed: bool) -> list[Output]:
    held = floor.presence(agent, now)
    if held.state not in OFFERED or (call is not None and held.contact != call.id):
        return floor.tell_routing(agent, now)
    if missed:
        queue = floor.queue(call.queue) if call and call.queue else None
        after = presence.miss(held, now, queue.max_misses if queue else 0)
    else:
        after = presence.unreserve(held, now)
    floor.set_presence(after, ROUTING, now)
    if missed and call is not None:
        floor.note(call, "missed_by_agent", now, {"agent": str(agent), "misses": after.misses, "state": after.state})
    return floor.tell_routing(agent, now)


def lease_end(made_at: datetime, lease_s: float) -> datetime:
    """When an offer ends by itself."""
    return made_at + timedelta(seconds=lease_s)
