"""In the queue: music, place announcements, the longest wait allowed."""

from datetime import datetime, timedelta
from uuid import UUID

from yingda.channels.voice.call import Call, InFlow, Waiting
from yingda.channels.voice.effects import Play, StartMusic, StopMusic
from yingda.channels.voice.floor import Floor
from yingda.channels.voice.media import hush, pick_up
from yingda.channels.voice.offers import route
from yingda.channels.voice.segments import change_segment, open_segment
from yingda.interactions.terms import Outcome, SegmentKind
from yingda.routing import Entry

FIRST_ANNOUNCEMENT_S = 1.0
"""Long enough that a caller who is served at once is not spoken to."""


UNKNOWN_QUEUE_PAUSE = timedelta(seconds=1)
"""A flow that leads back to the same missing queue goes round once a second, not as fast as it can."""


def enter(floor: Floor, call: Call, queue: UUID, priority: int, now: datetime) -> None:
    """The flow hands the caller over. A queue that does not exist gives the caller back after a moment."""
    stage = call.stage
    if not isinstance(stage, InFlow):
        return
    setup = floor.setup.queues.get(queue)
    hush(floor, call, stage)
    floor.deadlines.cancel(f"flow:{call.id}")
    pick_up(floor, call)
    call.queue, call.queue_name = queue, setup.name if setup else ""
    call.queued_at = call.queued_at or now
    call.stage = Waiting(stage.session, stage.node, queue, now, priority)
    open_segment(floor, call, f"queue:{call.decisions}", SegmentKind.QUEUE, now, queue=queue)
    if setup is None:
        floor.note(call, "queue_unknown", now, {"queue": str(queue)})
        floor.deadlines.set(f"limit:{call.id}", now + UNKNOWN_QUEUE_PAUSE)
        return
    floor.tally(queue, now).offered += 1
    floor.do(call, StartMusic(call.leg, setup.music))
    if setup.announce_position:
        _announce_at(floor, call, call.stage, now + timedelta(seconds=FIRST_ANNOUNCEMENT_S))
    if setup.max_wait_s is not None:
        call.stage.until = now + timedelta(seconds=setup.max_wait_s)
        floor.deadlines.set(f"limit:{call.id}", call.stage.until)
    route(floor, floor.acd.enqueue(Entry(call.id, queue, now, priority), now), now)


def _announce_at(floor: Floor, call: Call, stage: Waiting, at: datetime) -> None:
    stage.announce_at = at
    floor.deadlines.set(f"announce:{call.id}", at)


def announce(floor: Floor, call: Call, now: datetime) -> None:
    """Tells the caller the place in the queue, between two stretches of music."""
    stage = call.stage
    if not isinstance(stage, Waiting) or stage.playback is not None:
        return
    position = floor.acd.position(call.id)
    if position is None:
        return
    stage.announce_at = None
    stage.playback = f"play-{floor.new_id()}"
    prompts = floor.setup.treatments.position(stage.session, position)
    # The switch ends the music when it begins to play: until the speech has been made, the caller hears music.
    floor.do(call, Play(call.leg, stage.playback, prompts))
    floor.note(call, "position_told", now, {"position": position})


def announced(floor: Floor, call: Call, stage: Waiting, now: datetime) -> None:
    """The announcement was heard: music again, and the next one later."""
    stage.playback = None
    setup = floor.queue(stage.queue)
    floor.do(call, StartMusic(call.leg, setup.music if setup else "default"))
    if setup and setup.announce_every_s > 0:
        _announce_at(floor, call, stage, now + timedelta(seconds=setup.announce_every_s))
    floor.touch(call)


def leave(floor: Floor, call: Call, why: str, now: datetime, outcome: Outcome | None = None) -> None:
    """The caller is no longer in the queue; offers are withdrawn. Who calls this changes the stage.

    With an ``outcome`` the caller has hung up, and there is nothing left to be silenced.
    """
    stage = call.stage
    if not isinstance(stage, Waiting):
        return
    if outcome is None:
        quiet(floor, call, stage)
    stop_timers(floor, call)
    close_entry(floor, call, now, outcome)
    floor.out.queues[stage.queue] = None
    route(floor, floor.acd.leave(call.id, now, why), now)


def quiet(floor: Floor, call: Call, stage: Waiting) -> None:
    """Ends announcement and music, and their timers."""
    music = stage.playback is None
    hush(floor, call, stage)
    if music:
        floor.do(call, StopMusic(call.leg))
    stop_timers(floor, call)


def stop_timers(floor: Floor, call: Call) -> None:
    """No more announcements, no limit."""
    floor.deadlines.cancel(f"announce:{call.id}")
    floor.deadlines.cancel(f"limit:{call.id}")


def close_entry(floor: Floor, call: Call, now: datetime, outcome: Outcome | None) -> None:
    """Closes the stretch of the present queue."""
    for key, segment in list(call.segments.items()):
        if segment.kind is SegmentKind.QUEUE and segment.ended_at is None:
            change_segment(floor, call, key, ended_at=now, result=outcome)
