"""The end of a call: exactly one outcome, whoever ended it and wherever it stood."""

from datetime import datetime, timedelta
from uuid import UUID

from yingda.agents import presence
from yingda.agents.terms import SERVING, AgentState
from yingda.channels.voice import waiting
from yingda.channels.voice.call import Call, Ended, InFlow, Stage, Talking, Waiting
from yingda.channels.voice.effects import CloseBridge, HangUp
from yingda.channels.voice.floor import Floor
from yingda.channels.voice.offers import ROUTING, route
from yingda.channels.voice.segments import change_segment
from yingda.interactions.terms import EndedBy, OfferResult, Outcome, SegmentKind

CUT_OFF = timedelta(milliseconds=300)
"""An end that comes so soon after a playback's has caused it."""


def ended(floor: Floor, call: Call, now: datetime, *, failed: str = "") -> None:
    """The customer's leg is gone, or we let it go. ``failed`` is a technical cause that ends it as failed."""
    stage = call.stage
    if isinstance(stage, Ended):
        return
    if failed:
        call.cause, call.finishing, call.ending_by = failed, Outcome.FAILED, EndedBy.SYSTEM
    call.outcome = call.finishing or _outcome(floor, call, now)
    call.ended_by = call.ending_by or EndedBy.CUSTOMER
    call.ended_at = now
    if call.answered_at is None:
        call.node_of_loss = _node_of_loss(stage, now)
    floor.note(call, "ended", now, {"outcome": call.outcome.value, "by": call.ended_by.value, "cause": call.cause})
    wrapping = None
    match stage:
        case InFlow():
            change_segment(floor, call, "flow", ended_at=now, result=call.outcome)
            floor.deadlines.cancel(f"flow:{call.id}")
        case Waiting():
            waiting.leave(floor, call, "caller_left", now, call.outcome)
            _count(floor, call, stage.queue, now)
        case Talking():
            wrapping = _end_talk(floor, call, stage, now)
    call.stage = Ended(wrapping, now if wrapping else None)
    floor.disown_all(call)
    floor.touch(call)
    if wrapping is None:
        floor.forget(call)


def _node_of_loss(stage: Stage, now: datetime) -> str | None:
    """Where the caller was lost.

    A caller who hangs up ends what is being played, and the switch tells that first: the flow has
    gone on for a moment with nobody there.
    """
    if isinstance(stage, InFlow) and stage.heard_at is not None and now - stage.heard_at < CUT_OFF:
        return stage.heard_node
    return stage.node if isinstance(stage, InFlow | Waiting) else None


def _outcome(floor: Floor, call: Call, now: datetime) -> Outcome:
    match call.stage:
        case Talking():
            return Outcome.ANSWERED
        case Waiting(ringing=True):
            return Outcome.ABANDONED_WHILE_RINGING
        case Waiting(since=since):
            short = (now - since).total_seconds() < floor.setup.short_abandon_s
            return Outcome.SHORT_ABANDON if short else Outcome.ABANDONED_IN_QUEUE
        case _:
            return _of_last_queue(call) or Outcome.ABANDONED_IN_FLOW


def _of_last_queue(call: Call) -> Outcome | None:
    """Why a queue gave the caller back: an apology in the flow behind it is no service."""
    results = [segment.result for segment in call.segments.values() if segment.kind is SegmentKind.QUEUE]
    return Outcome(results[-1]) if results and results[-1] else None


def _count(floor: Floor, call: Call, queue: UUID, now: datetime) -> None:
    tally = floor.tally(queue, now)
    if call.outcome is Outcome.SHORT_ABANDON:
        tally.short_abandons += 1
    elif call.outcome in (Outcome.ABANDONED_IN_QUEUE, Outcome.ABANDONED_WHILE_RINGING):
        tally.abandoned += 1


def _end_talk(floor: Floor, call: Call, stage: Talking, now: datetime) -> UUID | None:
    """Both sides go apart; gives the agent who has to wrap up."""
    if stage.held_since is not None:
        call.hold_s += (now - stage.held_since).total_seconds()
    floor.do(call, HangUp(stage.agent_leg), CloseBridge(stage.bridge))
    change_segment(floor, call, str(stage.offer), ended_at=now, result=OfferResult.ACCEPTED, hold_s=call.hold_s)
    held = floor.presence(stage.agent, now)
    if held.state not in SERVING or held.contact != call.id:
        return None
    queue = floor.queue(stage.queue)
    after = presence.release(held, now, queue.spec.wrap_up_s if queue else 0)
    floor.set_presence(after, ROUTING, now)
    call.wrap_up_until = after.until
    route(floor, floor.tell_routing(stage.agent, now), now)
    return stage.agent if after.state is AgentState.WRAP_UP else None


def wrapped_up(floor: Floor, agent: UUID, now: datetime) -> None:
    """An agent's work on a call is done."""
    for call in list(floor.calls.values()):
        if isinstance(call.stage, Ended) and call.stage.wrapping == agent:
            filed(floor, call, now)


def filed(floor: Floor, call: Call, now: datetime) -> None:
    """Nobody works on an ended call any more."""
    if isinstance(call.stage, Ended) and call.stage.wrap_up_since is not None:
        call.wrap_up_s = (now - call.stage.wrap_up_since) / timedelta(seconds=1)
        call.wrap_up_until = now
    for key, segment in list(call.segments.items()):
        if segment.kind is SegmentKind.AGENT and segment.result is OfferResult.ACCEPTED:
            change_segment(floor, call, key, wrap_up_s=call.wrap_up_s)
    call.stage = Ended()
    floor.touch(call)
    floor.forget(call)
