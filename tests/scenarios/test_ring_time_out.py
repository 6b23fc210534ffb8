"""Agents who do not answer, and the two other strategies, with real phones."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime

import pytest
from tests.phones import tones
from tests.phones.baresip import Softphone
from tests.scenarios.system import System

pytestmark = pytest.mark.scenario

RING_S = 3


def rings(phone: Softphone) -> list[float]:
    """When the phone rang."""
    return [event.at for event in phone.history if event.kind == "CALL_INCOMING"]


async def test_who_does_not_answer_is_passed_over_and_after_three_misses_not_ready(system: System) -> None:
    caller = "13900002001"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(system.queue_set("service", ring_s=RING_S, max_misses=3))
        deaf = await stack.enter_async_context(system.working("agent4", auto_answer=False))
        customer = await stack.enter_async_context(system.caller(caller, "2"))
        await deaf.wait("CALL_INCOMING", limit_s=15)
        gone = await system.agent_in("agent4", "not_ready", limit_s=3 * RING_S + 8)
        still = await system.contact_at(caller, "waiting")
        other = await stack.enter_async_context(system.working("agent5"))
        await other.wait("CALL_ESTABLISHED")
        await asyncio.sleep(1)
        await customer.hang_up()
        item = await system.interaction_of(caller)
        segments = (await system.get(f"/interactions/{item['id']}"))["segments"]
        await system.set_state("agent4", "ready")
        again = await system.agent_in("agent4", "ready")
    assert gone["reason"] == "missed_calls"
    assert len(rings(deaf)) == 3
    assert still["agent"] is None
    assert (item["outcome"], item["agent"]) == ("answered", "agent5")
    results = [segment["result"] for segment in segments if segment["kind"] == "agent"]
    assert results == ["no_answer"] * 3 + ["accepted"]
    for segment in segments:
        if segment["result"] == "no_answer":
            rang = datetime.fromisoformat(segment["ended_at"]) - datetime.fromisoformat(segment["ring_at"])
            assert RING_S - 0.5 < rang.total_seconds() < RING_S + 2
    assert again["misses"] == 0


async def test_ring_all_rings_at_everybody_and_stops_at_the_first_answer(system: System) -> None:
    caller = "13900002002"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(system.queue_set("service", strategy="ring_all"))
        phones = {
            name: await stack.enter_async_context(system.working(name, auto_answer=False))
            for name in ("agent4", "agent5", "agent6")
        }
        customer = await stack.enter_async_context(system.caller(caller, "2"))
        for phone in phones.values():
            await phone.wait("CALL_INCOMING", limit_s=15)
        ringing = await system.contact_at(caller, "ringing")
        await phones["agent5"].answer()
        for name in ("agent4", "agent6"):
            await phones[name].wait("CALL_CLOSED")
            await system.agent_in(name, "ready")
        await customer.hang_up()
        item = await system.interaction_of(caller)
    assert len(ringing["ringing"]) == 3
    assert (item["outcome"], item["agent"]) == ("answered", "agent5")
    moments = [rings(phone)[0] for phone in phones.values()]
    assert max(moments) - min(moments) < 1


async def test_round_robin_goes_round(system: System) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(system.queue_set("service", strategy="round_robin", wrap_up_s=0))
        names = ("agent4", "agent5", "agent6")
        for name in names:
            await stack.enter_async_context(system.working(name))
        served = []
        for number in range(4):
            caller = f"1390000201{number}"
            async with system.caller(caller, "2", after_s=0.3) as customer:
                await system.contact_at(caller, "talking")
                await customer.hang_up()
            served.append((await system.interaction_of(caller))["agent"])
            for name in names:
                await system.agent_in(name, "ready")
    assert set(served[:3]) == set(names)
    assert served[3] == served[0]


async def test_the_position_is_told_between_the_music(system: System) -> None:
    caller = "13900002003"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(system.queue_set("service", announce_position=True, announce_every_s=6))
        customer = await stack.enter_async_context(system.caller(caller, "2"))
        await system.contact_at(caller, "waiting")
        await asyncio.sleep(17)
        await customer.hang_up()
        item = await system.interaction_of(caller)
        told = [step for step in await system.decisions(item["id"]) if step["kind"] == "position_told"]
    assert len(told) >= 2, told
    assert tones.wide_share(customer.heard, 0) > 0.3
    # Speech has pauses that the music does not have: both are there, and it is never quiet for long.
    assert tones.silence_share(customer.heard, 0) < 0.5
