"""Queues over HTTP, on the real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from httpx import AsyncClient

from tests.conftest import ClientMaker
from tests.factories.accounts import TenantMade, context, make_tenant, make_user, sign_in
from yingda.accounts import BuiltinRole
from yingda.accounts.api import router as accounts
from yingda.agents import create_agent
from yingda.agents.schemas import AgentNew
from yingda.kit.db import Database
from yingda.kit.vault import Vault
from yingda.routing import Acd, Member, StrategyName, load_queues
from yingda.routing.api import router as routing

pytestmark = pytest.mark.database

PATH = "/api/v1/queues"
DEFAULTS = {
    "name_en": "",
    "strategy": "longest_idle",
    "ring_s": 20,
    "wrap_up_s": 30,
    "max_misses": 3,
    "music": "default",
    "announce_position": True,
    "announce_every_s": 30,
    "service_level_s": 20,
    "max_wait_s": None,
    "weight": 1.0,
    "members": [],
}


@dataclass(frozen=True, slots=True)
class Office:
    """A tenant with an administrator and three agents."""

    tenant: TenantMade
    client: AsyncClient
    admin: dict[str, str]
    agents: tuple[UUID, ...]

    async def post(self, **given: Any) -> Any:
        """Makes a queue."""
        answer = await self.client.post(PATH, json=given, headers=self.admin)
        assert answer.status_code == 201, answer.text
        return answer.json()


async def _office(database: Database, client: AsyncClient, tenant: TenantMade) -> Office:
    boss = await make_user(database, tenant.id, BuiltinRole.ADMIN)
    agents = []
    for extension in ("8001", "8002", "8003"):
        user = await make_user(database, tenant.id)
        async with context(database, tenant.id) as ctx:
            new = AgentNew(user_id=user.user.id, extension=extension)
            agents.append((await create_agent(ctx, Vault(Vault.new_key()), new))[0].id)
    return Office(tenant, client, await sign_in(client, tenant, boss.user.username), tuple(agents))


@pytest_asyncio.fixture(loop_scope="session")
async def office(database: Database, tenant: TenantMade, make_client: ClientMaker) -> AsyncIterator[Office]:
    async with make_client(accounts, routing) as client:
        yield await _office(database, client, tenant)


async def test_a_queue_with_nothing_said_has_the_defaults(office: Office) -> None:
    made = await office.post(name="sales")
    assert made == {**DEFAULTS, "name": "sales", "id": made["id"]}
    assert (await office.client.get(f"{PATH}/{made['id']}", headers=office.admin)).json() == made


async def test_what_is_stored_is_what_routing_gets(office: Office, database: Database) -> None:
    a, b, c = office.agents
    members = [{"agent_id": str(c), "order": 0}, {"agent_id": str(a), "order": 2}, {"agent_id": str(b), "order": 1}]
    made = await office.post(
        name="销售", name_en="Sales", strategy="round_robin", ring_s=15, wrap_up_s=0, weight=2.5, members=members
    )
    assert [member["agent_id"] for member in made["members"]] == [str(c), str(b), str(a)]
    async with database.transaction(office.tenant.id) as db:
        (config,) = await load_queues(db)
    spec = config.spec
    assert (str(spec.id), spec.name, spec.strategy) == (made["id"], "销售", StrategyName.ROUND_ROBIN)
    assert (spec.ring_s, spec.wrap_up_s, spec.weight, config.name_en) == (15, 0, 2.5, "Sales")
    assert spec.members == (Member(c, 0), Member(b, 1), Member(a, 2))
    assert (config.max_wait_s, config.max_misses, config.service_level_s) == (None, 3, 20)


async def test_a_put_replaces_all(office: Office) -> None:
    a, b, _ = office.agents
    made = await office.post(name="sales", ring_s=15, members=[{"agent_id": str(a)}])
    given = {"name": "sales", "strategy": "ring_all", "max_wait_s": 600, "members": [{"agent_id": str(b), "order": 4}]}
    changed = await office.client.put(f"{PATH}/{made['id']}", json=given, headers=office.admin)
    assert changed.status_code == 200, changed.text
    assert changed.json() == {**DEFAULTS, **given, "id": made["id"]}
    listed = (await office.client.get("/api/v1/agents", headers=office.admin)).json()["items"]
    assert [item["queues"] for item in listed] == [[], [made["id"]], []]


async def test_agents_are_listed_with_their_queues_by_name(office: Office) -> None:
    a = office.agents[0]
    service = await office.post(name="service", members=[{"agent_id": str(a)}])
    sales = await office.post(name="sales", members=[{"agent_id": str(a)}])
    listed = (await office.client.get("/api/v1/agents", headers=office.admin)).json()["items"]
    assert listed[0]["queues"] == [sales["id"], service["id"]]


@pytest.mark.parametrize(
    ("given", "status", "error_id"),
    [
        ({"name": "taken"}, 409, "queue_name_taken"),
        ({"name": "x", "members": [{"agent_id": str(uuid4())}]}, 422, "queue_member_unknown"),
        ({"name": ""}, 422, "invalid"),
        ({"name": "x", "strategy": "loudest"}, 422, "invalid"),
        ({"name": "x", "ring_s": 0}, 422, "invalid"),
        ({"name": "x", "weight": 0}, 422, "invalid"),
        ({"name": "x", "weight": "NaN"}, 422, "invalid"),
        ({"name": "x\0"}, 422, "invalid"),
        ({"name": "x", "members": [{"agent_id": str(UUID(int=1))}] * 2}, 422, "invalid"),
    ],
)
async def test_refusals_have_their_ids(office: Office, given: dict[str, Any], status: int, error_id: str) -> None:
    await office.post(name="taken")
    other = await office.post(name="other")
    for method, path in (("POST", PATH), ("PUT", f"{PATH}/{other['id']}")):
        answer = await office.client.request(method, path, json=given, headers=office.admin)
        assert (answer.status_code, answer.json()["id"]) == (status, error_id)
    assert (await office.client.get(f"{PATH}/{other['id']}", headers=office.admin)).json()["name"] == "other"


async def test_a_deleted_queue_is_gone_with_its_memberships(office: Office, database: Database) -> None:
    made = await office.post(name="sales", members=[{"agent_id": str(office.agents[0])}])
    path = f"{PATH}/{made['id']}"
    assert (await office.client.delete(path, headers=office.admin)).status_code == 204
    for method in ("GET", "DELETE"):
        answer = await office.client.request(method, path, headers=office.admin)
        assert (answer.status_code, answer.json()["id"]) == (404, "queue_not_found")
    listed = (await office.client.get("/api/v1/agents", headers=office.admin)).json()["items"]
    assert all(item["queues"] == [] for item in listed)
    async with database.transaction(office.tenant.id) as db:
        assert await load_queues(db) == []


async def test_queues_have_pages_and_a_search(office: Office) -> None:
    for name in ("d", "b", "a", "c"):
        await office.post(name=name, name_en=f"queue {name}")
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = (await office.client.get(PATH, params=query, headers=office.admin)).json()
        seen += [item["name"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == ["a", "b", "c", "d"]
    found = (await office.client.get(PATH, params={"q": "UEUE C"}, headers=office.admin)).json()["items"]
    assert [item["name"] for item in found] == ["c"]


async def test_another_tenant_sees_and_reaches_nothing(
    office: Office, database: Database, make_client: ClientMaker
) -> None:
    made = await office.post(name="sales", members=[{"agent_id": str(office.agents[0])}])
    async with make_client(accounts, routing) as client:
        other = await _office(database, client, await make_tenant(database))
        assert (await client.get(PATH, headers=other.admin)).json()["items"] == []
        path = f"{PATH}/{made['id']}"
        for method in ("GET", "PUT", "DELETE"):
            json = {"name": "mine"} if method == "PUT" else None
            assert (await client.request(method, path, json=json, headers=other.admin)).status_code == 404
        stolen = {"name": "x", "members": [{"agent_id": str(office.agents[0])}]}
        answer = await client.post(PATH, json=stolen, headers=other.admin)
        assert answer.json()["id"] == "queue_member_unknown"
        assert (await other.post(name="sales"))["name"] == "sales"
    async with database.transaction(None) as db:
        assert await load_queues(db) == []


async def test_agents_may_not_change_queues(office: Office, database: Database) -> None:
    user = await make_user(database, office.tenant.id)
    own = await sign_in(office.client, office.tenant, user.user.username)
    made = await office.post(name="sales")
    for method, path in (("GET", PATH), ("POST", PATH), ("PUT", f"{PATH}/{made['id']}"), ("GET", "/api/v1/agents")):
        json = {"name": "x"} if method in ("POST", "PUT") else None
        assert (await office.client.request(method, path, json=json, headers=own)).status_code == 403


async def test_the_stored_set_up_routes(office: Office, database: Database) -> None:
    await office.post(name="sales", members=[{"agent_id": str(agent)} for agent in office.agents])
    acd = Acd()
    async with context(database, office.tenant.id) as ctx:
        acd.configure([config.spec for config in await load_queues(ctx.db)], ctx.now())
        acd.set_agent(office.agents[1], True, "", None, ctx.now())
        told = acd.explain(office.agents[1], ctx.now())
    assert (told.why, told.standings[0].name, told.standings[0].rank) == ("free", "sales", 1)
