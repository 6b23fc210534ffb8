"""The words of a contact, as they are stored and shown by the API."""

import enum


class Channel(enum.StrEnum):
    """The medium of a contact."""

    VOICE = "voice"


class Direction(enum.StrEnum):
    """Who began."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class EndedBy(enum.StrEnum):
    """Who ended the contact."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Outcome(enum.StrEnum):
    """What became of a contact: exactly one per queue entry.

    A contact that the flow itself brought to an end counts as ``abandoned_in_flow`` with
    ``ended_by`` system: it was served there.
    """

    ANSWERED = "answered"
    ABANDONED_IN_FLOW = "abandoned_in_flow"
    ABANDONED_IN_QUEUE = "abandoned_in_queue"
    ABANDONED_WHILE_RINGING = "abandoned_while_ringing"
    SHORT_ABANDON = "short_abandon"
    OVERFLOW_TIMEOUT = "overflow_timeout"
    OVERFLOW_FULL = "overflow_full"
    OVERFLOW_NO_AGENT = "overflow_no_agent"
    VOICEMAIL = "voicemail"
    CALLBACK_REQUESTED = "callback_requested"
    CLOSED = "closed"
    REJECTED_BLACKLIST = "rejected_blacklist"
    REJECTED_LIMIT = "rejected_limit"
    FAILED = "failed"


class SegmentKind(enum.StrEnum):
    """The stretches that a contact is made of."""

    FLOW = "flow"
    QUEUE = "queue"
    AGENT = "agent"


class OfferResult(enum.StrEnum):
    """What became of the offer of a contact to one agent."""

    ACCEPTED = "accepted"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    CALLER_LEFT = "caller_left"
    TAKEN_BY_ANOTHER = "taken_by_another"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
