"""A small world for the core: named agents, queues and contacts, virtual time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from yingda.routing import Acd, DeclineWhy, Entry, Member, Noted, Offered, Output, QueueSpec, StrategyName, Withdrawn

T0 = datetime(2026, 3, 1, 9, tzinfo=UTC)


def name_id(name: str) -> UUID:
    """An id that is readable in failures: the letters of the name."""
    return UUID(bytes=name.encode().ljust(16, b"\0"))


def name_of(value: UUID) -> str:
    """The name again."""
    return value.bytes.rstrip(b"\0").decode()


def queue(
    name: str = "sales", members: Iterable[str] = "abc", strategy: str = "longest_idle", **more: Any
) -> QueueSpec:
    """A queue whose members are in the order given."""
    people = tuple(Member(name_id(agent), place) for place, agent in enumerate(members))
    return QueueSpec(name_id(name), name, StrategyName(strategy), members=people, **more)


class World:
    """Drives the core; ``now`` is moved by :meth:`wait`."""

    def __init__(self, *queues: QueueSpec, first_id: int = 1) -> None:
        ids = count(first_id)
        self.now = T0
        self.acd = Acd(lambda: UUID(int=next(ids)))
        self.acd.configure(queues, self.now)

    def wait(self, seconds: float) -> None:
        """Lets time pass; nothing is told to the core."""
        self.now += timedelta(seconds=seconds)

    def ready(self, agent: str, idle: float = 0) -> list[Output]:
        """The agent is free, idle for so many seconds."""
        return self.acd.set_agent(name_id(agent), True, "", self.now - timedelta(seconds=idle), self.now)

    def away(self, agent: str, why: str = "break") -> list[Output]:
        """The agent is not available."""
        return self.acd.set_agent(name_id(agent), False, why, None, self.now)

    def arrive(self, contact: str, to: str = "sales", priority: int = 0, waited: float = 0) -> list[Output]:
        """A contact begins to wait."""
        since = self.now - timedelta(seconds=waited)
        return self.acd.enqueue(Entry(name_id(contact), name_id(to), since, priority), self.now)

    def offer_to(self, agent: str) -> UUID:
        """The agent's open offer."""
        offer = self.acd.offer_of(name_id(agent))
        assert offer is not None, f"{agent} has no offer"
        return offer.id

    def accept(self, agent: str) -> list[Output]:
        """The agent answers."""
        return self.acd.accepted(self.offer_to(agent), self.now)

    def decline(self, agent: str, why: str = "no_answer") -> list[Output]:
        """The agent does not."""
        return self.acd.declined(self.offer_to(agent), self.now, DeclineWhy(why))

    def ringing(self) -> dict[str, str]:
        """Who rings for whom: agent → contact."""
        return {name_of(offer.agent): name_of(offer.contact) for offer in self.acd.offers().values()}


def offers(outputs: Iterable[Output]) -> list[tuple[str, str]]:
    """The offers made: (contact, agent)."""
    return [(name_of(one.contact), name_of(one.agent)) for one in outputs if isinstance(one, Offered)]


def withdrawals(outputs: Iterable[Output]) -> list[tuple[str, str]]:
    """The offers withdrawn: (agent, why)."""
    return [(name_of(one.agent), one.why.value) for one in outputs if isinstance(one, Withdrawn)]


def notes(outputs: Iterable[Output]) -> list[str]:
    """The kinds of the notes."""
    return [one.kind.value for one in outputs if isinstance(one, Noted)]
