"""One call of a customer, as a whole value: where it stands and what has happened to it.

Each stage is a type of its own; a call is always in exactly one. The value is written to the
journal after every change and read back after a crash, so it holds everything that is needed to go
on (:func:`dump`, :func:`load`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from yingda.channels.voice.treatment import Session
from yingda.interactions.records import Bilingual, SegmentRecord
from yingda.interactions.terms import EndedBy, Outcome


@dataclass(slots=True)
class InFlow:
    """The caller hears the flow; ``heard_node`` is where a playback ended last."""

    session: Session
    node: str
    playback: str | None = None
    timer_at: datetime | None = None
    heard_node: str = ""
    heard_at: datetime | None = None
    kind: Literal["flow"] = "flow"


@dataclass(slots=True)
class Offering:
    """The call is offered to one agent, whose device may ring."""

    offer: UUID
    agent: UUID
    leg: str
    endpoint: str
    at: datetime
    ring_at: datetime | None = None


@dataclass(slots=True)
class Waiting:
    """The caller waits in a queue, with music; it may be offered to agents meanwhile."""

    session: Session
    node: str
    queue: UUID
    since: datetime
    priority: int = 0
    playback: str | None = None
    announce_at: datetime | None = None
    until: datetime | None = None
    offers: list[Offering] = field(default_factory=list)
    kind: Literal["waiting"] = "waiting"

    @property
    def ringing(self) -> bool:
        """Whether some agent's device rings."""
        return any(offer.ring_at for offer in self.offers)

    def offer_on(self, leg: str) -> Offering | None:
        """The offer that rings ``leg``."""
        return next((offer for offer in self.offers if offer.leg == leg), None)


@dataclass(slots=True)
class Talking:
    """Customer and agent hear each other, or the customer is on hold."""

    queue: UUID
    agent: UUID
    agent_leg: str
    bridge: str
    offer: UUID
    since: datetime
    held_since: datetime | None = None
    muted: bool = False
    kind: Literal["talking"] = "talking"


@dataclass(slots=True)
class Ended:
    """Both sides are gone; ``wrapping`` is the agent who still works on it."""

    wrapping: UUID | None = None
    wrap_up_since: datetime | None = None
    kind: Literal["ended"] = "ended"


Stage = InFlow | Waiting | Talking | Ended


@dataclass(slots=True)
class Call:
    """A customer's call. Times are in UTC, lengths in seconds; ``number`` is ours, ``caller`` normalised."""

    id: UUID
    leg: str
    caller: str
    caller_shown: str
    withheld: bool
    number: str
    number_label: str
    trunk: str
    offered_at: datetime
    stage: Stage
    area: Bilingual | None = None
    carrier: Bilingual | None = None
    area_code: str = ""
    flow: UUID | None = None
    flow_name: str = ""
    flow_version: int | None = None
    picked_up: bool = False
    finishing: Outcome | None = None
    ending_by: EndedBy | None = None
    path: list[str] = field(default_factory=list)
    keys: str = ""
    queue: UUID | None = None
    queue_name: str = ""
    queued_at: datetime | None = None
    agent: UUID | None = None
    agent_username: str = ""
    agent_name: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    ended_by: EndedBy | None = None
    cause: str = ""
    node_of_loss: str | None = None
    hold_s: float = 0.0
    ring_s: float = 0.0
    wrap_up_s: float = 0.0
    wrap_up_until: datetime | None = None
    recording: str | None = None
    revision: int = 0
    decisions: int = 0
    segments: dict[str, SegmentRecord] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether somebody is still on the line."""
        return not isinstance(self.stage, Ended)


_adapter = TypeAdapter(Call)


def dump(call: Call) -> dict[str, Any]:
    """JSON values."""
    value: dict[str, Any] = _adapter.dump_python(call, mode="json")
    return value


def load(value: dict[str, Any]) -> Call:
    """The call that :func:`dump` wrote."""
    return _adapter.validate_python(value)
