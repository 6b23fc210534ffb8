"""The demo tenant: made once, left alone afterwards. Its sign-ins stand in ``demo.json``."""

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from yingda.accounts import BuiltinRole, UserNew, create_tenant, create_user, tenant_by_slug
from yingda.accounts.schemas import Settings as TenantSettings
from yingda.agents import create_agent, create_break_reason
from yingda.agents.schemas import AgentNew, BreakReasonIn
from yingda.app.settings import Settings, settings
from yingda.flows.actions import create_flow, create_hours
from yingda.flows.demo import DEMO_FLOW_NAME, DEMO_HOURS_NAME, demo_flow
from yingda.flows.schemas import HoursWrite
from yingda.interactions import BusinessTypeIn, create_business_type
from yingda.kit.context import SYSTEM, Ctx
from yingda.kit.db import Database, make_engine
from yingda.kit.vault import Vault
from yingda.routing.actions import create_queue
from yingda.routing.schemas import MemberIn, QueueIn
from yingda.telephony import NumberIn, TrunkIn, TrunkKind, create_number, create_trunk

TENANT = "demo"
NUMBER = "02088880000"
SERVICE_NUMBER = "4008000000"

PEOPLE = (
    ("admin", "管理员", BuiltinRole.ADMIN, "8100", None),
    ("boss", "林主管", BuiltinRole.SUPERVISOR, "8101", None),
    ("agent1", "王丽", BuiltinRole.AGENT, "8001", "sales"),
    ("agent2", "李强", BuiltinRole.AGENT, "8002", "sales"),
    ("agent3", "张敏", BuiltinRole.AGENT, "8003", "sales"),
    ("agent4", "陈晨", BuiltinRole.AGENT, "8004", "service"),
    ("agent5", "刘洋", BuiltinRole.AGENT, "8005", "service"),
    ("agent6", "赵静", BuiltinRole.AGENT, "8006", "service"),
)
BREAKS = (("午休", "Lunch"), ("会议", "Meeting"), ("培训", "Training"), ("洗手间", "Rest room"))
BUSINESS_TYPES = (
    ("咨询", "Enquiry"),
    ("报修", "Repair"),
    ("投诉", "Complaint"),
    ("订单", "Order"),
    ("其他", "Other"),
)


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A sign-in of the demo tenant, for the browser and for any SIP phone."""

    username: str
    password: str
    role: str
    extension: str
    sip_username: str
    sip_password: str


async def seed(config: Settings) -> None:
    """Makes the demo tenant where it is missing, and tells where it is to be reached now."""
    database = Database(make_engine(config.database_url, pool_size=1))
    file = config.home / "demo.json"
    try:
        async with database.transaction(None) as db:
            found = await tenant_by_slug(db, TENANT)
        users = _known(file) if found is not None else None
        if found is None:
            users = await _make(database, Vault(config.vault_key))
        if users is not None:
            _tell(file, config, users)
    finally:
        await database.close()


async def _make(database: Database, vault: Vault) -> list[DemoUser]:
    async with database.transaction(None) as db:
        tenant = await create_tenant(db, TENANT, "应答演示公司", TenantSettings(area_code="020"))
        ctx = Ctx(db, tenant, SYSTEM)
        users, members = await _people(ctx, vault)
        await _words(ctx)
        await _way_in(ctx, vault, members)
    return users


async def _people(ctx: Ctx, vault: Vault) -> tuple[list[DemoUser], dict[str, list[UUID]]]:
    users: list[DemoUser] = []
    members: dict[str, list[UUID]] = {"sales": [], "service": []}
    for username, name, role, extension, queue in PEOPLE:
        password = f"{username}-{secrets.token_hex(4)}"
        member = await create_user(ctx, UserNew(username=username, name=name, password=password, role=role.value))
        agent, sip_password = await create_agent(ctx, vault, AgentNew(user_id=member.user.id, extension=extension))
        users.append(DemoUser(username, password, role.value, extension, agent.sip_username, sip_password))
        if queue is not None:
            members[queue].append(agent.id)
    return users, members


async def _words(ctx: Ctx) -> None:
    for name, name_en in BREAKS:
        await create_break_reason(ctx, BreakReasonIn(name=name, name_en=name_en))
    for position, (name, name_en) in enumerate(BUSINESS_TYPES):
        await create_business_type(ctx, BusinessTypeIn(name=name, name_en=name_en, position=position))


async def _way_in(ctx: Ctx, vault: Vault, members: dict[str, list[UUID]]) -> None:
    """Trunk → number → flow → queues."""
    queues = {}
    for name, name_en in (("sales", "Sales"), ("service", "Service")):
        agents = [MemberIn(agent_id=agent, order=order) for order, agent in enumerate(members[name])]
        queues[name] = (await create_queue(ctx, QueueIn(name=name, name_en=name_en, members=agents))).id
    always = [{"from": "00:00", "to": "24:00"}]
    hours = await create_hours(ctx, HoursWrite.model_validate({"name": DEMO_HOURS_NAME, "periods": always}))
    flow = await create_flow(ctx, DEMO_FLOW_NAME, demo_flow(queues["sales"], queues["service"]))
    for number, label in ((NUMBER, "总机"), (SERVICE_NUMBER, "服务热线")):
        await create_number(ctx, NumberIn(number=number, label=label, flow_id=flow.id, hours_id=hours.id))
    await create_trunk(ctx, TrunkIn(name="lab", kind=TrunkKind.IP, addresses=["127.0.0.1"]), vault)


def _known(file: Path) -> list[DemoUser] | None:
    """The sign-ins of an earlier start; None where somebody removed the file."""
    try:
        return [DemoUser(**user) for user in json.loads(file.read_text())["users"]]
    except FileNotFoundError:
        return None


def _tell(file: Path, config: Settings, users: list[DemoUser]) -> None:
    told = {
        "url": config.url,
        "tenant": TENANT,
        "number": NUMBER,
        "sip": {"host": "127.0.0.1", "port": config.sip_port},
        "users": [asdict(user) for user in users],
    }
    new = file.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    new.replace(file)


def main() -> None:
    """Makes what is missing."""
    asyncio.run(seed(settings()))


if __name__ == "__main__":
    main()
