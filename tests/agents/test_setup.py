"""Agents and break reasons over HTTP, on the real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import text

from tests.conftest import ClientMaker
from tests.factories.accounts import TenantMade, context, make_tenant, make_user, sign_in
from tests.factories.postgres import Cluster
from yingda.accounts import BuiltinRole
from yingda.accounts.api import router as accounts
from yingda.accounts.events import UserChanged, UserCreated
from yingda.agents import AgentState, StateChange, agent_of_user, load_agents, queries, write_states
from yingda.agents.api import router as agents
from yingda.agents.handlers import on_user_changed, on_user_created
from yingda.kit.db import Database
from yingda.kit.errors import Invalid
from yingda.kit.ids import new_id
from yingda.kit.vault import Vault
from yingda.routing.api import router as routing

pytestmark = pytest.mark.database

VAULT = Vault(Vault.new_key())
API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Office:
    """A tenant with an administrator and a user who is no agent yet."""

    tenant: TenantMade
    client: AsyncClient
    admin: dict[str, str]
    worker: dict[str, str]
    worker_id: UUID


async def _office(database: Database, client: AsyncClient, tenant: TenantMade) -> Office:
    boss = await make_user(database, tenant.id, BuiltinRole.ADMIN)
    worker = await make_user(database, tenant.id, BuiltinRole.AGENT)
    admin = await sign_in(client, tenant, boss.user.username)
    own = await sign_in(client, tenant, worker.user.username)
    return Office(tenant, client, admin, own, worker.user.id)


@pytest_asyncio.fixture(loop_scope="session")
async def office(database: Database, tenant: TenantMade, make_client: ClientMaker) -> AsyncIterator[Office]:
    async with make_client(accounts, routing, agents, vault=VAULT) as client:
        yield await _office(database, client, tenant)


async def _make(office: Office, extension: str = "8001") -> dict[str, str]:
    given = {"user_id": str(office.worker_id), "extension": extension}
    answer = await office.client.post(f"{API}/agents", json=given, headers=office.admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


async def test_a_user_becomes_an_agent_with_a_phone(office: Office, database: Database) -> None:
    made = await _make(office)
    assert made["sip_username"] == f"{office.tenant.slug}-8001"
    assert made["device"] == "auto"
    async with database.transaction(office.tenant.id) as db:
        (config,) = await load_agents(db)
    assert VAULT.open(config.sip_secret) == made["sip_password"]
    assert made["sip_password"] not in (config.sip_secret, VAULT.open(config.web_secret))
    listed = (await office.client.get(f"{API}/agents", headers=office.admin)).json()
    assert listed["items"][0]["active"] is True
    assert listed["items"] == [{**{k: v for k, v in made.items() if k != "sip_password"}, "queues": []}]


async def test_refusals_have_their_ids(office: Office, database: Database) -> None:
    await _make(office)
    other = await make_user(database, office.tenant.id)
    cases = [
        ({"user_id": str(office.worker_id), "extension": "8002"}, 409, "already_agent"),
        ({"user_id": str(other.user.id), "extension": "8001"}, 409, "extension_taken"),
        ({"user_id": str(uuid4()), "extension": "8002"}, 404, "user_not_found"),
        ({"user_id": str(other.user.id), "extension": "1234567"}, 422, "invalid"),
        ({"user_id": str(other.user.id), "extension": "８００"}, 422, "invalid"),
    ]
    for given, status, error_id in cases:
        answer = await office.client.post(f"{API}/agents", json=given, headers=office.admin)
        assert (answer.status_code, answer.json()["id"]) == (status, error_id), given


async def test_changing_the_extension_renames_the_phone(office: Office, database: Database) -> None:
    made = await _make(office)
    path = f"{API}/agents/{made['id']}"
    answer = await office.client.patch(path, json={"extension": "8009", "device": "phone"}, headers=office.admin)
    assert answer.json()["sip_username"] == f"{office.tenant.slug}-8009"
    assert answer.json()["device"] == "phone"
    answer = await office.client.patch(path, json={"active": False}, headers=office.admin)
    assert (answer.json()["active"], answer.json()["extension"]) == (False, "8009")
    missing = await office.client.patch(f"{API}/agents/{uuid4()}", json={}, headers=office.admin)
    assert (missing.status_code, missing.json()["id"]) == (404, "agent_not_found")


async def test_a_new_sip_password_replaces_the_old_one_alone(office: Office, database: Database) -> None:
    made = await _make(office)
    async with database.transaction(office.tenant.id) as db:
        before = (await load_agents(db))[0]
    answer = await office.client.post(f"{API}/agents/{made['id']}/sip-password", headers=office.admin)
    assert answer.json()["sip_password"] != made["sip_password"]
    async with database.transaction(office.tenant.id) as db:
        after = (await load_agents(db))[0]
    assert VAULT.open(after.sip_secret) == answer.json()["sip_password"]
    assert after.web_secret == before.web_secret


async def test_the_browser_keeps_its_credentials_until_they_are_rotated(office: Office) -> None:
    nobody = await office.client.get(f"{API}/agents/me/device", headers=office.worker)
    assert (nobody.status_code, nobody.json()["id"]) == (404, "agent_not_found")
    await _make(office)
    first, again = [
        (await office.client.get(f"{API}/agents/me/device", headers=office.worker)).json() for _ in range(2)
    ]
    assert first == again
    username = f"{office.tenant.slug}-8001-web"
    assert (first["username"], first["uri"]) == (username, f"sip:{username}@test")
    assert first["ws_path"] == "/ws"
    assert len(first["password"]) >= 20
    rotated = (await office.client.post(f"{API}/agents/me/device", headers=office.worker)).json()
    assert rotated["password"] != first["password"]


async def test_agents_may_read_break_reasons_but_change_nothing(office: Office) -> None:
    made = await _make(office)
    calls = [
        ("post", f"{API}/agents"),
        ("patch", f"{API}/agents/{made['id']}"),
        ("post", f"{API}/agents/{made['id']}/sip-password"),
        ("post", f"{API}/break-reasons"),
        ("put", f"{API}/break-reasons/{uuid4()}"),
        ("delete", f"{API}/break-reasons/{uuid4()}"),
    ]
    for method, path in calls:
        body = {"name": "x", "user_id": str(uuid4()), "extension": "1"}
        json = None if method == "delete" or path.endswith("password") else body
        answer = await office.client.request(method, path, headers=office.worker, json=json)
        assert (answer.status_code, answer.json()["id"]) == (403, "forbidden"), path
    assert (await office.client.get(f"{API}/break-reasons", headers=office.worker)).json()["items"] == []


async def test_break_reasons_come_change_and_go(office: Office) -> None:
    path, admin = f"{API}/break-reasons", office.admin
    lunch = (await office.client.post(path, json={"name": "午休", "name_en": "Lunch"}, headers=admin)).json()
    meeting = {"name": "会议", "name_en": "Meeting", "needs_approval": True}
    made = (await office.client.post(path, json=meeting, headers=admin)).json()
    assert made == {**meeting, "id": made["id"]}
    taken = await office.client.put(f"{path}/{made['id']}", json={"name": "午休"}, headers=admin)
    assert (taken.status_code, taken.json()["id"]) == (409, "break_reason_taken")
    changed = await office.client.put(f"{path}/{made['id']}", json={"name": "培训"}, headers=admin)
    assert (changed.json()["name"], changed.json()["needs_approval"]) == ("培训", False)
    assert (await office.client.delete(f"{path}/{lunch['id']}", headers=admin)).status_code == 204
    assert (await office.client.delete(f"{path}/{lunch['id']}", headers=admin)).status_code == 404
    items = (await office.client.get(path, headers=admin)).json()["items"]
    assert [item["name"] for item in items] == ["培训"]


async def test_another_tenant_sees_and_reaches_nothing(
    office: Office, database: Database, make_client: ClientMaker
) -> None:
    made = await _make(office)
    reason = await office.client.post(f"{API}/break-reasons", json={"name": "午休"}, headers=office.admin)
    async with make_client(accounts, routing, agents, vault=VAULT) as client:
        other = await _office(database, client, await make_tenant(database))
        for path in ("agents", "break-reasons"):
            assert (await client.get(f"{API}/{path}", headers=other.admin)).json()["items"] == []
        paths = [("patch", f"agents/{made['id']}"), ("put", f"break-reasons/{reason.json()['id']}")]
        for method, path in paths:
            answer = await client.request(method, f"{API}/{path}", json={"name": "x"}, headers=other.admin)
            assert answer.status_code == 404
        stolen = {"user_id": str(office.worker_id), "extension": "1"}
        assert (await client.post(f"{API}/agents", json=stolen, headers=other.admin)).json()["id"] == "user_not_found"
        own = {"user_id": str(other.worker_id), "extension": "8001"}
        assert (await client.post(f"{API}/agents", json=own, headers=other.admin)).status_code == 201


async def test_a_list_of_agents_has_pages_in_the_order_of_extensions(office: Office, database: Database) -> None:
    for extension in ("801", "1000", "99", "8"):
        user = await make_user(database, office.tenant.id)
        given = {"user_id": str(user.user.id), "extension": extension}
        assert (await office.client.post(f"{API}/agents", json=given, headers=office.admin)).status_code == 201
    seen: list[str] = []
    query: dict[str, str] = {"limit": "3"}
    while True:
        page = (await office.client.get(f"{API}/agents", params=query, headers=office.admin)).json()
        seen += [item["extension"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == ["8", "99", "801", "1000"]
    found = (await office.client.get(f"{API}/agents", params={"q": "80"}, headers=office.admin)).json()["items"]
    assert [item["extension"] for item in found] == ["801"]
    for bad in ("x", "WzEsMl0", "WyJhIiwiYiJd", "W3RydWUsIjEiXQ"):
        answer = await office.client.get(f"{API}/agents", params={"cursor": bad}, headers=office.admin)
        assert answer.status_code == 422


async def test_a_set_up_change_is_told_after_the_commit(cluster: Cluster, office: Office) -> None:
    url = cluster.url("yingda_app")
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as listener:
        await listener.execute("LISTEN yingda_config")
        await _make(office)
        told = [note.payload async for note in listener.notifies(timeout=2, stop_after=1)]
    assert told == [str(office.tenant.id)]


async def test_a_user_with_an_extension_becomes_an_agent_once(database: Database, tenant: TenantMade) -> None:
    member = await make_user(database, tenant.id)
    event = UserCreated(member.user.id, member.user.username, member.user.name, "8100")
    for _ in range(2):
        async with context(database, tenant.id) as ctx:
            await on_user_created(ctx, event, VAULT)
    async with context(database, tenant.id) as ctx:
        found = await agent_of_user(ctx.db, member.user.id)
        assert found is not None
        assert (found.extension, found.username) == ("8100", member.user.username)
        await on_user_changed(ctx, UserChanged(member.user.id, "New name", active=False))
    other = await make_user(database, tenant.id)
    with pytest.raises(Invalid):
        async with context(database, tenant.id) as ctx:
            await on_user_created(ctx, UserCreated(other.user.id, "x", "x", "12345678"), VAULT)
    async with context(database, tenant.id) as ctx:
        await on_user_created(ctx, UserCreated(other.user.id, "x", "x", None), VAULT)
        assert await agent_of_user(ctx.db, other.user.id) is None


async def test_who_is_deactivated_as_a_user_is_no_active_agent(database: Database, office: Office) -> None:
    made = await _make(office)
    path = f"{API}/users/{office.worker_id}"
    assert (await office.client.patch(path, json={"active": False}, headers=office.admin)).status_code == 200
    async with database.transaction(office.tenant.id) as db:
        (config,) = await load_agents(db)
    assert (str(config.id), config.active) == (made["id"], False)


async def test_the_log_of_states_is_written_once_and_never_changed(database: Database, office: Office) -> None:
    made = await _make(office)
    agent, tenant_id = UUID(made["id"]), office.tenant.id
    async with context(database, tenant_id) as ctx:
        rows = [
            StateChange(new_id(), tenant_id, agent, before, after, "", "system", ctx.now())
            for before, after in [(AgentState.OFFLINE, AgentState.NOT_READY), (AgentState.NOT_READY, AgentState.READY)]
        ]
    for _ in range(2):
        async with database.transaction(tenant_id) as db:
            await write_states(db, rows)
            await write_states(db, [])
    async with database.transaction(tenant_id) as db:
        log = await queries.state_log(db, agent)
    assert [(row.from_state, row.to_state, row.by) for row in log] == [
        ("not_ready", "ready", "system"),
        ("offline", "not_ready", "system"),
    ]
    with pytest.raises(Exception, match="permission denied"):
        async with database.transaction(tenant_id) as db:
            await db.execute(text("DELETE FROM agent_states"))


async def test_an_agent_chooses_where_own_calls_ring(database: Database, office: Office) -> None:
    await _make(office)
    path = f"{API}/agents/me/device"
    answer = await office.client.patch(path, json={"device": "phone"}, headers=office.worker)
    assert (answer.status_code, answer.json()["device"]) == (200, "phone")
    async with database.transaction(office.tenant.id) as db:
        (config,) = await load_agents(db)
    assert config.device == "phone"
    wrong = await office.client.patch(path, json={"device": "pigeon"}, headers=office.worker)
    assert (wrong.status_code, wrong.json()["id"]) == (422, "invalid")
