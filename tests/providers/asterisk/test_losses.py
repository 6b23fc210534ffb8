"""Losing the connection, our own process, or Asterisk itself."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.phones import tones
from tests.phones.baresip import SipAccount, phone
from tests.providers.asterisk.conftest import EXTENSION
from tests.providers.asterisk.running import LAB, Ear, RunningAsterisk, connected, running
from tests.providers.asterisk.test_calls import NUMBER, as_wav
from yingda.providers.asterisk import AsteriskSwitch
from yingda.telephony.switch import (
    Dial,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegState,
    SwitchConnected,
    SwitchLost,
    SwitchUnavailable,
)

pytestmark = pytest.mark.scenario


async def test_calls_outlive_us_and_are_found_again(
    server: RunningAsterisk, customer: SipAccount, desk_phone: SipAccount, tmp_path: Path
) -> None:
    """We go away in the middle of a talk: both go on hearing each other, and the recording goes on."""
    record = tmp_path / "call.raw"
    async with connected(server) as (switch, _):
        await switch.put_trunk(LAB)
        await switch.put_phone(EXTENSION)
    async with phone(tmp_path / "agent", desk_phone, 700) as agent, phone(tmp_path / "caller", customer, 440) as caller:
        async with connected(server) as (switch, ear):
            leg = await _talk(switch, ear, caller_dials=lambda: caller.dial(NUMBER))
            await switch.start_recording(leg, record)
        await asyncio.sleep(2.5)
        async with connected(server) as (switch, ear):
            seen = ear.heard[0]
            assert isinstance(seen, SwitchConnected)
            assert not seen.restarted
            assert set(seen.bridges["outlive"]) == {leg, "leg-outlive"}
            found = {one.leg: one for one in seen.legs}
            assert (found[leg].called, found[leg].caller, found[leg].endpoint) == (NUMBER, "13800001111", LAB.endpoint)
            assert all(one.held_by_us and one.state is LegState.UP for one in found.values())
            assert found["leg-outlive"].endpoint == EXTENSION.endpoint
            assert EXTENSION.endpoint in seen.reachable
            await caller.hang_up()
            await ear.next(LegEnded, leg=leg)
            await switch.hang_up("leg-outlive")
            await ear.next(LegEnded, leg="leg-outlive")
            await switch.close("outlive")
        await agent.wait("CALL_CLOSED")
        assert tones.share(caller.heard, 0, 700, start=1) > 0.9
    wav = as_wav(record)
    assert tones.timeline(wav, 0, 440)[-1].end > 2.2
    assert tones.timeline(wav, 1, 700)[-1].end > 2.2


async def test_a_call_that_comes_while_we_are_away_waits_with_music(
    server: RunningAsterisk, customer: SipAccount, tmp_path: Path
) -> None:
    async with connected(server) as (switch, _):
        await switch.put_trunk(LAB)
    async with phone(tmp_path, customer, 440) as caller:
        await caller.dial(NUMBER)
        await asyncio.sleep(2.5)
        async with connected(server) as (switch, ear):
            leg = await ear.next(LegArrived, limit_s=3)
            assert (leg.called, leg.caller) == (NUMBER, "13800001111")
            await switch.answer(leg.leg)
            await asyncio.sleep(0.5)
            await switch.hang_up(leg.leg)
            await ear.next(LegEnded)
        await caller.wait("CALL_CLOSED")
        assert tones.sound(caller.heard, 0)


async def test_a_call_for_which_nobody_comes_is_refused(
    server: RunningAsterisk, customer: SipAccount, tmp_path: Path
) -> None:
    async with connected(server) as (switch, _):
        await switch.put_trunk(LAB)
    async with phone(tmp_path, customer, 440) as caller:
        await caller.dial(NUMBER)
        closed = await caller.wait("CALL_CLOSED", limit_s=server.settings.fallback_tries + 5)
    assert "503" in closed.text


async def test_asterisk_is_killed_and_comes_back(tmp_path: Path) -> None:
    """Its calls are gone unheard; a second later new ones work."""
    async with running(tmp_path / "asterisk") as server, connected(server) as (switch, ear):
        first = ear.heard[0]
        assert isinstance(first, SwitchConnected)
        assert first.restarted
        await switch.put_trunk(LAB)
        account = SipAccount("13800001111", "127.0.0.1", server.settings.sip_port)
        async with phone(tmp_path / "before", account, 440) as caller:
            await caller.dial(NUMBER)
            await switch.answer((await ear.next(LegArrived)).leg)
            await server.kill()
            await ear.next(SwitchLost, limit_s=2)
        with pytest.raises(SwitchUnavailable):
            await switch.put_trunk(LAB)
        await asyncio.sleep(1)
        await server.start()
        again = await ear.next(SwitchConnected, limit_s=3)
        assert again.restarted
        assert again.legs == ()
        # Everything answers from the first moment: no module is still starting.
        await switch.put_trunk(LAB)
        await switch.put_phone(EXTENSION)
        async with phone(tmp_path / "after", account, 440) as caller:
            await caller.dial(NUMBER)
            leg = (await ear.next(LegArrived)).leg
            await switch.answer(leg)
            await caller.wait("CALL_ESTABLISHED")
            await switch.start_recording(leg, tmp_path / "after.raw")
            await switch.hang_up(leg)
            await ear.next(LegEnded)


async def test_one_lost_socket_is_a_lost_connection(server: RunningAsterisk) -> None:
    """Events from before and after the gap cannot be told apart, so everything is looked at anew."""
    async with connected(server) as (switch, ear):
        ari = switch._control._ari
        assert ari is not None
        await ari._requests[1].socket.close()
        await ear.next(SwitchLost, limit_s=2)
        again = await ear.next(SwitchConnected, limit_s=2)
        assert not again.restarted
        await switch.put_trunk(LAB)


async def _talk(switch: AsteriskSwitch, ear: Ear, caller_dials: Callable[[], Awaitable[None]]) -> str:
    await caller_dials()
    leg = (await ear.next(LegArrived)).leg
    await switch.answer(leg)
    await switch.dial(Dial("leg-outlive", EXTENSION.endpoint, "13800001111", "", 10))
    await ear.next(LegAnswered, leg="leg-outlive")
    await switch.join("outlive", [leg, "leg-outlive"])
    return leg
