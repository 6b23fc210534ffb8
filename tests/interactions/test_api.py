"""History, own scope, account, form and recording over HTTP."""

import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from sqlalchemy import delete

from tests.conftest import ClientMaker
from tests.factories.accounts import TenantMade, context, make_tenant, make_user, sign_in
from yingda.accounts import BuiltinRole, Member
from yingda.accounts.api import router as accounts_router
from yingda.agents import create_agent
from yingda.agents.schemas import AgentNew
from yingda.interactions import DecisionRecord, Direction, InteractionRecord, Outcome, write
from yingda.interactions.api import router
from yingda.interactions.jobs import store_recording
from yingda.interactions.models import BusinessType, Decision, Form, Interaction, Recording, Segment
from yingda.interactions.recordings import raw_path, wav_path
from yingda.interactions.records import Record
from yingda.kit.db import Database
from yingda.kit.ids import new_id
from yingda.kit.vault import Vault

pytestmark = pytest.mark.database

AT = datetime(2026, 3, 1, 8, 0, 0, tzinfo=UTC)

Headers = dict[str, str]
Body = dict[str, object]
R = TypeVar("R", bound=Record)


@dataclass
class Office:
    """A tenant with a supervisor and two agents, signed in."""

    client: AsyncClient
    tenant: TenantMade
    boss: Headers
    admin: Headers
    ann: Headers
    ann_id: UUID
    bob: Headers
    recordings: Path

    async def get(self, path: str, who: Headers | None = None, **params: Any) -> Response:
        return await self.client.get(f"/api/v1{path}", headers=who or self.boss, params=params)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tenant(database: Database) -> TenantMade:
    """One tenant for this module: sign-ins are slow on purpose."""
    return await make_tenant(database)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def staff(
    database: Database, tenant: TenantMade, make_client: ClientMaker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    vault = Vault(Vault.new_key())
    people: dict[str, Member] = {}
    agents: dict[str, UUID] = {}
    for name, role in (("boss", "supervisor"), ("admin", "admin"), ("ann", "agent"), ("bob", "agent")):
        people[name] = await make_user(database, tenant.id, BuiltinRole(role), name)
    for extension, name in (("8001", "ann"), ("8002", "bob")):
        async with context(database, tenant.id) as ctx:
            new = AgentNew(user_id=people[name].user.id, extension=extension)
            agents[name] = (await create_agent(ctx, vault, new))[0].id
    folder = tmp_path_factory.mktemp("recordings")
    async with make_client(router, accounts_router, vault=vault, settings=SimpleNamespace(recordings=folder)) as client:
        heads = {name: await sign_in(client, tenant, name) for name in people}
        yield Office(client, tenant, heads["boss"], heads["admin"], heads["ann"], agents["ann"], heads["bob"], folder)


@pytest_asyncio.fixture(loop_scope="session")
async def office(database: Database, staff: Office) -> Office:
    """The staff, without contacts of earlier tests."""
    async with database.transaction(staff.tenant.id) as db:
        for table in (Recording, Form, BusinessType, Decision, Segment, Interaction):
            await db.execute(delete(table))
    return staff


def contact(tenant: TenantMade, minute: int = 0, **members: Any) -> InteractionRecord:
    at = AT + timedelta(minutes=minute)
    return InteractionRecord(new_id(), tenant.id, 1, Direction.INBOUND, at, **members)


async def put(database: Database, tenant: TenantMade, *records: R) -> tuple[R, ...]:
    async with database.transaction(tenant.id) as db:
        await write(db, records)
    return records


async def ids(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_pages_neither_lose_nor_double_while_contacts_come_in(
    office: Office, database: Database, tenant: TenantMade
) -> None:
    old = [contact(tenant, minute=n // 3) for n in range(25)]  # some at the same time
    await put(database, tenant, *old)
    seen: list[str] = []
    cursor = None
    while True:
        page = (await office.get("/interactions", limit=4, **({"cursor": cursor} if cursor else {}))).json()
        seen += [item["id"] for item in page["items"]]
        await put(database, tenant, contact(tenant, minute=99))
        cursor = page["next"]
        if cursor is None:
            break
    expected = sorted(old, key=lambda record: (record.offered_at, record.id), reverse=True)
    assert seen == [str(record.id) for record in expected]


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "bnVsbA", "WzEsMl0", "WyJhIiwiYiJd", "WyIyMDI2LTAxLTAxIiwiYiJd", "a=b", "%00", "a" * 400]
)
async def test_a_cursor_that_is_not_ours_is_refused(office: Office, cursor: str) -> None:
    answer = await office.get("/interactions", cursor=cursor)
    assert 400 <= answer.status_code < 500


async def test_filters(office: Office, database: Database, tenant: TenantMade) -> None:
    queue, other = new_id(), new_id()
    first = contact(tenant, 1, caller="13800138000", queue_id=queue, queue_name="sales", number="02088880000")
    second = contact(tenant, 2, caller="01088881234", queue_id=other, queue_name="service", agent_id=office.ann_id)
    second = replace(second, agent_username="ann", outcome=Outcome.ANSWERED, ended_at=AT)
    third = replace(contact(tenant, 3), direction=Direction.INTERNAL)
    await put(database, tenant, first, second, third)
    one, two, three = str(first.id), str(second.id), str(third.id)
    cases: tuple[tuple[dict[str, Any], list[str]], ...] = (
        ({}, [three, two, one]),
        ({"queue": str(queue)}, [one]),
        ({"queue": "service"}, [two]),
        ({"agent": str(office.ann_id)}, [two]),
        ({"agent": "ann"}, [two]),
        ({"outcome": "answered"}, [two]),
        ({"direction": "internal"}, [three]),
        ({"number": "02088880000"}, [one]),
        ({"q": "138"}, [one]),
        ({"q": "138 0013-8000"}, [one]),
        ({"q": "1234"}, [two]),
        ({"q": "%"}, []),
        ({"from": (AT + timedelta(minutes=2)).isoformat()}, [three, two]),
        ({"to": (AT + timedelta(minutes=2)).isoformat()}, [one]),
        ({"business_type": str(new_id())}, []),
    )
    for params, expected in cases:
        assert await ids(await office.get("/interactions", **params)) == expected, params


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 10**12},
        {"from": "2026-03-01T08:00:00"},
        {"from": "yesterday"},
        {"q": "\x00"},
        {"queue": "\x00"},
        {"outcome": "lost"},
        {"business_type": "1"},
    ],
)
async def test_odd_filters_are_refused(office: Office, params: Any) -> None:
    assert (await office.get("/interactions", **params)).status_code == 422


async def test_an_agent_sees_the_own_contacts_only(office: Office, database: Database, tenant: TenantMade) -> None:
    mine = contact(tenant, 1, agent_id=office.ann_id)
    others = contact(tenant, 2, agent_id=new_id())
    await put(database, tenant, mine, others)
    assert await ids(await office.get("/interactions", office.ann)) == [str(mine.id)]
    assert await ids(await office.get("/interactions", office.bob)) == []
    assert await ids(await office.get("/interactions", office.ann, agent=str(others.agent_id))) == []
    for path in ("", "/decisions", "/recording", "/peaks"):
        answer = await office.get(f"/interactions/{others.id}{path}", office.ann)
        assert (answer.status_code, answer.json()["id"]) == (404, "interaction_not_found"), path
    assert (await office.get(f"/interactions/{mine.id}", office.ann)).status_code == 200
    assert (await office.get(f"/interactions/{mine.id}/recording", office.ann)).json()["id"] == "recording_not_found"


async def test_the_contacts_of_another_tenant_do_not_exist(office: Office, database: Database) -> None:
    other = await make_tenant(database)
    (foreign,) = await put(database, other, contact(other, 1))
    for path in ("", "/decisions", "/recording", "/peaks"):
        assert (await office.get(f"/interactions/{foreign.id}{path}", office.admin)).status_code == 404
    url = f"/api/v1/interactions/{foreign.id}/form"
    assert (await office.client.put(url, json={"notes": "x"}, headers=office.admin)).status_code == 404
    assert await ids(await office.get("/interactions", office.admin)) == []


async def test_the_account_is_told_in_order_and_in_words(
    office: Office, database: Database, tenant: TenantMade
) -> None:
    record = contact(tenant, 1)
    steps = [
        DecisionRecord(tenant.id, record.id, 2, AT, "accepted", {"agent": str(office.ann_id), "waited_s": 12.4}),
        DecisionRecord(tenant.id, record.id, 1, AT, "queued", {"queue": "sales", "position": 1, "priority": 0}),
    ]
    await put(database, tenant, record, *steps)
    told = (await office.get(f"/interactions/{record.id}/decisions")).json()["items"]
    assert [step["seq"] for step in told] == [1, 2]
    assert told[0]["text"]["en"] == "Entered queue sales at position 1"
    assert told[1]["text"]["zh"] == "座席 Ann (8001) 接受分配,客户等待 12 秒"


async def test_forms(office: Office, database: Database, tenant: TenantMade) -> None:
    mine, others = contact(tenant, 1, agent_id=office.ann_id), contact(tenant, 2)
    await put(database, tenant, mine, others)
    made = await office.client.post("/api/v1/business-types", json={"name": "咨询"}, headers=office.admin)
    kind = made.json()["id"]
    form = {"business_type_id": kind, "notes": "第一行\n第二行", "data": {"a": [1, None]}}
    url = f"/api/v1/interactions/{mine.id}/form"
    saved = await office.client.put(url, json=form, headers=office.ann)
    assert saved.status_code == 200, saved.text
    assert {name: saved.json()[name] for name in form} == form
    assert (await office.client.put(url, json=form | {"notes": "new"}, headers=office.boss)).status_code == 200
    detail = (await office.get(f"/interactions/{mine.id}")).json()
    assert (detail["form"]["notes"], detail["form"]["saved_by_name"]) == ("new", "boss")
    assert detail["business_type"] == "咨询"
    assert await ids(await office.get("/interactions", business_type=kind)) == [str(mine.id)]
    strange = await office.client.put(f"/api/v1/interactions/{others.id}/form", json=form, headers=office.ann)
    assert strange.status_code == 404
    gone = await office.client.delete(f"/api/v1/business-types/{kind}", headers=office.admin)
    assert (gone.status_code, gone.json()["id"]) == (409, "business_type_in_use")


@pytest.mark.parametrize(
    "form",
    [
        {"notes": "a\x00b"},
        {"notes": "x" * 30_000},
        {"data": {"a": "\x00"}},
        {"data": {"a": "x" * 30_000}},
        {"data": {"a": 10**30}},
        {"data": []},
        {"business_type_id": "0190a5a0-0000-7000-8000-000000000000"},
    ],
)
async def test_odd_forms_are_refused(office: Office, database: Database, tenant: TenantMade, form: Body) -> None:
    (record,) = await put(database, tenant, contact(tenant, 1))
    answer = await office.client.put(f"/api/v1/interactions/{record.id}/form", json=form, headers=office.boss)
    assert answer.status_code == 422, answer.text


async def test_business_types(office: Office) -> None:
    async def send(method: str, path: str = "", body: Body | None = None, who: Headers = office.admin) -> Response:
        return await office.client.request(method, f"/api/v1/business-types{path}", json=body, headers=who)

    first = (await send("POST", body={"name": "投诉", "name_en": "Complaint", "position": 2})).json()
    assert (await send("POST", body={"name": "报修", "position": 1})).status_code == 201
    assert (await send("POST", body={"name": "投诉"})).json()["id"] == "business_type_taken"
    assert (await send("PUT", f"/{first['id']}", {"name": "报修"})).json()["id"] == "business_type_taken"
    assert (await send("PUT", f"/{first['id']}", {"name": "投诉", "active": False})).json()["active"] is False
    listed = (await send("GET", who=office.ann)).json()["items"]
    assert [(row["name"], row["active"]) for row in listed] == [("投诉", False), ("报修", True)]
    assert (await send("POST", body={"name": "x"}, who=office.boss)).status_code == 403
    assert (await send("DELETE", f"/{first['id']}")).status_code == 204
    assert (await send("DELETE", f"/{first['id']}")).status_code == 404


def sound(seconds: float) -> bytes:
    """Left a loud tone in the first half, right a quiet one in the second."""
    frames = np.zeros((int(seconds * 8000), 2), "<i2")
    half = len(frames) // 2
    tone = np.sin(np.arange(half) * 0.3)
    frames[:half, 0] = tone * 32767
    frames[half : half * 2, 1] = tone * 8000
    return frames.tobytes()


async def recorded(
    office: Office, database: Database, tenant: TenantMade, seconds: float = 2.0, **members: Any
) -> tuple[InteractionRecord, Path]:
    record = contact(tenant, 1, **members)
    record = replace(record, ended_at=AT, recorded_s=seconds)
    await put(database, tenant, record)
    raw = office.recordings / raw_path(record.id)
    raw.parent.mkdir(exist_ok=True)
    raw.write_bytes(sound(seconds) + b"\x01")  # the switch was cut off within a frame
    return record, raw


async def store(database: Database, tenant: TenantMade, record: InteractionRecord, raw: Path, root: Path) -> None:
    async with context(database, tenant.id) as ctx:
        await store_recording(ctx, record.id, raw, root)


@pytest.mark.parametrize("stored", [False, True])
async def test_a_recording_sounds_the_same_before_and_after_it_is_stored(
    office: Office, database: Database, tenant: TenantMade, stored: bool
) -> None:
    record, raw = await recorded(office, database, tenant, agent_id=office.ann_id)
    if stored:
        await store(database, tenant, record, raw, office.recordings)
        assert not raw.exists()
        assert (office.recordings / wav_path(tenant.id, record.offered_at, record.id)).exists()
    heard = await office.get(f"/interactions/{record.id}/recording", office.ann)
    assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/wav")
    assert heard.content[44:] == sound(2.0)
    assert struct.unpack("<HHI", heard.content[20:28])[1:] == (2, 8000)
    assert struct.unpack("<I", heard.content[40:44]) == (len(heard.content) - 44,)
    for span, expected in (
        ("bytes=0-9", heard.content[:10]),
        ("bytes=40-47", heard.content[40:48]),
        ("bytes=1000-", heard.content[1000:]),
        ("bytes=-100", heard.content[-100:]),
        (f"bytes=0-{10**9}", heard.content),
    ):
        part = await office.client.get(
            f"/api/v1/interactions/{record.id}/recording", headers=office.ann | {"Range": span}
        )
        assert (part.status_code, part.content) == (206, expected), span
        assert part.headers["content-range"].endswith(f"/{len(heard.content)}")
    peaks = (await office.get(f"/interactions/{record.id}/peaks", buckets=10)).json()
    assert peaks["duration_s"] == 2.0
    left, right = peaks["channels"]
    assert min(left[:5]) > 0.9
    assert max(left[5:]) < 0.05
    assert max(right[:5]) < 0.05
    assert 0.2 < min(right[5:]) < 0.3
    item = (await office.get("/interactions")).json()["items"][0]
    assert item["recording"] == {"duration_s": 2.0}
    saved = await office.get(f"/interactions/{record.id}/recording", download=1)
    assert "attachment" in saved.headers["content-disposition"]


@pytest.mark.parametrize(("span", "status"), [("bytes=999999999-", 416), ("bytes=-0", 416), ("lines=1-2", 200)])
async def test_odd_ranges(office: Office, database: Database, tenant: TenantMade, span: str, status: int) -> None:
    record, _ = await recorded(office, database, tenant)
    url = f"/api/v1/interactions/{record.id}/recording"
    assert (await office.client.get(url, headers=office.boss | {"Range": span})).status_code == status


async def test_storing_again_changes_nothing(office: Office, database: Database, tenant: TenantMade) -> None:
    record, raw = await recorded(office, database, tenant)
    kept = raw.read_bytes()
    await store(database, tenant, record, raw, office.recordings)
    target = office.recordings / wav_path(tenant.id, record.offered_at, record.id)
    first = target.read_bytes()
    await store(database, tenant, record, raw, office.recordings)  # its commit was lost, the raw file gone
    raw.write_bytes(kept)
    await store(database, tenant, record, raw, office.recordings)  # it died before the raw file was removed
    assert target.read_bytes() == first
    assert not raw.exists()
    assert {path.suffix for path in target.parent.glob(f"{record.id}*")} == {".peaks", ".wav"}
