"""Calls on a real Asterisk with real phones: who hears whom, and what we are told."""

import asyncio
from pathlib import Path

import pytest
import soundfile

from tests.phones import tones
from tests.phones.baresip import SipAccount, phone
from tests.providers.asterisk.running import Ear
from yingda.providers.asterisk import AsteriskSwitch
from yingda.telephony.switch import (
    Cause,
    Dial,
    KeyPressed,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegGone,
    LegRinging,
    PhoneChanged,
    PlaybackEnded,
)

pytestmark = pytest.mark.scenario

NUMBER = "02088880000"


async def test_a_caller_hears_sounds_and_presses_keys(
    switch: AsteriskSwitch, ear: Ear, customer: SipAccount, beep: Path, tmp_path: Path
) -> None:
    async with phone(tmp_path, customer, 440) as caller:
        await caller.dial(NUMBER)
        leg = await ear.next(LegArrived)
        assert (leg.endpoint, leg.called, leg.caller) == ("trunk-demo-lab", NUMBER, "13800001111")
        await switch.answer(leg.leg)
        await caller.wait("CALL_ESTABLISHED")
        await switch.play(leg.leg, "two-beeps", [beep, beep])
        ended = await ear.next(PlaybackEnded)
        assert (ended.playback, ended.leg, ended.failed) == ("two-beeps", leg.leg, False)
        await caller.press("2#")
        assert (await ear.next(KeyPressed)).digit == "2"
        assert (await ear.next(KeyPressed)).digit == "#"
        await switch.hang_up(leg.leg)
        await caller.wait("CALL_CLOSED")
        assert (await ear.next(LegEnded, leg=leg.leg)).cause == Cause.NORMAL
        heard = sum(stretch.length for stretch in tones.timeline(caller.heard, 0, 1000))
    assert heard == pytest.approx(2, abs=0.5)
    assert not [event for event in ear.heard if isinstance(event, LegAnswered | LegRinging)]


async def test_stopping_a_playback_drops_the_rest(
    switch: AsteriskSwitch, ear: Ear, customer: SipAccount, beep: Path, tmp_path: Path
) -> None:
    async with phone(tmp_path, customer, 440) as caller:
        await caller.dial(NUMBER)
        leg = (await ear.next(LegArrived)).leg
        await switch.answer(leg)
        await caller.wait("CALL_ESTABLISHED")
        await switch.play(leg, "stopped", [beep] * 5)
        await asyncio.sleep(1.4)
        await switch.stop_playback("stopped")
        assert not (await ear.next(PlaybackEnded, limit_s=1)).failed
        await switch.stop_playback("stopped")
        await asyncio.sleep(1)
        await caller.hang_up()
        await ear.next(LegEnded, leg=leg)
        heard = sum(stretch.length for stretch in tones.timeline(caller.heard, 0, 1000))
    assert 0.8 < heard < 2


async def test_a_missing_sound_fails(switch: AsteriskSwitch, ear: Ear, customer: SipAccount, tmp_path: Path) -> None:
    async with phone(tmp_path, customer, 440) as caller:
        await caller.dial(NUMBER)
        leg = (await ear.next(LegArrived)).leg
        await switch.answer(leg)
        await switch.play(leg, "missing", [tmp_path / "nothing"])
        assert (await ear.next(PlaybackEnded)).failed
        await switch.play(leg, "nothing", [])
        assert not (await ear.next(PlaybackEnded, playback="nothing")).failed
        await caller.hang_up()
        await ear.next(LegEnded, leg=leg)


async def test_a_playback_ends_before_its_leg(
    switch: AsteriskSwitch, ear: Ear, customer: SipAccount, beep: Path, tmp_path: Path
) -> None:
    async with phone(tmp_path, customer, 440) as caller:
        await caller.dial(NUMBER)
        leg = (await ear.next(LegArrived)).leg
        await switch.answer(leg)
        await caller.wait("CALL_ESTABLISHED")
        await switch.play(leg, "cut", [beep] * 5)
        await asyncio.sleep(0.3)
        await caller.hang_up()
        await ear.next(LegEnded, leg=leg)
    kinds = [type(event) for event in ear.heard if isinstance(event, PlaybackEnded | LegEnded)]
    assert kinds == [PlaybackEnded, LegEnded]
    for request in (
        switch.answer(leg),
        switch.play(leg, "late", [beep]),
        switch.start_recording(leg, tmp_path / "r.raw"),
    ):
        with pytest.raises(LegGone):
            await request
    await switch.hang_up(leg)


async def test_two_people_talk_and_the_recording_keeps_them_apart(
    switch: AsteriskSwitch, ear: Ear, customer: SipAccount, desk_phone: SipAccount, beep: Path, tmp_path: Path
) -> None:
    """Music, a beep, talk, mute: each on its side of the recording, at its time."""
    record = tmp_path / "recording" / "call.raw"
    async with (
        phone(tmp_path / "agent", desk_phone, 700) as agent,
        phone(tmp_path / "customer", customer, 440) as caller,
    ):
        await ear.next(PhoneChanged, endpoint="demo-8001", reachable=True)
        await caller.dial(NUMBER)
        leg = (await ear.next(LegArrived)).leg
        await switch.answer(leg)
        await caller.wait("CALL_ESTABLISHED")
        await switch.start_recording(leg, record)
        await switch.start_music(leg)
        await asyncio.sleep(2)
        await switch.play(leg, "beep", [beep])
        await ear.next(PlaybackEnded)
        await switch.dial(Dial("leg-agent", "demo-8001", "13800001111", "", 10, {"X-Yingda-Contact": "c1"}))
        await ear.next(LegAnswered, leg="leg-agent")
        await switch.join("talk", [leg, "leg-agent"])
        await asyncio.sleep(2)
        await switch.mute(leg, True)
        await asyncio.sleep(1.5)
        await switch.mute(leg, False)
        await asyncio.sleep(1)
        await caller.hang_up()
        await ear.next(LegEnded, leg=leg)
        await switch.hang_up("leg-agent")
        await ear.next(LegEnded, leg="leg-agent")
        await agent.wait("CALL_CLOSED")
        agent_heard, caller_heard = agent.heard, caller.heard
    await switch.close("talk")
    wav = as_wav(record)
    length = soundfile.info(wav).duration
    print(
        "recorded",
        length,
        tones.timeline(wav, 0, 440),
        tones.timeline(wav, 1, 700),
        tones.timeline(wav, 1, 1000),
        tones.sound(wav, 1),
    )
    assert tones.share(wav, 0, 440) > 0.6
    assert tones.share(wav, 0, 700) == 0
    assert tones.share(wav, 1, 440) == 0
    assert tones.timeline(wav, 1, 700)
    assert tones.share(caller_heard, 0, 700, start=4) > 0.8
    assert tones.share(agent_heard, 0, 440) > 0.4
    assert tones.share(agent_heard, 0, 700) == 0


def as_wav(raw: Path) -> Path:
    """The recording as a file that the tone tools read."""
    samples, rate = soundfile.read(raw, channels=2, samplerate=8000, subtype="PCM_16", format="RAW")
    wav = raw.with_suffix(".wav")
    soundfile.write(wav, samples, rate)
    return wav
