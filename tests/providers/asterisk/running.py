"""A real Asterisk of a test's own, and an ear that hears what the switch tells."""

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from yingda.native.programs import asterisk
from yingda.providers.asterisk import AsteriskSettings, AsteriskSwitch, write_config
from yingda.telephony.switch import SwitchConnected, SwitchEvent, Transport, TrunkSpec

LAB = TrunkSpec("trunk-demo-lab", "127.0.0.1", 5999, Transport.UDP, ("alaw", "ulaw"), ("127.0.0.1",), qualify_s=0)

Event = TypeVar("Event", bound=SwitchEvent)


@dataclass(slots=True)
class RunningAsterisk:
    """One process and its settings."""

    settings: AsteriskSettings
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it and returns at once: it answers some hundred milliseconds later."""
        program = asterisk().program
        main_file = write_config(self.settings)
        with (self.settings.log_dir / "output").open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *program.argv,
                "-C",
                str(main_file),
                "-f",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **program.env},
            )

    async def kill(self) -> None:
        """Ends it without any farewell."""
        if self.process is not None:
            if self.process.returncode is None:
                self.process.kill()
            await self.process.wait()
            self.process = None

    def log(self) -> str:
        """Everything it has written."""
        return (self.settings.log_dir / "messages").read_text()


@dataclass(slots=True)
class Ear:
    """Reads a switch's events; ``heard`` keeps them all."""

    switch: AsteriskSwitch
    heard: list[SwitchEvent] = field(default_factory=list)
    _used: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Runs until cancelled."""
        async for event in self.switch.events():
            self.heard.append(event)
            self._news.set()

    async def next(self, kind: type[Event], limit_s: float = 10, **fields: object) -> Event:
        """The next event of this kind with these fields, after the one returned last. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while True:
                for number in range(self._used, len(self.heard)):
                    event = self.heard[number]
                    if isinstance(event, kind) and all(getattr(event, name) == fields[name] for name in fields):
                        self._used = number + 1
                        return event
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[RunningAsterisk]:
    """An Asterisk with its own ports and folders; ended afterwards."""
    found = RunningAsterisk(make_settings(folder))
    await found.start()
    try:
        yield found
    finally:
        await found.kill()


@asynccontextmanager
async def connected(server: RunningAsterisk) -> AsyncIterator[tuple[AsteriskSwitch, Ear]]:
    """A switch that is connected; the ear has heard :class:`SwitchConnected`."""
    switch = AsteriskSwitch(server.settings.control)
    ear = Ear(switch)
    listening = asyncio.create_task(ear.listen())
    try:
        await ear.next(SwitchConnected)
        yield switch, ear
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await switch.close_connection()


def make_settings(folder: Path) -> AsteriskSettings:
    """Settings with free ports, everything below ``folder``."""
    place = asterisk()
    sip = _free_ports(4)
    rtp = random.randrange(12000, 20000, 400)
    return AsteriskSettings(
        etc_dir=folder / "etc",
        run_dir=folder / "run",
        log_dir=folder / "log",
        spool_dir=folder / "spool",
        data_dir=folder / "data",
        modules_dir=place.modules,
        share_dir=place.share,
        sounds_dir=folder / "sounds",
        music_dir=folder / "music",
        ari_password="ari-secret",
        ami_password="ami-secret",
        sip_port=sip,
        http_port=sip + 2,
        ami_port=sip + 3,
        rtp_first=rtp,
        rtp_last=rtp + 399,
        sip_address="127.0.0.1",
        fallback_tries=8,
    )


def _free_ports(count: int) -> int:
    for _ in range(200):
        first = random.randrange(20000, 22990, 10)
        if all(_free(port) for port in range(first, first + count)):
            return first
    raise OSError("no free ports")


def _free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
