"""What the voice channel wants done. Data only; the process carries it out in order, call by call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from yingda.channels.voice.treatment import Prompt
from yingda.telephony.switch import Cause


@dataclass(frozen=True, slots=True)
class Answer:
    """Pick up a leg."""

    leg: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a leg."""

    leg: str
    cause: Cause = Cause.NORMAL


@dataclass(frozen=True, slots=True)
class Play:
    """Play prompts to a leg under a playback id of ours."""

    leg: str
    playback: str
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class StopPlayback:
    """Stop a playback."""

    playback: str


@dataclass(frozen=True, slots=True)
class StartMusic:
    """Music for a leg."""

    leg: str
    music: str


@dataclass(frozen=True, slots=True)
class StopMusic:
    """No more music for a leg."""

    leg: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Make a leg to an agent's device. ``offer`` is told when the switch refuses at once."""

    leg: str
    endpoint: str
    caller: str
    caller_name: str
    ring_s: int
    offer: UUID
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Join:
    """Put legs into a bridge."""

    bridge: str
    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """Take a leg out of a bridge."""

    bridge: str
    leg: str


@dataclass(frozen=True, slots=True)
class CloseBridge:
    """Remove a bridge."""

    bridge: str


@dataclass(frozen=True, slots=True)
class Record:
    """Record a leg under the contact's name."""

    leg: str
    name: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Drop what a leg says, or not."""

    leg: str
    muted: bool


@dataclass(frozen=True, slots=True)
class SendKeys:
    """DTMF towards a leg."""

    leg: str
    digits: str


Effect = (
    Answer
    | HangUp
    | Play
    | StopPlayback
    | StartMusic
    | StopMusic
    | Ring
    | Join
    | Leave
    | CloseBridge
    | Record
    | Mute
    | SendKeys
)
