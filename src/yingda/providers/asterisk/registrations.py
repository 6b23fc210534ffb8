"""Which trunks that register are reachable: registered, which only AMI knows, and not fallen silent.

A provider may answer to OPTIONS and yet have forgotten us, or refuse our password. One that never
answers to OPTIONS is believed by its registration alone.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from yingda.providers.asterisk.ami import Ami, AmiDown, AmiRefused

log = structlog.get_logger()

# News come at once; this is for those that were lost together with the connection.
_LOOK_AGAIN_S = 15.0
_WAIT_S = 0.5
_EVENTS = ("Registry", "")


class Registrations:
    """Reads the states of all registrations and tells changes; ids are those of the trunks' endpoints."""

    def __init__(self, ami: Ami, changed: Callable[[str, bool], None]) -> None:
        self._ami = ami
        self._changed = changed
        self._expected: set[str] = set()
        self._registered: dict[str, bool] = {}
        self._answers: dict[str, bool] = {}
        self._told: dict[str, bool] = {}
        self._news = asyncio.Event()

    def happened(self, event: str) -> None:
        """Takes the name of an event of AMI's."""
        if event in _EVENTS:
            self._news.set()

    def registers(self, endpoint: str) -> bool:
        """Whether the endpoint is a trunk that registers."""
        return endpoint in self._registered

    def expect(self, endpoint: str, registers: bool) -> None:
        """A trunk was put, or removed: what was known of it before counts no more."""
        for known in (self._told, self._registered, self._answers):
            known.pop(endpoint, None)
        self._expected.discard(endpoint)
        if registers:
            self._expected.add(endpoint)
            self._registered[endpoint] = False
            self._news.set()

    def answers(self, endpoint: str, answers: bool) -> bool:
        """OPTIONS are answered from now on, or no longer; True where the provider was away and is back."""
        before = self._answers.get(endpoint)
        back = answers and before is False
        if answers or before is not None:
            self._answers[endpoint] = answers
            if back:
                self._registered[endpoint] = False
            self._tell()
        return back

    def tell_again(self) -> None:
        """Everything is told anew: a connection was lost or came back."""
        self._told.clear()
        self._answers.clear()
        self._news.set()

    async def read(self) -> Mapping[str, bool]:
        """By endpoint, whether it is reachable; by what was last known where AMI does not answer."""
        try:
            await self._read()
        except (AmiDown, AmiRefused) as error:
            log.info("registrations cannot be read", reason=str(error))
        return self._reachable()

    async def _read(self) -> None:
        items = await self._ami.gather("PJSIPShowRegistrationsOutbound")
        found = [item for item in items if item.get("Event") == "OutboundRegistrationDetail"]
        standing = {item["ObjectName"]: item.get("Status") == "Registered" for item in found}
        self._registered = dict.fromkeys(self._expected, False) | standing

    def _reachable(self) -> dict[str, bool]:
        return {name: standing and self._answers.get(name, True) for name, standing in self._registered.items()}

    async def watch(self) -> None:
        """Tells changes until cancelled."""
        while True:
            self._news.clear()
            try:
                await self._read()
            except (AmiDown, AmiRefused):
                await asyncio.sleep(_WAIT_S)
            else:
                self._tell()
            try:
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await self._news.wait()
            except TimeoutError:
                continue

    def _tell(self) -> None:
        for endpoint, reachable in self._reachable().items():
            if self._told.get(endpoint) is not reachable:
                self._told[endpoint] = reachable
                self._changed(endpoint, reachable)
