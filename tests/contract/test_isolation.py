"""Two tenants in one database: by no route, id, event or query does one see or change what is the other's."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text

from tests.factories.accounts import TenantMade, context, make_tenant, make_user, sign_in
from yingda.interactions import DecisionRecord, Direction, InteractionRecord, Outcome, write
from yingda.kit.db import Database
from yingda.kit.ids import new_id

pytestmark = pytest.mark.database

MARK = "onlyours7f3a"  # stands in every name of A's
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class House:
    """A tenant full of rows; ``ids`` by kind. ``headers`` are its administrator's."""

    tenant: TenantMade
    headers: dict[str, str]
    ids: dict[str, str]


def flow_of(queue: str, name: str) -> Body:
    return {"name": name, "start": "in", "nodes": {"in": {"kind": "queue", "queue": queue}}}


def trunk_of(name: str) -> Body:
    return {"name": name, "kind": "ip", "addresses": ["192.0.2.7"]}


async def furnish(database: Database, app: FastAPI, api: AsyncClient, mark: str, number: str) -> House:
    """A tenant with a row of every kind, made over HTTP as people would."""
    tenant = await make_tenant(database)
    admin = await make_user(database, tenant.id, "admin", "admin")
    # The fixture's client knows the path below /api/v1.
    headers = await sign_in(_root(api), tenant, "admin")
    ids: dict[str, str] = {"user": str(admin.user.id), "number": number}

    async def make(kind: str, path: str, body: Body, key: str = "id") -> None:
        answer = await api.post(path, json=body, headers=headers)
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"
        ids[kind] = str(answer.json()[key])

    user = {"username": f"{mark}u", "name": mark, "password": "correct horse", "role": "agent", "extension": "8801"}
    await make("agent_user", "/users", user)
    agents = (await api.get("/agents", headers=headers)).json()["items"]
    ids["agent"] = str(agents[0]["id"])
    await make("role", "/roles", {"name": mark, "permissions": ["desk"]})
    await make("key", "/keys", {"name": mark, "scopes": ["setup.read"]})
    await make("reason", "/break-reasons", {"name": mark})
    await make("queue", "/queues", {"name": mark, "members": [{"agent_id": ids["agent"]}]})
    await make("hours", "/hours", {"name": mark})
    flow = {"name": mark, "definition": flow_of(ids["queue"], mark)}
    await make("flow", "/flows", flow)
    await make("sound", "/sounds", {"name": mark, "text": f"您好 {mark}"})
    await make("trunk", "/trunks", trunk_of(mark))
    await make("number_row", "/numbers", {"number": number, "flow_id": ids["flow"], "label": mark})
    await make("type", "/business-types", {"name": mark})
    ids["interaction"] = await contact(database, tenant, mark)
    form = {"business_type_id": ids["type"], "notes": mark}
    answer = await api.put(f"/interactions/{ids['interaction']}/form", json=form, headers=headers)
    assert answer.status_code == 200, answer.text
    live(app, tenant, ids, mark)
    return House(tenant, headers, ids)


def _root(api: AsyncClient) -> AsyncClient:
    return AsyncClient(transport=api._transport, base_url="http://test")


async def contact(database: Database, tenant: TenantMade, mark: str) -> str:
    record = InteractionRecord(
        new_id(),
        tenant.id,
        1,
        Direction.INBOUND,
        AT,
        caller=f"138{mark}",
        outcome=Outcome.ANSWERED,
        ended_at=AT,
    )
    reason = DecisionRecord(tenant.id, record.id, 1, AT, "ended", {"outcome": "answered", "ended_by": "customer"})
    async with context(database, tenant.id) as ctx:
        await write(ctx.db, [record, reason])
    return str(record.id)


def live(app: FastAPI, tenant: TenantMade, ids: dict[str, str], mark: str) -> None:
    """What the switch process would tell of the tenant: its administrator is an agent, one contact waits."""
    app.state.hub.take({"tenant": str(tenant.id), "type": "snapshot", "value": snapshot(ids, mark)})


def snapshot(ids: dict[str, str], mark: str) -> Body:
    """A live state in which every object has all its members."""
    at = AT.isoformat()
    agent: Body = {"id": ids["agent"], "user_id": ids["user"], "username": mark, "name": mark, "extension": "8801"}
    agent |= {"state": "ready", "reason": "", "since": at, "until": None, "contact": None, "misses": 0}
    agent |= {"chosen": "ready", "chosen_reason": "", "device": "phone", "queues": [ids["queue"]], "requested": None}
    today = dict.fromkeys(("offered", "answered", "abandoned", "short_abandons", "within_target", "wait_s_sum"), 0)
    queue: Body = {"id": ids["queue"], "name": mark, "name_en": "", "waiting": 1, "longest_since": at}
    queue |= {"service_level_s": 20, "today": today}
    trunk = {"id": ids["trunk"], "name": mark, "reachable": True}
    return {"at": at, "agents": [agent], "queues": [queue], "contacts": [waiting(ids, mark)], "trunks": [trunk]}


def waiting(ids: dict[str, str], mark: str) -> Body:
    """A contact that waits."""
    at = AT.isoformat()
    contact: Body = {"id": ids["interaction"], "channel": "voice", "direction": "inbound", "stage": "waiting"}
    contact |= {"caller": mark, "caller_withheld": False, "caller_area": None, "caller_carrier": None}
    contact |= {"number": ids["number"], "number_label": mark, "trunk": mark, "flow": mark, "node": None}
    contact |= {"queue": ids["queue"], "agent": None, "ringing": [], "position": 1, "offered_at": at, "queued_at": at}
    contact |= {"answered_at": None, "since": at, "muted": False, "hold_s": 0, "keys_path": "", "path": []}
    return contact


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def houses(database: Database, whole_app: FastAPI, api: AsyncClient) -> AsyncIterator[tuple[House, House]]:
    """A, whose rows bear the mark, and B."""
    a = await furnish(database, whole_app, api, MARK, "02066660001")
    b = await furnish(database, whole_app, api, "theirs", "02066660002")
    yield a, b


def bodies(a: dict[str, str]) -> dict[str, Body]:
    """A valid body for every route that takes one, with A's ids wherever another row is named."""
    queue = {"name": "q", "members": [{"agent_id": a["agent"]}]}
    definition = flow_of(a["queue"], "f")
    return {
        "PUT /agents/me/state": {"state": "ready"},
        "POST /agents/me/wrap-up": {"action": "finish"},
        "POST /agents/{agent_id}/break-approval": {"approve": True},
        "POST /calls/{call_id}/mute": {"muted": True},
        "POST /calls/{call_id}/dtmf": {"digits": "1"},
        "PATCH /me": {},
        "PUT /me/password": {"old": "wrong horse", "new": "correct horse 2"},
        "POST /users": {"username": "n1", "name": "n", "password": "correct horse", "role": "agent"},
        "PATCH /users/{user_id}": {"name": "taken"},
        "PUT /users/{user_id}/password": {"password": "taken over now"},
        "POST /roles": {"name": "r", "permissions": ["desk"]},
        "PUT /roles/{role_id}": {"name": "r2", "permissions": ["desk"]},
        "POST /keys": {"name": "k", "scopes": ["setup.read"]},
        "PUT /settings": {"name": "B"},
        "POST /agents": {"user_id": a["user"], "extension": "8899"},
        "PATCH /agents/{agent_id}": {"extension": "8898"},
        "PATCH /agents/me/device": {"device": "auto"},
        "POST /break-reasons": {"name": "b"},
        "PUT /break-reasons/{reason_id}": {"name": "b2"},
        "POST /queues": queue,
        "PUT /queues/{queue_id}": queue,
        "POST /numbers": {"number": "02066669999", "flow_id": a["flow"], "hours_id": a["hours"]},
        "PUT /numbers/{number}": {"flow_id": a["flow"], "label": "taken"},
        "POST /trunks": trunk_of("t"),
        "PUT /trunks/{trunk_id}": trunk_of("t2"),
        "POST /flows": {"name": "f", "definition": definition},
        "POST /flows/{flow_id}/versions": {"definition": definition},
        "POST /hours": {"name": "h"},
        "PUT /hours/{hours_id}": {"name": "h2"},
        "POST /sounds": {"name": "s", "text": "好"},
        "PUT /interactions/{interaction_id}/form": {"business_type_id": a["type"], "notes": "taken"},
        "POST /business-types": {"name": "t"},
        "PUT /business-types/{type_id}": {"name": "t2"},
    }


NAMES_A_ROW = {"POST /agents", "POST /queues"}
"""Their bodies name rows of A's: they must be refused. Numbers and flows name theirs by ids that the switch process
looks up among the tenant's own: A's lead nowhere."""
WITHOUT_A_TENANT = {"POST /sessions", "DELETE /sessions/current"}


def routes(app: FastAPI) -> Iterator[tuple[str, str, bool]]:
    """Method, path below /api/v1 and whether it takes a body, of every route of the OpenAPI document."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix("/api/v1"), "requestBody" in operation


def filled(path: str, ids: dict[str, str]) -> Iterator[str]:
    """The path with each of A's ids in turn, of whatever kind."""
    if "{" not in path:
        yield path
        return
    head, _, rest = path.partition("{")
    tail = rest.partition("}")[2]
    for value in ids.values():
        yield f"{head}{value}{tail}"


async def rows(database: Database, owner_database: Database, tenant: UUID) -> dict[str, list[str]]:
    """Every row of a tenant in every table that has tenants."""
    query = (
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"
    )
    async with owner_database.transaction(None) as db:
        tables = sorted(await db.scalars(text(query)))
    found = {}
    async with database.transaction(tenant) as db:
        for table in tables:
            query = f"SELECT t::text FROM {table} t"  # noqa: S608 - names from the catalogue
            found[table] = sorted(await db.scalars(text(query)))
    return found


async def test_no_route_shows_or_changes_anything_of_another_tenant(
    houses: tuple[House, House], whole_app: FastAPI, api: AsyncClient, database: Database, owner_database: Database
) -> None:
    a, b = houses
    before = await rows(database, owner_database, a.tenant.id)
    given, asked, tried = bodies(a.ids), whole_app.state.link.asked, 0
    asked.clear()
    leaks: list[str] = []
    for method, path, takes_body in routes(whole_app):
        name = f"{method} {path}"
        if name in WITHOUT_A_TENANT:
            continue
        assert not takes_body or name in given, f"{name} is new: say what body it takes"
        for target in filled(path, a.ids):
            answer = await api.request(method, target, json=given.get(name), headers=b.headers)
            tried += 1
            leaks += problems(name, target, answer, "{" in path)
    assert leaks == []
    assert tried > 300
    assert {args["tenant"] for verb, args in asked if verb != "metrics"} == {str(b.tenant.id)}
    assert await rows(database, owner_database, a.tenant.id) == before
    assert all(before[table] for table in ("users", "queues", "flows", "interactions", "sounds", "trunks", "audit"))


def problems(name: str, target: str, answer: Response, by_id: bool) -> Iterator[str]:
    if MARK in answer.text:
        yield f"{name} shows A's names: {answer.text[:200]}"
    if answer.is_success and (by_id or name in NAMES_A_ROW):
        yield f"{name} answers {answer.status_code} to {target}"
    if answer.is_server_error and answer.status_code != 503:
        yield f"{name} fails with {answer.status_code} at {target}: {answer.text[:200]}"


async def test_the_own_rows_are_there_all_the_same(houses: tuple[House, House], api: AsyncClient) -> None:
    """What is refused above is not refused for everybody."""
    a, _ = houses
    for path in ("users", "queues", "flows", "interactions"):
        kind = {"users": "user", "queues": "queue", "flows": "flow", "interactions": "interaction"}[path]
        answer = await api.get(f"/{path}/{a.ids[kind]}", headers=a.headers)
        assert answer.status_code == 200, answer.text
        assert a.ids[kind] in answer.text


async def test_a_token_is_good_for_its_own_tenant_only(houses: tuple[House, House], api: AsyncClient) -> None:
    a, b = houses
    prefix, _, secret = b.headers["Authorization"].removeprefix("Bearer ").partition(".")
    assert prefix == b.tenant.id.hex
    answer = await api.get("/me", headers={"Authorization": f"Bearer {a.tenant.id.hex}.{secret}"})
    assert answer.status_code == 401


async def test_browsers_of_one_tenant_hear_nothing_of_the_other(
    houses: tuple[House, House], whole_app: FastAPI
) -> None:
    a, b = houses
    hub = whole_app.state.hub
    heard: list[Body] = []
    async for frame in listening(whole_app, b.headers["Authorization"].removeprefix("Bearer ")):
        heard.append(frame)
        if len(heard) == 1:
            for house, mark in ((a, MARK), (b, "theirs")):
                value: Body = {"id": house.ids["interaction"], "caller": mark, "agent": None, "ringing": []}
                hub.take({"tenant": str(house.tenant.id), "type": "contact.changed", "value": value})
                hub.take({"tenant": str(house.tenant.id), "type": "contact.ended", "value": {"id": value["id"]}})
        if frame["type"] == "contact.ended":
            break
    assert [frame["type"] for frame in heard] == ["snapshot", "contact.changed", "contact.ended"]
    shown = orjson.dumps(heard).decode()
    assert MARK not in shown
    assert not any(id_ in shown for id_ in a.ids.values())


async def listening(app: FastAPI, token: str) -> AsyncIterator[Body]:
    """The frames of the event socket, spoken to as an ASGI server would."""
    sent: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    coming: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    coming.put_nowait({"type": "websocket.connect"})
    coming.put_nowait({"type": "websocket.receive", "text": orjson.dumps({"token": token}).decode()})
    scope: Body = {
        "type": "websocket",
        "path": "/api/v1/events",
        "query_string": b"",
        "headers": [],
        "subprotocols": [],
    }
    scope |= {"raw_path": b"/api/v1/events", "scheme": "ws", "client": ("127.0.0.1", 1), "server": ("test", 80)}
    scope |= {"asgi": {"version": "3.0"}, "root_path": "", "http_version": "1.1", "state": {}}
    running = asyncio.create_task(app(scope, coming.get, sent.put))
    try:
        while True:
            async with asyncio.timeout(5):
                message = await sent.get()
            if message["type"] == "websocket.send":
                yield orjson.loads(message["text"])
            assert message["type"] != "websocket.close", message
    finally:
        coming.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait({running}, timeout=5)


async def test_the_database_refuses_what_a_query_forgets(
    houses: tuple[House, House], database: Database, owner_database: Database
) -> None:
    a, b = houses
    of_a = await rows(database, owner_database, a.tenant.id)
    of_b = await rows(database, owner_database, b.tenant.id)
    for table, kept in of_a.items():
        assert not set(kept) & set(of_b[table]), table
        async with database.transaction(b.tenant.id) as db:
            seen = await db.scalars(text(f"SELECT DISTINCT tenant_id FROM {table}"))  # noqa: S608 - from the catalogue
            assert set(seen) <= {b.tenant.id}, table
    assert sum(len(kept) for kept in of_a.values()) > 25
    assert MARK in "".join(itertools.chain.from_iterable(of_a.values()))
