"""The whole way of a call: customer's phone, flow, queue, agent's SIP phone, record and recording; and all exits."""

import asyncio
from datetime import datetime

import pytest
from tests.phones import tones
from tests.scenarios.system import Json, System

pytestmark = pytest.mark.scenario

CUSTOMER_HZ = 440.0
AGENT_HZ = 700.0


def times(item: Json, *names: str) -> list[datetime]:
    return [datetime.fromisoformat(item[name]) for name in names]


async def test_a_customer_and_an_agent_talk_and_it_is_on_record(system: System) -> None:
    caller = "13900000001"
    async with system.working("agent4", AGENT_HZ) as agent:
        async with system.caller(caller, "2", tone=CUSTOMER_HZ) as customer:
            await system.contact_at(caller, "talking")
            await agent.wait("CALL_ESTABLISHED")
            await asyncio.sleep(5)
            await customer.hang_up()
            item = await system.interaction_of(caller)
            state = await system.agent_in("agent4", "wrap_up")
        heard_by_agent, heard_by_customer = agent.heard, customer.heard
    assert state["contact"] == item["id"]
    assert (item["outcome"], item["ended_by"], item["direction"]) == ("answered", "customer", "inbound")
    assert (item["queue"], item["agent"], item["number"]) == ("service", "agent4", system.number)
    moments = times(item, "offered_at", "queued_at", "answered_at", "ended_at")
    assert moments == sorted(moments)
    assert 4 < (moments[3] - moments[2]).total_seconds() < 9
    assert tones.share(heard_by_agent, 0, CUSTOMER_HZ) > 0.8
    assert max(stretch.length for stretch in tones.timeline(heard_by_customer, 0, AGENT_HZ)) > 3.5
    assert tones.wide_share(heard_by_customer, 0) > 0.1, "no welcome was heard"


async def test_the_recording_has_the_customer_left_and_the_agent_right(system: System) -> None:
    caller = "13900000002"
    async with system.working("agent4", AGENT_HZ), system.caller(caller, "2", tone=CUSTOMER_HZ) as customer:
        await system.contact_at(caller, "talking")
        await asyncio.sleep(5)
        await customer.hang_up()
        item = await system.interaction_of(caller)
        wav = await system.recording(item["id"])
    # The tone of the one is whole, the tone of the other is nowhere in the channel.
    assert max(stretch.length for stretch in tones.timeline(wav, 0, CUSTOMER_HZ)) > 3.5
    assert max(stretch.length for stretch in tones.timeline(wav, 1, AGENT_HZ)) > 3.5
    assert tones.share(wav, 0, AGENT_HZ) == 0
    assert tones.share(wav, 1, CUSTOMER_HZ) == 0


async def test_the_agent_hangs_up(system: System) -> None:
    caller = "13900000003"
    async with system.working("agent4") as agent, system.caller(caller, "2") as customer:
        await system.contact_at(caller, "talking")
        await asyncio.sleep(1)
        await agent.hang_up()
        await customer.wait("CALL_CLOSED")
        item = await system.interaction_of(caller)
    assert (item["outcome"], item["ended_by"]) == ("answered", "agent")


async def test_the_customer_leaves_in_the_flow(system: System) -> None:
    caller = "13900000004"
    async with system.caller(caller) as customer:
        await system.contact_at(caller, "flow")
        await asyncio.sleep(6)
        await customer.hang_up()
        item = await system.interaction_of(caller)
    assert (item["outcome"], item["ended_by"]) == ("abandoned_in_flow", "customer")
    assert item["queue"] is None
    assert item["agent"] is None


async def test_the_customer_leaves_in_the_queue_and_heard_music(system: System) -> None:
    caller = "13900000005"
    async with system.caller(caller, "1") as customer:
        waiting = await system.contact_at(caller, "waiting")
        await asyncio.sleep(8)
        await customer.hang_up()
        item = await system.interaction_of(caller)
    assert waiting["position"] == 1
    assert (item["outcome"], item["queue"], item["agent"]) == ("abandoned_in_queue", "sales", None)
    assert tones.wide_share(customer.heard, 0) > 0.3, "no music was heard"


async def test_the_customer_leaves_while_it_rings(system: System) -> None:
    caller = "13900000006"
    async with system.working("agent1", auto_answer=False) as agent, system.caller(caller, "1") as customer:
        await agent.wait("CALL_INCOMING", limit_s=15)
        await asyncio.sleep(6)
        await customer.hang_up()
        await agent.wait("CALL_CLOSED")
        item = await system.interaction_of(caller)
        await system.agent_in("agent1", "ready")
    assert (item["outcome"], item["ended_by"]) == ("abandoned_while_ringing", "customer")


async def test_an_agent_who_refuses_is_passed_over(system: System) -> None:
    caller = "13900000007"
    async with system.working("agent5", auto_answer=False) as unwilling, system.caller(caller, "2") as customer:
        await unwilling.wait("CALL_INCOMING", limit_s=15)
        async with system.working("agent6"):
            await unwilling.hang_up()
            talking = await system.contact_at(caller, "talking")
            await customer.hang_up()
            item = await system.interaction_of(caller)
            reasons = await system.decisions(item["id"])
    assert item["agent"] == "agent6"
    assert talking["agent"] is not None
    assert [decision["seq"] for decision in reasons] == sorted(decision["seq"] for decision in reasons)
    assert all(decision["text"]["zh"] and decision["text"]["en"] for decision in reasons)
