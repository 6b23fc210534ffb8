"""From the first ring to the queue: a call comes in and walks its flow."""

from datetime import datetime, timedelta

from yingda.channels.voice import ending, waiting
from yingda.channels.voice.call import Call, InFlow, Waiting
from yingda.channels.voice.effects import HangUp, Play
from yingda.channels.voice.floor import Floor
from yingda.channels.voice.media import hush, pick_up
from yingda.channels.voice.segments import change_segment, open_segment
from yingda.channels.voice.setup import NumberSetup, TrunkSetup
from yingda.channels.voice.treatment import (
    Act,
    CallFacts,
    Finish,
    Hush,
    Note,
    PickUp,
    Speak,
    Step,
    StopWaiting,
    ToQueue,
    Wait,
)
from yingda.interactions.records import Bilingual
from yingda.interactions.terms import EndedBy, Outcome, SegmentKind
from yingda.telephony.numbering import describe, is_withheld, normalise
from yingda.telephony.switch import Cause, LegArrived


def arrived(floor: Floor, event: LegArrived, now: datetime) -> None:
    """A call came in over a trunk or from one of our phones."""
    trunk = floor.setup.trunks.get(event.endpoint)
    numbers = floor.setup.numbers
    # Trunks name our numbers in any form: +8620…, 8620…, 020…, the local part alone.
    number = numbers.get(event.called) or numbers.get(normalise(event.called, floor.setup.area_code))
    call = _new_call(floor, event, number, trunk)
    floor.calls[call.id] = call
    floor.own(event.leg, call)
    floor.note(call, "arrived", event.at, {"trunk": call.trunk, "number": call.number})
    if number is None or not number.enabled:
        _reject(floor, call, "number_off" if number else "number_unknown", Outcome.FAILED, now)
    elif trunk and trunk.channel_limit and _on_trunk(floor, trunk) > trunk.channel_limit:
        _reject(floor, call, "trunk_limit", Outcome.REJECTED_LIMIT, now)
    elif number.flow is None or (flow := floor.setup.treatments.flow(number.flow)) is None:
        _reject(floor, call, "no_flow", Outcome.FAILED, now)
    else:
        call.flow, call.flow_name, call.flow_version = flow.id, flow.name, flow.version
        open_segment(floor, call, "flow", SegmentKind.FLOW, now)
        carry_out(floor, call, floor.setup.treatments.begin(flow.id, facts(floor, call), now), now)


def _new_call(floor: Floor, event: LegArrived, number: NumberSetup | None, trunk: TrunkSetup | None) -> Call:
    withheld = is_withheld(event.caller)
    shown = "" if withheld else (trunk.caller_id_rule.apply(event.caller) if trunk else event.caller)
    info = None if withheld else describe(shown, floor.setup.area_code)
    inside = floor.agent_of(event.endpoint)
    return Call(
        id=floor.new_id(),
        leg=event.leg,
        caller=shown,
        caller_shown="" if info is None else info.display,
        withheld=withheld,
        number=number.number if number else event.called,
        number_label=number.label if number else "",
        trunk=trunk.name if trunk else (f"ext {inside.extension}" if inside else ""),
        offered_at=event.at,
        stage=InFlow({}, ""),
        area=Bilingual(info.area.zh, info.area.en) if info and info.area else None,
        area_code=info.area_code if info else "",
        carrier=Bilingual(info.carrier.zh, info.carrier.en) if info and info.carrier else None,
    )


def _on_trunk(floor: Floor, trunk: TrunkSetup) -> int:
    return sum(1 for call in floor.calls.values() if call.live and call.trunk == trunk.name)


def _reject(floor: Floor, call: Call, why: str, outcome: Outcome, now: datetime) -> None:
    floor.note(call, "rejected", now, {"why": why})
    call.finishing, call.ending_by, call.cause = outcome, EndedBy.SYSTEM, why
    floor.do(call, HangUp(call.leg, Cause.CONGESTION if outcome is Outcome.REJECTED_LIMIT else Cause.REJECTED))
    ending.ended(floor, call, now)


def facts(floor: Floor, call: Call) -> CallFacts:
    """What the flow may know of a call."""
    return CallFacts(
        call=call.id,
        caller=call.caller_shown or call.caller,
        withheld=call.withheld,
        number=call.number,
        area=call.area.zh if call.area else "",
        carrier=call.carrier.zh if call.carrier else "",
        area_code=call.area_code,
        hours=number.hours if (number := floor.setup.numbers.get(call.number)) else None,
    )


def key_pressed(floor: Floor, call: Call, key: str, now: datetime) -> None:
    """The caller pressed a key; in a queue or with an agent it means nothing to the flow."""
    if isinstance(call.stage, InFlow):
        carry_out(floor, call, floor.setup.treatments.key(call.stage.session, facts(floor, call), key, now), now)


def played(floor: Floor, call: Call, playback: str, now: datetime) -> None:
    """A playback is over by itself; one that we stopped ourselves is not told on."""
    if isinstance(call.stage, InFlow) and call.stage.playback == playback:
        call.stage.playback = None
        call.stage.heard_node, call.stage.heard_at = call.stage.node, now
        carry_out(floor, call, floor.setup.treatments.played(call.stage.session, facts(floor, call), now), now)
    elif isinstance(call.stage, Waiting) and call.stage.playback == playback:
        waiting.announced(floor, call, call.stage, now)


def timer_over(floor: Floor, call: Call, now: datetime) -> None:
    """The flow's timer ran out."""
    if isinstance(call.stage, InFlow) and call.stage.timer_at is not None:
        call.stage.timer_at = None
        carry_out(floor, call, floor.setup.treatments.timer(call.stage.session, facts(floor, call), now), now)


def carry_out(floor: Floor, call: Call, step: Step, now: datetime) -> None:
    """Keeps the flow's new state and does what it asks for."""
    stage = call.stage
    if not isinstance(stage, InFlow):
        return
    stage.session = step.session
    if step.node != stage.node:
        stage.node = step.node
        call.path.append(step.node)
    floor.touch(call)
    for act in step.acts:
        _act(floor, call, stage, act, now)
        if call.stage is not stage:
            return


def _act(floor: Floor, call: Call, stage: InFlow, act: Act, now: datetime) -> None:
    match act:
        case PickUp():
            pick_up(floor, call)
        case Speak(prompts):
            hush(floor, call, stage)
            stage.playback = f"play-{floor.new_id()}"
            floor.do(call, Play(call.leg, stage.playback, prompts))
        case Hush():
            hush(floor, call, stage)
        case Wait(seconds):
            stage.timer_at = now + timedelta(seconds=seconds)
            floor.deadlines.set(f"flow:{call.id}", stage.timer_at)
        case StopWaiting():
            stage.timer_at = None
            floor.deadlines.cancel(f"flow:{call.id}")
        case Note(kind, data):
            if kind == "key_pressed":
                # Told by the flow, which hides the keys of secret nodes.
                call.keys += str(data.get("key", ""))
            floor.note(call, kind, now, data)
        case ToQueue(queue, priority):
            change_segment(floor, call, "flow", ended_at=now)
            waiting.enter(floor, call, queue, priority, now)
        case Finish(outcome):
            # Asked for again after a restart, the flow does not know any more why it had ended.
            call.finishing, call.ending_by = call.finishing or outcome, EndedBy.SYSTEM
            floor.do(call, HangUp(call.leg))


def resume(floor: Floor, call: Call, outlet: str, now: datetime) -> None:
    """The queue gave the caller back to the flow."""
    stage = call.stage
    if not isinstance(stage, Waiting):
        return
    waiting.leave(floor, call, outlet, now)
    call.stage = InFlow(stage.session, stage.node)
    carry_out(floor, call, floor.setup.treatments.resume(stage.session, facts(floor, call), outlet, now), now)


def reenter(floor: Floor, call: Call, now: datetime) -> None:
    """Events were missed: the caller hears the present node from its beginning."""
    if isinstance(call.stage, InFlow):
        call.stage.playback = None
        carry_out(floor, call, floor.setup.treatments.reenter(call.stage.session, facts(floor, call), now), now)
