"""The ``switch`` process: the only one that controls Asterisk; owns the live state."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import generate_latest

from yingda.app.process import run
from yingda.app.settings import Settings, settings
from yingda.app.switching.commands import VERBS
from yingda.app.switching.config import ConfigStore, TenantConfig, watch
from yingda.app.switching.devices import Devices
from yingda.app.switching.perform import Performer
from yingda.app.switching.reconciler import FIGURES, Reconciler
from yingda.app.switching.runner import Runner, snapshot
from yingda.app.switching.store import make_store
from yingda.app.switching.writer import Writer
from yingda.channels.voice.exchange import Exchange
from yingda.channels.voice.floor import Floor
from yingda.flows.prewarm import fixed_prompts
from yingda.flows.queries import sound_finder
from yingda.flows.sounds import SoundStore
from yingda.kit.clock import SystemClock
from yingda.kit.db import Database, make_engine
from yingda.kit.errors import NotFound, YingdaError
from yingda.kit.ids import new_id
from yingda.kit.jobs import make_queue, plain_url
from yingda.kit.journal import Journal
from yingda.kit.link import Frame, LinkServer
from yingda.kit.vault import Vault
from yingda.providers.asterisk.ari import AriAddress
from yingda.providers.asterisk.control import ControlAddress
from yingda.providers.asterisk.switch import AsteriskSwitch
from yingda.providers.speech.espeak import Espeak
from yingda.telephony.switch import SwitchConnected, SwitchLost

log = structlog.get_logger()

SYNC_S = 1.0


class Process:
    """Everything of the process, put together."""

    def __init__(self, config: Settings) -> None:
        self.config = config
        self.clock = SystemClock()
        self.database = Database(make_engine(config.database_url, pool_size=4))
        self.switch = AsteriskSwitch(_address(config))
        self.journal = Journal(config.home / "switch" / "journal")
        self.queue = make_queue(config.database_url)
        self.writer = Writer(self.journal, make_store(self.database, self.queue), self.clock)
        self.runner = Runner(Exchange(new_id), self.switch, self.journal, self.writer, self.clock)
        self.store = ConfigStore(self.database, Vault(config.vault_key), config.home / "switch" / "setup")
        self.devices = Devices(self.switch)
        self.sounds = SoundStore(config.sounds, Espeak(config.espeak))
        self.link = LinkServer(config.link_token, self.command, self.snapshots)
        self.reconciler = Reconciler(self.runner, self.switch)
        self.runner.broadcast = self.link.broadcast
        self.runner.performer = Performer(self.switch, self.sounds_of, config.recordings / "incoming", self.runner.tell)
        self.ready = False
        self._changed: asyncio.Queue[UUID | None] = asyncio.Queue()
        self._to_speak: asyncio.Queue[TenantConfig] = asyncio.Queue()

    async def sounds_of(self, tenant: UUID, prompts: Sequence[object]) -> list[Path]:
        """Files of prompts, made where they are missing."""
        find = sound_finder(self.database, tenant)
        return [await self.sounds.ensure(prompt, find) for prompt in prompts]  # type: ignore[arg-type]

    async def command(self, verb: str, args: Frame) -> Any:
        """A command of a web process."""
        if verb == "metrics":
            return generate_latest(FIGURES).decode()
        found = VERBS.get(verb)
        tenant = UUID(args["tenant"])
        if found is None or tenant not in self.runner.exchange.floors:
            raise NotFound("There is no such command.")

        def run(floor: Floor, now: datetime) -> Any:
            return found(floor, args, now)

        return await self.runner.ask(tenant, run)

    def snapshots(self) -> list[Frame]:
        """What a web process begins with."""
        now = self.clock.now()
        return [self._readiness(), *(snapshot(floor, now) for floor in self.runner.exchange.floors.values())]

    def _readiness(self) -> Frame:
        return {"type": "switch", "value": {"ready": self.ready}}

    def _set_ready(self, ready: bool) -> None:
        """Tells web processes whether calls can be taken."""
        self.ready = ready
        self.link.broadcast(self._readiness())

    async def run(self) -> None:
        """Serves until cancelled."""
        self.store.remember()
        for config in self.store.tenants.values():
            await self._adopt(config)
        if not self.store.tenants:
            await self._load(None)
        self.runner.flush()
        await self.link.start(self.config.link_host, self.config.link_port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.runner.run())
            tasks.create_task(self.writer.run())
            tasks.create_task(self._hear())
            tasks.create_task(self._sync())
            tasks.create_task(self.reconciler.run())
            tasks.create_task(self.devices.run())
            tasks.create_task(self._reload())
            tasks.create_task(self._speak_ahead())
            tasks.create_task(watch(plain_url(self.config.database_url), self._changed.put_nowait))

    async def _hear(self) -> None:
        async for event in self.switch.events():
            if isinstance(event, SwitchConnected):
                await self.devices.connected(event.restarted)
            self.runner.put(lambda now, event=event: self.runner.exchange.happened(event, now))  # type: ignore[misc]
            if isinstance(event, SwitchConnected | SwitchLost):
                self._set_ready(isinstance(event, SwitchConnected))

    async def _reload(self) -> None:
        while True:
            only = await self._changed.get()
            await self._load(only)

    async def _load(self, only: UUID | None) -> None:
        """Reads what changed, again and again until the database answers."""
        while True:
            try:
                for config in await self.store.load(self.runner.versions_in_use, only):
                    await self._adopt(config)
                return
            except Exception:
                log.exception("set-up cannot be read")
                await asyncio.sleep(1)

    async def _adopt(self, config: TenantConfig) -> None:
        self.runner.put(lambda now: self.runner.adopt(config.setup))
        self.devices.set_up(config)
        self._to_speak.put_nowait(config)

    async def _speak_ahead(self) -> None:
        """Makes the prompts of new flow versions before a caller has to wait for them."""
        while True:
            config = await self._to_speak.get()
            for definition in config.definitions:
                for prompt in fixed_prompts(definition):
                    try:
                        await self.sounds_of(config.setup.id, [prompt])
                    except YingdaError as error:
                        log.warning("prompt cannot be made", tenant=config.setup.slug, error=str(error))

    async def _sync(self) -> None:
        """What the journal holds outlives a power cut after a second."""
        while True:
            await asyncio.sleep(SYNC_S)
            await asyncio.to_thread(self.journal.sync)


def _address(config: Settings) -> ControlAddress:
    host = config.ari_url.partition("://")[2].partition(":")[0]
    return ControlAddress(
        ari=AriAddress(f"{config.ari_url}/ari", config.ari_user, config.ari_password),
        ami_host=host,
        ami_port=config.ami_port,
        ami_user=config.ari_user,
        ami_password=config.ami_password,
    )


async def _serve(config: Settings) -> None:
    await Process(config).run()


def main() -> None:
    """Runs until told to end."""
    run("switch", _serve(settings()))


if __name__ == "__main__":
    main()
