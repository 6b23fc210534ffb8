"""Five hundred calls of all kinds: nobody is forgotten, everybody is counted once, everything is given back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from tests.phones import sipp
from tests.phones.sipp import Callers, Conduct
from tests.scenarios.system import Json, System, wait_until

pytestmark = pytest.mark.scenario

TO_SERVICE, TO_SALES, UNKNOWN = "02088880102", "02088880101", "02099990000"
ANSWERED, RINGING, QUEUEING, LEAVING, STRANGERS, LIMITED = 250, 40, 40, 110, 40, 20
SPEAKING = ("agent4", "agent5", "agent6")
DEAF = ("agent1", "agent2")
LOST = {"abandoned_in_queue", "abandoned_while_ringing", "short_abandon"}


def wave(number: str, prefix: str, calls: int, rate: float, hang_up_s: float | None, expect: int = 200) -> Callers:
    return Callers(number, f"{prefix}[call_number]", calls, rate, hang_up_s, expect=expect)


WAVES = {
    "13710": (wave(TO_SERVICE, "13710", ANSWERED, 4, None), {"answered"}),
    "13720": (wave(TO_SALES, "13720", RINGING, 1, 7), LOST),
    "13721": (wave(TO_SALES, "13721", QUEUEING, 20, 6), LOST),
    "13730": (wave("02088880000", "13730", LEAVING // 2, 1, 2), {"abandoned_in_flow"}),
    "13731": (wave("02088880000", "13731", LEAVING // 2, 1, 6), {"abandoned_in_flow"}),
    "13740": (wave(UNKNOWN, "13740", STRANGERS, 1, None, expect=403), {"failed"}),
}


@asynccontextmanager
async def staff(system: System) -> AsyncIterator[None]:
    """Three agents who answer and hang up, and two who let it ring; without wrap-up."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(system.queue_set("service", wrap_up_s=0, announce_position=False))
        await stack.enter_async_context(system.queue_set("sales", wrap_up_s=0, ring_s=3, max_misses=100))
        for names, conduct in ((SPEAKING, Conduct(50, hang_up_s=0.4)), (DEAF, Conduct(None))):
            users = [system.users[name] for name in names]
            phones = [sipp.Agent(user.sip_username or "", user.sip_password or "") for user in users]
            folder = system.scratch / f"mixed-{names[0]}"
            await stack.enter_async_context(sipp.agents(folder, system.sip_port, phones, conduct))
            for name in names:
                stack.push_async_callback(system.at_rest, name)
                await system.set_state(name, "ready")
                await system.agent_in(name, "ready")
        yield


async def test_nobody_is_stuck_after_five_hundred_mixed_calls(system: System) -> None:
    await system.number_to_queue(TO_SERVICE, "service")
    await system.number_to_queue(TO_SALES, "sales")
    violations = await system.metric("yingda_invariant_violations_total")
    async with staff(system):
        tasks = {
            prefix: asyncio.create_task(sipp.call(system.scratch / f"mixed-{prefix}", system.sip_port, plan, 170))
            for prefix, (plan, _) in WAVES.items()
        }
        outcomes = {prefix: await task for prefix, task in tasks.items()}
        await nobody_left(system)
        agents = {name: (await system.live_agent(name))["state"] for name in (*SPEAKING, *DEAF)}
    histories = {prefix: await system.history(prefix) for prefix in WAVES}

    assert {prefix: outcome for prefix, outcome in outcomes.items() if not outcome.good} == {}
    assert set(agents.values()) == {"ready"}, agents
    for prefix, (plan, allowed) in WAVES.items():
        counted(histories[prefix], plan.calls, allowed)
    found = Counter(item["outcome"] for item in [*histories["13720"], *histories["13721"]])
    assert found["abandoned_while_ringing"] > 0, found
    assert found["abandoned_in_queue"] > 0, found
    assert {item["agent"] for item in histories["13710"]} == set(SPEAKING)
    assert await system.metric("yingda_invariant_violations_total") == violations


async def nobody_left(system: System) -> None:
    """The live page is empty, and so is the switch."""

    async def empty() -> bool:
        return not (await system.live())["contacts"] and not await system.switch_legs()

    await wait_until(empty, 20, "the end of all calls")


def counted(items: list[Json], calls: int, allowed: set[str]) -> None:
    """Each call once, ended, with one of the outcomes."""
    assert len({item["caller"] for item in items}) == len(items) == calls
    assert {item["outcome"] for item in items} <= allowed
    assert all(item["ended_at"] and item["ended_by"] for item in items)


async def test_a_full_trunk_refuses_and_recovers(system: System) -> None:
    trunk = next(trunk for trunk in (await system.get("/trunks"))["items"] if trunk["name"] == "lab")
    client = await system.api(system.by_role("admin")[0].username)
    body = {key: value for key, value in trunk.items() if key not in ("id", "created_at", "has_password")}
    assert (await client.put(f"/trunks/{trunk['id']}", json=body | {"channel_limit": 3})).is_success
    try:
        await asyncio.sleep(1)
        folder = system.scratch / "limited"
        holding = wave("02088880000", "13750", 3, 3, 9)
        async with sipp.calling(folder / "holding", system.sip_port, holding) as holders:
            await asyncio.sleep(2)
            refused = await sipp.call(
                folder / "refused", system.sip_port, wave("02088880000", "13751", LIMITED, 5, None, expect=503)
            )
            async with asyncio.timeout(15):
                assert await holders.wait() == 0
        await nobody_left(system)
        again = await sipp.call(folder / "again", system.sip_port, wave("02088880000", "13752", 3, 3, 1))
    finally:
        await client.put(f"/trunks/{trunk['id']}", json=body)
    await nobody_left(system)
    assert refused.good, refused
    assert again.good, again
    counted(await system.history("13751"), LIMITED, {"rejected_limit"})
    counted(await system.history("13750"), 3, {"abandoned_in_flow"})
