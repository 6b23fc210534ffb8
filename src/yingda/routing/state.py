"""What the core keeps of a queue, a contact and an agent, and the indexes over them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from yingda.routing.ordered import Ordered, SortKey
from yingda.routing.spec import Entry, Member, Offer, QueueSpec
from yingda.routing.strategies import STRATEGIES, Strategy
from yingda.routing.terms import FREE, OFFERED_ALREADY, UNKNOWN


@dataclass(slots=True)
class Waiting:
    """A contact in the line: its open offers by agent, and who has passed it in this round."""

    entry: Entry
    key: SortKey
    offers: dict[UUID, UUID] = field(default_factory=dict)
    passed: set[UUID] = field(default_factory=set)
    told_nobody_free: bool = False


@dataclass(slots=True)
class AgentRow:
    """What was told of an agent last; ``offer`` is the open one."""

    available: bool = False
    why_not: str = UNKNOWN
    idle_since: datetime | None = None
    offer: Offer | None = None
    queues: set[UUID] = field(default_factory=set)

    @property
    def free(self) -> bool:
        return self.available and self.offer is None

    @property
    def word(self) -> str:
        """``free``, ``offered_already``, or why not."""
        if self.offer is not None:
            return OFFERED_ALREADY
        return FREE if self.available else self.why_not


class QueueState:
    """One queue: its line (all), the open part of it (offered to nobody), and its members by word.

    ``closed``: removed from the set-up; it serves those whom it holds and takes nobody new.
    """

    __slots__ = ("closed", "counts", "line", "members", "open", "ringing", "spec", "strategy", "words")

    def __init__(self, spec: QueueSpec) -> None:
        self.spec = spec
        self.closed = False
        self.members: dict[UUID, Member] = {member.agent: member for member in spec.members}
        self.strategy: Strategy = STRATEGIES[spec.strategy]()
        self.line: Ordered[UUID] = Ordered()
        self.open: Ordered[UUID] = Ordered()
        self.ringing: Ordered[UUID] = Ordered()
        self.words: dict[UUID, str] = {}
        self.counts: Counter[str] = Counter()

    def respecify(self, spec: QueueSpec) -> None:
        """Takes a changed set-up; members are to be told of anew with :meth:`tell`."""
        same = spec.strategy is self.spec.strategy
        for agent in self.members:
            self.strategy.busy(agent)
        self.spec = spec
        self.closed = False
        self.members = {member.agent: member for member in spec.members}
        if not same:
            self.strategy = STRATEGIES[spec.strategy]()
        self.words.clear()
        self.counts.clear()

    def tell(self, agent: UUID, row: AgentRow, now: datetime) -> None:
        """Brings a member's word and place up to date."""
        old, word = self.words.get(agent), row.word
        if old != word:
            if old is not None:
                self.counts[old] -= 1
                if not self.counts[old]:
                    del self.counts[old]
            self.counts[word] += 1
            self.words[agent] = word
        if row.free:
            self.strategy.free(agent, self.members[agent].order, row.idle_since or now)
        else:
            self.strategy.busy(agent)

    def show(self, item: Waiting) -> None:
        """Puts the contact among the open or the ringing ones, by its offers."""
        contact = item.entry.contact
        self.line.add(contact, item.key)
        if item.offers:
            self.open.discard(contact)
            self.ringing.add(contact, item.key)
        else:
            self.ringing.discard(contact)
            self.open.add(contact, item.key)

    def hide(self, contact: UUID) -> None:
        """The contact is not in this queue any more."""
        for part in (self.line, self.open, self.ringing):
            part.discard(contact)

    def candidates(self, item: Waiting) -> tuple[list[UUID], bool]:
        """Whom to offer it: all free ones or the best; those who passed it only where nobody else is free.

        The second value says that a new round begins. O(1 + members who passed it).
        """
        fresh: list[UUID] = []
        for agent in self.strategy.ranked():
            if agent not in item.passed:
                fresh.append(agent)
                if not self.strategy.everybody:
                    break
        if fresh or not len(self.strategy):
            return fresh, False
        again = list(self.strategy.ranked()) if self.strategy.everybody else [next(self.strategy.ranked())]
        return again, True
