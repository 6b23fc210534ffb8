"""What the stepper works on: the facts of a call, the place in a flow, and the effects it asks for.

All of it is frozen; a step takes a :class:`Session` and returns the next one. A session is JSON
(:meth:`Session.to_dict`), so that it lives in the journal across a restart of the process.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from yingda.flows.hours import Calendar


class Phase(enum.StrEnum):
    """What a session waits for. MOVING never leaves the engine."""

    MOVING = "moving"
    PLAYING = "playing"
    WAITING = "waiting"
    AWAY = "away"
    ENDED = "ended"


class EndReason(enum.StrEnum):
    """Why a flow hangs up: it was done, out of hours, or it could not go on."""

    DONE = "done"
    CLOSED = "closed"
    ERROR = "error"


class NotedKind(enum.StrEnum):
    """Lines of the timeline that a flow writes; ``data`` of each is named beside it."""

    NODE_ENTERED = "node_entered"  # node, node_kind, label
    KEY_PRESSED = "key_pressed"  # node, key ("*" where the node is secret), typed_ahead
    BRANCH_TAKEN = "branch_taken"  # node, outlet, reason
    WRONG_KEY = "wrong_key"  # node, key, tries
    TIMED_OUT = "timed_out"  # node, tries
    COLLECTED = "collected"  # node, variable, value ("***" where secret)
    VARIABLE_SET = "variable_set"  # node, variable, value
    PLAYBACK_FAILED = "playback_failed"  # node
    CAME_BACK = "came_back"  # node, outlet
    REENTERED = "reentered"  # node
    FLOW_ERROR = "flow_error"  # node, reason
    FLOW_ENDED = "flow_ended"  # node, reason


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of the call for as long as it lasts.

    ``caller`` is empty where withheld. ``language`` wins over the definition's where not empty.
    ``calendars`` are those that ``branch_hours`` nodes may ask, by the id of the hours;
    ``number_hours`` is the id of the called number's own.
    """

    call: UUID
    caller: str
    caller_withheld: bool
    number: str
    area_code: str | None = None
    carrier: str | None = None
    language: str = ""
    calendars: Mapping[UUID, Calendar] = field(default_factory=dict)
    number_hours: UUID | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A call's place in a flow.

    ``tries`` counts wrong keys and time-outs at the present node, ``keys`` are keys typed and not
    used yet, ``path`` the nodes visited (the latest 200), ``hops`` the moves since the last key.
    """

    flow: UUID
    version: int
    node: str
    language: str
    variables: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    keys: str = ""
    path: tuple[str, ...] = ()
    answered: bool = False
    phase: Phase = Phase.MOVING
    hops: int = 0

    def to_dict(self) -> dict[str, Any]:
        """JSON values only; :meth:`from_dict` reads it back."""
        return {
            "flow": str(self.flow),
            "version": self.version,
            "node": self.node,
            "language": self.language,
            "variables": dict(self.variables),
            "tries": self.tries,
            "keys": self.keys,
            "path": list(self.path),
            "answered": self.answered,
            "phase": self.phase.value,
            "hops": self.hops,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> "Session":
        """The session that :meth:`to_dict` wrote."""
        return cls(
            flow=UUID(value["flow"]),
            version=value["version"],
            node=value["node"],
            language=value["language"],
            variables=dict(value["variables"]),
            tries=value["tries"],
            keys=value["keys"],
            path=tuple(value["path"]),
            answered=value["answered"],
            phase=Phase(value["phase"]),
            hops=value["hops"],
        )


@dataclass(frozen=True, slots=True)
class SoundPrompt:
    """A stored sound of the tenant."""

    sound: UUID


@dataclass(frozen=True, slots=True)
class SpeechPrompt:
    """A text to be spoken. ``speed`` is relative: 1.0 is the voice's own."""

    text: str
    language: str
    voice: str = ""
    speed: float = 1.0


Prompt = SoundPrompt | SpeechPrompt


@dataclass(frozen=True, slots=True)
class Answer:
    """Pick up the call."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play these one after another; the end (or failure) of the newest Play is told by ``on_played``.

    Ends of playbacks that were stopped by StopPlaying or followed by a newer Play are not told.
    """

    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Stop what plays; nothing playing is no error."""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Call ``on_timer`` after ``seconds``; replaces the timer that runs."""

    seconds: float


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Forget the timer."""


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Hand the call to a queue (its id, or its name); ``resume`` brings it back. Higher priority first."""

    queue: UUID | str
    priority: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""

    reason: EndReason = EndReason.DONE


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the timeline; ``data`` holds JSON values."""

    kind: NotedKind
    data: Mapping[str, Any]


Effect = Answer | Play | StopPlaying | StartTimer | StopTimer | EnterQueue | HangUp | Noted


@dataclass(frozen=True, slots=True)
class Step:
    """The next session, and what is to be done, in order."""

    session: Session
    effects: tuple[Effect, ...]
