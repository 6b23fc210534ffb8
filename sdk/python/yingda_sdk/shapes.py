"""What the API answers, as frozen objects. Members that a newer server adds are in ``raw``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """A name in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in; ``extension`` where the user is an agent."""

    id: str
    username: str
    name: str
    role: str
    language: str
    permissions: tuple[str, ...]
    tenant: str
    extension: str | None

    @classmethod
    def read(cls, json: Json) -> "User":
        """From the API's user."""
        agent = json["agent"]
        plain = {name: json[name] for name in ("id", "username", "name", "role", "language")}
        return cls(
            **plain,
            permissions=tuple(json["permissions"]),
            tenant=json["tenant"]["slug"],
            extension=agent["extension"] if agent else None,
        )


@dataclass(frozen=True, slots=True)
class Interaction:
    """A contact. Times are aware, in UTC; ``talk_s``, ``wait_s``, ``hold_s`` are seconds.

    ``outcome`` and ``ended_by`` are None while the contact goes on; ``flow`` and ``queue`` are names,
    ``agent`` is a user name.
    """

    id: str
    channel: str
    direction: str
    caller: str
    callee: str
    number: str
    flow: str | None
    queue: str | None
    agent: str | None
    offered_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    ended_by: str | None
    talk_s: float
    wait_s: float
    hold_s: float
    business_type: str | None
    caller_area: Names | None
    caller_carrier: Names | None
    recorded: bool
    raw: Json = field(repr=False, compare=False)

    @classmethod
    def read(cls, json: Json) -> "Interaction":
        """From the API's item."""
        special = {"caller_area", "caller_carrier", "recorded", "raw"}
        plain: dict[str, Any] = {name: json.get(name) for name in cls.__dataclass_fields__ if name not in special}
        for name in ("offered_at", "queued_at", "answered_at", "ended_at"):
            plain[name] = _moment(plain[name])
        return cls(
            **plain,
            caller_area=_names(json.get("caller_area")),
            caller_carrier=_names(json.get("caller_carrier")),
            recorded=json.get("recording") is not None,
            raw=json,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """A step in the account of why a contact went where it went; ``text`` is for people."""

    seq: int
    at: datetime
    kind: str
    data: Json
    text: Names

    @classmethod
    def read(cls, json: Json) -> "Decision":
        """From the API's item."""
        at = datetime.fromisoformat(json["at"])
        return cls(json["seq"], at, json["kind"], json["data"], Names(**json["text"]))


@dataclass(frozen=True, slots=True)
class LiveState:
    """What goes on now; the members are the API's own objects."""

    at: datetime
    agents: tuple[Json, ...]
    queues: tuple[Json, ...]
    contacts: tuple[Json, ...]
    trunks: tuple[Json, ...]

    @classmethod
    def read(cls, json: Json) -> "LiveState":
        """From the API's snapshot."""
        lists = (tuple(json[name]) for name in ("agents", "queues", "contacts", "trunks"))
        return cls(datetime.fromisoformat(json["at"]), *lists)


def _moment(text: Any) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _names(json: Any) -> Names | None:
    return None if json is None else Names(json["zh"], json["en"])
