"""What is stored of a call: its record and its stretches."""

from datetime import datetime

from yingda.channels.voice.call import Call
from yingda.channels.voice.floor import Floor
from yingda.interactions.records import InteractionRecord, SegmentRecord
from yingda.interactions.terms import Direction


def record(floor: Floor, call: Call) -> InteractionRecord:
    """The call as one row; newer ones have a higher revision."""
    talk_end = call.ended_at if call.answered_at else None
    wait_end = call.answered_at or call.ended_at
    return InteractionRecord(
        id=call.id,
        tenant_id=floor.setup.id,
        revision=call.revision,
        direction=Direction.INBOUND,
        offered_at=call.offered_at,
        caller=call.caller_shown or call.caller,
        caller_withheld=call.withheld,
        callee=call.number,
        number=call.number,
        number_label=call.number_label,
        trunk=call.trunk,
        flow_id=call.flow,
        flow_name=call.flow_name,
        flow_version=call.flow_version,
        node_of_loss=call.node_of_loss,
        queue_id=call.queue,
        queue_name=call.queue_name,
        agent_id=call.agent,
        agent_username=call.agent_username,
        agent_name=call.agent_name,
        caller_area=call.area,
        caller_carrier=call.carrier,
        queued_at=call.queued_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        wrap_up_until=call.wrap_up_until,
        outcome=call.outcome,
        ended_by=call.ended_by,
        cause=call.cause,
        talk_s=_between(call.answered_at, talk_end) - call.hold_s if talk_end else 0.0,
        hold_s=call.hold_s,
        wait_s=_between(call.queued_at, wait_end),
        ring_s=call.ring_s,
        wrap_up_s=call.wrap_up_s,
        recording_file=f"{call.recording}.raw" if call.recording else None,
    )


def _between(start: datetime | None, end: datetime | None) -> float:
    if start is not None and end is not None:
        return max(0.0, (end - start).total_seconds())
    return 0.0


def segments(call: Call) -> list[SegmentRecord]:
    """The stretches that changed with this revision."""
    return [segment for segment in call.segments.values() if segment.revision == call.revision]
