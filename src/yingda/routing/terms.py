"""Words of routing."""

import enum


class StrategyName(enum.StrEnum):
    """How a queue chooses among its free members."""

    LONGEST_IDLE = "longest_idle"
    ROUND_ROBIN = "round_robin"
    RING_ALL = "ring_all"


class DeclineWhy(enum.StrEnum):
    """Why an offer was not taken."""

    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


class WithdrawnWhy(enum.StrEnum):
    """Why routing itself ends an offer."""

    ANSWERED_ELSEWHERE = "answered_elsewhere"
    CONTACT_LEFT = "contact_left"
    LEASE_EXPIRED = "lease_expired"
    DOUBLED = "doubled"


class NoteKind(enum.StrEnum):
    """Entries of the decision log that routing writes."""

    QUEUED = "queued"
    OFFERED = "offered"
    NO_AGENT_FREE = "no_agent_free"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    RESTORED = "restored"


#: Why an agent gets nothing, beside the words of agent states and of devices.
FREE = "free"
OFFERED_ALREADY = "offered_already"
OFFER_ENDED = "offer_ended"
UNKNOWN = "offline"
PASSED = "passed_this_contact"
RANKED_AFTER = "ranked_after"
NOT_A_MEMBER = "not_a_member"
