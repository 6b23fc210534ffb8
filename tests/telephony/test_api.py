"""Set-up of numbers and trunks over HTTP."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.conftest import ClientMaker
from tests.factories.accounts import TenantMade, context, make_tenant, make_user, sign_in
from yingda.accounts import BuiltinRole
from yingda.accounts.api import router as accounts_router
from yingda.kit.db import Database
from yingda.kit.vault import Vault
from yingda.telephony import CallerIdRule, load_numbers, load_trunks, trunk_spec
from yingda.telephony.api import router
from yingda.telephony.switch import Transport

pytestmark = pytest.mark.database

Body = dict[str, object]

TRUNK: Body = {"name": "lab", "kind": "ip", "addresses": ["127.0.0.1", "10.1.2.3/8"]}
REGISTERED: Body = {"name": "out", "kind": "registered", "host": "sip.example.com", "username": "u1", "password": "pw"}


@pytest.fixture
def vault() -> Vault:
    return Vault(Vault.new_key())


@pytest.fixture
async def office(
    database: Database, tenant: TenantMade, make_client: ClientMaker, vault: Vault
) -> AsyncIterator[AsyncClient]:
    """A client and the headers of an administrator."""
    admin = await make_user(database, tenant.id, BuiltinRole.ADMIN)
    async with make_client(router, accounts_router, vault=vault) as client:
        client.headers.update(await sign_in(client, tenant, admin.user.username))
        yield client


def number_of(tenant: TenantMade, serial: str = "00") -> str:
    """A landline that no other test has."""
    return "020" + "8" + str(tenant.id.int)[-5:] + serial


async def test_a_number_is_kept_in_its_one_form(office: AsyncClient, tenant: TenantMade) -> None:
    number = number_of(tenant)
    made = await office.post("/api/v1/numbers", json={"number": "+86" + number[1:], "label": "Sales"})
    assert made.status_code == 201, made.text
    assert made.json()["number"] == number
    assert made.json()["enabled"] is True
    off = await office.put(f"/api/v1/numbers/{number}", json={"label": "Sales", "enabled": False})
    assert off.status_code == 200, off.text
    listed = (await office.get("/api/v1/numbers")).json()["items"]
    assert [(row["number"], row["enabled"]) for row in listed] == [(number, False)]
    assert (await office.delete(f"/api/v1/numbers/{number}")).status_code == 204
    assert (await office.delete(f"/api/v1/numbers/{number}")).json()["id"] == "number_not_found"


async def test_a_number_belongs_to_one_tenant_of_the_platform(
    office: AsyncClient, database: Database, tenant: TenantMade, make_client: ClientMaker
) -> None:
    number = number_of(tenant)
    other = await make_tenant(database)
    stranger = await make_user(database, other.id, BuiltinRole.ADMIN)
    async with make_client(router, accounts_router) as client:
        headers = await sign_in(client, other, stranger.user.username)
        assert (await client.post("/api/v1/numbers", json={"number": number}, headers=headers)).status_code == 201
        mine = await office.post("/api/v1/numbers", json={"number": number})
        again = await client.post("/api/v1/numbers", json={"number": number}, headers=headers)
        assert mine.status_code == again.status_code == 409
        assert mine.json() == again.json()
        assert (await office.put(f"/api/v1/numbers/{number}", json={})).status_code == 404
        assert (await office.delete(f"/api/v1/numbers/{number}")).status_code == 404
        assert (await office.get("/api/v1/numbers")).json()["items"] == []


async def test_trunks_keep_their_password_to_themselves(
    office: AsyncClient, database: Database, tenant: TenantMade, vault: Vault
) -> None:
    made = await office.post("/api/v1/trunks", json=REGISTERED)
    assert made.status_code == 201, made.text
    assert "pw" not in made.text.replace("password", "")
    trunk = made.json()
    assert trunk["has_password"] is True
    changed = await office.put(f"/api/v1/trunks/{trunk['id']}", json=REGISTERED | {"password": None, "port": 5080})
    assert changed.status_code == 200, changed.text
    async with context(database, tenant.id) as ctx:
        (config,) = await load_trunks(ctx.db)
    spec = trunk_spec(config, vault)
    assert (spec.endpoint, spec.port, spec.password) == (f"trunk-{tenant.slug}-out", 5080, "pw")
    assert (spec.register, spec.transport, spec.codecs) == (True, Transport.UDP, ("alaw", "ulaw"))
    assert config.password_sealed != "pw"


async def test_what_the_switch_loads(office: AsyncClient, database: Database, tenant: TenantMade) -> None:
    number = number_of(tenant)
    await office.post("/api/v1/numbers", json={"number": number, "enabled": False})
    rule = {"caller_id_rule": {"strip": "9", "prefix": ""}, "channel_limit": 4}
    assert (await office.post("/api/v1/trunks", json=TRUNK | rule)).status_code == 201
    async with context(database, tenant.id) as ctx:
        (trunk,) = await load_trunks(ctx.db)
        (loaded,) = await load_numbers(ctx.db)
    assert (loaded.number, loaded.enabled, loaded.flow_id) == (number, False, None)
    assert (trunk.addresses, trunk.channel_limit) == (("127.0.0.1", "10.0.0.0/8"), 4)
    assert trunk.caller_id_rule.apply("913800138000") == "13800138000"


@pytest.mark.parametrize(
    "change",
    [
        {"addresses": []},
        {"addresses": ["nonsense"]},
        {"host": "a b"},
        {"host": "x\ny"},
        {"port": 0},
        {"port": 10**30},
        {"codecs": []},
        {"codecs": ["opus\n"]},
        {"name": "Ü"},
        {"name": "a\u0000"},
        {"username": "a;b"},
        {"password": "a\nb"},
        {"channel_limit": -1},
        {"kind": "registered"},
        {"caller_id_rule": {"strip": "abc"}},
        {"caller_id_rule": {"regex": ".*"}},
    ],
)
async def test_odd_trunks_are_refused(office: AsyncClient, change: Body) -> None:
    answer = await office.post("/api/v1/trunks", json=TRUNK | change)
    assert (answer.status_code, answer.json()["id"]) == (422, "invalid")


@pytest.mark.parametrize("number", ["", "\u0000", "1" * 100, "anonymous", "a b", 5, None])
async def test_odd_numbers_are_refused(office: AsyncClient, number: object) -> None:
    assert (await office.post("/api/v1/numbers", json={"number": number})).status_code == 422


async def test_trunk_names_are_unique_within_a_tenant(office: AsyncClient) -> None:
    first = (await office.post("/api/v1/trunks", json=TRUNK)).json()
    assert (await office.post("/api/v1/trunks", json=TRUNK)).json()["id"] == "trunk_taken"
    second = (await office.post("/api/v1/trunks", json=TRUNK | {"name": "lab2"})).json()
    clash = await office.put(f"/api/v1/trunks/{second['id']}", json=TRUNK)
    assert (clash.status_code, clash.json()["id"]) == (409, "trunk_taken")
    assert (await office.delete(f"/api/v1/trunks/{first['id']}")).status_code == 204
    assert [row["name"] for row in (await office.get("/api/v1/trunks")).json()["items"]] == ["lab2"]


async def test_trunks_of_others_are_not_found(
    office: AsyncClient, database: Database, make_client: ClientMaker
) -> None:
    other = await make_tenant(database)
    stranger = await make_user(database, other.id, BuiltinRole.ADMIN)
    mine = (await office.post("/api/v1/trunks", json=TRUNK)).json()["id"]
    async with make_client(router, accounts_router) as client:
        client.headers.update(await sign_in(client, other, stranger.user.username))
        assert (await client.put(f"/api/v1/trunks/{mine}", json=TRUNK)).status_code == 404
        assert (await client.delete(f"/api/v1/trunks/{mine}")).status_code == 404
        assert (await client.get("/api/v1/trunks")).json()["items"] == []


async def test_looking_up_a_number(office: AsyncClient) -> None:
    found = (await office.get("/api/v1/lookup", params={"number": "+8613800138000"})).json()
    assert found == {
        "number": "13800138000",
        "e164": "+8613800138000",
        "kind": "mobile",
        "area": {"zh": "北京市", "en": "Beijing"},
        "carrier": {"zh": "中国移动", "en": "China Mobile"},
    }
    assert (await office.get("/api/v1/lookup", params={"number": "\u0000"})).json()["kind"] == "withheld"


async def test_an_agent_sets_nothing_up(office: AsyncClient, database: Database, tenant: TenantMade) -> None:
    agent = await make_user(database, tenant.id, BuiltinRole.AGENT)
    headers = await sign_in(office, tenant, agent.user.username)
    for method, path, body in (
        ("POST", "/numbers", {"number": "02088880001"}),
        ("GET", "/numbers", None),
        ("POST", "/trunks", TRUNK),
        ("GET", "/trunks", None),
    ):
        answer = await office.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == 403, path
    assert (await office.get("/api/v1/lookup", params={"number": "10086"}, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("strip", "prefix", "caller", "meant"),
    [
        ("", "", "13800138000", "13800138000"),
        ("9", "", "913800138000", "13800138000"),
        ("9", "", "13800138000", "13800138000"),
        ("", "020", "88880000", "02088880000"),
        ("0086", "0", "00862088880000", "02088880000"),
        ("10086", "", "10086", "10086"),
        ("9", "0", "", ""),
    ],
)
def test_caller_rules(strip: str, prefix: str, caller: str, meant: str) -> None:
    assert CallerIdRule(strip=strip, prefix=prefix).apply(caller) == meant
