"""What all tenants have set up, read from the database, and kept on disk for a start without one."""

import asyncio
import hashlib
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

import yingda
from yingda.accounts import Tenant, active_tenants, settings_of
from yingda.agents import AgentConfig, load_agents
from yingda.agents.queries import break_reasons
from yingda.channels.voice.setup import AgentSetup, NumberSetup, QueueSetup, TenantSetup, TrunkSetup
from yingda.channels.voice.treatment import FlowName
from yingda.flows.definition import Definition
from yingda.flows.queries import load_calendars, load_flows, load_version
from yingda.flows.treatment import FlowTreatments
from yingda.kit.context import SYSTEM, Ctx
from yingda.kit.db import Database
from yingda.kit.vault import Vault
from yingda.routing.queries import QueueConfig, load_queues
from yingda.telephony import load_numbers, load_trunks, trunk_spec
from yingda.telephony.switch import Phone, TrunkSpec

log = structlog.get_logger()

CHANNEL = "yingda_config"

Versions = set[tuple[UUID, int]]


@dataclass(frozen=True, slots=True)
class TenantConfig:
    """A tenant's set-up, the devices that the switch has to know, and the flows whose prompts are to be spoken."""

    setup: TenantSetup
    phones: tuple[Phone, ...] = ()
    trunks: tuple[TrunkSpec, ...] = ()
    definitions: tuple[Definition, ...] = ()


async def load_tenant(db: AsyncSession, tenant: Tenant, vault: Vault, in_use: Versions) -> TenantConfig:
    """Everything of one tenant; ``in_use`` are flow versions that calls are still in."""
    settings = await settings_of(Ctx(db, tenant.id, SYSTEM))
    agents = [agent for agent in await load_agents(db) if agent.active]
    queues = await load_queues(db)
    trunks = [trunk for trunk in await load_trunks(db) if trunk.enabled]
    specs = [trunk_spec(trunk, vault) for trunk in trunks]
    treatments = await _treatments(db, queues, in_use)
    setup = TenantSetup(
        id=tenant.id,
        slug=tenant.slug,
        treatments=treatments,
        area_code=settings.area_code,
        zone=ZoneInfo(settings.timezone),
        short_abandon_s=settings.short_abandon_s,
        agents={agent.id: _agent(agent) for agent in agents},
        queues={queue.spec.id: _queue(queue) for queue in queues},
        numbers={
            row.number: NumberSetup(row.number, row.label, row.flow_id, row.enabled, row.hours_id)
            for row in await load_numbers(db)
        },
        trunks={
            spec.endpoint: TrunkSetup(trunk.id, trunk.name, spec.endpoint, trunk.channel_limit, trunk.caller_id_rule)
            for trunk, spec in zip(trunks, specs, strict=True)
        },
        breaks_to_approve=frozenset(reason.name for reason in await break_reasons(db) if reason.needs_approval),
    )
    phones = tuple(phone for agent in agents for phone in _phones(agent, vault))
    return TenantConfig(setup, phones, tuple(specs), tuple(treatments.definitions.values()))


async def _treatments(db: AsyncSession, queues: Iterable[QueueConfig], in_use: Versions) -> FlowTreatments:
    flows = await load_flows(db)
    older = [await load_version(db, flow, version) for flow, version in in_use]
    definitions = {(flow.id, flow.version): flow.definition for flow in [*flows, *older] if flow is not None}
    return FlowTreatments(
        published={flow.id: FlowName(flow.id, flow.name, flow.version) for flow in flows},
        definitions=definitions,
        calendars=await load_calendars(db),
        queues={queue.spec.name: queue.spec.id for queue in queues},
    )


def _agent(agent: AgentConfig) -> AgentSetup:
    return AgentSetup(
        id=agent.id,
        user_id=agent.user_id,
        username=agent.username,
        name=agent.name,
        extension=agent.extension,
        phone=agent.sip_username,
        browser=f"{agent.sip_username}-web",
        device=agent.device.value,
    )


def _queue(queue: QueueConfig) -> QueueSetup:
    return QueueSetup(
        spec=queue.spec,
        name=queue.spec.name,
        name_en=queue.name_en,
        music=queue.music,
        announce_position=queue.announce_position,
        announce_every_s=queue.announce_every_s,
        service_level_s=queue.service_level_s,
        max_wait_s=queue.max_wait_s,
        max_misses=queue.max_misses,
    )


def _phones(agent: AgentConfig, vault: Vault) -> list[Phone]:
    phones = [Phone(agent.sip_username, vault.open(agent.sip_secret), False, agent.name, agent.extension)]
    if agent.web_secret:
        browser = f"{agent.sip_username}-web"
        phones.append(Phone(browser, vault.open(agent.web_secret), True, agent.name, agent.extension))
    return phones


@cache
def code_stamp() -> str:
    """Changes with every change of the program: what was kept by another version has other shapes."""
    folder = Path(yingda.__file__).parent
    files = sorted((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in folder.rglob("*.py"))
    return hashlib.sha256(repr(files).encode()).hexdigest()


class ConfigStore:
    """Reads set-ups; remembers them in a file, so that a start does not need the database."""

    def __init__(self, database: Database, vault: Vault, file: Path) -> None:
        self._database = database
        self._vault = vault
        self._file = file
        self.tenants: dict[UUID, TenantConfig] = {}

    def remember(self) -> None:
        """Takes over what was kept on disk by the same version of the program."""
        try:
            stamp, _, kept = self._file.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return
        if stamp == code_stamp().encode():
            # The file is our own, in a folder that only we may write.
            self.tenants = pickle.loads(kept)  # noqa: S301
        else:
            log.info("kept set-up is another version's, waiting for the database")

    async def load(self, in_use: Callable[[UUID], Versions], only: UUID | None = None) -> list[TenantConfig]:
        """Reads all tenants, or one; returns those read. Raises what the database raises."""
        async with self._database.transaction(None) as db:
            tenants = [tenant for tenant in await active_tenants(db) if only in (None, tenant.id)]
        read = []
        for tenant in tenants:
            async with self._database.transaction(tenant.id) as db:
                read.append(await load_tenant(db, tenant, self._vault, in_use(tenant.id)))
        self.tenants.update({config.setup.id: config for config in read})
        self._keep()
        return read

    def _keep(self) -> None:
        new = self._file.with_suffix(".new")
        try:
            new.touch(mode=0o600)
            new.write_bytes(code_stamp().encode() + b"\n" + pickle.dumps(self.tenants))
            new.replace(self._file)
        except OSError as error:
            log.warning("set-up cannot be kept on disk", error=str(error))


async def watch(url: str, changed: Callable[[UUID | None], None]) -> None:
    """Calls ``changed`` with the tenant whose set-up changed; with None when changes may have been missed."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                changed(None)
                async for notice in connection.notifies():
                    changed(UUID(notice.payload) if notice.payload else None)
        except psycopg.Error as error:
            log.info("not listening for changes of the set-up", error=str(error))
        await asyncio.sleep(1)
