"""Facts on their way into the database: in batches, and never lost while it is away.

A fact stays in the journal until the transaction that holds it has been committed. Storing is
idempotent, so that a batch whose commit was not heard of is simply stored again.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from yingda.agents import StateChange
from yingda.interactions.codec import from_json, to_json
from yingda.interactions.records import DecisionRecord, InteractionRecord, Record, SegmentRecord
from yingda.kit.clock import Clock
from yingda.kit.errors import Unavailable
from yingda.kit.journal import Journal

log = structlog.get_logger()

Fact = Record | StateChange
Store = Callable[[UUID, list[Fact]], Awaitable[None]]
"""Stores facts of one tenant in one transaction."""

PREFIX = "fact:"
BATCH = 500
PAUSE_S = 0.1
LONGEST_PAUSE_S = 0.5
REST = 6
"""Storing is followed by a rest of so many times its length."""
RETRY_S = 1.0


class Writer:
    """Holds what is not stored yet, newest value per fact."""

    def __init__(self, journal: Journal, store: Store, clock: Clock) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._pending: dict[str, Fact] = {}
        self._wake = asyncio.Event()
        self.away = False
        for value in journal.under(PREFIX):
            fact = _read(value)
            self._pending[_key(fact)] = fact

    @property
    def pending(self) -> int:
        """How many facts wait."""
        return len(self._pending)

    def add(self, facts: Iterable[Fact]) -> dict[str, Any]:
        """Takes facts over; returns the entries that the caller has to write to the journal."""
        entries = {}
        for fact in facts:
            key = _key(fact)
            self._pending[key] = fact
            entries[key] = _dump(fact)
        if entries:
            self._wake.set()
        return entries

    async def run(self) -> None:
        """Stores for as long as the process lives."""
        self._wake.set()
        while True:
            await self._wake.wait()
            await asyncio.sleep(PAUSE_S)
            self._wake.clear()
            while self._pending:
                begun = time.monotonic()
                if not await self._store_batch():
                    await asyncio.sleep(RETRY_S)
                    continue
                if self.pending < BATCH:
                    # The busier the database, the more changes of one call become one: newest value per fact.
                    await asyncio.sleep(min(LONGEST_PAUSE_S, REST * (time.monotonic() - begun)))

    async def _store_batch(self) -> bool:
        batch = dict(list(self._pending.items())[:BATCH])
        by_tenant: dict[UUID, list[Fact]] = defaultdict(list)
        for fact in batch.values():
            by_tenant[fact.tenant_id].append(fact)
        for tenant, facts in by_tenant.items():
            try:
                await self._store_facts(tenant, facts)
            except (SQLAlchemyError, OSError, TimeoutError, Unavailable) as error:
                if not _is_away(error):
                    raise
                if not self.away:
                    log.warning("database away, facts wait on disk", pending=self.pending, error=str(error))
                self.away = True
                return False
            self._done(facts, batch)
        if self.away:
            log.info("database back", stored=len(batch))
        self.away = False
        return True

    async def _store_facts(self, tenant: UUID, facts: list[Fact]) -> None:
        try:
            await self._store(tenant, facts)
        except DBAPIError as error:
            if _is_away(error):
                raise
            log.error("a fact cannot be stored", error=str(error), tenant=str(tenant))
            await self._store_singly(tenant, facts)

    async def _store_singly(self, tenant: UUID, facts: list[Fact]) -> None:
        """One bad fact must not hold the others up; it is logged whole and given up."""
        for fact in facts:
            try:
                await self._store(tenant, [fact])
            except DBAPIError as error:
                if _is_away(error):
                    raise
                log.error("fact refused by the database", fact=_dump(fact), error=str(error))

    def _done(self, facts: list[Fact], batch: dict[str, Fact]) -> None:
        done = [key for fact in facts if self._pending.get(key := _key(fact)) is batch.get(key)]
        for key in done:
            del self._pending[key]
        self._journal.drop(*done)


def _is_away(error: Exception) -> bool:
    """Whether it is the database that is out of reach, and not the fact that is bad."""
    if isinstance(error, OperationalError | PoolTimeout | OSError | Unavailable):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _key(fact: Fact) -> str:
    match fact:
        case InteractionRecord(id=id_):
            return f"{PREFIX}i:{id_}"
        case SegmentRecord(id=id_):
            return f"{PREFIX}s:{id_}"
        case DecisionRecord(interaction_id=id_, seq=seq):
            return f"{PREFIX}d:{id_}:{seq}"
        case StateChange(id=id_):
            return f"{PREFIX}a:{id_}"


def _dump(fact: Fact) -> dict[str, Any]:
    return {"type": type(fact).__name__, "value": to_json(fact)}


_RECORDS: dict[str, type[Record]] = {kind.__name__: kind for kind in (InteractionRecord, SegmentRecord, DecisionRecord)}


def _read(entry: dict[str, Any]) -> Fact:
    kind, value = entry["type"], entry["value"]
    return from_json(StateChange, value) if kind == StateChange.__name__ else _RECORDS[kind].from_dict(value)
