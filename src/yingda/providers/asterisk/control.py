"""The control of one Asterisk that comes back by itself: connect, look around, hear events, connect again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import structlog

from yingda.kit.clock import Clock
from yingda.providers.asterisk.ari import AriAddress, AriConnection, AriDown, AriRefused, Bridge, Channel, Endpoint
from yingda.providers.asterisk.names import APP
from yingda.providers.asterisk.translate import EVENTS, PHONE_EVENTS, snapshot
from yingda.telephony.switch import LegGone, SwitchConnected, SwitchError, SwitchUnavailable

log = structlog.get_logger()

PHONES_APP = f"{APP}-phones"
"""Hears what happens to endpoints. Were the calls' application subscribed to them, it would hear all events twice."""

_MARK = "YINGDA_SEEN"
_FIRST_WAITS_S = (0.0, 0.1, 0.2, 0.3)
_WAIT_S = 0.5
_NOT_YET_S = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ControlAddress:
    """Where Asterisk is controlled: ARI, and AMI on the same machine."""

    ari: AriAddress
    ami_host: str
    ami_port: int
    ami_user: str
    ami_password: str


class Control:
    """Holds the connection and asks over it. One owner reads :meth:`run`; many tasks may ask.

    ``registered`` tells of each trunk that registers whether it is registered.
    """

    def __init__(
        self, address: AriAddress, clock: Clock, registered: Callable[[], Awaitable[Mapping[str, bool]]]
    ) -> None:
        self._address = address
        self._registered = registered
        self._clock = clock
        self._ari: AriConnection | None = None

    async def run(
        self,
        connected: Callable[[SwitchConnected], None],
        heard: Callable[[Raw], None],
        lost: Callable[[], None],
    ) -> None:
        """Keeps the connection up until cancelled; the callbacks get everything in order."""
        failures = 0
        while True:
            await asyncio.sleep(_FIRST_WAITS_S[failures] if failures < len(_FIRST_WAITS_S) else _WAIT_S)
            early: asyncio.Queue[Raw | None] = asyncio.Queue()
            try:
                ari = await AriConnection.open(self._address, [APP, PHONES_APP], early.put_nowait)
            except AriDown as error:
                failures += 1
                if failures == len(_FIRST_WAITS_S):
                    log.warning("asterisk is out of reach", reason=str(error))
                continue
            try:
                seen = await self._look(ari)
            except (AriDown, AriRefused) as error:
                # An Asterisk that is still starting listens before all its modules answer.
                log.info("asterisk is not ready", reason=str(error))
                failures += 1
                await ari.close()
                continue
            failures = 0
            try:
                await self._hear(ari, seen, early, connected, heard)
            finally:
                self._ari = None
                await ari.close()
            lost()

    async def _hear(
        self,
        ari: AriConnection,
        seen: SwitchConnected,
        events: "asyncio.Queue[Raw | None]",
        connected: Callable[[SwitchConnected], None],
        heard: Callable[[Raw], None],
    ) -> None:
        self._ari = ari
        waiting = [raw for _ in range(events.qsize()) if (raw := events.get_nowait()) is not None]
        connected(_without_arrivals(seen, waiting))
        for raw in waiting:
            heard(raw)
        over = asyncio.create_task(ari.wait_lost())
        over.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while (raw := await events.get()) is not None:
                heard(raw)
        finally:
            over.cancel()

    async def _look(self, ari: AriConnection) -> SwitchConnected:
        """Sets the filters and reads everything that exists."""
        await ari.request("PUT", f"applications/{APP}/eventFilter", body=_only(EVENTS))
        await ari.request("PUT", f"applications/{PHONES_APP}/eventFilter", body=_only(PHONE_EVENTS))
        await ari.request("POST", f"applications/{PHONES_APP}/subscription", {"eventSource": "endpoint:PJSIP"})
        mark = await ari.request("GET", "asterisk/variable", {"variable": _MARK})
        seen = await self._read(ari, restarted=not mark["value"])
        # The mark lives as long as Asterisk's process: where it is missing, Asterisk was started anew.
        await ari.request("POST", "asterisk/variable", {"variable": _MARK, "value": "1"})
        return seen

    async def _read(self, ari: AriConnection, *, restarted: bool) -> SwitchConnected:
        application = await ari.request("GET", f"applications/{APP}")
        return snapshot(
            cast("list[Channel]", await ari.request("GET", "channels")),
            cast("list[Bridge]", await ari.request("GET", "bridges")),
            frozenset(application["channel_ids"]),
            cast("list[Endpoint]", await ari.request("GET", "endpoints/PJSIP")),
            await self._registered(),
            restarted,
            self._clock.now(),
        )

    async def look(self) -> SwitchConnected:
        """Everything that exists now. Raises :class:`SwitchUnavailable`."""
        ari = self._ari
        if ari is None:
            raise SwitchUnavailable("no connection to Asterisk")
        try:
            return await self._read(ari, restarted=False)
        except (AriDown, AriRefused) as error:
            raise SwitchUnavailable(str(error)) from error

    async def ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """One request. Raises :class:`SwitchUnavailable`, or :class:`AriRefused` for the caller to judge."""
        ari = self._ari
        if ari is None:
            raise SwitchUnavailable("no connection to Asterisk")
        try:
            return await ari.request(method, path, query, body)
        except AriDown as error:
            raise SwitchUnavailable(str(error)) from error

    async def ask_leg(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """A request about a leg that exists. Raises :class:`LegGone` where it does not, :class:`SwitchError` else.

        A leg just made enters our application some milliseconds after the reply; until then
        Asterisk refuses, so the request is made again for about half a second.
        """
        for wait_s in (*_NOT_YET_S, None):
            try:
                return await self.ask(method, path, query, body)
            except AriRefused as error:
                if error.status in (404, 412) or "not found" in error.reason:
                    raise LegGone(error.reason) from error
                if error.status not in (409, 422) or "Stasis" not in error.reason or wait_s is None:
                    raise SwitchError(str(error)) from error
                await asyncio.sleep(wait_s)
        raise AssertionError("unreachable")

    async def ask_gone_is_fine(self, method: str, path: str, query: Mapping[str, str] | None = None) -> None:
        """A request that ends something; that it is over already is no error."""
        try:
            await self.ask(method, path, query)
        except AriRefused as error:
            if error.status not in (404, 412):
                raise SwitchError(str(error)) from error


def _only(kinds: tuple[str, ...]) -> dict[str, list[dict[str, str]]]:
    return {"allowed": [{"type": kind} for kind in kinds]}


def _without_arrivals(seen: SwitchConnected, waiting: list[Raw]) -> SwitchConnected:
    """A leg that came in while we looked around is told once: by its arrival, which follows."""
    arriving = {raw["channel"]["id"] for raw in waiting if raw["type"] == "StasisStart"}
    legs = tuple(leg for leg in seen.legs if leg.leg not in arriving)
    return SwitchConnected(legs, seen.bridges, seen.reachable, seen.restarted, seen.at)
