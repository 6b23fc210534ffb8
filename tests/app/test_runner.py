"""The loop of the switch process with a switch in memory: from the event to the fact."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.app.patience import until
from tests.channels.voice.setups import NUMBER, TENANT, TRUNK, name_id, queue, tenant
from tests.fakes.switch import FakeSwitch
from yingda.agents.terms import AgentState
from yingda.app.switching.commands import VERBS
from yingda.app.switching.perform import Performer
from yingda.app.switching.runner import Runner
from yingda.app.switching.writer import Fact, Writer
from yingda.channels.voice.effects import Play
from yingda.channels.voice.exchange import Exchange
from yingda.channels.voice.floor import Floor
from yingda.interactions.records import InteractionRecord
from yingda.interactions.terms import Outcome
from yingda.kit.clock import SystemClock
from yingda.kit.errors import NotFound
from yingda.kit.ids import new_id
from yingda.kit.journal import Journal
from yingda.telephony.switch import LegGone, Phone, SwitchError

SETUP = tenant([queue("sales", "ab", wrap_up_s=0.2, announce_position=False)], "ab")


@dataclass
class Process:
    """What the switch process is made of, without database and Asterisk."""

    folder: Path
    switch: FakeSwitch
    records: dict[UUID, InteractionRecord]
    frames: list[dict[str, Any]] = field(default_factory=list)
    silent: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.speaks = asyncio.Event()
        self.speaks.set()
        self.journal = Journal(self.folder / "journal")
        clock = SystemClock()
        self.writer = Writer(self.journal, self.store, clock)
        self.runner = Runner(Exchange(new_id), self.switch, self.journal, self.writer, clock)
        self.runner.performer = Performer(self.switch, self.sounds, self.folder, self.runner.tell)
        self.runner.broadcast = self.frames.append

    async def store(self, _: UUID, facts: list[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, InteractionRecord):
                assert fact.id not in self.records or self.records[fact.id].revision < fact.revision
                self.records[fact.id] = fact

    async def sounds(self, _: UUID, prompts: Sequence[object]) -> list[Path]:
        await self.speaks.wait()
        if self.silent:
            raise self.silent.pop()
        return [Path(f"/sounds/{number}") for number, _ in enumerate(prompts)]

    async def hear(self) -> None:
        async for event in self.switch.events():
            self.runner.put(lambda now, event=event: self.runner.exchange.happened(event, now))  # type: ignore[misc]

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Process"]:
        self.runner.put(lambda _: self.runner.adopt(SETUP))
        work = (self.runner.run(), self.writer.run(), self.hear())
        tasks = [asyncio.create_task(one) for one in work]
        try:
            yield self
            assert not [task for task in tasks if task.done()], "a task of the process has died"
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.journal.close()

    @property
    def floor(self) -> Floor:
        return self.runner.exchange.floors[TENANT]

    async def command(self, verb: str, name: str, **args: Any) -> Any:
        given = {"agent": str(name_id(name)), "by": name, **args}
        return await self.runner.ask(TENANT, lambda floor, now: VERBS[verb](floor, given, now))

    async def ready(self, name: str) -> None:
        await until(lambda: TENANT in self.runner.exchange.floors)
        await self.command("agent.state", name, state="ready")

    async def queued(self) -> str:
        leg = self.switch.arrive(NUMBER)
        await until(lambda: self.switch.legs[leg].playback)
        self.switch.press(leg, "1")
        playback = self.switch.legs[leg].playback
        self.switch.finish_playback(playback or "")
        self.switch.press(leg, "1")
        await until(lambda: self.floor.call_of(leg) and self.floor.calls[self.floor.legs[leg]].queue)
        return leg


@pytest.fixture
def switch() -> FakeSwitch:
    made = FakeSwitch()
    for name in ("a-web", "b-web", TRUNK):
        made.phones[name] = Phone(name, "", True, "", "")
    made.come_back()
    return made


@pytest.fixture
def process(tmp_path: Path, switch: FakeSwitch) -> Process:
    return Process(tmp_path, switch, {})


async def test_a_call_from_the_ring_to_the_record(process: Process, switch: FakeSwitch) -> None:
    async with process.running():
        await process.ready("a")
        leg = await process.queued()
        await until(lambda: switch.asked("dial"))
        agent = switch.ringing("a-web")
        assert agent.headers["X-Yingda-Contact"]
        switch.ring(agent.id)
        switch.pick_up(agent.id)
        await until(lambda: switch.together(leg, agent.id))
        call = process.floor.legs[leg]
        await until(lambda: switch.legs[leg].recording)
        assert switch.legs[leg].recording == process.folder / f"{call}.raw"
        await process.command("call.hold", "a", call=str(call))
        await until(lambda: switch.legs[leg].music)
        await process.command("call.resume", "a", call=str(call))
        await until(lambda: switch.together(leg, agent.id))
        await process.command("call.hangup", "a", call=str(call))
        await until(lambda: not switch.legs)
        await until(lambda: not process.floor.calls)
        await until(lambda: not process.writer.pending)
        record = process.records[call]
        assert (record.outcome, record.agent_username, record.ended_by) == (Outcome.ANSWERED, "a", "agent")
        assert record.wrap_up_s > 0
        left = {key.partition(":")[0] for key in process.journal.values}
        assert left == {"agent", "tally"}
    await switch.close_connection()


async def test_a_phone_that_cannot_be_dialled_is_passed_over(process: Process, switch: FakeSwitch) -> None:
    switch.refuse_next("dial", SwitchError("no codec"))
    async with process.running():
        await process.ready("a")
        await process.ready("b")
        await process.queued()
        await until(lambda: len(switch.asked("dial")) == 2)
        assert switch.ringing("b-web")
        assert process.floor.presences[name_id("a")].misses == 1
    await switch.close_connection()


@pytest.mark.parametrize("error", [SwitchError("no such file"), LegGone("gone")])
async def test_a_prompt_that_cannot_be_played_does_not_stop_the_flow(
    process: Process, switch: FakeSwitch, error: Exception
) -> None:
    switch.refuse_next("play", error)
    async with process.running():
        switch.arrive(NUMBER)
        await until(lambda: len(switch.asked("play")) == 2)


async def test_a_prompt_that_cannot_be_made_does_not_stop_the_flow(process: Process, switch: FakeSwitch) -> None:
    process.silent = [RuntimeError("nobody foresaw this")]
    async with process.running():
        switch.arrive(NUMBER)
        await until(lambda: switch.asked("play"))


async def test_a_phone_rings_while_speech_for_the_caller_is_still_being_made(
    process: Process, switch: FakeSwitch
) -> None:
    async with process.running():
        leg = await process.queued()
        process.speaks.clear()
        call = process.floor.legs[leg]
        speech = Play(leg, "slow", (object(),))
        process.runner.tell(process.floor, lambda floor, _: floor.do(floor.calls[call], speech))
        await process.ready("a")
        await until(lambda: switch.asked("dial"))
        assert not [asked for asked in switch.asked("play") if asked[1] == "slow"]
        process.speaks.set()
        await until(lambda: [asked for asked in switch.asked("play") if asked[1] == "slow"])
    await switch.close_connection()


async def test_errors_of_commands_are_answered(process: Process) -> None:
    async with process.running():
        await process.ready("a")
        with pytest.raises(NotFound):
            await process.command("call.hold", "a", call=str(UUID(int=1)))
        with pytest.raises(KeyError):
            await process.command("agent.state", "a")
        assert (await process.command("agent.get", "a"))["state"] == AgentState.READY


async def test_a_process_that_was_killed_goes_on(process: Process, switch: FakeSwitch) -> None:
    async with process.running():
        await process.ready("a")
        leg = await process.queued()
        await until(lambda: switch.asked("dial"))
        agent = switch.ringing("a-web")
        switch.pick_up(agent.id)
        await until(lambda: switch.together(leg, agent.id))
        call = process.floor.legs[leg]
    switch.lose()
    second = Process(process.folder, switch, process.records)
    switch.come_back()
    async with second.running():
        await until(lambda: second.runner.exchange.connected)
        assert switch.together(leg, agent.id)
        switch.end(leg)
        await until(lambda: second.records.get(call) and second.records[call].outcome)
        assert second.records[call].outcome is Outcome.ANSWERED
        await until(lambda: not switch.legs)
    await switch.close_connection()


async def test_a_new_tenant_is_told_whole(process: Process) -> None:
    async with process.running():
        await process.ready("a")
        other = replace(SETUP, id=UUID(int=5), trunks={}, agents={}, numbers={})
        process.frames.clear()
        process.runner.put(lambda _: process.runner.adopt(other))
        await until(lambda: process.frames)
        assert (process.frames[0]["type"], process.frames[0]["tenant"]) == ("snapshot", str(other.id))


async def test_a_stimulus_or_a_timer_that_fails_stops_nobody(process: Process, switch: FakeSwitch) -> None:
    def fail(_: datetime) -> None:
        raise RuntimeError("nobody foresaw this")

    async with process.running():
        await process.ready("a")
        process.runner.put(fail)
        process.floor.deadlines.set("flow:nonsense", SystemClock().now())
        process.runner.tell(process.floor, lambda floor, now: None)
        await asyncio.sleep(0.1)
        leg = await process.queued()
        assert leg in switch.legs
    await switch.close_connection()
