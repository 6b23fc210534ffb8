"""The test phones themselves: without these proofs no scenario proves anything."""

import asyncio
from pathlib import Path

import pytest
from tests.phones import tones
from tests.phones.baresip import SipAccount, phone

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
        await asyncio.sleep(1)
        await caller.hang_up()
        await desk.wait("CALL_CLOSED")
    assert "13800138000" in (answered.peer or "")
    assert desk.keys_heard() == "2#"
    assert tones.share(desk.heard, 0, 440) > 0.7
    assert tones.share(caller.heard, 0, 700) > 0.9
    assert tones.share(desk.heard, 0, 700) == 0
    assert tones.share(caller.sent, 0, 440) > 0.7


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
