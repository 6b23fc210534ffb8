"""Facts on their way into the database: none is lost, the newest wins, one bad one holds nobody up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tests.app.patience import until
from yingda.agents import StateChange
from yingda.agents.terms import AgentState
from yingda.app.switching import writer as module
from yingda.app.switching.writer import Fact, Writer
from yingda.interactions.records import DecisionRecord, InteractionRecord, SegmentRecord
from yingda.interactions.terms import Direction, OfferResult, SegmentKind
from yingda.kit.clock import SystemClock
from yingda.kit.errors import Unavailable
from yingda.kit.journal import Journal, read

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)
AWAY = OperationalError("SELECT 1", {}, Exception("server closed the connection"))


class Base:
    """Stands for the database: keeps what is stored, raises what it is told to."""

    def __init__(self) -> None:
        self.stored: list[tuple[UUID, list[Fact]]] = []
        self.errors: list[Exception | None] = []
        self.refused: Callable[[Fact], bool] = lambda _: False

    async def store(self, tenant: UUID, facts: list[Fact]) -> None:
        await asyncio.sleep(0)
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        if any(self.refused(fact) for fact in facts):
            raise DataError("INSERT", {}, Exception("bad"))
        self.stored.append((tenant, facts))

    @property
    def facts(self) -> list[Fact]:
        return [fact for _, facts in self.stored for fact in facts]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0.01)
    monkeypatch.setattr(module, "RETRY_S", 0.01)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal")
    yield made
    made.close()


@asynccontextmanager
async def writing(journal: Journal, base: Base) -> AsyncIterator[Writer]:
    writer = Writer(journal, base.store, SystemClock())
    task = asyncio.create_task(writer.run())
    try:
        yield writer
        assert not task.done(), "the writer has died"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def record(number: int, revision: int = 1, tenant: UUID = ONE) -> InteractionRecord:
    return InteractionRecord(UUID(int=number), tenant, revision, Direction.INBOUND, NOW)


def decision(seq: int, tenant: UUID = ONE) -> DecisionRecord:
    return DecisionRecord(tenant, UUID(int=9), seq, NOW, "arrived", {"n": seq})


def all_kinds() -> list[Fact]:
    segment = SegmentRecord(UUID(int=5), ONE, UUID(int=1), 1, SegmentKind.AGENT, NOW, result=OfferResult.ACCEPTED)
    change = StateChange(UUID(int=6), ONE, UUID(int=7), AgentState.READY, AgentState.BREAK, "午休", "a", NOW)
    return [record(1), segment, decision(1), change]


async def test_every_kind_of_fact_comes_back_from_the_journal(journal: Journal) -> None:
    first = Writer(journal, Base().store, SystemClock())
    journal.put(first.add(all_kinds()))
    journal.close()
    base = Base()
    reopened = Journal(journal.file)
    async with writing(reopened, base) as writer:
        assert writer.pending == 4
        await until(lambda: not writer.pending)
    assert base.facts == all_kinds()
    assert reopened.values == {}
    reopened.close()


async def test_batches_by_tenant(journal: Journal) -> None:
    base = Base()
    async with writing(journal, base) as writer:
        journal.put(writer.add([decision(seq, tenant) for seq in range(800) for tenant in (ONE,)]))
        journal.put(writer.add([record(3, tenant=TWO)]))
        await until(lambda: not writer.pending)
    assert [(tenant, len(facts)) for tenant, facts in base.stored] == [(ONE, 500), (ONE, 300), (TWO, 1)]
    assert journal.values == {}


@pytest.mark.parametrize(
    "error", [AWAY, OSError("no route"), TimeoutError(), PoolTimeout("pool"), Unavailable("queue away")]
)
async def test_facts_wait_while_the_database_is_away(journal: Journal, error: Exception) -> None:
    base = Base()
    base.errors = [error, error]
    async with writing(journal, base) as writer:
        journal.put(writer.add([record(1)]))
        await until(lambda: writer.away)
        assert len(list(read(journal.file))) == 1
        await until(lambda: not writer.pending)
        assert not writer.away
    assert base.facts == [record(1)]


async def test_the_newest_revision_is_stored(journal: Journal) -> None:
    base = Base()
    base.errors = [AWAY]
    async with writing(journal, base) as writer:
        journal.put(writer.add([record(1, 1)]))
        journal.put(writer.add([record(1, 2)]))
        await until(lambda: writer.away)
        journal.put(writer.add([record(1, 3)]))
        await until(lambda: not writer.pending)
    assert base.facts == [record(1, 3)]


async def test_what_changes_while_it_is_being_stored_is_stored_again(journal: Journal) -> None:
    base = Base()
    gate = asyncio.Event()
    inner = base.store

    async def slow(tenant: UUID, facts: list[Fact]) -> None:
        await gate.wait()
        await inner(tenant, facts)

    base.store = slow  # type: ignore[method-assign]
    async with writing(journal, base) as writer:
        journal.put(writer.add([record(1, 1)]))
        await asyncio.sleep(0.05)
        journal.put(writer.add([record(1, 2)]))
        gate.set()
        await until(lambda: not writer.pending)
    assert base.facts == [record(1, 1), record(1, 2)]
    assert journal.values == {}


async def test_one_bad_fact_is_given_up_alone(journal: Journal) -> None:
    base = Base()
    base.refused = lambda fact: isinstance(fact, DecisionRecord) and fact.seq == 2
    async with writing(journal, base) as writer:
        journal.put(writer.add([decision(seq) for seq in range(5)]))
        await until(lambda: not writer.pending)
    assert [fact.seq for fact in base.facts if isinstance(fact, DecisionRecord)] == [0, 1, 3, 4]


async def test_the_database_goes_away_while_facts_are_stored_one_by_one(journal: Journal) -> None:
    base = Base()
    base.refused = lambda fact: isinstance(fact, DecisionRecord) and fact.seq == 2
    base.errors = [None, None, AWAY]
    async with writing(journal, base) as writer:
        journal.put(writer.add([decision(seq) for seq in range(5)]))
        await until(lambda: not writer.pending)
    assert {fact.seq for fact in base.facts if isinstance(fact, DecisionRecord)} == {0, 1, 3, 4}


async def test_a_closed_connection_is_no_bad_fact(journal: Journal) -> None:
    base = Base()
    closed = InterfaceError("INSERT", {}, Exception("the connection is closed"), connection_invalidated=True)
    base.errors = [closed, closed]
    async with writing(journal, base) as writer:
        journal.put(writer.add([record(1)]))
        await until(lambda: not writer.pending)
    assert base.facts == [record(1)]
