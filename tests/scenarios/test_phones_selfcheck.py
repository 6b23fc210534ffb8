"""The test phones themselves: without these proofs no scenario proves anything."""

import asyncio
import os
from pathlib import Path

import pytest
from tests.phones import sipp, tones
from tests.phones.baresip import SipAccount, phone
from tests.phones.browser import chromium, desk
from tests.phones.rtp_pcap import Press

pytestmark = pytest.mark.scenario


async def test_two_phones_hear_each_other_and_the_keys(tmp_path: Path) -> None:
    agent = SipAccount(user="8001", host="127.0.0.1", port=5060, auto_answer=True)
    customer = SipAccount(user="13800138000", host="127.0.0.1", port=5060)
    async with phone(tmp_path / "agent", agent, 700) as desk, phone(tmp_path / "customer", customer, 440) as caller:
        await caller.dial(f"sip:8001@127.0.0.1:{desk.sip_port}")
        await caller.wait("CALL_ESTABLISHED")
        answered = await desk.wait("CALL_ESTABLISHED")
        await asyncio.sleep(1)
        await caller.press("2#")
        await asyncio.sleep(1.5)
        await caller.hang_up()
        await desk.wait("CALL_CLOSED")
    assert "13800138000" in (answered.peer or "")
    assert desk.keys_heard() == "2#"
    # A phone is silent while it sends a key: before and after it the tone is whole.
    assert tones.share(desk.heard, 0, 440, end=0.8) == 1
    assert tones.timeline(desk.heard, 0, 440)[-1].length > 0.5
    assert tones.share(caller.heard, 0, 700) > 0.9
    assert tones.share(desk.heard, 0, 700) == 0
    assert tones.share(caller.sent, 0, 440, end=0.8) == 1


async def test_a_refused_call_says_its_cause(tmp_path: Path) -> None:
    agent = SipAccount(user="8001", host="127.0.0.1", port=5060)
    customer = SipAccount(user="13800138000", host="127.0.0.1", port=5060)
    async with phone(tmp_path / "agent", agent, 700) as desk, phone(tmp_path / "customer", customer, 440) as caller:
        await caller.dial(f"sip:8001@127.0.0.1:{desk.sip_port}")
        await caller.wait("CALL_RINGING")
        await desk.wait("CALL_INCOMING")
        await desk.hang_up()
        closed = await caller.wait("CALL_CLOSED")
    assert "486" in closed.text or "603" in closed.text


@pytest.mark.skipif(os.geteuid() != 0, reason="sipp sends media through a raw socket")
async def test_a_sipp_caller_speaks_its_tone_and_its_keys(tmp_path: Path) -> None:
    agent = SipAccount(user="8001", host="127.0.0.1", port=5060, auto_answer=True)
    plan = sipp.Callers("8001", caller="13912345678", hang_up_s=4, hz=440, presses=(Press(1, "2"), Press(2, "#")))
    async with phone(tmp_path / "agent", agent, 700) as desk:
        outcome = await sipp.call(tmp_path / "caller", desk.sip_port, plan, limit_s=20)
        closed = await desk.wait("CALL_CLOSED")
    assert outcome.good, outcome
    assert closed.peer is not None
    assert "13912345678" in closed.peer
    assert desk.keys_heard() == "2#"
    assert tones.share(desk.heard, 0, 440, end=0.8) == 1


async def test_sipp_counts_what_went_otherwise(tmp_path: Path) -> None:
    users = SipAccount(user="8001", host="127.0.0.1", port=5060)
    async with phone(tmp_path / "agent", users, 700) as desk:
        running = asyncio.create_task(sipp.call(tmp_path / "caller", desk.sip_port, sipp.Callers("8001"), limit_s=20))
        await desk.wait("CALL_INCOMING")
        await desk.hang_up()
        outcome = await running
    assert (outcome.created, outcome.successful, outcome.failed, outcome.good) == (1, 0, 1, False)


LISTEN = """async () => {
  const raw = {echoCancellation: false, noiseSuppression: false, autoGainControl: false};
  const stream = await navigator.mediaDevices.getUserMedia({audio: raw});
  const context = new AudioContext();
  await context.resume();
  const ear = context.createAnalyser();
  ear.fftSize = 8192;
  context.createMediaStreamSource(stream).connect(ear);
  await new Promise(done => setTimeout(done, 1500));
  const bins = new Float32Array(ear.frequencyBinCount);
  ear.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(bins.reduce((a, b) => Math.max(a, b)));
  return loudest * context.sampleRate / ear.fftSize;
}"""


@pytest.mark.browser
async def test_the_browsers_microphone_plays_its_tone(tmp_path: Path) -> None:
    async def page(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\n\r\n<!doctype html>")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(page, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, chromium(880, tmp_path) as browser, desk(browser, url) as agent:
        await agent.page.goto(url)
        loudest = await agent.page.evaluate(LISTEN)
    assert loudest == pytest.approx(880, abs=12)


def test_keys_are_found_in_band_and_silence_is_not_a_key(tmp_path: Path) -> None:
    wav = tones.make_keys(tmp_path / "keys.wav", "159D*0#")
    assert tones.in_band_keys(wav, 0) == "159D*0#"
    assert tones.in_band_keys(tones.make_tone(tmp_path / "tone.wav", 697, seconds=2), 0) == ""


def test_a_tone_is_found_where_it_is_and_nowhere_else(tmp_path: Path) -> None:
    wav = tones.make_tone(tmp_path / "tone.wav", 440, seconds=2)
    assert tones.share(wav, 0, 440) == 1
    assert tones.share(wav, 0, 700) == 0
    assert tones.silence_share(wav, 0) == 0
    assert tones.wide_share(wav, 0) == 0
    assert [stretch.length for stretch in tones.timeline(wav, 0, 440)] == pytest.approx([2])
