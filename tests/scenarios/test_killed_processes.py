"""Processes that die, or stand still, in the midst of calls: people go on talking, callers keep their place."""

import asyncio
import itertools
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from tests.phones import tones
from tests.phones.baresip import Softphone
from tests.scenarios.system import Json, System, wait_until

pytestmark = pytest.mark.scenario

CUSTOMER_HZ = 440.0
AGENT_HZ = 700.0
BACK_WITHIN_S = 6.0  # 3 s are meant; a machine that does much else gets twice that
TALKER, RINGER, WAITER, LISTENER = "01", "02", "03", "04"  # the ends of the callers' numbers


@dataclass(frozen=True, slots=True)
class Scene:
    """Four customers: one talks to agent4, one rings at agent1, one waits behind them, one hears the welcome."""

    agent: Softphone
    ringing: Softphone
    talker: Softphone
    ringer: Softphone
    waiter: Softphone
    listener: Softphone


@asynccontextmanager
async def four_calls(system: System, number: str) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        agent = await enter(system.working("agent4", AGENT_HZ))
        ringing = await enter(system.working("agent1", auto_answer=False))
        talker = await enter(system.caller(number + TALKER, "2", tone=CUSTOMER_HZ))
        ringer = await enter(system.caller(number + RINGER, "1", tone=CUSTOMER_HZ))
        await system.contact_at(number + TALKER, "talking")
        await system.contact_at(number + RINGER, "ringing")
        waiter = await enter(system.caller(number + WAITER, "1"))
        await system.contact_at(number + WAITER, "waiting")
        listener = await enter(system.caller(number + LISTENER))
        await system.contact_at(number + LISTENER, "flow")
        yield Scene(agent, ringing, talker, ringer, waiter, listener)


def longest_gap(stretches: list[tones.Stretch]) -> float:
    """The longest pause between two stretches."""
    return max((after.start - before.end for before, after in itertools.pairwise(stretches)), default=0)


def talked_without_a_gap(heard: Path, hz: float, at_least_s: float) -> None:
    found = tones.timeline(heard, 0, hz)
    assert sum(stretch.length for stretch in found) > at_least_s, found
    assert longest_gap(found) < 1, found


def seconds(item: Json, since: str, until: str) -> float:
    return (datetime.fromisoformat(item[until]) - datetime.fromisoformat(item[since])).total_seconds()


@pytest.mark.parametrize("name", ["switch", "web", "worker"])
async def test_a_killed_process_is_not_noticed_on_the_phones(
    system: System, name: str, record_property: Callable[[str, object], None]
) -> None:
    number = {"switch": "139111101", "web": "139111102", "worker": "139111103"}[name]
    async with four_calls(system, number) as scene:
        talking_since = time.time()
        former = await system.kill(name)
        took = await system.back(name, former)
        record_property("back_s", round(took, 2))
        print(f"{name} is back after {took:.1f} s")
        waiting = await system.contact_at(number + WAITER, "waiting")
        await system.contact_at(number + TALKER, "talking")
        await system.contact_at(number + RINGER, "ringing")

        await scene.listener.press("2")
        queued = await system.contact_at(number + LISTENER, "waiting")
        await scene.ringing.answer()
        answered = await system.contact_at(number + RINGER, "talking")
        await asyncio.sleep(5)  # who leaves a queue within 5 s counts as a short abandon
        for phone in (scene.talker, scene.ringer, scene.waiter, scene.listener):
            await phone.hang_up()
        hung_up = time.time()
        items = {who: await system.interaction_of(number + who) for who in (TALKER, RINGER, WAITER, LISTENER)}
        states = [await system.agent_in(who, "wrap_up", limit_s=5) for who in ("agent1", "agent4")]
        wav = await system.recording(items[TALKER]["id"])
    assert took < BACK_WITHIN_S
    assert (waiting["position"], queued["position"]) == (2, 1)
    assert answered["agent"] == states[0]["id"]
    assert [state["contact"] for state in states] == [items[RINGER]["id"], items[TALKER]["id"]]
    outcomes = {who: (item["outcome"], item["queue"], item["agent"]) for who, item in items.items()}
    assert outcomes == {
        TALKER: ("answered", "service", "agent4"),
        RINGER: ("answered", "sales", "agent1"),
        WAITER: ("abandoned_in_queue", "sales", None),
        LISTENER: ("abandoned_in_queue", "service", None),
    }
    talked = hung_up - talking_since
    for item in items.values():
        assert abs(datetime.fromisoformat(item["ended_at"]).timestamp() - hung_up) < 3, item
    assert abs(seconds(items[TALKER], "answered_at", "ended_at") - talked) < 8
    talked_without_a_gap(scene.agent.heard, CUSTOMER_HZ, talked - 2)
    talked_without_a_gap(scene.talker.heard, AGENT_HZ, talked - 2)
    assert longest_gap(tones.sound(scene.waiter.heard, 0)) < 1.5, "the music stopped"
    for channel, hz in enumerate((CUSTOMER_HZ, AGENT_HZ)):
        found = tones.timeline(wav, channel, hz)
        assert sum(stretch.length for stretch in found) > talked - 2, found
        assert longest_gap(found) < 1
    assert tones.share(wav, 0, AGENT_HZ) == 0


async def test_the_switch_process_stands_still(system: System) -> None:
    late = "13911110012"
    async with system.working("agent4", AGENT_HZ), system.caller("13911110011", "2", tone=CUSTOMER_HZ) as customer:
        await system.contact_at("13911110011", "talking")
        pid = await system.pid("switch")
        os.kill(pid, signal.SIGSTOP)
        stopped = time.time()
        try:
            await asyncio.sleep(1)
            await customer.hang_up()
            arriving = asyncio.create_task(arrive_late(system, late))
            await asyncio.sleep(3)
        finally:
            os.kill(pid, signal.SIGCONT)
        item = await system.interaction_of("13911110011")
        state = await system.agent_in("agent4", "wrap_up", "talking", "ringing")
        await (await system.api("agent4")).post("/agents/me/wrap-up", json={"action": "finish"})
        await arriving
        other = await system.interaction_of(late)
    assert (item["outcome"], item["ended_by"]) == ("answered", "customer")
    assert abs(datetime.fromisoformat(item["ended_at"]).timestamp() - stopped - 1) < 4
    assert state["state"] == "wrap_up"
    assert (other["outcome"], other["agent"]) == ("answered", "agent4")


async def arrive_late(system: System, caller: str) -> None:
    """A call that begins while nobody decides: it is served when they are back."""
    async with system.caller(caller, "2", after_s=7) as customer:
        await system.contact_at(caller, "talking")
        await customer.hang_up()


async def test_asterisk_stands_still_for_two_seconds(system: System) -> None:
    caller = "13911110021"
    async with system.working("agent4", AGENT_HZ) as agent, system.caller(caller, "2", tone=CUSTOMER_HZ) as customer:
        talking = await system.contact_at(caller, "talking")
        pid = await system.pid("asterisk")
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(2)
        os.kill(pid, signal.SIGCONT)
        await asyncio.sleep(4)
        still = await system.contact_at(caller, "talking")
        await customer.hang_up()
        item = await system.interaction_of(caller)
        await system.agent_in("agent4", "wrap_up")
    assert talking["id"] == still["id"] == item["id"]
    assert (item["outcome"], item["ended_by"], item["agent"]) == ("answered", "customer", "agent4")
    assert tones.timeline(agent.heard, 0, CUSTOMER_HZ)[-1].length > 3
    assert tones.timeline(customer.heard, 0, AGENT_HZ)[-1].length > 3


async def test_postgresql_dies_in_a_call(system: System) -> None:
    caller, newcomer = "13911110031", "13911110032"
    async with system.working("agent4", AGENT_HZ) as agent, system.caller(caller, "2", tone=CUSTOMER_HZ) as customer:
        talking = await system.contact_at(caller, "talking")
        client = await system.api("agent4")
        former = await system.kill("postgres")
        answer = await client.post(f"/calls/{talking['id']}/hangup")
        await customer.wait("CALL_CLOSED", limit_s=3)
        ready = await client.put("/agents/me/state", json={"state": "ready"})
        so_far = len(agent.history)
        async with system.caller(newcomer, "2"):
            await agent.wait("CALL_ESTABLISHED", since=so_far, limit_s=15)
            took = await system.back("postgres", former)
            print(f"postgres is back after {took:.1f} s")
            await asyncio.sleep(1)
        item, other = await system.interaction_of(caller), await system.interaction_of(newcomer)
        wav = await system.recording(item["id"])
    assert (answer.status_code, ready.status_code) == (httpx.codes.NO_CONTENT, httpx.codes.OK)
    assert (item["outcome"], item["ended_by"], item["agent"]) == ("answered", "agent", "agent4")
    assert (other["outcome"], other["agent"]) == ("answered", "agent4")
    assert took < BACK_WITHIN_S
    assert tones.share(wav, 0, CUSTOMER_HZ) > 0.5


async def test_asterisk_dies_and_calls_are_possible_again(system: System) -> None:
    talker, waiter, again = "13911110041", "13911110042", "13911110043"
    async with system.working("agent4", AGENT_HZ) as agent:
        async with system.caller(talker, "2") as customer, system.caller(waiter, "1"):
            await system.contact_at(talker, "talking")
            await system.contact_at(waiter, "waiting")
            former = await system.kill("asterisk")
            killed = time.monotonic()
            took = await system.back("asterisk", former)
            items = [await system.interaction_of(who) for who in (talker, waiter)]
            causes = [(await system.get(f"/interactions/{item['id']}"))["cause"] for item in items]
            await agent.hang_up()
            await customer.hang_up()
        await system.agent_in("agent4", "wrap_up", "ready", "not_ready")
        await system.set_state("agent4", "ready")
        await call_until_connected(system, again)
        works_after = time.monotonic() - killed
        print(f"asterisk is back after {took:.1f} s; a new call is heard after {works_after:.1f} s")
        new = await system.interaction_of(again)
    assert [item["outcome"] for item in items] == ["failed", "failed"]
    assert all(causes), causes
    assert took < 10
    assert works_after < 10, "with the way through the flow and two looks at the history"
    assert (new["outcome"], new["agent"]) == ("answered", "agent4")


async def call_until_connected(system: System, caller: str) -> None:
    """A customer who tries again until an agent answers."""

    async def connected() -> bool:
        async with system.caller(caller, "2") as customer:
            try:
                await system.contact_at(caller, "talking", limit_s=8)
            except AssertionError:
                return False
            await customer.hang_up()
            return True

    await wait_until(connected, 20, "a call after the death of Asterisk")
