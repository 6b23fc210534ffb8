"""A small client of Asterisk's manager interface (AMI), for what ARI lacks: a few verbs, and registrations.

One TCP connection on loopback, opened when first needed and again after a loss.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping

import structlog

log = structlog.get_logger()

TIMEOUT_S = 5.0


class AmiDown(Exception):
    """The manager interface cannot be reached, refuses us, or gives no reply in time."""


class AmiRefused(Exception):
    """Asterisk did not carry out an action; the text is its own."""


class Ami:
    """Actions over one connection. Safe to use from many tasks.

    ``heard`` gets the name of every event of the class ``system``, and "" where the connection is lost;
    without it no events are sent.
    """

    def __init__(
        self, host: str, port: int, user: str, password: str, heard: Callable[[str], None] | None = None
    ) -> None:
        self._host = host
        self._port = port
        self._user = user
        self._password = password
        self._heard = heard
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._awaited: dict[str, asyncio.Future[dict[str, str]]] = {}
        self._items: dict[str, list[dict[str, str]]] = {}
        self._numbers = itertools.count(1)
        self._opening = asyncio.Lock()

    async def act(self, action: str, fields: Mapping[str, str]) -> dict[str, str]:
        """Carries out one action and returns the reply's fields.

        Raises :class:`AmiRefused` where Asterisk answers with an error, :class:`AmiDown` where it
        does not answer in :data:`TIMEOUT_S`.
        """
        return (await self._act(action, fields))[0]

    async def gather(self, action: str) -> list[dict[str, str]]:
        """Carries out an action that answers with a list; each item's fields. Raises as :meth:`act`."""
        return (await self._act(action, {}))[1:]

    async def _act(self, action: str, fields: Mapping[str, str]) -> list[dict[str, str]]:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                used = self._writer is not None
                try:
                    return await self._ask(action, fields)
                except (ConnectionError, AmiDown):
                    # A connection that Asterisk's predecessor held open is found dead only when it is used.
                    if not used:
                        raise
                    self._drop()
                    return await self._ask(action, fields)
        except (OSError, TimeoutError) as error:
            raise AmiDown(str(error) or "no reply in time") from error

    async def _ask(self, action: str, fields: Mapping[str, str]) -> list[dict[str, str]]:
        async with self._opening:
            if self._writer is None:
                await self._open()
        return await self._send(action, fields)

    async def close(self) -> None:
        """Closes the connection; the next action opens it again."""
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        self._drop()

    async def _open(self) -> None:
        reader, self._writer = await asyncio.open_connection(self._host, self._port)
        await reader.readline()  # the greeting
        self._reading = asyncio.create_task(self._read(reader), name="ami replies")
        try:
            wanted = "off" if self._heard is None else "system"
            await self._send("Login", {"Username": self._user, "Secret": self._password, "Events": wanted})
        except BaseException as error:
            self._drop()
            if isinstance(error, AmiRefused):
                raise AmiDown(str(error)) from error
            raise

    async def _send(self, action: str, fields: Mapping[str, str]) -> list[dict[str, str]]:
        """The reply and, where it announces a list, what follows."""
        if self._writer is None:
            raise AmiDown("connection lost")
        number = str(next(self._numbers))
        lines = {"Action": action, "ActionID": number, **fields}
        for value in lines.values():
            # A line break would start a field, or an action, of somebody else's making.
            if "\r" in value or "\n" in value:
                raise AmiRefused("line break in a field")
        reply: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self._awaited[number] = reply
        try:
            text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
            self._writer.write(f"{text}\r\n".encode())
            await self._writer.drain()
            answer = await reply
        finally:
            self._awaited.pop(number, None)
            items = self._items.pop(number, [])
        if answer.get("Response") != "Success":
            raise AmiRefused(answer.get("Message", "refused"))
        return [answer, *items]

    async def _read(self, reader: asyncio.StreamReader) -> None:
        fields: dict[str, str] = {}
        try:
            while line := await reader.readline():
                name, colon, value = line.decode(errors="replace").strip().partition(":")
                if colon:
                    fields[name] = value.strip()
                    continue
                self._take(fields)
                fields = {}
        except OSError as error:
            log.info("ami connection closed", reason=str(error))
        finally:
            self._drop()

    def _take(self, fields: dict[str, str]) -> None:
        """A list is a reply that announces it, its items, and an event that ends it, all with one number."""
        number, listed = fields.get("ActionID", ""), fields.get("EventList", "").lower()
        reply = self._awaited.get(number)
        if reply is None or reply.done():
            if "Event" in fields and self._heard is not None:
                self._heard(fields["Event"])
        elif listed == "start":
            self._items[number] = [fields]
        elif number in self._items and listed != "complete":
            self._items[number].append(fields)
        else:
            first = self._items[number].pop(0) if number in self._items else fields
            reply.set_result(first)

    def _drop(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
            if self._heard is not None:
                self._heard("")
        for reply in self._awaited.values():
            if not reply.done():
                reply.set_exception(AmiDown("connection lost"))
