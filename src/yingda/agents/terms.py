"""Words of people who serve."""

import enum


class AgentState(enum.StrEnum):
    """What an agent is doing; each change is one row of the log."""

    OFFLINE = "offline"
    READY = "ready"
    NOT_READY = "not_ready"
    BREAK = "break"
    RESERVED = "reserved"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    WRAP_UP = "wrap_up"


class Device(enum.StrEnum):
    """Where an agent's calls ring; ``auto`` is the browser where one is open, else the phone."""

    AUTO = "auto"
    BROWSER = "browser"
    PHONE = "phone"


#: States that a person chooses; the others are consequences of contacts.
CHOSEN = frozenset({AgentState.OFFLINE, AgentState.READY, AgentState.NOT_READY, AgentState.BREAK})
#: An offer is open.
OFFERED = frozenset({AgentState.RESERVED, AgentState.RINGING})
#: A contact is being served.
SERVING = frozenset({AgentState.TALKING, AgentState.HOLD})
#: The reason of ``not_ready`` after too many missed offers.
MISSED_CALLS = "missed_calls"
