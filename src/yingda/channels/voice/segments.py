"""The stretches of a call, kept on the call and stored with it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from yingda.channels.voice.call import Call
from yingda.channels.voice.floor import Floor
from yingda.interactions.records import SegmentRecord
from yingda.interactions.terms import SegmentKind


def open_segment(
    floor: Floor,
    call: Call,
    key: str,
    kind: SegmentKind,
    at: datetime,
    *,
    queue: UUID | None = None,
    agent: UUID | None = None,
) -> None:
    """Begins a stretch under ``key``."""
    call.segments[key] = SegmentRecord(
        id=floor.new_id(),
        tenant_id=floor.setup.id,
        interaction_id=call.id,
        revision=call.revision + 1,
        kind=kind,
        started_at=at,
        queue_id=queue,
        agent_id=agent,
    )
    floor.touch(call)


def change_segment(floor: Floor, call: Call, key: str, **changes: Any) -> None:
    """Changes fields of a stretch; one that is closed keeps its end and result."""
    segment = call.segments.get(key)
    if segment is None:
        return
    if segment.ended_at is not None:
        changes = {name: value for name, value in changes.items() if name not in ("ended_at", "result")}
    call.segments[key] = replace(segment, revision=call.revision + 1, **changes)
    floor.touch(call)
