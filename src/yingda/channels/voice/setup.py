"""What a tenant has set up, as far as live calls need it. Replaced as a whole when it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from yingda.channels.voice.treatment import Treatments
from yingda.routing import QueueSpec
from yingda.telephony.caller_rules import CallerIdRule


@dataclass(frozen=True, slots=True)
class AgentSetup:
    """A person who serves. ``phone`` and ``browser`` are endpoints; ``device`` says which one rings."""

    id: UUID
    user_id: UUID
    username: str
    name: str
    extension: str
    phone: str
    browser: str
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class QueueSetup:
    """A queue: how it routes (``spec``) and what its callers hear. Lengths in seconds."""

    spec: QueueSpec
    name: str
    name_en: str = ""
    music: str = "default"
    announce_position: bool = True
    announce_every_s: int = 30
    service_level_s: int = 20
    max_wait_s: int | None = None
    max_misses: int = 3


@dataclass(frozen=True, slots=True)
class NumberSetup:
    """One of the tenant's numbers."""

    number: str
    label: str
    flow: UUID | None
    enabled: bool
    hours: UUID | None = None


@dataclass(frozen=True, slots=True)
class TrunkSetup:
    """A trunk; ``channel_limit`` 0 means none, ``caller_id_rule`` mends the callers' numbers."""

    id: UUID
    name: str
    endpoint: str
    channel_limit: int = 0
    caller_id_rule: CallerIdRule = field(default_factory=CallerIdRule)


@dataclass(frozen=True, slots=True)
class TenantSetup:
    """Everything of one tenant. ``trunks`` by endpoint, ``numbers`` by their digits."""

    id: UUID
    slug: str
    treatments: Treatments
    area_code: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    short_abandon_s: int = 5
    agents: Mapping[UUID, AgentSetup] = field(default_factory=dict)
    queues: Mapping[UUID, QueueSetup] = field(default_factory=dict)
    numbers: Mapping[str, NumberSetup] = field(default_factory=dict)
    trunks: Mapping[str, TrunkSetup] = field(default_factory=dict)
    breaks_to_approve: frozenset[str] = frozenset()

    def endpoints(self) -> set[str]:
        """All phones and trunks of this tenant."""
        phones = {endpoint for agent in self.agents.values() for endpoint in (agent.phone, agent.browser)}
        return phones | set(self.trunks)
