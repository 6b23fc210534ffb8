"""The private connection between two of our processes: commands one way, events the other.

The server owns some state. A client that connects gets what ``snapshot`` yields and then every
broadcast in order; it sends commands and gets one reply to each. Frames are JSON. A peer that does
not keep up is cut off and starts again from a snapshot, so nothing grows without a bound. A message
of the server is a list of frames: what one stimulus changed goes out in one write.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from yingda.kit.errors import Unavailable, YingdaError

log = structlog.get_logger()

Frame = dict[str, Any]
Handler = Callable[[str, Frame], Awaitable[Any]]

BACKLOG = 20_000
"""Frames that may wait for one slow peer before it is cut off."""

TOGETHER = 200
"""Frames that may go out as one message, where more than one waits."""

REPLY_WITHIN_S = 10.0


class RemoteError(YingdaError):
    """An error that the other process answered with, as it was raised there."""

    def __init__(self, body: Frame) -> None:
        super().__init__(str(body.pop("detail", "")))
        self.id = str(body.pop("id", "internal"))  # type: ignore[misc]
        self.status = int(body.pop("status", 500))  # type: ignore[misc]
        self.title = str(body.pop("title", ""))  # type: ignore[misc]
        self.extra = body


class LinkServer:
    """The side that owns the state."""

    def __init__(self, token: str, handler: Handler, snapshot: Callable[[], Iterable[Frame]]) -> None:
        """``handler(verb, args)`` answers commands with a JSON value or raises a :class:`YingdaError`."""
        self._token = token
        self._handler = handler
        self._snapshot = snapshot
        self._peers: set[asyncio.Queue[Frame | None]] = set()
        self._server: Server | None = None

    async def start(self, host: str, port: int) -> None:
        """Listens."""
        self._server = await serve(self._serve, host, port, max_size=4 << 20, compression=None)

    async def stop(self) -> None:
        """Closes every connection."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def broadcast(self, frame: Frame) -> None:
        """Sends an event to every peer."""
        for peer in list(self._peers):
            if peer.qsize() >= BACKLOG:
                self._cut_off(peer)
            else:
                peer.put_nowait(frame)

    def _cut_off(self, peer: "asyncio.Queue[Frame | None]") -> None:
        """What waits for the peer is let go at once: it begins again from a snapshot."""
        self._peers.discard(peer)
        while not peer.empty():
            peer.get_nowait()
        peer.put_nowait(None)

    async def _serve(self, connection: ServerConnection) -> None:
        request = connection.request
        offered = request.headers.get("Authorization", "") if request else ""
        if not hmac.compare_digest(offered, f"Bearer {self._token}"):
            await connection.close(4401, "wrong token")
            return
        out: asyncio.Queue[Frame | None] = asyncio.Queue()
        for frame in self._snapshot():
            out.put_nowait(frame)
        self._peers.add(out)
        async with asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(_write(connection, out))
            try:
                with suppress(ConnectionClosed):
                    async for message in connection:
                        tasks.create_task(self._answer(orjson.loads(message), out))
            finally:
                self._peers.discard(out)
                writer.cancel()

    async def _answer(self, frame: Frame, out: "asyncio.Queue[Frame | None]") -> None:
        reply: Frame = {"reply": frame["id"]}
        try:
            reply["result"] = await self._handler(frame["verb"], frame["args"])
        except YingdaError as error:
            reply["error"] = {
                "id": error.id,
                "status": error.status,
                "title": error.title,
                "detail": error.detail,
                **error.extra,
            }
        except Exception:
            log.exception("command failed", verb=frame.get("verb"))
            reply["error"] = {"id": YingdaError.id, "status": 500, "title": YingdaError.title, "detail": ""}
        out.put_nowait(reply)


async def _write(connection: ServerConnection, out: "asyncio.Queue[Frame | None]") -> None:
    with suppress(ConnectionClosed):
        while True:
            waiting = await _waiting(out)
            frames = [frame for frame in waiting if frame is not None]
            if frames:
                await connection.send(orjson.dumps(frames, default=str), text=True)
            if len(frames) < len(waiting):
                break
        log.warning("link peer too slow, cut off")
        await connection.close(4408, "too slow")


async def _waiting(out: "asyncio.Queue[Frame | None]") -> "list[Frame | None]":
    """At least one frame, and what has queued behind it; a ``None`` is always the last."""
    frames = [await out.get()]
    while frames[-1] is not None and len(frames) < TOGETHER and not out.empty():
        frames.append(out.get_nowait())
    return frames


class LinkClient:
    """The side that follows the state and commands it. Connects again by itself, for ever."""

    def __init__(
        self,
        url: str,
        token: str,
        on_frame: Callable[[Frame], None],
        on_lost: Callable[[], None],
    ) -> None:
        """``on_frame`` is called with every snapshot frame and broadcast in order."""
        self._url = url
        self._token = token
        self._on_frame = on_frame
        self._on_lost = on_lost
        self._connection: ClientConnection | None = None
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._last = 0

    @property
    def connected(self) -> bool:
        """Whether the other process is there."""
        return self._connection is not None

    async def call(self, verb: str, args: Frame) -> Any:
        """Sends a command and waits for its answer.

        Raises :class:`RemoteError` with the error of the other side, :class:`Unavailable` where the
        other side is away or does not answer in time.
        """
        connection = self._connection
        if connection is None:
            raise Unavailable("The switch process is starting; please try again.")
        self._last += 1
        number = self._last
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._replies[number] = future
        try:
            await connection.send(orjson.dumps({"id": number, "verb": verb, "args": args}, default=str), text=True)
            return await asyncio.wait_for(future, REPLY_WITHIN_S)
        except (ConnectionClosed, TimeoutError) as error:
            raise Unavailable("The switch process does not answer; please try again.") from error
        finally:
            self._replies.pop(number, None)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LinkClient"]:
        """Keeps the connection for as long as the block lasts."""
        task = asyncio.create_task(self._run())
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            try:
                headers = {"Authorization": f"Bearer {self._token}"}
                async with connect(
                    self._url, additional_headers=headers, max_size=None, compression=None, open_timeout=5
                ) as connection:
                    self._connection = connection
                    async for message in connection:
                        for frame in orjson.loads(message):
                            self._receive(frame)
            except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed) as error:
                log.debug("link not connected", error=str(error))
            finally:
                self._lost()
            await asyncio.sleep(0.2)

    def _receive(self, frame: Frame) -> None:
        if "reply" not in frame:
            self._on_frame(frame)
            return
        future = self._replies.get(frame["reply"])
        if future is None or future.done():
            return
        if "error" in frame:
            future.set_exception(RemoteError(frame["error"]))
        else:
            future.set_result(frame["result"])

    def _lost(self) -> None:
        if self._connection is None:
            return
        self._connection = None
        for future in self._replies.values():
            if not future.done():
                future.set_exception(Unavailable("The switch process went away; please try again."))
        self._on_lost()
