"""The Python client against the real API, over a real socket."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import httpx
import numpy as np
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from yingda_sdk import Client, Refused, Unreachable

from tests.factories.accounts import PASSWORD, TenantMade, context, make_tenant, make_user
from tests.factories.postgres import Cluster
from yingda.accounts.api import router as accounts
from yingda.app.desk_api import router as desk
from yingda.app.hub import Hub
from yingda.interactions import DecisionRecord, Direction, InteractionRecord, Outcome, write
from yingda.interactions.api import router as interactions
from yingda.interactions.jobs import store_recording
from yingda.interactions.recordings import raw_path
from yingda.kit.db import Database, make_engine
from yingda.kit.http import install_errors
from yingda.kit.ids import new_id

pytestmark = pytest.mark.database

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """A server with a tenant that has five contacts, the last of them recorded for one second."""

    url: str
    tenant: TenantMade
    contacts: list[UUID]


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serves in a thread with an event loop of its own; the client blocks the test's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


def make_app(cluster: Cluster, recordings: Path, hub: Hub) -> FastAPI:
    db = Database(make_engine(cluster.url("yingda_app"), pool_size=2))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await db.close()

    app = FastAPI(lifespan=lifespan)
    install_errors(app)
    app.state.db, app.state.hub = db, hub
    app.state.settings = SimpleNamespace(recordings=recordings)
    for router in (accounts, interactions, desk):
        app.include_router(router, prefix="/api/v1")
    return app


async def fill(database: Database, tenant: TenantMade, recordings: Path) -> list[UUID]:
    records = [
        InteractionRecord(
            new_id(),
            tenant.id,
            1,
            Direction.INBOUND,
            AT + timedelta(minutes=minute),
            caller=f"1380013800{minute}",
            outcome=Outcome.ANSWERED if minute % 2 else Outcome.ABANDONED_IN_QUEUE,
            ended_at=AT + timedelta(minutes=minute, seconds=30),
            talk_s=20.5,
        )
        for minute in range(5)
    ]
    last = records[-1].id
    reason = DecisionRecord(tenant.id, last, 1, AT, "ended", {"outcome": "answered", "ended_by": "customer"})
    async with context(database, tenant.id) as ctx:
        await write(ctx.db, [*records, reason])
        raw = recordings / raw_path(last)
        raw.parent.mkdir(parents=True)
        raw.write_bytes(np.zeros((8000, 2), dtype="<i2").tobytes())
        await store_recording(ctx, last, raw, recordings)
    return [record.id for record in reversed(records)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(
    cluster: Cluster, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    tenant, recordings, hub = await make_tenant(database), tmp_path_factory.mktemp("recordings"), Hub()
    await make_user(database, tenant.id, "admin", "admin")
    await make_user(database, tenant.id, "agent", "agent1")
    contacts = await fill(database, tenant, recordings)
    trunk = {"id": str(UUID(int=7)), "name": "lab", "reachable": True}
    lists = {"agents": [], "queues": [], "contacts": [], "trunks": [trunk]}
    value = {"at": AT.isoformat(), **lists}
    hub.take({"tenant": str(tenant.id), "type": "snapshot", "value": value})
    with serving(make_app(cluster, recordings, hub)) as url:
        yield Office(url, tenant, contacts)


@pytest.fixture
def admin(office: Office) -> Iterator[Client]:
    with Client.sign_in(office.url, office.tenant.slug, "admin", PASSWORD) as client:
        yield client


def test_person_signs_in_and_out(office: Office) -> None:
    with Client.sign_in(office.url, office.tenant.slug, "agent1", PASSWORD) as client:
        me = client.me()
        assert (me.username, me.role, me.tenant, me.extension) == ("agent1", "agent", office.tenant.slug, None)
        client.sign_out()
        with pytest.raises(Refused) as refused:
            client.me()
        assert (refused.value.status, refused.value.id) == (401, "unauthorized")


def test_wrong_password(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        Client.sign_in(office.url, office.tenant.slug, "admin", "wrong")
    assert refused.value.id == "wrong_credentials"


@pytest.mark.parametrize("page_size", [2, 5, 100])
def test_contacts_come_page_by_page(office: Office, admin: Client, page_size: int) -> None:
    found = list(admin.interactions(page_size=page_size))
    assert [UUID(contact.id) for contact in found] == office.contacts
    assert [contact.recorded for contact in found] == [True, False, False, False, False]
    newest = found[0]
    assert (newest.caller, newest.outcome, newest.talk_s) == ("13800138004", "abandoned_in_queue", 20.5)
    assert newest.offered_at == AT + timedelta(minutes=4)
    assert newest.answered_at is None


def test_contacts_by_filter(admin: Client) -> None:
    answered = list(admin.interactions(outcome="answered"))
    assert [contact.caller for contact in answered] == ["13800138003", "13800138001"]
    early = admin.interactions(since=AT + timedelta(seconds=30), until=AT + timedelta(minutes=2, seconds=30))
    assert [contact.offered_at.minute for contact in early] == [2, 1]
    with pytest.raises(ValueError, match="time zone"):
        next(admin.interactions(since=datetime(2026, 3, 1)))  # noqa: DTZ001 - what is refused here


def test_one_contact_with_its_account_and_recording(office: Office, admin: Client, tmp_path: Path) -> None:
    newest, older = (str(contact) for contact in office.contacts[:2])
    assert admin.interaction(newest).raw["segments"] == []
    decisions = admin.decisions(newest)
    assert [(one.seq, one.kind, one.at) for one in decisions] == [(1, "ended", AT)]
    assert decisions[0].text.en
    target = tmp_path / "call.wav"
    assert admin.download_recording(newest, target) == target.stat().st_size == 44 + 8000 * 2 * 2
    with pytest.raises(Refused) as refused:
        admin.download_recording(older, tmp_path / "none.wav")
    assert refused.value.status == 404
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav"]


def test_live_state_with_a_key(office: Office, admin: Client) -> None:
    secret = admin.request("POST", "/keys", json={"name": "wallboard", "scopes": ["live.read"]})["secret"]
    with Client(office.url, token=secret) as wallboard:
        assert [trunk["name"] for trunk in wallboard.live().trunks] == ["lab"]
        with pytest.raises(Refused) as refused:
            list(wallboard.interactions())
        assert refused.value.id == "forbidden"


def test_state_of_the_agent_is_put() -> None:
    sent: list[tuple[str, str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.method, request.url.path, json.loads(request.content)))
        return httpx.Response(200, json={})

    with Client("http://server", token="x", transport=httpx.MockTransport(answer)) as client:
        client.set_state("break", "Lunch")
        client.set_state("ready")
    path = "/api/v1/agents/me/state"
    assert sent == [("PUT", path, {"state": "break", "reason": "Lunch"}), ("PUT", path, {"state": "ready"})]


def test_server_away_or_somebody_else() -> None:
    with Client("http://127.0.0.1:1", token="x") as client, pytest.raises(Unreachable):
        client.me()
    proxy = httpx.MockTransport(lambda request: httpx.Response(502, html="<p>Bad gateway</p>"))
    with Client("http://server", transport=proxy) as client, pytest.raises(Refused) as refused:
        client.me()
    assert (refused.value.status, refused.value.id) == (502, "unknown")
