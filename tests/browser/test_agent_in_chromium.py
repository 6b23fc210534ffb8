"""The whole story with an agent in a real Chromium: page, soft phone, call, record and recording."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.phones import tones
from tests.phones.browser import ANSWER, HANG_UP, HOLD, RESUME, SAVE, STATE, Desk, chromium, desk
from tests.scenarios.system import System

pytestmark = [pytest.mark.scenario, pytest.mark.browser]

CUSTOMER_HZ = 440.0
AGENT_HZ = 700.0
REGISTERED = re.compile("话机正常|Phone ready")


@asynccontextmanager
async def at_desk(system: System, username: str, folder: Path, hz: float = AGENT_HZ) -> AsyncIterator[Desk]:
    """The agent's browser, signed in, its soft phone registered; nothing is left open at the end."""
    user = system.users[username]
    async with chromium(hz, folder) as browser, desk(browser, system.url) as page:
        await page.sign_in(system.tenant, user.username, user.password)
        await expect(page.page.get_by_text(REGISTERED).first).to_be_attached(timeout=20_000)
        try:
            yield page
        finally:
            await system.at_rest(username)


async def pops(system: System, agent: Desk, caller: str) -> None:
    """The ringing page tells who it is, from where, over which network, for which queue."""
    await expect(agent.button(ANSWER)).to_be_enabled(timeout=20_000)
    known = await system.get("/lookup", number=caller)
    pane = agent.page.get_by_role("region", name="客户")
    await expect(pane.get_by_text("138 1234 5678")).to_be_visible()
    for words in (known["area"]["zh"], known["carrier"]["zh"]):
        await expect(pane.get_by_text(words).first).to_be_visible()
    await expect(pane.get_by_text("service", exact=True).first).to_be_visible()


async def held_and_muted(system: System, agent: Desk, caller: str) -> None:
    """Four seconds of music, three of talk, four of silence, two of talk."""
    await agent.hold()
    await system.contact_at(caller, "held")
    await expect(agent.button(RESUME)).to_be_visible()
    await asyncio.sleep(4)
    await agent.resume()
    await system.contact_at(caller, "talking")
    await expect(agent.button(HOLD)).to_be_visible()
    await asyncio.sleep(3)
    await agent.mute()
    await asyncio.sleep(4)
    await agent.mute()
    await asyncio.sleep(2)


async def filed(system: System, agent: Desk, shots: Path) -> None:
    """The form is filled in during the wrap-up; saving makes the agent ready, the call stands among the recent."""
    page = agent.page
    await system.agent_in("agent4", "wrap_up")
    await page.get_by_role("combobox", name="业务类型").click()
    await page.get_by_role("option", name="报修").click()
    await page.get_by_role("textbox", name="备注").fill("空调不制冷，明天上门。")
    await agent.shot(shots / "wrap-up.png")
    await agent.button(SAVE).click()
    await system.agent_in("agent4", "ready")
    recent = page.get_by_role("navigation", name="我的联络").get_by_role("listitem").first
    await expect(recent).to_contain_text("138 1234 5678")
    await expect(recent).to_contain_text("报修")


async def test_the_whole_story_of_a_call(system: System, scenario_folder: Path) -> None:
    caller, shots = "13812345678", scenario_folder / "shots"
    async with at_desk(system, "agent4", scenario_folder / "story") as agent:
        await agent.ready()
        await system.agent_in("agent4", "ready")
        async with system.caller(caller, "2", tone=CUSTOMER_HZ) as customer:
            await pops(system, agent, caller)
            await agent.shot(shots / "ringing.png")
            await agent.page.keyboard.press("Enter")
            talking = await system.contact_at(caller, "talking")
            await asyncio.sleep(4)
            await expect(agent.button(STATE)).to_have_text(re.compile(r"通话\s*00:0[3-6]"))
            await held_and_muted(system, agent, caller)
            await agent.button(HANG_UP).click()
            await customer.wait("CALL_CLOSED")
        await filed(system, agent, shots)
        item = await system.interaction_of(caller)
        whole = await system.get(f"/interactions/{item['id']}")
        wav = await system.recording(item["id"])
        # The form asks for what was filed earlier; of a call that has just come there is no row yet.
        rowless = f"404 (Not Found) {system.url}/api/v1/interactions/"
        complaints = [line for line in agent.console if rowless not in line]

    assert talking["id"] == item["id"]
    facts = (item["outcome"], item["ended_by"], item["queue"], item["agent"], item["business_type"])
    assert facts == ("answered", "agent", "service", "agent4", "报修")
    assert whole["form"]["notes"] == "空调不制冷，明天上门。"
    assert whole["form"]["saved_by_name"]
    assert 3 < item["hold_s"] < 8
    heard_apart(wav)
    heard_by_customer(customer.heard)
    assert complaints == []


async def test_the_desk_speaks_english_and_the_customer_hangs_up(system: System, scenario_folder: Path) -> None:
    caller = "02087654321"
    async with at_desk(system, "agent5", scenario_folder / "english") as agent:
        page = agent.page
        await page.get_by_role("button", name="我", exact=True).click()
        await page.get_by_role("radio", name="English").click()
        await page.keyboard.press("Escape")
        try:
            await expect(page.get_by_role("navigation", name="My contacts")).to_be_visible()
            assert (await (await system.api("agent5")).get("/me")).json()["language"] == "en"
            await agent.ready()
            async with system.caller(caller, "2") as customer:
                await agent.answer()
                await expect(page.get_by_text("Guangzhou").first).to_be_visible()
                await system.contact_at(caller, "talking")
                await agent.shot(scenario_folder / "shots" / "10-english.png")
                await customer.hang_up()
                await expect(page.get_by_role("button", name="Finish wrap-up")).to_be_visible()
            await page.get_by_role("button", name="Finish wrap-up").click()
            await system.agent_in("agent5", "ready")
            item = await system.interaction_of(caller)
        finally:
            await (await system.api("agent5")).patch("/me", json={"language": "zh"})
    assert (item["outcome"], item["ended_by"], item["agent"]) == ("answered", "customer", "agent5")


async def test_a_call_refused_on_the_page_goes_to_the_next_agent(system: System, scenario_folder: Path) -> None:
    caller = "13812340099"
    async with at_desk(system, "agent6", scenario_folder / "refusing") as agent:
        await agent.ready()
        async with system.caller(caller, "2") as customer:
            await expect(agent.button(ANSWER)).to_be_enabled(timeout=20_000)
            async with system.working("agent5") as other:
                await agent.page.keyboard.press("Escape")
                await other.wait("CALL_ESTABLISHED")
                await expect(agent.button(ANSWER)).to_have_count(0)
                await agent.not_ready()
                await customer.hang_up()
        item = await system.interaction_of(caller)
    assert (item["outcome"], item["agent"]) == ("answered", "agent5")


def heard_apart(wav: Path) -> None:
    """Customer left, agent right, nobody in the other's channel; the agent's channel is silent while muted."""
    assert max(stretch.length for stretch in tones.timeline(wav, 0, CUSTOMER_HZ)) > 3
    assert tones.share(wav, 0, AGENT_HZ) == 0
    assert tones.share(wav, 1, CUSTOMER_HZ) == 0
    spoken = [stretch for stretch in tones.timeline(wav, 1, AGENT_HZ) if stretch.length > 1]
    assert len(spoken) >= 2, f"before the hold and after it: {spoken}"
    pauses = [later.start - earlier.end for earlier, later in itertools.pairwise(spoken)]
    assert any(3 < pause < 6.5 for pause in pauses), f"the agent was to be mute for 4 s: {spoken}"


def heard_by_customer(wav: Path) -> None:
    """The agent three times: music between the first two (hold), nothing between the last two (mute)."""
    spoken = [stretch for stretch in tones.timeline(wav, 0, AGENT_HZ) if stretch.length > 1]
    assert len(spoken) == 3, f"talk, after the hold, after the mute: {spoken}"
    held, mute = (tones.Stretch(earlier.end, later.start) for earlier, later in itertools.pairwise(spoken))
    assert heard_within(wav, held) > 0.8, "no music on hold"
    assert 3 < mute.length < 6.5
    assert heard_within(wav, mute) < 0.2


def heard_within(wav: Path, span: tones.Stretch) -> float:
    """The share of the span in which there was anything to hear; its first and last half second do not count."""
    start, end = span.start + 0.5, span.end - 0.5
    return sum(max(0, min(found.end, end) - max(found.start, start)) for found in tones.sound(wav, 0)) / (end - start)
