"""The automatic contact distribution: who gets whom, when, and why. Pure, in memory, deterministic.

Media-neutral: it knows contacts, agents and offers, no calls. It has no clock (``now`` comes with
each stimulus), makes no I/O, and answers each stimulus with the list of what is to be done.

Rules, in this order:

1. *In a queue*: higher priority first, then who has waited longer. A contact keeps its place while
   it is offered and after an offer failed.
2. *Across queues* an agent takes, among the first of each queue, the highest priority, then the
   longest weighted wait: seconds waited × the queue's weight.
3. *One offer* per agent at a time. ``ring_all`` offers a contact to all free members; a member who
   becomes free takes a contact that is offered to nobody first, else joins one that rings.
4. *Passing on*: who declined or missed a contact gets it again only when no other member is free;
   then a new round begins. Such an agent takes other contacts before this one.
5. *Leases*: an offer ends by itself at ``expires_at``, whatever else is heard or lost.
6. After the end of an offer the core takes the agent for unavailable (``offer_ended``) until
   :meth:`Acd.set_agent` tells of them again: it never guesses what an agent does next.

From 3 and 4 follows: no contact is without an offer while a member of its queue is free.

A stimulus for an offer or contact that is gone returns ``[]``: doubled and late ones are harmless.

Cost of a stimulus: O(q log n), q the queues of the agent concerned, n the members or contacts of a
queue; plus one step for each open contact that this agent has passed. ``ring_all`` adds the offers
that it makes, reasons add the members of queues of up to 32.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from types import MappingProxyType
from uuid import UUID

from yingda.kit.ids import new_id
from yingda.routing.errors import QueueNotFound
from yingda.routing.explain import explain, nobody_free, why
from yingda.routing.spec import Entry, Explanation, Noted, Offer, Offered, Output, QueueSpec, Withdrawn
from yingda.routing.state import AgentRow, QueueState, Waiting
from yingda.routing.terms import OFFER_ENDED, DeclineWhy, NoteKind, WithdrawnWhy


class Acd:
    """The queues of one tenant."""

    def __init__(self, new_offer_id: Callable[[], UUID] = new_id) -> None:
        self._new_id = new_offer_id
        self._queues: dict[UUID, QueueState] = {}
        self._agents: dict[UUID, AgentRow] = {}
        self._waiting: dict[UUID, Waiting] = {}
        self._entries: dict[UUID, Entry] = {}
        self._offers: dict[UUID, Offer] = {}
        self._leases: list[tuple[datetime, UUID]] = []
        self._arrivals = 0

    # ---- stimuli

    def configure(self, queues: Iterable[QueueSpec], now: datetime) -> list[Output]:
        """Sets all queues. Open offers go on; a removed queue serves those whom it holds, then goes."""
        specs = {spec.id: spec for spec in queues}
        for gone in self._queues.keys() - specs.keys():
            self._queues[gone].closed = True
        for spec in specs.values():
            known = self._queues.get(spec.id)
            if known is None:
                self._queues[spec.id] = QueueState(spec)
            elif known.spec == spec:
                known.closed = False
                continue
            else:
                for agent in known.members:
                    self._agents[agent].queues.discard(spec.id)
                known.respecify(spec)
            self._join(self._queues[spec.id], now)
        for queue_id in list(self._queues):
            self._drop_if_done(queue_id)
        out: list[Output] = []
        free = [(row.idle_since or now, agent) for agent, row in self._agents.items() if row.free]
        for _, agent in sorted(free):
            self._place_agent(agent, self._agents[agent], now, out)
        return out

    def set_agent(
        self, agent: UUID, available: bool, why_not: str, idle_since: datetime | None, now: datetime
    ) -> list[Output]:
        """Tells whether the agent may be offered a contact: ready and with a device that can be reached.

        ``why_not`` is the word for the log where not (a state, ``no_device`` …). An open offer is not
        touched: its end is told by ``declined``, ``accepted`` or ``leave``. May be told at any time.
        """
        row = self._agents.setdefault(agent, AgentRow())
        row.available, row.why_not = available, "" if available else why_not
        row.idle_since = (idle_since or now) if available else None
        self._tell(agent, row, now)
        out: list[Output] = []
        self._place_agent(agent, row, now, out)
        return out

    def enqueue(self, entry: Entry, now: datetime) -> list[Output]:
        """A contact begins to wait; told again it stays as it is, in another queue it changes over.

        Raises :class:`QueueNotFound`.
        """
        known = self._waiting.get(entry.contact)
        if known is not None and known.entry.queue == entry.queue:
            return []
        queue = self._queues.get(entry.queue)
        if queue is None or queue.closed:
            raise QueueNotFound(queue=str(entry.queue))
        out = self.leave(entry.contact, now, "moved") if known else []
        item = self._add(entry, queue)
        place = queue.line.rank(entry.contact)
        data = {"queue": queue.spec.name, "position": (place or 0) + 1, "priority": entry.priority}
        out.append(Noted(entry.contact, now, NoteKind.QUEUED, data))
        self._place_entry(item, now, out)
        return out

    def leave(self, contact: UUID, now: datetime, why: str) -> list[Output]:
        """The contact does not wait any more (hung up, overflowed …); its offers are withdrawn."""
        item = self._waiting.get(contact)
        if item is None:
            return []
        out: list[Output] = [Noted(contact, now, NoteKind.LEFT, {"why": why, "waited_s": _waited(item.entry, now)})]
        self._withdraw_all(item, WithdrawnWhy.CONTACT_LEFT, now, out)
        self._remove(item)
        return out

    def accepted(self, offer_id: UUID, now: datetime) -> list[Output]:
        """The agent has answered: the contact is theirs, other offers of it are withdrawn.

        ``[]`` means that the offer is gone: the contact must not be given to this agent.
        """
        offer = self._offers.get(offer_id)
        if offer is None:
            return []
        item = self._waiting[offer.contact]
        self._end(offer, now)
        data = {"agent": str(offer.agent), "offer": str(offer.id), "waited_s": _waited(item.entry, now)}
        out: list[Output] = [Noted(offer.contact, now, NoteKind.ACCEPTED, data)]
        self._withdraw_all(item, WithdrawnWhy.ANSWERED_ELSEWHERE, now, out)
        self._remove(item)
        return out

    def declined(self, offer_id: UUID, now: datetime, why: DeclineWhy) -> list[Output]:
        """The agent did not take it; the contact goes on to the next, in its place. No ``Withdrawn`` comes."""
        offer = self._offers.get(offer_id)
        out: list[Output] = []
        if offer is not None:
            self._decline(offer, now, why.value, out)
        return out

    def due(self, now: datetime) -> list[Output]:
        """Ends the offers whose lease is over, as not answered, each told by a ``Withdrawn``."""
        out: list[Output] = []
        while self._leases and self._leases[0][0] <= now:
            offer = self._offers.get(heappop(self._leases)[1])
            if offer is None:
                continue
            out.append(Withdrawn(offer.id, offer.contact, offer.agent, WithdrawnWhy.LEASE_EXPIRED))
            self._decline(offer, now, WithdrawnWhy.LEASE_EXPIRED.value, out)
        return out

    def restore(self, entry: Entry, offers: Sequence[Offer], now: datetime) -> list[Output]:
        """Takes over a contact and its open offers after a restart, with its old place.

        To be called after ``configure`` and before agents are told of, so that the order holds.
        An offer to an agent who has one already is withdrawn. Raises :class:`QueueNotFound`.
        """
        queue = self._queues.get(entry.queue)
        if queue is None:
            raise QueueNotFound(queue=str(entry.queue))
        if entry.contact in self._waiting:
            return []
        item = self._add(entry, queue)
        out: list[Output] = [
            Noted(entry.contact, now, NoteKind.RESTORED, {"queue": queue.spec.name, "offers": len(offers)})
        ]
        for offer in offers:
            if offer.id in self._offers or self._agents.setdefault(offer.agent, AgentRow()).offer is not None:
                out.append(Withdrawn(offer.id, offer.contact, offer.agent, WithdrawnWhy.DOUBLED))
            else:
                self._hold(offer, item, now)
        queue.show(item)
        if not item.offers:
            self._place_entry(item, now, out)
        return out

    # ---- questions

    def next_due(self) -> datetime | None:
        """When :meth:`due` has something to do next."""
        while self._leases and self._leases[0][1] not in self._offers:
            heappop(self._leases)
        return self._leases[0][0] if self._leases else None

    def position(self, contact: UUID) -> int | None:
        """The place in its line from 1 (contacts that ring count), None where it does not wait."""
        item = self._waiting.get(contact)
        rank = self._queues[item.entry.queue].line.rank(contact) if item else None
        return None if rank is None else rank + 1

    def waiting(self, queue: UUID) -> list[UUID]:
        """The contacts of a queue in their order, those that ring among them."""
        state = self._queues.get(queue)
        return list(state.line) if state else []

    def longest_since(self, queue: UUID) -> datetime | None:
        """Since when the one who is to be served next has waited, None where the line is empty."""
        state = self._queues.get(queue)
        first = state.line.first() if state else None
        return None if first is None else self._entries[first].since

    def entries(self) -> Mapping[UUID, Entry]:
        """All waiting contacts, by contact; a live view."""
        return MappingProxyType(self._entries)

    def offers(self) -> Mapping[UUID, Offer]:
        """All open offers, by offer id; a live view."""
        return MappingProxyType(self._offers)

    def offer_of(self, agent: UUID) -> Offer | None:
        """The agent's open offer."""
        row = self._agents.get(agent)
        return row.offer if row else None

    def queues(self) -> Mapping[UUID, QueueState]:
        """The queues' inner state, for invariants and explanations; to be read only."""
        return MappingProxyType(self._queues)

    def agents(self) -> Mapping[UUID, AgentRow]:
        """What was told of the agents, for invariants and explanations; to be read only."""
        return MappingProxyType(self._agents)

    def explain(self, agent: UUID, now: datetime) -> Explanation:
        """Why the agent gets contacts, or does not."""
        return explain(agent, self._agents.get(agent), self._queues, now)

    # ---- inside: matching

    def _place_entry(self, item: Waiting, now: datetime, out: list[Output]) -> None:
        """Offers an open contact, or notes that nobody is free (once, until it is offered)."""
        queue = self._queues[item.entry.queue]
        agents, again = queue.candidates(item)
        if not agents:
            if not item.told_nobody_free:
                item.told_nobody_free = True
                out.append(nobody_free(item, queue, now))
            return
        self._offer(item, queue, agents, again, now, out)

    def _place_agent(self, agent: UUID, row: AgentRow, now: datetime, out: list[Output]) -> None:
        """Gives a free agent the contact that is due to them, if any."""
        if not row.free:
            return
        found = self._best(agent, row, now)
        if found is not None:
            item, again = found
            self._offer(item, self._queues[item.entry.queue], [agent], again, now, out)

    def _best(self, agent: UUID, row: AgentRow, now: datetime) -> tuple[Waiting, bool] | None:
        """Open and not passed, before open and passed, before ringing for all; each by rules 1 and 2."""
        fresh: list[Waiting] = []
        passed: list[Waiting] = []
        joins: list[Waiting] = []
        for queue_id in row.queues:
            queue = self._queues[queue_id]
            self._first(queue.open, agent, fresh, passed)
            if queue.strategy.everybody:
                self._first(queue.ringing, agent, joins, None)
        for found, again in ((fresh, False), (passed, True), (joins, False)):
            if found:
                return max(found, key=lambda item: self._claim(item, now)), again
        return None

    def _first(self, part: Iterable[UUID], agent: UUID, fresh: list[Waiting], passed: list[Waiting] | None) -> None:
        """Adds the first contact that the agent has not passed, and the first that they have."""
        skipped: Waiting | None = None
        for contact in part:
            item = self._waiting[contact]
            if agent not in item.passed:
                fresh.append(item)
                return
            skipped = skipped or item
        if skipped is not None and passed is not None:
            passed.append(skipped)

    def _claim(self, item: Waiting, now: datetime) -> tuple[int, float, float, int]:
        """Rule 2, larger first; equal claims go to who came first."""
        entry = item.entry
        weight = self._queues[entry.queue].spec.weight
        wait = (now - entry.since).total_seconds()
        return entry.priority, wait * weight, wait, -int(item.key[2])

    def _offer(
        self, item: Waiting, queue: QueueState, agents: Sequence[UUID], again: bool, now: datetime, out: list[Output]
    ) -> None:
        """Makes the offers; reasons are given from the state before."""
        spec, entry = queue.spec, item.entry
        reasons = [why(agent, item, queue, self._agents, again, now) for agent in agents]
        if again:
            item.passed.clear()
        item.told_nobody_free = False
        expires_at = now + timedelta(seconds=spec.ring_s + spec.lease_margin_s)
        for agent, reason in zip(agents, reasons, strict=True):
            offer = Offer(self._new_id(), entry.contact, agent, spec.id, expires_at, now)
            self._hold(offer, item, now)
            queue.strategy.chosen(agent, queue.members[agent].order)
            out.append(Offered(offer.id, entry.contact, agent, spec.id, expires_at, reason))
            data = {"agent": str(agent), "offer": str(offer.id), "queue": spec.name, **reason.to_dict()}
            out.append(Noted(entry.contact, now, NoteKind.OFFERED, data))
        queue.show(item)

    # ---- inside: bookkeeping

    def _join(self, queue: QueueState, now: datetime) -> None:
        for agent in queue.members:
            row = self._agents.setdefault(agent, AgentRow())
            row.queues.add(queue.spec.id)
            queue.tell(agent, row, now)

    def _tell(self, agent: UUID, row: AgentRow, now: datetime) -> None:
        for queue_id in row.queues:
            self._queues[queue_id].tell(agent, row, now)

    def _add(self, entry: Entry, queue: QueueState) -> Waiting:
        self._arrivals += 1
        item = Waiting(entry, (-entry.priority, entry.since, self._arrivals))
        self._waiting[entry.contact] = item
        self._entries[entry.contact] = entry
        queue.show(item)
        return item

    def _remove(self, item: Waiting) -> None:
        contact, queue_id = item.entry.contact, item.entry.queue
        self._queues[queue_id].hide(contact)
        del self._waiting[contact], self._entries[contact]
        self._drop_if_done(queue_id)

    def _drop_if_done(self, queue_id: UUID) -> None:
        queue = self._queues[queue_id]
        if queue.closed and not len(queue.line):
            for agent in queue.members:
                self._agents[agent].queues.discard(queue_id)
            del self._queues[queue_id]

    def _hold(self, offer: Offer, item: Waiting, now: datetime) -> None:
        row = self._agents[offer.agent]
        row.offer = offer
        self._offers[offer.id] = offer
        item.offers[offer.agent] = offer.id
        heappush(self._leases, (offer.expires_at, offer.id))
        self._tell(offer.agent, row, now)

    def _end(self, offer: Offer, now: datetime) -> None:
        """Forgets an offer; the agent is unavailable until told of again."""
        del self._offers[offer.id]
        self._waiting[offer.contact].offers.pop(offer.agent, None)
        row = self._agents[offer.agent]
        row.offer, row.available, row.why_not, row.idle_since = None, False, OFFER_ENDED, None
        self._tell(offer.agent, row, now)
        if len(self._leases) > 64 + 2 * len(self._offers):
            self._leases = [lease for lease in self._leases if lease[1] in self._offers]
            heapify(self._leases)

    def _withdraw_all(self, item: Waiting, why_withdrawn: WithdrawnWhy, now: datetime, out: list[Output]) -> None:
        for offer_id in list(item.offers.values()):
            offer = self._offers[offer_id]
            self._end(offer, now)
            out.append(Withdrawn(offer.id, offer.contact, offer.agent, why_withdrawn))
            data = {"agent": str(offer.agent), "offer": str(offer.id), "why": why_withdrawn.value}
            out.append(Noted(offer.contact, now, NoteKind.WITHDRAWN, data))

    def _decline(self, offer: Offer, now: datetime, reason: str, out: list[Output]) -> None:
        item = self._waiting[offer.contact]
        self._end(offer, now)
        item.passed.add(offer.agent)
        rang = max(0.0, (now - offer.made_at).total_seconds())
        data = {"agent": str(offer.agent), "offer": str(offer.id), "why": reason, "rang_s": round(rang, 3)}
        out.append(Noted(offer.contact, now, NoteKind.DECLINED, data))
        self._queues[item.entry.queue].show(item)
        if not item.offers:
            self._place_entry(item, now, out)


def _waited(entry: Entry, now: datetime) -> float:
    return round(max(0.0, (now - entry.since).total_seconds()), 3)
