"""What the customer's leg hears, as the stages share it."""

from yingda.channels.voice.call import Call, InFlow, Waiting
from yingda.channels.voice.effects import Answer, StopPlayback
from yingda.channels.voice.floor import Floor


def pick_up(floor: Floor, call: Call) -> None:
    """Answers the customer's leg, once."""
    if not call.picked_up:
        call.picked_up = True
        floor.do(call, Answer(call.leg))


def hush(floor: Floor, call: Call, stage: InFlow | Waiting) -> None:
    """Stops the prompt that the caller hears."""
    if stage.playback is not None:
        floor.do(call, StopPlayback(stage.playback))
        stage.playback = None
