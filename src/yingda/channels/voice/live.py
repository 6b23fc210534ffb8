"""The live state as browsers see it: plain JSON objects, whole values by id.

The shapes are part of the API (``GET /api/v1/live``); `app/live.py` keeps snapshots of them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from yingda.channels.voice.call import Call, InFlow, Talking, Waiting
from yingda.channels.voice.floor import Floor, Tally

Json = dict[str, Any]


def agent(floor: Floor, agent_id: UUID, now: datetime) -> Json | None:
    """One agent, or None where the set-up has none of this id."""
    setup = floor.setup.agents.get(agent_id)
    if setup is None:
        return None
    held = floor.presence(agent_id, now)
    return {
        "id": str(setup.id),
        "user_id": str(setup.user_id),
        "username": setup.username,
        "name": setup.name,
        "extension": setup.extension,
        "state": held.state.value,
        "reason": held.reason,
        "since": _iso(held.since),
        "until": _iso(held.until),
        "contact": _text(held.contact),
        "misses": held.misses,
        "chosen": held.chosen.value,
        "chosen_reason": held.chosen_reason,
        "device": floor.device(setup),
        "queues": [str(queue) for queue in floor.queues_of(agent_id)],
        "requested": {"state": held.requested.state.value, "reason": held.requested.reason} if held.requested else None,
    }


def queue(floor: Floor, queue_id: UUID, now: datetime) -> Json | None:
    """One queue with its figures of today."""
    setup = floor.setup.queues.get(queue_id)
    if setup is None:
        return None
    tally = floor.tallies.get(queue_id)
    if tally is None or tally.day != now.astimezone(floor.setup.zone).date():
        tally = Tally(now.date())
    return {
        "id": str(queue_id),
        "name": setup.name,
        "name_en": setup.name_en,
        "waiting": len(floor.acd.waiting(queue_id)),
        "longest_since": _iso(floor.acd.longest_since(queue_id)),
        "service_level_s": setup.service_level_s,
        "today": {
            "offered": tally.offered,
            "answered": tally.answered,
            "abandoned": tally.abandoned,
            "short_abandons": tally.short_abandons,
            "within_target": tally.within_target,
            "wait_s_sum": round(tally.wait_s_sum, 1),
        },
    }


def contact(floor: Floor, call: Call) -> Json:
    """One call that is still going on."""
    stage = call.stage
    return {
        "id": str(call.id),
        "channel": "voice",
        "direction": "inbound",
        "stage": _stage(call),
        "caller": call.caller_shown or call.caller,
        "caller_withheld": call.withheld,
        "caller_area": _both(call.area),
        "caller_carrier": _both(call.carrier),
        "number": call.number,
        "number_label": call.number_label,
        "trunk": call.trunk,
        "flow": call.flow_name,
        "node": stage.node if isinstance(stage, InFlow | Waiting) else None,
        "queue": _text(call.queue),
        "agent": _text(stage.agent) if isinstance(stage, Talking) else None,
        "ringing": [str(o.agent) for o in stage.offers if o.ring_at] if isinstance(stage, Waiting) else [],
        "position": floor.acd.position(call.id),
        "offered_at": _iso(call.offered_at),
        "queued_at": _iso(call.queued_at),
        "answered_at": _iso(call.answered_at),
        "since": _iso(_since(call)),
        "muted": isinstance(stage, Talking) and stage.muted,
        "hold_s": round(call.hold_s, 1),
        "keys_path": call.keys,
        "path": call.path[-20:],
    }


def trunk(floor: Floor, endpoint: str) -> Json | None:
    """One trunk."""
    setup = floor.setup.trunks.get(endpoint)
    if setup is None:
        return None
    return {"id": str(setup.id), "name": setup.name, "reachable": endpoint in floor.reachable}


def _stage(call: Call) -> str:
    match call.stage:
        case InFlow():
            return "flow"
        case Waiting() as stage:
            return "ringing" if stage.ringing else "waiting"
        case Talking(held_since=None):
            return "talking"
        case Talking():
            return "held"
        case _:
            return "ended"


def _since(call: Call) -> datetime:
    match call.stage:
        case Waiting(since=since):
            return since
        case Talking() as stage:
            return stage.held_since or stage.since
        case _:
            return call.offered_at


def _both(name: Any) -> Json | None:
    return {"zh": name.zh, "en": name.en} if name else None


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
