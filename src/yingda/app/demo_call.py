"""``yingda demo call``: a real SIP call with audible speech into the demo number.

For someone who has no trunk yet. The caller is a real phone (baresip) that comes in over the demo trunk like any
customer; what it heard is kept under ``$YINGDA_HOME/demo``.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
import orjson
import soundfile
import soxr

from yingda.app.caller_voice import speak
from yingda.app.softphone import SipAccount, Softphone, SoftphoneError
from yingda.native.errors import ProgramMissing

SENTENCES = (
    "您好，我想咨询一下你们的产品。",
    "请问最近有什么优惠活动吗？",
    "我之前买过一台，用得很好，想再买一台送给家里人。",
    "好的，明白了，谢谢您。",
)
PAUSE_S = 1.2
RATE = 8000
RING_LIMIT_S = 60
NOT_CONNECTED = 1
NOT_RUNNING = 2
INTERRUPTED = 130

Say = Callable[[str], None]


class DemoCallError(Exception):
    """The call cannot be placed; the text says what to do."""


@dataclass(frozen=True, slots=True)
class DemoCall:
    """What the call shall do. ``seconds`` are counted from the answer."""

    home: Path
    number: str | None = None
    press: str = "2"
    seconds: float = 20
    caller: str = "13800138000"
    press_after_s: float = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``yingda demo call``."""
    parser.add_argument("--press", default="2", metavar="KEYS", help="keys to press in the menu (default 2: service)")
    parser.add_argument("--press-after", type=float, default=5, metavar="S", help="seconds after the answer (5)")
    parser.add_argument("--number", default=None, help="the number to call (default: the demo number)")
    parser.add_argument("--seconds", type=float, default=20, help="how long to stay after the answer (20)")
    parser.add_argument("--from", dest="caller", default="13800138000", metavar="NUMBER", help="the caller's number")


def main(options: argparse.Namespace, home: Path) -> int:
    """Place the call and report it on standard output; the exit code: 0 connected, 1 not, 2 nothing to call, 130."""
    plan = DemoCall(home, options.number, options.press, options.seconds, options.caller, options.press_after)
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - begun:5.1f} s] {text}", flush=True)

    try:
        return asyncio.run(place(plan, say))
    except (DemoCallError, ProgramMissing, SoftphoneError) as error:
        say(str(error))
        return NOT_RUNNING
    except KeyboardInterrupt:
        return INTERRUPTED


async def place(plan: DemoCall, say: Say) -> int:
    """Place one call; the exit code. Raises DemoCallError where the system does not run."""
    number, port = await _target(plan)
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    for number_of_signal in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number_of_signal, task.cancel if task else loop.stop)
    with tempfile.TemporaryDirectory(prefix="yingda-demo-") as scratch:
        folder = Path(scratch)
        microphone = await asyncio.to_thread(_talk, folder / "talk.wav", RING_LIMIT_S + plan.seconds + 60)
        phone = Softphone(SipAccount(user=plan.caller, host="127.0.0.1", port=port), folder, microphone)
        await phone.start()
        try:
            say(f"calling {number} from {plan.caller}")
            code = await _converse(phone, plan, number, say)
        except asyncio.CancelledError:
            say("interrupted: hanging up")
            code = INTERRUPTED
        finally:
            await phone.stop()
        _keep(phone, plan.home, say)
    return code


async def _target(plan: DemoCall) -> tuple[str, int]:
    """The number to dial and the switch's SIP port, from the demo file of a running system."""
    file = plan.home / "demo.json"
    try:
        demo = orjson.loads(await asyncio.to_thread(file.read_bytes))
    except FileNotFoundError:
        raise DemoCallError(f"There is no demo tenant in {plan.home}: start it with ./yingda up") from None
    try:
        async with httpx.AsyncClient(timeout=5, verify=False, trust_env=False) as client:  # noqa: S501 - own machine
            answer = await client.get(f"{demo['url']}/healthz")
    except httpx.HTTPError:
        raise DemoCallError(f"Yingda does not answer at {demo['url']}: start it with ./yingda up") from None
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise DemoCallError(f"Yingda at {demo['url']} is not healthy: see ./yingda status")
    return plan.number or str(demo["number"]), int(demo["sip"]["port"])


async def _converse(phone: Softphone, plan: DemoCall, number: str, say: Say) -> int:
    await phone.dial(number)
    rung = False
    while True:
        kinds = ["CALL_ESTABLISHED", "CALL_CLOSED"] + ([] if rung else ["CALL_RINGING", "CALL_PROGRESS"])
        try:
            event = await phone.wait(*kinds, limit_s=RING_LIMIT_S)
        except TimeoutError:
            say(f"nobody answered within {RING_LIMIT_S} s: hanging up")
            return NOT_CONNECTED
        if event.kind == "CALL_ESTABLISHED":
            say("answered")
            return await _talk_until_end(phone, plan, say)
        if event.kind == "CALL_CLOSED":
            say(f"not connected: SIP {event.text}")
            return NOT_CONNECTED
        rung = True
        say("ringing")


async def _talk_until_end(phone: Softphone, plan: DemoCall, say: Say) -> int:
    end = time.monotonic() + plan.seconds
    press_at = time.monotonic() + plan.press_after_s
    pressed = not plan.press
    while (left := end - time.monotonic()) > 0:
        if not pressed and time.monotonic() >= press_at:
            pressed = True
            await phone.press(plan.press)
            say(f"pressed {plan.press}")
        pause = min(left, 5.0) if pressed else min(left, max(0.0, press_at - time.monotonic()))
        try:
            closed = await phone.wait("CALL_CLOSED", limit_s=pause)
        except TimeoutError:
            if pressed and end - time.monotonic() > 0:
                say(f"talking… {plan.seconds - (end - time.monotonic()):.0f} of {plan.seconds:.0f} s")
            continue
        say(f"the other side hung up ({_cause(closed.text)})")
        return 0
    await phone.hang_up()
    closed = await phone.wait("CALL_CLOSED", limit_s=5)
    say(f"hung up ({_cause(closed.text)})")
    return 0


def _cause(text: str) -> str:
    """What the phone's words mean in SIP: it reports a plain BYE as a reset connection."""
    return "BYE, normal clearing" if text.startswith("Connection reset") or not text else f"SIP {text}"


def _talk(path: Path, seconds: float) -> Path:
    """The caller's sentences, over and over: 8 kHz, mono."""
    pause = np.zeros(int(PAUSE_S * RATE), dtype=np.float32)
    parts: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = [pause]
    for sentence in SENTENCES:
        spoken = path.with_name("sentence.wav")
        speak(sentence, spoken)
        samples, rate = soundfile.read(spoken, dtype="float32")
        parts += [soxr.resample(samples, rate, RATE), pause]
    once = np.concatenate(parts)
    soundfile.write(path, np.tile(once, int(seconds * RATE / len(once)) + 1), RATE, subtype="PCM_16")
    return path


def _keep(phone: Softphone, home: Path, say: Say) -> None:
    try:
        heard = phone.heard
    except SoftphoneError:
        return
    kept = home / "demo" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-heard.wav"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(heard, kept)
    say(f"what the caller heard is kept in {kept}")
