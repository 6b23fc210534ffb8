"""One connection to Asterisk's control interface (ARI).

Two kinds of websocket, both opened by us. The *event socket* registers the applications and carries
events only, so that a slow request can never delay one. *Request sockets* carry REST requests
(``RESTRequest``/``RESTResponse``); Asterisk serves the requests of one socket one after another, so
there are a few, and each request takes the least busy. Measured in docs/decisions/0003.

Asterisk drops a socket whose reader stalls. The readers here therefore do nothing but parse and
enqueue. When any socket breaks, the whole connection counts as lost: half a connection is worse
than none. Reconnecting is the business of the owner (:mod:`yingda.providers.asterisk.switch`).
"""

import asyncio
import itertools
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, Self, TypedDict
from urllib.parse import quote, urlsplit

import orjson
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

log = structlog.get_logger()

REQUEST_TIMEOUT_S = 5.0
OPEN_TIMEOUT_S = 3.0
REQUEST_SOCKETS = 3
_PING_S = 10.0
_PONG_S = 20.0


class CallerId(TypedDict):
    """A number and name as Asterisk tells them; '' where unknown."""

    name: str
    number: str


class DialplanSpot(TypedDict):
    """Where a channel is in the dialplan."""

    context: str
    exten: str
    app_name: NotRequired[str]
    app_data: NotRequired[str]


class Channel(TypedDict):
    """A channel, as far as we read it."""

    id: str
    name: str
    state: str
    caller: CallerId
    connected: CallerId
    dialplan: DialplanSpot
    creationtime: str


class Bridge(TypedDict):
    """A bridge and the ids of the channels in it."""

    id: str
    channels: list[str]


class Endpoint(TypedDict):
    """A phone or trunk; ``state`` is ``online``, ``offline`` or ``unknown``."""

    technology: str
    resource: str
    state: NotRequired[str]


class AriDown(Exception):
    """The connection is not there, broke during the request, or gave no reply in time."""


class AriRefused(Exception):
    """Asterisk answered a request with an error status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class AriAddress:
    """Where and as whom to connect. ``url`` is like ``http://127.0.0.1:8088/ari``."""

    url: str
    user: str
    password: str

    def websocket(self, apps: Sequence[str]) -> str:
        """The address of a websocket that registers ``apps``."""
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return f"{scheme}://{parts.netloc}{parts.path}/events?app={quote(','.join(apps))}&subscribeAll=false"

    def headers(self) -> dict[str, str]:
        """Basic authentication; kept out of the address, which may be logged."""
        token = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {token}"}


class _RequestSocket:
    """One websocket for requests, with the replies that are awaited on it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.awaited: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def read(self) -> None:
        async for raw in self.socket:
            message = orjson.loads(raw)
            reply = self.awaited.pop(message.get("request_id", ""), None)
            if reply is not None and not reply.done():
                reply.set_result(message)

    def fail(self) -> None:
        for reply in self.awaited.values():
            if not reply.done():
                reply.set_exception(AriDown("connection lost"))
        self.awaited.clear()


class AriConnection:
    """An open connection; made by :meth:`open`, ended by :meth:`close` or by its loss."""

    def __init__(self, event_socket: ClientConnection, request_sockets: Sequence[ClientConnection]) -> None:
        self._event_socket = event_socket
        self._requests = [_RequestSocket(socket) for socket in request_sockets]
        self._numbers = itertools.count(1)
        self._tasks: list[asyncio.Task[None]] = []
        self._lost = asyncio.Event()

    @classmethod
    async def open(
        cls,
        address: AriAddress,
        apps: Sequence[str],
        on_event: Callable[[dict[str, Any]], None],
        sockets: int = REQUEST_SOCKETS,
    ) -> Self:
        """Connects and registers ``apps``; ``on_event`` is called from the reader and must only enqueue.

        Raises :class:`AriDown` when Asterisk cannot be reached or refuses.
        """
        opened: list[ClientConnection] = []
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                # Request sockets need an application too; theirs never gets an event.
                names = [apps, *([f"{apps[0]}-requests-{n}"] for n in range(sockets))]
                opened.extend([await cls._connect(address, wanted) for wanted in names])
        except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed) as error:
            for socket in opened:
                await socket.close()
            raise AriDown(str(error) or type(error).__name__) from error
        connection = cls(opened[0], opened[1:])
        connection._start(on_event)
        return connection

    @staticmethod
    async def _connect(address: AriAddress, apps: Sequence[str]) -> ClientConnection:
        return await connect(
            address.websocket(apps),
            additional_headers=address.headers(),
            compression=None,
            max_size=None,
            max_queue=None,
            ping_interval=_PING_S,
            ping_timeout=_PONG_S,
            close_timeout=1,
            proxy=None,
        )

    def _start(self, on_event: Callable[[dict[str, Any]], None]) -> None:
        self._tasks.append(asyncio.create_task(self._read_events(on_event), name="ari events"))
        for requests in self._requests:
            self._tasks.append(asyncio.create_task(self._read_replies(requests), name="ari replies"))

    async def _read_events(self, on_event: Callable[[dict[str, Any]], None]) -> None:
        try:
            async for raw in self._event_socket:
                on_event(orjson.loads(raw))
        except ConnectionClosed as error:
            log.info("ari event socket closed", reason=str(error))
        finally:
            self._break()

    async def _read_replies(self, requests: _RequestSocket) -> None:
        try:
            await requests.read()
        except ConnectionClosed as error:
            log.info("ari request socket closed", reason=str(error))
        finally:
            self._break()

    def _break(self) -> None:
        self._lost.set()
        for requests in self._requests:
            requests.fail()

    @property
    def is_lost(self) -> bool:
        """Whether a socket broke; nothing can be asked any more."""
        return self._lost.is_set()

    async def wait_lost(self) -> None:
        """Returns when the connection is over."""
        await self._lost.wait()

    async def close(self) -> None:
        """Closes all sockets. Channels and bridges in Asterisk go on."""
        self._break()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        sockets = [self._event_socket, *(requests.socket for requests in self._requests)]
        await asyncio.gather(*(socket.close() for socket in sockets), return_exceptions=True)

    async def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        timeout_s: float = REQUEST_TIMEOUT_S,
    ) -> Any:
        """One REST request, such as ``POST channels/ID/answer``; returns the parsed body, None where empty.

        Raises :class:`AriRefused` for an error status and :class:`AriDown` when no reply comes in
        ``timeout_s``: whether Asterisk acted is then unknown.
        """
        if self._lost.is_set():
            raise AriDown("connection lost")
        requests = min(self._requests, key=lambda one: len(one.awaited))
        number = str(next(self._numbers))
        message: dict[str, Any] = {"type": "RESTRequest", "request_id": number, "method": method, "uri": path}
        if query:
            message["query_strings"] = [{"name": name, "value": value} for name, value in query.items()]
        if body is not None:
            message["content_type"] = "application/json"
            message["message_body"] = orjson.dumps(body).decode()
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        requests.awaited[number] = reply
        try:
            async with asyncio.timeout(timeout_s):
                await requests.socket.send(orjson.dumps(message).decode())
                answer = await reply
        except ConnectionClosed as error:
            raise AriDown("connection lost") from error
        except TimeoutError as error:
            raise AriDown(f"no reply to {method} {path} in {timeout_s} s") from error
        finally:
            requests.awaited.pop(number, None)
        return _body(answer)


def _body(answer: Mapping[str, Any]) -> Any:
    text = answer.get("message_body")
    parsed = orjson.loads(text) if text else None
    status = int(answer["status_code"])
    if status >= 300:
        message = parsed.get("message") if isinstance(parsed, dict) else None
        raise AriRefused(status, message or answer.get("reason_phrase", ""))
    return parsed
