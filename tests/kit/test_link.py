"""The link between processes, over loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.app.patience import until
from yingda.kit import link as module
from yingda.kit.errors import Conflict, Unavailable
from yingda.kit.link import Frame, LinkClient, LinkServer, RemoteError

HOST = "127.0.0.1"
TOKEN = "secret"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def handler(verb: str, args: Frame) -> Any:
    match verb:
        case "echo":
            return args
        case "slow":
            await asyncio.sleep(args["s"])
            return "late"
        case "refuse":
            raise Conflict("Not now.", state="talking")
        case _:
            raise RuntimeError("nobody foresaw this")


@asynccontextmanager
async def serving(port: int, token: str = TOKEN) -> AsyncIterator[LinkServer]:
    server = LinkServer(token, handler, lambda: [{"type": "snapshot", "value": 0}])
    await server.start(HOST, port)
    try:
        yield server
    finally:
        await server.stop()


class Client:
    """A client that keeps what it hears."""

    def __init__(self, port: int, token: str = TOKEN) -> None:
        self.frames: list[Frame] = []
        self.losses = 0
        self.link = LinkClient(f"ws://{HOST}:{port}", token, self.frames.append, self._lost)

    def _lost(self) -> None:
        self.losses += 1


async def test_snapshot_events_and_commands() -> None:
    port = free_port()
    client = Client(port)
    async with serving(port) as server, client.link.running():
        await until(lambda: client.frames)
        for number in range(1, 101):
            server.broadcast({"type": "agent.changed", "value": number})
        await until(lambda: len(client.frames) == 101)
        assert [frame["value"] for frame in client.frames] == list(range(101))
        slow = asyncio.create_task(client.link.call("slow", {"s": 0.1}))
        assert await client.link.call("echo", {"a": [1, "二"]}) == {"a": [1, "二"]}
        assert not slow.done()
        assert await slow == "late"
        with pytest.raises(RemoteError) as refused:
            await client.link.call("refuse", {})
        assert (refused.value.id, refused.value.status, refused.value.detail) == (Conflict.id, 409, "Not now.")
        assert refused.value.extra == {"state": "talking"}
        with pytest.raises(RemoteError) as failed:
            await client.link.call("unknown", {})
        assert failed.value.status == 500
        assert await client.link.call("echo", {}) == {}


async def test_it_connects_again_and_begins_from_a_snapshot() -> None:
    port = free_port()
    client = Client(port)
    async with client.link.running():
        with pytest.raises(Unavailable):
            await client.link.call("echo", {})
        async with serving(port):
            await until(lambda: client.frames)
            waiting = asyncio.create_task(client.link.call("slow", {"s": 5}))
            await asyncio.sleep(0.05)
        with pytest.raises(Unavailable):
            await waiting
        assert client.losses == 1
        assert not client.link.connected
        async with serving(port):
            await until(lambda: len(client.frames) == 2)
            assert await client.link.call("echo", {"x": 1}) == {"x": 1}


async def test_a_wrong_token_hears_nothing() -> None:
    port = free_port()
    client = Client(port, "wrong")
    async with serving(port), client.link.running():
        await asyncio.sleep(0.5)
        assert not client.frames
        with pytest.raises(Unavailable):
            await client.link.call("echo", {})


async def test_no_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPLY_WITHIN_S", 0.1)
    port = free_port()
    client = Client(port)
    async with serving(port), client.link.running():
        await until(lambda: client.frames)
        with pytest.raises(Unavailable):
            await client.link.call("slow", {"s": 0.4})
        await asyncio.sleep(0.5)
        assert await client.link.call("echo", {}) == {}


async def test_a_slow_peer_is_cut_off_and_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKLOG", 50)
    port = free_port()
    quick = Client(port)
    big = "x" * 100_000
    async with serving(port) as server:
        headers = {"Authorization": "Bearer secret"}
        slow = connect(f"ws://{HOST}:{port}", additional_headers=headers, max_queue=1, max_size=None, close_timeout=0.1)
        async with slow as stuck, quick.link.running():
            await stuck.recv()
            await until(lambda: quick.frames)
            for number in range(300):
                server.broadcast({"type": "big", "value": big, "n": number})
                await asyncio.sleep(0.002)
            await until(lambda: len(server._peers) == 1)
            await until(lambda: len(quick.frames) == 301)
            heard: list[str | bytes] = []
            async with asyncio.timeout(5):
                with suppress(ConnectionClosed):
                    async for frame in stuck:
                        heard.append(frame)
            assert len(heard) < 300
