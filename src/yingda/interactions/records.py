"""The facts of a contact, as whole values.

The process that holds the live state writes each of them anew, with a higher ``revision``, whenever
it changes; :mod:`yingda.interactions.writer` stores the newest. Times are aware and in UTC, lengths
are seconds.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from yingda.interactions.codec import from_json, to_json
from yingda.interactions.terms import Channel, Direction, EndedBy, OfferResult, Outcome, SegmentKind


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class InteractionRecord:
    """One contact.

    ``number`` is the called number of ours, ``callee`` what was dialled; ``outcome``, ``ended_by``
    and ``ended_at`` are None while it lives. ``wait_s`` runs from entering the queue to the answer or
    the end, ``ring_s`` is the sum over all offers. ``recording_file`` is the raw file of the switch.
    """

    id: UUID
    tenant_id: UUID
    revision: int
    direction: Direction
    offered_at: datetime
    channel: Channel = Channel.VOICE
    caller: str = ""
    caller_withheld: bool = False
    callee: str = ""
    number: str = ""
    number_label: str = ""
    trunk: str = ""
    flow_id: UUID | None = None
    flow_name: str = ""
    flow_version: int | None = None
    node_of_loss: str | None = None
    queue_id: UUID | None = None
    queue_name: str = ""
    agent_id: UUID | None = None
    agent_username: str = ""
    agent_name: str = ""
    caller_area: Bilingual | None = None
    caller_carrier: Bilingual | None = None
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    wrap_up_until: datetime | None = None
    outcome: Outcome | None = None
    ended_by: EndedBy | None = None
    cause: str = ""
    talk_s: float = 0.0
    hold_s: float = 0.0
    wait_s: float = 0.0
    ring_s: float = 0.0
    wrap_up_s: float = 0.0
    recording_file: str | None = None
    recorded_s: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        data: dict[str, Any] = to_json(self)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The record that :meth:`to_dict` wrote."""
        return from_json(cls, data)


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """One stretch of a contact: in a flow, in a queue, or offered to and served by an agent.

    ``result`` is an :class:`Outcome` for flows and queues (None where the contact went on), for
    agents an :class:`OfferResult`.
    """

    id: UUID
    tenant_id: UUID
    interaction_id: UUID
    revision: int
    kind: SegmentKind
    started_at: datetime
    queue_id: UUID | None = None
    agent_id: UUID | None = None
    ring_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    result: Outcome | OfferResult | None = None
    hold_s: float = 0.0
    wrap_up_s: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        data: dict[str, Any] = to_json(self)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The record that :meth:`to_dict` wrote."""
        result = data.get("result")
        words = OfferResult if data["kind"] == SegmentKind.AGENT else Outcome
        record = from_json(cls, {name: value for name, value in data.items() if name != "result"})
        if result is not None:
            object.__setattr__(record, "result", words(result))
        return record


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One step of the account of why a contact went where it went; never changes once written.

    ``seq`` counts from 1 within the contact. ``data`` holds JSON values, its members depend on
    ``kind`` (see :mod:`yingda.interactions.explain`).
    """

    tenant_id: UUID
    interaction_id: UUID
    seq: int
    at: datetime
    kind: str
    data: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        data: dict[str, Any] = to_json(self)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The record that :meth:`to_dict` wrote."""
        return from_json(cls, data)


Record = InteractionRecord | SegmentRecord | DecisionRecord
