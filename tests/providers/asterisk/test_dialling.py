"""Legs that we make on a real Asterisk: every way that a phone can take them."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.phones.baresip import SipAccount, phone
from tests.phones.sipp_scenarios import agent_scenario
from tests.providers.asterisk.running import Ear
from yingda.app.softphone import free_ports
from yingda.native.programs import sipp
from yingda.providers.asterisk import AsteriskSwitch
from yingda.telephony.switch import (
    Cause,
    Dial,
    LegAnswered,
    LegEnded,
    LegRinging,
    PhoneChanged,
    SwitchError,
    Transport,
    TrunkSpec,
)

pytestmark = pytest.mark.scenario

ENDPOINT = "demo-8001"


def to(leg: str, ring_s: int = 10, endpoint: str = ENDPOINT) -> Dial:
    """A call from a customer."""
    return Dial(leg, endpoint, "13800001111", "李四", ring_s, {"X-Yingda-Contact": "0199-contact"})


@asynccontextmanager
async def far_end(switch: AsteriskSwitch, folder: Path, refuse: int | None = None) -> AsyncIterator[str]:
    """A trunk behind which sipp answers, or refuses, every call; yields its endpoint."""
    port = free_ports(1)
    scenario = folder / "far.xml"
    scenario.write_text(agent_scenario(0, refuse, None))
    program = sipp()
    process = await asyncio.create_subprocess_exec(
        *program.argv,
        *("-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-rtp_echo"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **program.env},
        cwd=folder,
    )
    endpoint = "trunk-demo-far"
    await switch.put_trunk(
        TrunkSpec(endpoint, "127.0.0.1", port, Transport.UDP, ("alaw",), ("127.9.9.9",), qualify_s=0)
    )
    try:
        await asyncio.sleep(0.3)
        yield endpoint
    finally:
        process.kill()
        await process.wait()
        await switch.remove_trunk(endpoint)


async def test_it_rings_is_answered_and_shows_the_customer(
    switch: AsteriskSwitch, ear: Ear, desk_phone: SipAccount, tmp_path: Path
) -> None:
    account = replace(desk_phone, auto_answer=False)
    async with phone(tmp_path, account, 700) as agent:
        await ear.next(PhoneChanged, endpoint=ENDPOINT, reachable=True)
        await switch.dial(to("dial-answered"))
        await ear.next(LegRinging, leg="dial-answered")
        incoming = await agent.wait("CALL_INCOMING")
        assert "13800001111" in (incoming.peer or "")
        await agent.answer()
        await ear.next(LegAnswered, leg="dial-answered")
        await agent.hang_up()
        assert (await ear.next(LegEnded, leg="dial-answered")).cause == Cause.NORMAL
    await ear.next(PhoneChanged, endpoint=ENDPOINT, reachable=False)


async def test_nobody_answers(switch: AsteriskSwitch, ear: Ear, desk_phone: SipAccount, tmp_path: Path) -> None:
    async with phone(tmp_path, replace(desk_phone, auto_answer=False), 700) as agent:
        await switch.dial(to("dial-unanswered", ring_s=2))
        await ear.next(LegRinging, leg="dial-unanswered")
        assert (await ear.next(LegEnded, leg="dial-unanswered", limit_s=4)).cause == Cause.NO_ANSWER
        await agent.wait("CALL_CLOSED")


async def test_we_take_the_offer_back(switch: AsteriskSwitch, ear: Ear, desk_phone: SipAccount, tmp_path: Path) -> None:
    async with phone(tmp_path, replace(desk_phone, auto_answer=False), 700) as agent:
        await switch.dial(to("dial-withdrawn"))
        await ear.next(LegRinging, leg="dial-withdrawn")
        await switch.hang_up("dial-withdrawn")
        await ear.next(LegEnded, leg="dial-withdrawn")
        await agent.wait("CALL_CLOSED")


@pytest.mark.parametrize(("status", "cause"), [(486, Cause.BUSY), (603, Cause.REJECTED), (480, Cause.NO_ANSWER)])
async def test_the_far_end_refuses(switch: AsteriskSwitch, ear: Ear, tmp_path: Path, status: int, cause: Cause) -> None:
    async with far_end(switch, tmp_path, refuse=status) as endpoint:
        await switch.dial(to(f"dial-{status}", endpoint=endpoint))
        assert (await ear.next(LegEnded, leg=f"dial-{status}")).cause == cause


async def test_a_phone_that_is_not_there_ends_the_leg_at_once(switch: AsteriskSwitch, ear: Ear) -> None:
    await switch.remove_phone(ENDPOINT)
    await switch.dial(to("dial-unknown"))
    assert (await ear.next(LegEnded, leg="dial-unknown", limit_s=1)).cause == 20


async def test_an_id_is_used_once(switch: AsteriskSwitch, ear: Ear, desk_phone: SipAccount, tmp_path: Path) -> None:
    async with phone(tmp_path, desk_phone, 700):
        await switch.dial(to("dial-once"))
        await ear.next(LegAnswered, leg="dial-once")
        with pytest.raises(SwitchError):
            await switch.dial(to("dial-once"))
        await switch.hang_up("dial-once")
        await ear.next(LegEnded, leg="dial-once")


async def test_forty_legs_at_once_lose_no_request(switch: AsteriskSwitch, ear: Ear, tmp_path: Path) -> None:
    """A leg just made is not ours for some milliseconds; requests wait for it."""
    names = [f"many-{number}" for number in range(40)]
    async with far_end(switch, tmp_path) as endpoint:
        await asyncio.gather(*(switch.dial(to(name, endpoint=endpoint)) for name in names))
        await all_heard(ear, LegAnswered, names)
        await asyncio.gather(*(switch.join(f"bridge-{name}", [name]) for name in names))
        await asyncio.gather(*(switch.hang_up(name) for name in names))
        await all_heard(ear, LegEnded, names)
        await asyncio.gather(*(switch.close(f"bridge-{name}") for name in names))


async def all_heard(ear: Ear, kind: type[LegAnswered] | type[LegEnded], names: Sequence[str]) -> None:
    """Waits until each of these legs was told of, whatever the order."""
    missing = set(names) - {event.leg for event in ear.heard if isinstance(event, kind)}
    while missing:
        missing.discard((await ear.next(kind)).leg)
