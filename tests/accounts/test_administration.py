"""Users, roles, keys, settings and audit over HTTP on the real database."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from httpx import AsyncClient

from tests.conftest import ClientMaker
from tests.factories.accounts import PASSWORD, TenantMade, make_tenant, make_user, sign_in
from yingda.accounts.actions.identity import Remembered
from yingda.accounts.api import router
from yingda.accounts.events import UserCreated
from yingda.accounts.terms import Permission
from yingda.kit.context import Ctx, Event
from yingda.kit.db import Database

pytestmark = pytest.mark.database

Headers = dict[str, str]
ANY = "0190a5a0-0000-7000-8000-000000000000"


@pytest.fixture
def facts() -> list[Event]:
    """What was published."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def client(make_client: ClientMaker, facts: list[Event]) -> AsyncIterator[AsyncClient]:
    async def publish(ctx: Ctx, event: Event) -> None:
        facts.append(event)

    async with make_client(router, publisher=publish, remembered=Remembered(seconds=0)) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def admin(client: AsyncClient, database: Database, tenant: TenantMade) -> Headers:
    await make_user(database, tenant.id, "admin", "admin")
    return await sign_in(client, tenant, "admin")


async def signed_in_as(client: AsyncClient, database: Database, tenant: TenantMade, role: str) -> Headers:
    member = await make_user(database, tenant.id, role)
    return await sign_in(client, tenant, member.user.username)


def new_user(**changes: object) -> dict[str, object]:
    return {"username": "wang.fang", "name": "王芳", "password": "long enough", "role": "agent", **changes}


ALLOWED = [
    ("GET", "/me", {"admin", "supervisor", "agent"}),
    ("GET", "/users", {"admin", "supervisor"}),
    ("GET", f"/users/{ANY}", {"admin", "supervisor"}),
    ("POST", "/users", {"admin"}),
    ("PATCH", f"/users/{ANY}", {"admin"}),
    ("PUT", f"/users/{ANY}/password", {"admin"}),
    ("GET", "/roles", {"admin", "supervisor"}),
    ("POST", "/roles", {"admin"}),
    ("PUT", f"/roles/{ANY}", {"admin"}),
    ("DELETE", f"/roles/{ANY}", {"admin"}),
    ("GET", "/keys", {"admin"}),
    ("POST", "/keys", {"admin"}),
    ("DELETE", f"/keys/{ANY}", {"admin"}),
    ("GET", "/audit", {"admin", "supervisor"}),
    ("GET", "/settings", {"admin", "supervisor"}),
    ("PUT", "/settings", {"admin"}),
]
BODIES: dict[tuple[str, str], dict[str, object]] = {
    ("POST", "/users"): new_user(role="no such role"),
    ("PATCH", f"/users/{ANY}"): {},
    ("PUT", f"/users/{ANY}/password"): {"password": "long enough"},
    ("POST", "/roles"): {"name": "admin", "permissions": []},
    ("PUT", f"/roles/{ANY}"): {"name": "x", "permissions": []},
    ("POST", "/keys"): {"name": "x", "scopes": ["desk"]},
    ("PUT", "/settings"): {"name": "x"},
}


@pytest.mark.parametrize("role", ["admin", "supervisor", "agent", None])
async def test_permission_table(client: AsyncClient, database: Database, tenant: TenantMade, role: str | None) -> None:
    headers = await signed_in_as(client, database, tenant, role) if role else {}
    for method, path, roles in ALLOWED:
        answer = await client.request(method, f"/api/v1{path}", headers=headers, json=BODIES.get((method, path)))
        if role is None:
            assert answer.status_code == 401, path
        else:
            assert (answer.status_code != 403) == (role in roles), (method, path, answer.text)


def test_the_permission_table_names_every_route() -> None:
    open_to_all = {("POST", "/sessions"), ("DELETE", "/sessions/current"), ("PATCH", "/me"), ("PUT", "/me/password")}
    routes = {(method, route.path) for route in router.routes for method in route.methods}  # type: ignore[attr-defined]
    named = {
        (method, path.replace(f"/users/{ANY}", "/users/{user_id}").replace(f"/roles/{ANY}", "/roles/{role_id}"))
        for method, path, _ in ALLOWED
    }
    named = {(method, path.replace(f"/keys/{ANY}", "/keys/{key_id}")) for method, path in named}
    assert routes == named | open_to_all


async def test_user_from_making_to_closing(
    client: AsyncClient, tenant: TenantMade, admin: Headers, facts: list[Event]
) -> None:
    made = await client.post("/api/v1/users", headers=admin, json=new_user(extension="8001"))
    assert made.status_code == 201
    user = made.json()
    assert (user["username"], user["role"], user["active"], user["language"]) == ("wang.fang", "agent", True, "zh")
    created = [fact for fact in facts if isinstance(fact, UserCreated)]
    assert [(str(fact.user_id), fact.extension) for fact in created] == [(user["id"], "8001")]
    headers = await sign_in(client, tenant, "wang.fang", "long enough")
    change = {"role": "supervisor", "active": False}
    changed = await client.patch(f"/api/v1/users/{user['id']}", headers=admin, json=change)
    assert (changed.json()["role"], changed.json()["active"], changed.json()["name"]) == ("supervisor", False, "王芳")
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    closed = {"tenant": tenant.slug, "username": "wang.fang", "password": "long enough"}
    assert (await client.post("/api/v1/sessions", json=closed)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"username": "ADMIN"}, 409, "username_taken"),
        ({"role": "king"}, 422, "unknown_role"),
        ({"password": "short"}, 422, "invalid"),
        ({"username": "two words"}, 422, "invalid"),
        ({"name": "nul\x00"}, 422, "invalid"),
        ({"name": "x" * 101}, 422, "invalid"),
        ({"extension": "80 01"}, 422, "invalid"),
        ({"extension": "9" * 400}, 422, "invalid"),
    ],
)
async def test_refused_users(
    client: AsyncClient, admin: Headers, changes: dict[str, object], status: int, error: str
) -> None:
    answer = await client.post("/api/v1/users", headers=admin, json=new_user(**changes))
    assert (answer.status_code, answer.json()["id"]) == (status, error)


@pytest.mark.parametrize(
    "body", [rb'{"name": "\ud800"}', rb'{"name": "\u0000"}', b"{", b"[]", b"\xff", b'{"active": 1e999}', b"null"]
)
async def test_bodies_that_cannot_be_read(client: AsyncClient, admin: Headers, body: bytes) -> None:
    headers = {**admin, "Content-Type": "application/json"}
    answer = await client.patch(f"/api/v1/users/{ANY}", headers=headers, content=body)
    assert answer.status_code in {400, 422}
    assert answer.json()["id"] in {"invalid", "bad_request"}


async def test_same_name_at_the_same_time(client: AsyncClient, admin: Headers) -> None:
    answers = await asyncio.gather(*(client.post("/api/v1/users", headers=admin, json=new_user()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_list_of_users_by_pages_and_search(
    client: AsyncClient, database: Database, tenant: TenantMade, admin: Headers
) -> None:
    for name in ("Carol", "bob", "dave_x", "davexx"):
        await make_user(database, tenant.id, username=name)
    names: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        answer = await client.get(f"/api/v1/users?limit=2&cursor={cursor}", headers=admin)
        names += [user["username"] for user in answer.json()["items"]]
        cursor, pages = answer.json()["next"], pages + 1
    assert (names, pages) == (["admin", "bob", "Carol", "dave_x", "davexx"], 3)
    found = await client.get("/api/v1/users", params={"q": "E_X"}, headers=admin)
    assert [user["username"] for user in found.json()["items"]] == ["dave_x"], "wildcards are plain characters"


@pytest.mark.parametrize("path", ["/users", "/audit"])
@pytest.mark.parametrize("cursor", ["x", "e30", "WyJcdTAwMDAiXQ", "W251bGxd", "WyIxIiwiMiJd", "%00", "é"])
async def test_cursors_that_are_not_ours(client: AsyncClient, admin: Headers, path: str, cursor: str) -> None:
    answer = await client.get(f"/api/v1{path}?cursor={cursor}", headers=admin)
    assert (answer.status_code, answer.json()["id"]) == (422, "invalid")


@pytest.mark.parametrize("change", [{"active": False}, {"role": "agent"}])
async def test_the_last_admin_stays(client: AsyncClient, admin: Headers, change: dict[str, object]) -> None:
    me = (await client.get("/api/v1/me", headers=admin)).json()["id"]
    answer = await client.patch(f"/api/v1/users/{me}", headers=admin, json=change)
    assert (answer.status_code, answer.json()["id"]) == (409, "last_admin")
    assert (await client.patch(f"/api/v1/users/{me}", headers=admin, json={"name": "Boss"})).status_code == 200


async def test_two_admins_cannot_close_each_other(client: AsyncClient, database: Database, tenant: TenantMade) -> None:
    one, two = [await make_user(database, tenant.id, "admin") for _ in range(2)]
    by_one, by_two = [await sign_in(client, tenant, member.user.username) for member in (one, two)]
    answers = await asyncio.gather(
        client.patch(f"/api/v1/users/{two.user.id}", headers=by_one, json={"active": False}),
        client.patch(f"/api/v1/users/{one.user.id}", headers=by_two, json={"active": False}),
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses in ([200, 409], [200, 401]), "the second is refused, or has no sign-in any more"


async def test_nobody_hands_out_more_than_he_has(
    client: AsyncClient, database: Database, tenant: TenantMade, admin: Headers
) -> None:
    rights = ["users.read", "users.write", "keys.write", "desk"]
    clerk = {"name": "clerk", "permissions": rights}
    assert (await client.post("/api/v1/roles", headers=admin, json=clerk)).status_code == 201
    headers = await signed_in_as(client, database, tenant, "clerk")
    boss = (await client.get("/api/v1/me", headers=admin)).json()["id"]
    tries = [
        ("POST", "/users", new_user(role="admin")),
        ("PATCH", f"/users/{boss}", {"name": "x"}),
        ("PUT", f"/users/{boss}/password", {"password": "taken over"}),
        ("POST", "/roles", {"name": "more", "permissions": ["audit.read"]}),
        ("POST", "/keys", {"name": "more", "scopes": ["audit.read"]}),
    ]
    for method, path, body in tries:
        answer = await client.request(method, f"/api/v1{path}", headers=headers, json=body)
        assert (answer.status_code, answer.json()["id"]) == (403, "beyond_your_rights"), path
    assert (await client.post("/api/v1/users", headers=headers, json=new_user(role="clerk"))).status_code == 201


async def test_roles(client: AsyncClient, database: Database, tenant: TenantMade, admin: Headers) -> None:
    made = await client.post("/api/v1/roles", headers=admin, json={"name": "质检员", "permissions": ["audit.read"]})
    role = made.json()
    assert (await client.post("/api/v1/roles", headers=admin, json=role)).json()["id"] == "role_name_taken"
    headers = await signed_in_as(client, database, tenant, "质检员")
    assert (await client.get("/api/v1/audit", headers=headers)).status_code == 200
    place = f"/api/v1/roles/{role['id']}"
    assert (await client.delete(place, headers=admin)).json()["id"] == "role_in_use"
    await client.put(place, headers=admin, json={"name": "质检", "permissions": ["desk"]})
    assert (await client.get("/api/v1/audit", headers=headers)).status_code == 403
    taken = await client.put(place, headers=admin, json={"name": "agent", "permissions": ["desk"]})
    assert taken.json()["id"] == "role_name_taken"
    listed = (await client.get("/api/v1/roles", headers=admin)).json()["items"]
    assert [one["name"] for one in listed] == ["admin", "agent", "supervisor", "质检"]
    builtin = await client.put(f"/api/v1/roles/{listed[1]['id']}", headers=admin, json={"name": "x", "permissions": []})
    assert builtin.json()["id"] == "role_builtin"


async def test_unused_role_goes(client: AsyncClient, admin: Headers) -> None:
    made = await client.post("/api/v1/roles", headers=admin, json={"name": "short-lived", "permissions": []})
    place = f"/api/v1/roles/{made.json()['id']}"
    assert (await client.delete(place, headers=admin)).status_code == 204
    assert (await client.delete(place, headers=admin)).status_code == 404


async def test_key_is_limited_to_its_scopes(client: AsyncClient, admin: Headers) -> None:
    made = await client.post("/api/v1/keys", headers=admin, json={"name": "crm", "scopes": ["users.read"]})
    assert made.status_code == 201
    by_key = {"Authorization": f"Bearer {made.json()['secret']}"}
    assert (await client.get("/api/v1/users", headers=by_key)).status_code == 200
    assert (await client.get("/api/v1/audit", headers=by_key)).status_code == 403
    assert (await client.get("/api/v1/me", headers=by_key)).json()["id"] == "for_users_only"
    assert (await client.delete("/api/v1/sessions/current", headers=by_key)).json()["id"] == "for_users_only"
    listed = (await client.get("/api/v1/keys", headers=admin)).json()["items"]
    assert [(key["name"], key["scopes"], key["maker"]) for key in listed] == [("crm", ["users.read"], "admin")]
    assert listed[0]["used_at"] is not None
    assert "secret" not in listed[0]
    assert (await client.delete(f"/api/v1/keys/{listed[0]['id']}", headers=admin)).status_code == 204
    assert (await client.get("/api/v1/users", headers=by_key)).status_code == 401


async def test_key_loses_what_its_maker_loses(
    client: AsyncClient, database: Database, tenant: TenantMade, admin: Headers
) -> None:
    maker = await make_user(database, tenant.id, "admin")
    headers = await sign_in(client, tenant, maker.user.username)
    made = await client.post("/api/v1/keys", headers=headers, json={"name": "x", "scopes": ["users.read", "desk"]})
    by_key = {"Authorization": f"Bearer {made.json()['secret']}"}
    place = f"/api/v1/users/{maker.user.id}"
    assert (await client.get("/api/v1/users", headers=by_key)).status_code == 200
    await client.patch(place, headers=admin, json={"role": "agent"})
    assert (await client.get("/api/v1/users", headers=by_key)).status_code == 403
    await client.patch(place, headers=admin, json={"active": False})
    assert (await client.get("/api/v1/users", headers=by_key)).status_code == 401


async def test_new_password_by_admin_ends_sessions_and_lock(
    client: AsyncClient, database: Database, tenant: TenantMade, admin: Headers
) -> None:
    member = await make_user(database, tenant.id)
    headers = await sign_in(client, tenant, member.user.username)
    wrong = {"tenant": tenant.slug, "username": member.user.username, "password": "wrong"}
    for _ in range(5):
        await client.post("/api/v1/sessions", json=wrong)
    place = f"/api/v1/users/{member.user.id}"
    assert (await client.get(place, headers=admin)).json()["locked_until"] is not None
    await client.put(f"{place}/password", headers=admin, json={"password": "another one"})
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    await sign_in(client, tenant, member.user.username, "another one")


async def test_settings(client: AsyncClient, admin: Headers) -> None:
    before = (await client.get("/api/v1/settings", headers=admin)).json()
    assert (before["short_abandon_s"], before["timezone"]) == (5, "Asia/Shanghai")
    after = {**before, "name": "盈达", "area_code": "020", "short_abandon_s": 8}
    assert (await client.put("/api/v1/settings", headers=admin, json=after)).json() == after
    assert (await client.get("/api/v1/settings", headers=admin)).json() == after
    row = (await client.get("/api/v1/audit?limit=1", headers=admin)).json()["items"][0]
    assert (row["act"], row["actor"]) == ("settings.changed", "admin")
    assert row["detail"] == {"changed": ["name", "area_code", "short_abandon_s"]}


async def test_me(client: AsyncClient, admin: Headers) -> None:
    answer = await client.patch("/api/v1/me", headers=admin, json={"language": "en"})
    assert (answer.json()["language"], answer.json()["name"]) == ("en", "Admin")


async def test_audit_by_pages(client: AsyncClient, admin: Headers) -> None:
    for number in range(3):
        await client.patch("/api/v1/me", headers=admin, json={"name": f"Name {number}"})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await client.get(f"/api/v1/audit?limit=2&cursor={cursor}", headers=admin)).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
    whole = (await client.get("/api/v1/audit?limit=200", headers=admin)).json()["items"]
    assert seen == [row["id"] for row in whole]
    assert [row["detail"].get("name") for row in whole[:3]] == ["Name 2", "Name 1", "Name 0"]


async def test_passwords_stand_nowhere_in_the_audit(client: AsyncClient, tenant: TenantMade, admin: Headers) -> None:
    await client.post("/api/v1/users", headers=admin, json=new_user(password="a very secret one"))
    whole = (await client.get("/api/v1/audit?limit=200", headers=admin)).text
    assert "very secret" not in whole
    assert PASSWORD not in whole


async def test_another_tenants_ids_lead_nowhere(
    client: AsyncClient, database: Database, tenant: TenantMade, admin: Headers
) -> None:
    other = await make_tenant(database)
    theirs = await make_user(database, other.id, "admin")
    their_admin = await sign_in(client, other, theirs.user.username)
    key = await client.post("/api/v1/keys", headers=their_admin, json={"name": "x", "scopes": [Permission.DESK]})
    role = await client.post("/api/v1/roles", headers=their_admin, json={"name": "x", "permissions": []})
    tries = [
        ("GET", f"/users/{theirs.user.id}", None),
        ("PATCH", f"/users/{theirs.user.id}", {"name": "x"}),
        ("PUT", f"/users/{theirs.user.id}/password", {"password": "long enough"}),
        ("PUT", f"/roles/{role.json()['id']}", {"name": "y", "permissions": []}),
        ("DELETE", f"/roles/{role.json()['id']}", None),
        ("DELETE", f"/keys/{key.json()['id']}", None),
        ("GET", f"/users/{uuid4()}", None),
    ]
    for method, path, body in tries:
        answer = await client.request(method, f"/api/v1{path}", headers=admin, json=body)
        assert (answer.status_code, answer.json()["id"]) == (404, "not_found"), path
    assert theirs.user.username not in (await client.get("/api/v1/users", headers=admin)).text
    assert (await client.get("/api/v1/keys", headers=admin)).json()["items"] == []
