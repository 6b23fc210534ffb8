"""The port to what a caller meets before a person: the flow.

Voice knows calls and queues, not flows. It hands stimuli to the treatment and carries out what
comes back. ``session`` is the treatment's own state as JSON values; voice keeps it with the call,
so that a new process can go on from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from yingda.interactions.terms import Outcome

Session = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of a call when it comes in. ``area`` and ``carrier`` are Chinese names or ''.

    ``hours`` are the called number's own business hours.
    """

    call: UUID
    caller: str
    withheld: bool
    number: str
    area: str = ""
    carrier: str = ""
    area_code: str = ""
    hours: UUID | None = None


Prompt = object
"""Something to be heard, made by the treatment and understood by whoever makes sounds of it; opaque here."""


@dataclass(frozen=True, slots=True)
class PickUp:
    """Answer the call."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Play prompts one after another; :meth:`Treatments.played` is told when all were heard."""

    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop what is being played; :meth:`Treatments.played` is not told."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Tell :meth:`Treatments.timer` after so many seconds, unless told otherwise before."""

    seconds: float


@dataclass(frozen=True, slots=True)
class StopWaiting:
    """Forget the timer."""


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Hand the caller to a queue."""

    queue: UUID
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """Hang up. ``outcome`` is what the treatment itself knows of it, such as ``closed``."""

    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the account of the call."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


Act = PickUp | Speak | Hush | Wait | StopWaiting | ToQueue | Finish | Note


@dataclass(frozen=True, slots=True)
class Step:
    """The session after a stimulus, the node that it stands at, and what to do, in order."""

    session: Session
    node: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class FlowName:
    """A flow's name and the version that new calls get."""

    id: UUID
    name: str
    version: int


class Treatments(Protocol):
    """All published flows of one tenant. Pure: nothing here waits or reads."""

    def flow(self, flow: UUID) -> FlowName | None:
        """The published flow, or None where there is none."""
        ...

    def begin(self, flow: UUID, facts: CallFacts, now: datetime) -> Step:
        """A call enters the flow; raises KeyError where :meth:`flow` gives None."""
        ...

    def key(self, session: Session, facts: CallFacts, key: str, now: datetime) -> Step:
        """A key was pressed."""
        ...

    def played(self, session: Session, facts: CallFacts, now: datetime) -> Step:
        """The prompts were heard, or could not be played."""
        ...

    def timer(self, session: Session, facts: CallFacts, now: datetime) -> Step:
        """The time set by :class:`Wait` is over."""
        ...

    def resume(self, session: Session, facts: CallFacts, outlet: str, now: datetime) -> Step:
        """The queue gave the caller back through ``outlet`` (such as ``timeout``)."""
        ...

    def reenter(self, session: Session, facts: CallFacts, now: datetime) -> Step:
        """Events may have been missed: begin the present node again."""
        ...

    def position(self, session: Session, position: int) -> tuple[Prompt, ...]:
        """What a waiting caller hears about a place in the queue (1 is next)."""
        ...
