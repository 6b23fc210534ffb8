"""All SQL of the slice, and what the process of the live state loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.accounts import Tenant
from yingda.kit.vault import Vault
from yingda.telephony.caller_rules import CallerIdRule
from yingda.telephony.models import Number, Trunk
from yingda.telephony.switch import Transport, TrunkSpec
from yingda.telephony.terms import TrunkKind


@dataclass(frozen=True, slots=True)
class NumberConfig:
    """A number as the set-up has it, in its one form."""

    number: str
    flow_id: UUID | None
    hours_id: UUID | None
    label: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class TrunkConfig:
    """A trunk as the set-up has it; ``endpoint`` is its id at the switch, the password is sealed."""

    id: UUID
    endpoint: str
    name: str
    kind: TrunkKind
    host: str
    port: int
    transport: Transport
    codecs: tuple[str, ...]
    addresses: tuple[str, ...]
    username: str
    password_sealed: str
    channel_limit: int
    enabled: bool
    caller_id_rule: CallerIdRule


async def numbers(db: AsyncSession) -> Sequence[Number]:
    """All numbers of the tenant, in order."""
    return (await db.scalars(select(Number).order_by(Number.number))).all()


async def number(db: AsyncSession, digits: str) -> Number | None:
    """A number of the tenant by its one form."""
    return (await db.scalars(select(Number).where(Number.number == digits))).one_or_none()


async def trunks(db: AsyncSession) -> Sequence[Trunk]:
    """All trunks of the tenant by name."""
    return (await db.scalars(select(Trunk).order_by(Trunk.name))).all()


async def load_numbers(db: AsyncSession) -> list[NumberConfig]:
    """The numbers of the transaction's tenant, those that are switched off too."""
    return [NumberConfig(n.number, n.flow_id, n.hours_id, n.label, n.enabled) for n in await numbers(db)]


async def load_trunks(db: AsyncSession) -> list[TrunkConfig]:
    """The trunks of the transaction's tenant, those that are switched off too."""
    query = select(Trunk, Tenant.slug).join(Tenant, Tenant.id == Trunk.tenant_id).order_by(Trunk.name)
    return [_config(trunk, slug) for trunk, slug in (await db.execute(query)).all()]


def _config(trunk: Trunk, slug: str) -> TrunkConfig:
    return TrunkConfig(
        id=trunk.id,
        endpoint=endpoint_of(slug, trunk.name),
        name=trunk.name,
        kind=TrunkKind(trunk.kind),
        host=trunk.host,
        port=trunk.port,
        transport=Transport(trunk.transport),
        codecs=tuple(trunk.codecs),
        addresses=tuple(trunk.addresses),
        username=trunk.username,
        password_sealed=trunk.password_sealed,
        channel_limit=trunk.channel_limit,
        enabled=trunk.enabled,
        caller_id_rule=CallerIdRule.model_validate(trunk.caller_id_rule),
    )


def endpoint_of(slug: str, name: str) -> str:
    """The id of a trunk at the switch."""
    return f"trunk-{slug}-{name}"


def trunk_spec(config: TrunkConfig, vault: Vault) -> TrunkSpec:
    """What the switch has to know of a trunk. Raises :class:`yingda.kit.vault.SealBroken`."""
    registered = config.kind is TrunkKind.REGISTERED
    return TrunkSpec(
        endpoint=config.endpoint,
        host=config.host,
        port=config.port,
        transport=config.transport,
        codecs=config.codecs,
        addresses=config.addresses,
        username=config.username,
        password=vault.open(config.password_sealed),
        register=registered,
        channel_limit=config.channel_limit,
    )
