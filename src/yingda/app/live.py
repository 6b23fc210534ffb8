"""The live state as browsers keep it: *old snapshot + event = new snapshot*. Pure.

A snapshot has four lists of objects with an ``id``: ``agents``, ``queues``, ``contacts``, ``trunks``.
An event ``<thing>.changed`` carries the whole new object, ``<thing>.removed`` and ``contact.ended``
only the id. A viewer without the right ``live.read`` sees every agent and queue, but of the contacts
only those that ring at or are held by themselves.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

LISTS = {"agent": "agents", "queue": "queues", "contact": "contacts", "trunk": "trunks"}


@dataclass(slots=True)
class Snapshot:
    """Objects by list and id, in the order in which they came."""

    at: str = ""
    agents: dict[str, Json] = field(default_factory=dict)
    queues: dict[str, Json] = field(default_factory=dict)
    contacts: dict[str, Json] = field(default_factory=dict)
    trunks: dict[str, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Json) -> "Snapshot":
        """From the JSON form."""
        lists = {name: {item["id"]: item for item in value.get(name, [])} for name in LISTS.values()}
        return cls(value.get("at", ""), **lists)

    def to_json(self) -> Json:
        """The JSON form."""
        return {"at": self.at, **{name: list(getattr(self, name).values()) for name in LISTS.values()}}

    def apply(self, kind: str, value: Json) -> None:
        """Takes an event in; kinds that are unknown are passed over."""
        thing, _, what = kind.partition(".")
        name = LISTS.get(thing)
        if name is None:
            return
        items: dict[str, Json] = getattr(self, name)
        if what == "changed":
            items[value["id"]] = value
        else:
            items.pop(value["id"], None)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: ``agent`` is their own agent id, if they are one."""

    agent: str | None
    sees_all: bool

    def sees(self, contact: Json) -> bool:
        """Whether a contact is theirs to see."""
        return self.sees_all or (
            self.agent is not None and (contact["agent"] == self.agent or self.agent in contact["ringing"])
        )


def for_viewer(snapshot: Snapshot, viewer: Viewer) -> Json:
    """The snapshot that a viewer gets."""
    value = snapshot.to_json()
    value["contacts"] = [contact for contact in value["contacts"] if viewer.sees(contact)]
    if not viewer.sees_all:
        value["trunks"] = []
    return value


def event_for_viewer(kind: str, value: Json, viewer: Viewer, seen: set[str]) -> tuple[str, Json] | None:
    """The event that a viewer gets for an event, if any.

    ``seen`` holds the contacts that the viewer knows of and is kept here: a contact that moves out
    of sight has ended for the viewer.
    """
    if kind == "contact.changed":
        if viewer.sees(value):
            seen.add(value["id"])
            return kind, value
        kind, value = "contact.ended", {"id": value["id"]}
    if kind == "contact.ended":
        if value["id"] not in seen:
            return None
        seen.discard(value["id"])
        return kind, value
    if kind.startswith("trunk.") and not viewer.sees_all:
        return None
    return kind, value
