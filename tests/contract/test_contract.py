"""The shapes that others build on, to the letter, on the running system."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
import soundfile

from tests.phones import tones
from tests.scenarios.system import Json, System

pytestmark = pytest.mark.scenario

ITEM = [
    "id",
    "channel",
    "direction",
    "caller",
    "callee",
    "number",
    "flow",
    "queue",
    "agent",
    "offered_at",
    "queued_at",
    "answered_at",
    "ended_at",
    "outcome",
    "ended_by",
    "recording",
]
PROCESSES = {"web", "switch", "worker", "asterisk", "postgres"}
CALLER = "13900003001"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def anyone(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """A client that nobody has signed in."""
    async with httpx.AsyncClient(base_url=system.url, trust_env=False, timeout=10) as client:
        yield client


async def test_status_as_json(system: System) -> None:
    status = await system.status()
    assert set(status) == {"healthy", "url", "processes", "sip"}
    assert status["healthy"] is True
    assert status["url"] == system.url
    assert {process["name"] for process in status["processes"]} == PROCESSES
    for process in status["processes"]:
        assert set(process) == {"name", "pid", "state"}
        assert isinstance(process["pid"], int)
        assert process["pid"] > 1
        assert process["state"] == "running"
    assert status["sip"] == {"host": "127.0.0.1", "port": system.sip_port}


async def test_demo_json(system: System) -> None:
    demo = json.loads((system.home / "demo.json").read_text())
    assert set(demo) == {"url", "tenant", "number", "sip", "users"}
    assert (demo["number"], set(demo["sip"])) == ("02088880000", {"host", "port"})
    keys = {"username", "password", "role", "extension", "sip_username", "sip_password"}
    assert all(set(user) == keys and all(user.values()) for user in demo["users"])
    roles = [user["role"] for user in demo["users"]]
    assert set(roles) == {"admin", "supervisor", "agent"}
    assert roles.count("agent") == 6
    queues = {queue["name"]: queue for queue in (await system.get("/queues"))["items"]}
    agents = {agent["id"]: agent["extension"] for agent in (await system.get("/agents"))["items"]}
    members = {name: {agents[one["agent_id"]] for one in queue["members"]} for name, queue in queues.items()}
    assert members["sales"] == {"8001", "8002", "8003"}
    assert members["service"] == {"8004", "8005", "8006"}


async def test_signing_in_and_being_refused(system: System, anyone: httpx.AsyncClient) -> None:
    user = system.by_role("supervisor")[0]
    given = {"tenant": system.tenant, "username": user.username, "password": user.password}
    answer = await anyone.post("/api/v1/sessions", json=given)
    assert answer.status_code == 201
    assert set(answer.json()) >= {"token", "user"}
    me = await anyone.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert me.json()["username"] == user.username
    wrong = await anyone.post("/api/v1/sessions", json=given | {"username": "nobody-at-all"})
    problem(wrong, 401, "wrong_credentials")


def problem(answer: httpx.Response, status: int, id_: str | None = None) -> None:
    """RFC 9457, with the stable id."""
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert set(body) >= {"type", "title", "status", "id"}
    assert body["status"] == status
    assert body["id"]
    assert id_ is None or body["id"] == id_


async def test_errors_are_problem_documents(system: System, anyone: httpx.AsyncClient) -> None:
    problem(await anyone.get("/api/v1/queues"), 401, "unauthorized")
    problem(await anyone.get("/api/v1/no-such-thing"), 404)
    problem(await anyone.request("PATCH", "/api/v1/queues"), 405)
    client = await system.api("admin")
    problem(await client.get("/interactions/00000000-0000-0000-0000-000000000000"), 404)
    problem(await client.get("/interactions?limit=0"), 422)
    problem(await client.post("/queues", content=b"{", headers={"content-type": "application/json"}), 422)
    problem(await (await system.api("agent1")).get("/users"), 403, "forbidden")


async def test_a_call_on_record(system: System) -> None:
    async with system.working("agent4"):
        begun = datetime.now(UTC)
        async with system.caller(CALLER, "2") as customer:
            contact = await system.contact_at(CALLER, "talking")
            await asyncio.sleep(3)
            live = await system.live()
            await customer.hang_up()
        item = await system.interaction_of(CALLER)
        wav = await system.recording(item["id"])
    assert set(item) >= set(ITEM)
    assert (item["id"], item["channel"], item["direction"]) == (contact["id"], "voice", "inbound")
    assert (item["caller"], item["number"], item["queue"], item["agent"]) == (
        CALLER,
        system.number,
        "service",
        "agent4",
    )
    assert (item["outcome"], item["ended_by"], item["flow"]) == ("answered", "customer", "欢迎")
    assert item["callee"]
    for name in ("offered_at", "queued_at", "answered_at", "ended_at"):
        moment = datetime.fromisoformat(item[name])
        assert moment.utcoffset() == timedelta(0), "UTC"
        assert begun - timedelta(seconds=2) < moment < datetime.now(UTC) + timedelta(seconds=2)
    sound = soundfile.info(str(wav))
    assert (sound.format, sound.channels) == ("WAV", 2)
    assert sound.samplerate >= 8000
    assert tones.share(wav, 0, 440) > 0.8
    assert tones.share(wav, 1, 700) > 0.8
    shown(live, contact["id"])
    in_order(await system.decisions(item["id"]))


def shown(live: Json, contact: str) -> None:
    assert set(live) >= {"seq", "at", "agents", "queues", "contacts", "trunks"}
    assert contact in {found["id"] for found in live["contacts"]}
    agent = next(found for found in live["agents"] if found["username"] == "agent4")
    assert (agent["state"], agent["contact"], agent["device"]) == ("talking", contact, "phone")


def in_order(decisions: list[Json]) -> None:
    assert all(set(step) >= {"seq", "at", "kind", "data", "text"} for step in decisions)
    assert [step["seq"] for step in decisions] == sorted({step["seq"] for step in decisions})
    kinds = [step["kind"] for step in decisions]
    wanted = ["arrived", "key_pressed", "queued", "offered", "ringing", "answered", "ended"]
    assert [kind for kind in kinds if kind in wanted] == wanted, kinds


async def test_newest_first_and_page_by_page(system: System) -> None:
    first = await system.get("/interactions", limit=1)
    assert set(first) == {"items", "next"}
    assert len(first["items"]) == 1
    more = await system.get("/interactions", limit=50)
    offered = [item["offered_at"] for item in more["items"]]
    assert offered == sorted(offered, reverse=True)
    if first["next"]:
        second = await system.get("/interactions", limit=1, cursor=first["next"])
        assert second["items"][0]["id"] == more["items"][1]["id"]


async def test_metrics_on_loopback_only_and_health(system: System, anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get("/healthz")).status_code == 200
    metrics = await anyone.get("/metrics")
    assert metrics.status_code == 200
    assert metrics.headers["content-type"].startswith("text/plain")
    samples = [line.rpartition(" ")[0] for line in metrics.text.splitlines() if line and not line.startswith("#")]
    assert any(name.startswith("yingda_calls") for name in samples)
    assert sorted({name for name in samples if samples.count(name) > 1}) == [], "told twice"
    assert (await anyone.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})).status_code == 404
    outside = own_address()
    if outside:
        port = httpx.URL(system.url).port
        elsewhere = await anyone.get(f"http://{outside}:{port}/metrics")
        assert elsewhere.status_code == 404


def own_address() -> str | None:
    """An address of this machine that is not loopback; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") else found


async def test_the_document_of_the_api(anyone: httpx.AsyncClient) -> None:
    document = (await anyone.get("/api/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    wanted = {"/sessions", "/agents/me/state", "/interactions", "/live", "/interactions/{interaction_id}/recording"}
    assert {f"/api/v1{path}" for path in wanted} <= set(document["paths"])
