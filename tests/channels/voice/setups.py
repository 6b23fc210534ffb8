"""Set-ups for the virtual world: agents a–f, two queues, a flow with a menu, three numbers."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from yingda.channels.voice.setup import AgentSetup, NumberSetup, QueueSetup, TenantSetup, TrunkSetup
from yingda.channels.voice.treatment import FlowName
from yingda.flows.definition import Definition
from yingda.flows.treatment import FlowTreatments
from yingda.routing import Member, QueueSpec, StrategyName

T0 = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""Monday, ten in the morning in Shanghai."""
TENANT = UUID(int=0x7E)
NUMBER, CLOSED_NUMBER, OFF_NUMBER, BARE_NUMBER = "02088880000", "4008000000", "02088880001", "02088880002"
TRUNK = "trunk-demo-lab"


def name_id(name: str) -> UUID:
    """An id that is readable in failures: the letters of the name."""
    return UUID(bytes=name.encode().ljust(16, b"\0"))


FLOW, CLOSED_FLOW = name_id("flow"), name_id("closed-flow")


def definition(welcome: str = "您好") -> Definition:
    """Welcome, then a menu: 1 sales, 2 service, 3 a queue that does not exist, 9 goodbye."""
    queue = {"timeout": "busy", "failed": "busy"}
    nodes: dict[str, Any] = {
        "welcome": {"kind": "say", "text": welcome, "outlets": {"next": "menu"}},
        "menu": {
            "kind": "menu",
            "prompts": [{"text": "请按一或二"}],
            "timeout_s": 6,
            "max_tries": 2,
            "outlets": {"1": "sales", "2": "service", "3": "nowhere", "9": "bye", "failed": "bye"},
        },
        "sales": {"kind": "queue", "queue": str(name_id("sales")), "outlets": queue},
        "service": {"kind": "queue", "queue": str(name_id("service")), "outlets": queue},
        "nowhere": {"kind": "queue", "queue": str(name_id("nowhere")), "outlets": queue},
        "busy": {"kind": "hang_up", "prompts": [{"text": "座席全忙"}]},
        "bye": {"kind": "hang_up", "prompts": [{"text": "再见"}]},
    }
    return Definition.model_validate({"name": "欢迎", "start": "welcome", "nodes": nodes})


def closed_definition() -> Definition:
    """Out of hours, always."""
    nodes = {"closed": {"kind": "hang_up", "prompts": [{"text": "非工作时间"}], "closed": True}}
    return Definition.model_validate({"name": "下班", "start": "closed", "nodes": nodes})


def treatments(version: int = 1, *, keep: Iterable[int] = ()) -> FlowTreatments:
    """The flows; ``version`` is the published one, ``keep`` are older ones that calls are still in."""
    definitions = {(FLOW, number): definition(f"您好{number}") for number in {version, *keep}}
    return FlowTreatments(
        published={FLOW: FlowName(FLOW, "欢迎", version), CLOSED_FLOW: FlowName(CLOSED_FLOW, "下班", 1)},
        definitions={**definitions, (CLOSED_FLOW, 1): closed_definition()},
    )


def agent(name: str) -> AgentSetup:
    """An agent with a browser and a phone."""
    return AgentSetup(name_id(name), name_id(f"user-{name}"), name, name.upper(), f"80{name}", name, f"{name}-web")


def queue(name: str, members: str, strategy: str = "longest_idle", **more: Any) -> QueueSetup:
    """A queue with 20 s of ringing and 30 s of wrap-up; ``more`` are fields of the set-up or the spec."""
    fields = {key: more.pop(key) for key in list(more) if key in QueueSpec.__dataclass_fields__}
    people = tuple(Member(name_id(person), place) for place, person in enumerate(members))
    spec = QueueSpec(name_id(name), name, StrategyName(strategy), members=people, **fields)
    return QueueSetup(spec, name, **more)


def tenant(queues: Iterable[QueueSetup] = (), people: str = "abc", **more: Any) -> TenantSetup:
    """The tenant; without queues it has ``sales`` with everybody."""
    found = list(queues) or [queue("sales", people)]
    numbers: Mapping[str, NumberSetup] = {
        NUMBER: NumberSetup(NUMBER, "总机", FLOW, True),
        CLOSED_NUMBER: NumberSetup(CLOSED_NUMBER, "夜间", CLOSED_FLOW, True),
        OFF_NUMBER: NumberSetup(OFF_NUMBER, "停用", FLOW, False),
        BARE_NUMBER: NumberSetup(BARE_NUMBER, "未配置", None, True),
    }
    fields: dict[str, Any] = {
        "id": TENANT,
        "slug": "demo",
        "treatments": treatments(),
        "agents": {name_id(person): agent(person) for person in people},
        "queues": {one.spec.id: one for one in found},
        "numbers": numbers,
        "trunks": {TRUNK: TrunkSetup(name_id("lab"), "lab", TRUNK)},
    }
    return TenantSetup(**{**fields, **more})
