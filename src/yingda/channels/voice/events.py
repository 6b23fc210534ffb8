"""Switch events and the passing of time, as they concern one tenant's floor."""

from datetime import datetime, timedelta
from uuid import UUID

from yingda.agents import presence
from yingda.channels.voice import desk, ending, flowing, offers, talking, waiting
from yingda.channels.voice.call import Call, Talking, Waiting
from yingda.channels.voice.floor import Floor
from yingda.interactions.terms import Outcome
from yingda.telephony.switch import (
    KeyPressed,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegRinging,
    PhoneChanged,
    PlaybackEnded,
)

_LOOK_AGAIN = timedelta(seconds=2)

FloorEvent = LegArrived | LegRinging | LegAnswered | KeyPressed | PlaybackEnded | LegEnded | PhoneChanged


def happened(floor: Floor, event: FloorEvent, now: datetime) -> None:
    """One event of the switch. Events of legs that are unknown (gone already) are passed over."""
    match event:
        case LegArrived():
            flowing.arrived(floor, event, now)
        case PhoneChanged():
            _phone_changed(floor, event, now)
        case _:
            call = floor.call_of(event.leg)
            if call is not None:
                _of_call(floor, call, event, now)


def _of_call(
    floor: Floor, call: Call, event: LegRinging | LegAnswered | KeyPressed | PlaybackEnded | LegEnded, now: datetime
) -> None:
    customer = event.leg == call.leg
    match event:
        case LegRinging(leg):
            offers.rings(floor, call, leg, now)
        case LegAnswered(leg):
            offering = call.stage.offer_on(leg) if isinstance(call.stage, Waiting) else None
            if offering is not None:
                talking.connect(floor, call, offering, now)
        case KeyPressed(_, digit) if customer:
            flowing.key_pressed(floor, call, digit, now)
        case PlaybackEnded(playback):
            flowing.played(floor, call, playback, now)
        case LegEnded(_, cause, text):
            _leg_ended(floor, call, event.leg, cause, text, now)
        case _:
            pass


def _leg_ended(floor: Floor, call: Call, leg: str, cause: int, text: str, now: datetime) -> None:
    floor.disown(leg)
    if leg == call.leg:
        call.cause = call.cause or (text or str(cause))
        ending.ended(floor, call, now)
        return
    stage = call.stage
    if isinstance(stage, Talking) and stage.agent_leg == leg:
        talking.agent_left(floor, call, cause, now)
    elif isinstance(stage, Waiting) and (offering := stage.offer_on(leg)):
        offers.declined(floor, call, offering, offers.decline_reason(cause), now)


def ring_failed(floor: Floor, call_id: UUID, leg: str, now: datetime) -> None:
    """The switch refused to make a leg: as if the device could not be reached."""
    call = floor.calls.get(call_id)
    offering = call.stage.offer_on(leg) if call and isinstance(call.stage, Waiting) else None
    if call is not None and offering is not None:
        offers.declined(floor, call, offering, offers.decline_reason(20), now)


def _phone_changed(floor: Floor, event: PhoneChanged, now: datetime) -> None:
    changed = floor.reachable.add if event.reachable else floor.reachable.discard
    changed(event.endpoint)
    if event.endpoint in floor.setup.trunks:
        floor.out.trunks[event.endpoint] = None
    agent = floor.agent_of(event.endpoint)
    if agent is not None:
        floor.out.agents[agent.id] = None
        offers.route(floor, floor.tell_routing(agent.id, now), now)


def time_passed(floor: Floor, now: datetime) -> None:
    """Does everything whose moment has come."""
    for name in floor.deadlines.due(now):
        kind, _, key = name.partition(":")
        _due(floor, kind, UUID(key), now)
    offers.route(floor, floor.acd.due(now), now)


def next_due(floor: Floor) -> datetime | None:
    """When :func:`time_passed` has something to do next."""
    return min((at for at in (floor.deadlines.next(), floor.acd.next_due()) if at is not None), default=None)


def _due(floor: Floor, kind: str, key: UUID, now: datetime) -> None:
    if kind == "wrap_up":
        held = floor.presences.get(key)
        if held is not None and presence.due(held, now):
            desk.wrap_up_over(floor, held, now)
        return
    call = floor.calls.get(key)
    if call is None:
        return
    match kind:
        case "flow":
            flowing.timer_over(floor, call, now)
        case "announce":
            waiting.announce(floor, call, now)
        case "limit" if isinstance(call.stage, Waiting):
            _limit(floor, call, call.stage, now)
        case _:
            pass


def _limit(floor: Floor, call: Call, stage: Waiting, now: datetime) -> None:
    """The longest wait is over: the flow goes on behind the queue."""
    if stage.ringing:
        # An agent's device rings: let it; the caller is nearly served.
        floor.deadlines.set(f"limit:{call.id}", now + _LOOK_AGAIN)
        return
    known = floor.queue(stage.queue) is not None
    waiting.close_entry(floor, call, now, Outcome.OVERFLOW_TIMEOUT if known else Outcome.FAILED)
    flowing.resume(floor, call, "timeout" if known else "failed", now)
