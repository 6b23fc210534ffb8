"""``yingda demo call`` against a phone that stands in for the switch, and with nothing there at all."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.phones import tones
from tests.phones.baresip import SipAccount, phone
from tests.scenarios.system import ROOT

pytestmark = pytest.mark.scenario

PROGRAM = (sys.executable, "-m", "yingda.app.cli", "demo", "call")


@asynccontextmanager
async def healthy(home: Path, sip_port: int) -> AsyncIterator[None]:
    """A demo file, and somebody who answers ``/healthz``."""

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(page, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        sip = {"host": "127.0.0.1", "port": sip_port}
        write_demo(home, {"url": url, "tenant": "demo", "number": "02088880000", "sip": sip})
        yield


def write_demo(home: Path, demo: dict[str, object]) -> None:
    home.mkdir(exist_ok=True)
    (home / "demo.json").write_text(json.dumps(demo))


async def started(home: Path, *words: str) -> asyncio.subprocess.Process:
    environment = {**os.environ, "YINGDA_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    return await asyncio.create_subprocess_exec(
        *PROGRAM, *words, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    async with asyncio.timeout(40):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_it_speaks_presses_and_keeps_what_was_heard(tmp_path: Path) -> None:
    account = SipAccount(user="02088880000", host="127.0.0.1", port=5060, auto_answer=True)
    async with phone(tmp_path / "phone", account, 700) as desk, healthy(tmp_path / "home", desk.sip_port):
        words = ("--press", "2", "--press-after", "2", "--seconds", "6", "--from", "13812345678")
        code, output = await ended(await started(tmp_path / "home", *words))
        peer = (await desk.wait("CALL_ESTABLISHED")).peer
        await desk.wait("CALL_CLOSED")
    assert code == 0, output
    assert peer is not None
    assert "13812345678" in peer
    assert desk.keys_heard() == "2"
    assert tones.wide_share(desk.heard, 0) > 0.3, "no speech was heard"
    [kept] = (tmp_path / "home" / "demo").glob("*-heard.wav")
    assert str(kept) in output
    assert tones.share(kept, 0, 700) > 0.9
    assert [word for word in ("answered", "pressed 2", "hung up") if word not in output] == []


async def test_a_refusal_is_told_with_its_cause(tmp_path: Path) -> None:
    account = SipAccount(user="02088880000", host="127.0.0.1", port=5060)
    async with phone(tmp_path / "phone", account, 700) as desk, healthy(tmp_path / "home", desk.sip_port):
        process = await started(tmp_path / "home")
        await desk.wait("CALL_INCOMING", limit_s=20)
        await desk.hang_up()
        code, output = await ended(process)
    assert code == 1
    assert "not connected: SIP 486" in output


async def test_ctrl_c_hangs_up(tmp_path: Path) -> None:
    account = SipAccount(user="02088880000", host="127.0.0.1", port=5060, auto_answer=True)
    async with phone(tmp_path / "phone", account, 700) as desk, healthy(tmp_path / "home", desk.sip_port):
        process = await started(tmp_path / "home", "--seconds", "60")
        await desk.wait("CALL_ESTABLISHED", limit_s=20)
        await asyncio.sleep(1)
        process.send_signal(signal.SIGINT)
        await desk.wait("CALL_CLOSED", limit_s=5)
        code, output = await ended(process)
    assert code == 130, output
    assert "hanging up" in output


@pytest.mark.parametrize(
    ("demo", "said"),
    [
        (None, "There is no demo tenant"),
        ({"url": "http://127.0.0.1:9", "number": "1", "sip": {"port": 9}}, "does not answer"),
    ],
)
async def test_without_a_running_system_it_says_what_to_do(
    tmp_path: Path, demo: dict[str, object] | None, said: str
) -> None:
    if demo is not None:
        write_demo(tmp_path, demo)
    code, output = await ended(await started(tmp_path))
    assert code == 2
    assert said in output
    assert "./yingda up" in output
