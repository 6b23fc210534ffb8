"""Flows, hours and sounds over HTTP, on the real database."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import soundfile
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.conftest import ClientMaker
from tests.factories.accounts import TenantMade, context, make_tenant, make_user, sign_in
from tests.flows.test_audio import tone
from tests.flows.test_sounds import Speaker
from yingda.accounts.api import router as accounts_router
from yingda.flows import actions, queries
from yingda.flows.api import router
from yingda.flows.audio import wav_bytes
from yingda.flows.demo import DEMO_FLOW_NAME, demo_flow
from yingda.flows.errors import FlowRefused
from yingda.flows.hours import is_open
from yingda.flows.schemas import HoursWrite
from yingda.flows.session import SoundPrompt
from yingda.flows.sounds import SoundStore
from yingda.kit.db import Database
from yingda.routing.actions import create_queue
from yingda.routing.schemas import QueueIn

pytestmark = pytest.mark.database

SIMPLE: dict[str, Any] = {
    "name": "ignored",
    "start": "a",
    "nodes": {"a": {"kind": "say", "text": "您好", "outlets": {"next": "b"}}, "b": {"kind": "hang_up"}},
}
DAY = {"name": "白班", "timezone": "Asia/Shanghai", "periods": [{"days": [1, 2], "from": "09:00", "to": "18:00"}]}
ALWAYS = {"name": "全天", "periods": [{"from": "00:00", "to": "24:00"}], "exceptions": []}
GOOD_WAV = wav_bytes(tone(44100))


class Api:
    """An administrator's client."""

    def __init__(self, client: AsyncClient, headers: dict[str, str], store: SoundStore) -> None:
        self.client, self.headers, self.store = client, headers, store

    async def ask(self, method: str, path: str, status: int, **given: Any) -> Any:
        answer = await self.client.request(method, f"/api/v1{path}", headers=self.headers, **given)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest_asyncio.fixture(loop_scope="session")
async def api(database: Database, tenant: TenantMade, make_client: ClientMaker, tmp_path: Path) -> AsyncIterator[Api]:
    await make_user(database, tenant.id, "admin", "chief")
    store = SoundStore(tmp_path, Speaker())
    async with make_client(accounts_router, router, sounds=store) as client:
        yield Api(client, await sign_in(client, tenant, "chief"), store)


async def test_a_flow_is_made_published_and_its_old_version_stays(
    api: Api, database: Database, tenant: TenantMade
) -> None:
    made = await api.ask("POST", "/flows", 201, json={"name": "欢迎", "definition": SIMPLE})
    assert (made["version"], made["definition"]["name"]) == (1, "欢迎")
    flow = made["id"]
    changed = {**SIMPLE, "nodes": {**SIMPLE["nodes"], "a": {**SIMPLE["nodes"]["a"], "text": "欢迎"}}}
    published = await api.ask("POST", f"/flows/{flow}/versions", 201, json={"definition": changed, "note": "better"})
    assert (published["version"], published["note"]) == (2, "better")
    assert (await api.ask("GET", f"/flows/{flow}", 200))["definition"]["nodes"]["a"]["text"] == "欢迎"
    assert [item["name"] for item in (await api.ask("GET", "/flows", 200))["items"]] == ["欢迎"]
    versions = (await api.ask("GET", f"/flows/{flow}/versions", 200))["items"]
    assert [(item["version"], item["published_by"]) for item in versions] == [(2, "chief"), (1, "chief")]
    async with database.transaction(tenant.id) as db:
        (config,) = await queries.load_flows(db)
        old = await queries.load_version(db, config.id, 1)
        missing = await queries.load_version(db, config.id, 3)
    assert config.version == 2
    assert old is not None
    assert old.definition.to_dict()["nodes"]["a"]["text"] == "您好"
    assert missing is None


@pytest.mark.parametrize(
    ("definition", "status", "error"),
    [
        ({**SIMPLE, "start": "x"}, 422, "flow_refused"),
        ({**SIMPLE, "nodes": {}}, 422, "invalid"),
        ({**SIMPLE, "nodes": {"a": {"kind": "nonsense"}}}, 422, "invalid"),
        ({**SIMPLE, "nodes": {"a": {"kind": "say", "text": "nul \x00"}}}, 422, "invalid"),
        ("nonsense", 422, "invalid"),
    ],
)
async def test_a_wrong_definition_is_refused(api: Api, definition: Any, status: int, error: str) -> None:
    problem = await api.ask("POST", "/flows", status, json={"name": "x", "definition": definition})
    assert problem["id"] == error
    if error == "flow_refused":
        assert problem["problems"][0] == {"code": "unknown_start", "node": None, "value": "x"}


async def test_names_are_unique_and_unknown_flows_are_not_found(api: Api) -> None:
    await api.ask("POST", "/flows", 201, json={"name": "one", "definition": SIMPLE})
    assert (await api.ask("POST", "/flows", 409, json={"name": "one", "definition": SIMPLE}))["id"] == "name_taken"
    assert (await api.ask("GET", f"/flows/{uuid4()}", 404))["id"] == "flow_not_found"
    await api.ask("POST", f"/flows/{uuid4()}/versions", 404, json={"definition": SIMPLE})


async def test_versions_never_change(api: Api, database: Database, tenant: TenantMade) -> None:
    await api.ask("POST", "/flows", 201, json={"name": "one", "definition": SIMPLE})
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.transaction(tenant.id) as db:
            await db.execute(text("UPDATE flow_versions SET note = 'x'"))


async def test_hours(api: Api, database: Database, tenant: TenantMade) -> None:
    made = await api.ask("POST", "/hours", 201, json=ALWAYS)
    assert made["open_now"] is True
    assert made["periods"] == [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "24:00"}]
    changed = {**DAY, "exceptions": [{"date": "2026-10-01", "open": False, "periods": []}]}
    put = await api.ask("PUT", f"/hours/{made['id']}", 200, json=changed)
    assert put["exceptions"] == changed["exceptions"]
    assert (await api.ask("GET", "/hours", 200))["items"][0]["name"] == "白班"
    async with database.transaction(tenant.id) as db:
        calendars = await queries.load_calendars(db)
    assert calendars[UUID(made["id"])] == HoursWrite.model_validate(changed).to_calendar()
    await api.ask("DELETE", f"/hours/{made['id']}", 204)
    await api.ask("DELETE", f"/hours/{made['id']}", 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Mars/Base"},
        {"timezone": "../../etc/passwd"},
        {"periods": [{"days": [8], "from": "09:00", "to": "18:00"}]},
        {"periods": [{"days": [1], "from": "9:00", "to": "18:00"}]},
        {"periods": [{"days": [1], "from": "09:00", "to": "24:30"}]},
        {"exceptions": [{"date": "2026-13-01", "open": True}]},
        {"name": "  "},
        {"name": "nul \x00"},
    ],
)
async def test_wrong_hours_are_refused(api: Api, wrong: dict[str, Any]) -> None:
    assert (await api.ask("POST", "/hours", 422, json={**DAY, **wrong}))["id"] == "invalid"


async def test_what_a_flow_uses_is_not_deleted(api: Api) -> None:
    hours = (await api.ask("POST", "/hours", 201, json=ALWAYS))["id"]
    sound = await api.ask("POST", "/sounds", 201, json={"name": "hi", "text": "您好"})
    nodes = {
        "a": {"kind": "branch_hours", "hours": hours, "outlets": {"open": "b", "closed": "c"}},
        "b": {"kind": "play", "prompts": [{"sound": sound["id"]}], "outlets": {"next": "c"}},
        "c": {"kind": "hang_up"},
    }
    await api.ask("POST", "/flows", 201, json={"name": "uses", "definition": {**SIMPLE, "nodes": nodes}})
    assert (await api.ask("DELETE", f"/hours/{hours}", 409))["id"] == "hours_in_use"
    assert (await api.ask("DELETE", f"/sounds/{sound['id']}", 409))["id"] == "sound_in_use"
    nodes["a"]["hours"] = str(uuid4())
    refused = await api.ask("POST", "/flows", 422, json={"name": "no", "definition": {**SIMPLE, "nodes": nodes}})
    assert refused["problems"][0]["code"] == "unknown_hours"


async def test_an_uploaded_sound_is_kept_and_heard(api: Api, database: Database, tenant: TenantMade) -> None:
    files = {"file": ("hi.wav", GOOD_WAV, "audio/wav")}
    made = await api.ask("POST", "/sounds", 201, data={"name": "铃声"}, files=files)
    assert (made["kind"], made["duration_s"]) == ("upload", 1.0)
    heard = await api.client.get(f"/api/v1/sounds/{made['id']}/audio", headers=api.headers)
    assert heard.headers["content-type"] == "audio/wav"
    with soundfile.SoundFile(io.BytesIO(heard.content)) as file:
        assert (file.samplerate, file.channels) == (16000, 1)
    find = queries.sound_finder(database, tenant.id)
    assert await api.store.ensure(SoundPrompt(UUID(made["id"])), find)
    assert await find(uuid4()) is None
    await api.ask("DELETE", f"/sounds/{made['id']}", 204)
    assert (await api.ask("GET", f"/sounds/{made['id']}/audio", 404))["id"] == "sound_not_found"


async def test_a_spoken_sound(api: Api) -> None:
    made = await api.ask(
        "POST", "/sounds", 201, json={"name": "问候", "text": "您好", "voice": "", "language": "zh-CN"}
    )
    assert made["kind"] == "speech"
    assert made["duration_s"] > 0
    heard = await api.client.get(f"/api/v1/sounds/{made['id']}/audio", headers=api.headers)
    assert heard.content[:4] == b"RIFF"
    assert (await api.ask("POST", "/sounds", 503, json={"name": "x", "text": "fail"}))["id"] == "speech_failed"
    assert [item["name"] for item in (await api.ask("GET", "/sounds", 200))["items"]] == ["问候"]


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"data": {"name": "x"}, "files": {"file": ("x.wav", b"nonsense")}}, 422, "sound_unreadable"),
        ({"data": {"name": "x"}, "files": {"file": ("x.wav", b"")}}, 422, "sound_unreadable"),
        ({"data": {"name": ""}, "files": {"file": ("x.wav", GOOD_WAV)}}, 422, "invalid"),
        ({"data": {}, "files": {"file": ("x.wav", GOOD_WAV)}}, 422, "invalid"),
        ({"data": {"name": "x"}, "files": {"other": ("x.wav", GOOD_WAV)}}, 422, "invalid"),
        ({"data": {"name": "x"}, "files": {"file": ("x.wav", b"\x00" * (21 * 2**20))}}, 413, "sound_too_large"),
        ({"json": {"name": "x"}}, 422, "invalid"),
        ({"content": b"{"}, 422, "invalid"),
        ({"content": b"{" * (65 * 1024)}, 413, "sound_too_large"),
        ({"content": b"no boundary", "headers": {"content-type": "multipart/form-data"}}, 400, "bad_request"),
    ],
)
async def test_wrong_uploads_are_refused(api: Api, given: dict[str, Any], status: int, error: str) -> None:
    headers = {**api.headers, **given.pop("headers", {})} if "headers" in given else api.headers
    answer = await api.client.post("/api/v1/sounds", headers=headers, **given)
    assert (answer.status_code, answer.json()["id"]) == (status, error)


async def test_an_upload_of_unknown_length_is_not_read(api: Api) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65536

    answer = await api.client.post("/api/v1/sounds", headers=api.headers, content=endless())
    assert answer.status_code == 422


async def test_nobody_without_the_right_and_no_other_tenant(api: Api, database: Database, tenant: TenantMade) -> None:
    flow = await api.ask("POST", "/flows", 201, json={"name": "mine", "definition": SIMPLE})
    hours = await api.ask("POST", "/hours", 201, json=ALWAYS)
    sound = await api.ask("POST", "/sounds", 201, json={"name": "mine", "text": "您好"})
    await make_user(database, tenant.id, "supervisor", "boss")
    other = await make_tenant(database)
    await make_user(database, other.id, "admin", "foreign")
    boss = Api(api.client, await sign_in(api.client, tenant, "boss"), api.store)
    foreign = Api(api.client, await sign_in(api.client, other, "foreign"), api.store)
    assert (await api.client.get("/api/v1/flows")).status_code == 401
    await boss.ask("GET", f"/flows/{flow['id']}", 200)
    await boss.ask("POST", "/hours", 403, json=DAY)
    await boss.ask("POST", "/sounds", 403, json={"name": "x", "text": "x"})
    for path in (f"/flows/{flow['id']}", f"/flows/{flow['id']}/versions", f"/sounds/{sound['id']}/audio"):
        await foreign.ask("GET", path, 404)
    await foreign.ask("PUT", f"/hours/{hours['id']}", 404, json=DAY)
    await foreign.ask("DELETE", f"/sounds/{sound['id']}", 404)
    for path in ("/flows", "/hours", "/sounds"):
        assert (await foreign.ask("GET", path, 200))["items"] == []
    async with database.transaction(other.id) as db:
        for table in ("flows", "flow_versions", "hours", "sounds"):
            assert (await db.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0  # noqa: S608


async def test_the_demo_flow_is_published(database: Database, tenant: TenantMade) -> None:
    async with context(database, tenant.id) as ctx:
        hours = await actions.create_hours(ctx, HoursWrite.model_validate(ALWAYS))
        with pytest.raises(FlowRefused):
            await actions.create_flow(ctx, DEMO_FLOW_NAME, demo_flow(uuid4(), uuid4()))
        sales, service = [(await create_queue(ctx, QueueIn(name=name))).id for name in ("sales", "service")]
        flow = await actions.create_flow(ctx, DEMO_FLOW_NAME, demo_flow(sales, service))
    async with database.transaction(tenant.id) as db:
        (config,) = await queries.load_flows(db)
        calendars = await queries.load_calendars(db)
    assert (config.id, config.name, config.version) == (flow.id, DEMO_FLOW_NAME, 1)
    assert is_open(calendars[hours.id], flow.created_at)[0]
