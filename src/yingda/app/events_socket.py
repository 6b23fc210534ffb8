"""The browser's event socket: ``GET /api/v1/events``.

The client sends ``{"token": …}`` first; the server answers with a snapshot and then sends events,
each with the next ``seq`` of this connection. A second snapshot in the stream replaces everything.
"""

import asyncio
from contextlib import suppress

import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from yingda.accounts.actions.identity import SignedIn
from yingda.accounts.http import actor_of_token
from yingda.app.desk_api import viewer_of
from yingda.app.hub import Follower, Hub
from yingda.app.live import Json
from yingda.kit.errors import Unauthorized, YingdaError

router = APIRouter()

HELLO_WITHIN_S = 10
SIGNED_OUT = 4401
NOT_READY = 4503


@router.websocket("/events")
async def events(socket: WebSocket) -> None:
    """Snapshot, then ordered events, until either side goes."""
    await socket.accept()
    try:
        who = await _who(socket)
    except (Unauthorized, ValueError, KeyError, TypeError, TimeoutError):
        await socket.close(SIGNED_OUT, "sign in first")
        return
    except WebSocketDisconnect:
        return
    except YingdaError as error:
        await socket.close(NOT_READY, error.id)
        return
    hub: Hub = socket.app.state.hub
    follower = hub.follow(who.tenant_id, viewer_of(hub, who))
    follower.restart()
    sender = asyncio.create_task(_send(socket, hub, who, follower))
    reader = asyncio.create_task(_read(socket))
    try:
        await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.unfollow(who.tenant_id, follower)
        for task in (sender, reader):
            task.cancel()
        await asyncio.gather(sender, reader, return_exceptions=True)
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close()


async def _who(socket: WebSocket) -> SignedIn:
    hello = orjson.loads(await asyncio.wait_for(socket.receive_text(), HELLO_WITHIN_S))
    return await actor_of_token(socket.app.state.db, str(hello["token"]))


async def _send(socket: WebSocket, hub: Hub, who: SignedIn, follower: Follower) -> None:
    seq = 0
    while True:
        event = await follower.queue.get()
        seq += 1
        if event is None:
            try:
                # Who is an agent may have changed with the snapshot.
                follower.viewer = viewer_of(hub, who)
                kind, value = "snapshot", hub.begin(who.tenant_id, follower)
            except YingdaError:
                await asyncio.sleep(0.5)
                follower.restart()
                continue
        else:
            kind, value = event
        await _frame(socket, kind, seq, value)


async def _frame(socket: WebSocket, kind: str, seq: int, value: Json) -> None:
    await socket.send_text(orjson.dumps({"type": kind, "seq": seq, "value": value}).decode())


async def _read(socket: WebSocket) -> None:
    """Answers pings; ends when the client goes."""
    with suppress(WebSocketDisconnect):
        while True:
            if "ping" in await socket.receive_text():
                await socket.send_text('{"type":"pong"}')
