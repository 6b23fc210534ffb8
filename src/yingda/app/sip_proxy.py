"""SIP over websocket through our own address: a remote browser needs one origin and one port.

Frames are passed on unread, both ways. The voice itself goes from the browser to Asterisk directly.
"""

import asyncio
from contextlib import suppress

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

log = structlog.get_logger()

router = APIRouter()

AWAY = 1013
LARGEST_FRAME = 64 << 10


@router.websocket("/ws")
async def sip(browser: WebSocket) -> None:
    """One browser's SIP connection."""
    offered = browser.headers.get("sec-websocket-protocol", "")
    if "sip" not in [name.strip() for name in offered.split(",")]:
        await browser.close(1002)
        return
    url = browser.app.state.sip_websocket
    try:
        async with connect(
            url, subprotocols=[Subprotocol("sip")], max_size=LARGEST_FRAME, compression=None, open_timeout=5
        ) as switch:
            await browser.accept(subprotocol="sip")
            await _pass_on(browser, switch)
    except (OSError, TimeoutError, InvalidHandshake) as error:
        log.info("switch does not take SIP websockets", error=str(error))
        with suppress(RuntimeError, WebSocketDisconnect):
            await browser.close(AWAY)


async def _pass_on(browser: WebSocket, switch: ClientConnection) -> None:
    tasks = {asyncio.create_task(_up(browser, switch)), asyncio.create_task(_down(browser, switch))}
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with suppress(RuntimeError, WebSocketDisconnect):
        await browser.close()


async def _up(browser: WebSocket, switch: ClientConnection) -> None:
    with suppress(WebSocketDisconnect, ConnectionClosed):
        while True:
            message = await browser.receive()
            if message["type"] == "websocket.disconnect":
                return
            await switch.send(message.get("text") or message.get("bytes") or "")


async def _down(browser: WebSocket, switch: ClientConnection) -> None:
    with suppress(ConnectionClosed, RuntimeError):
        async for frame in switch:
            if isinstance(frame, str):
                await browser.send_text(frame)
            else:
                await browser.send_bytes(frame)
