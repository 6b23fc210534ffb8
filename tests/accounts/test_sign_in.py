"""Signing in over HTTP on the real database."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from httpx import AsyncClient
from sqlalchemy import select, update

from tests.conftest import ClientMaker
from tests.factories.accounts import PASSWORD, TenantMade, context, make_user, sign_in
from yingda.accounts import Member
from yingda.accounts.actions.identity import Remembered
from yingda.accounts.api import router
from yingda.accounts.lifetime import IDLE, LONGEST
from yingda.accounts.lockout import FREE_FAILURES
from yingda.accounts.models import AuditRow, Session, User
from yingda.accounts.terms import Act
from yingda.kit.db import Database

pytestmark = pytest.mark.database


class HeldClock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest_asyncio.fixture(loop_scope="session")
async def client(make_client: ClientMaker, clock: HeldClock) -> AsyncIterator[AsyncClient]:
    async with make_client(router, clock=clock, remembered=Remembered(seconds=0)) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def agent(database: Database, tenant: TenantMade) -> Member:
    return await make_user(database, tenant.id, "agent", "Li.Na")


async def try_password(client: AsyncClient, tenant: TenantMade, password: str, username: str = "li.na") -> int:
    given = {"tenant": tenant.slug, "username": username, "password": password}
    return (await client.post("/api/v1/sessions", json=given)).status_code


async def acts(database: Database, tenant: TenantMade) -> list[str]:
    async with database.transaction(tenant.id) as db:
        query = select(AuditRow.act).where(AuditRow.act.startswith("session.")).order_by(AuditRow.id)
        return list(await db.scalars(query))


async def test_tells_who_signed_in(client: AsyncClient, tenant: TenantMade, agent: Member) -> None:
    given = {"tenant": tenant.slug, "username": "li.NA", "password": PASSWORD}
    answer = await client.post("/api/v1/sessions", json=given)
    assert answer.status_code == 201
    user = answer.json()["user"]
    assert user == {
        "id": str(agent.user.id),
        "username": "Li.Na",
        "name": "Li.Na",
        "role": "agent",
        "language": "zh",
        "permissions": ["desk", "interactions.read.own", "recordings.read"],
        "tenant": {
            "id": str(tenant.id),
            "slug": tenant.slug,
            "name": f"Tenant {tenant.slug}",
            "timezone": "Asia/Shanghai",
        },
        "agent": None,
    }
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert me.json() == user


@pytest.mark.parametrize(
    ("tenant_slug", "username", "password"),
    [(None, "li.na", "wrong password"), (None, "nobody", PASSWORD), ("no-such-tenant", "li.na", PASSWORD)],
)
async def test_never_says_what_was_wrong(
    client: AsyncClient, tenant: TenantMade, agent: Member, tenant_slug: str | None, username: str, password: str
) -> None:
    given = {"tenant": tenant_slug or tenant.slug, "username": username, "password": password}
    answer = await client.post("/api/v1/sessions", json=given)
    assert answer.status_code == 401
    problem = answer.json()
    assert problem["id"] == "wrong_credentials"
    assert problem["detail"] == "The name or the password is wrong"


async def test_audit_keeps_refusals_although_the_request_failed(
    client: AsyncClient, database: Database, tenant: TenantMade, agent: Member
) -> None:
    await try_password(client, tenant, "wrong password")
    await try_password(client, tenant, PASSWORD, username="nobody")
    headers = await sign_in(client, tenant, "li.na")
    assert (await client.delete("/api/v1/sessions/current", headers=headers)).status_code == 204
    assert await acts(database, tenant) == [
        Act.SIGN_IN_FAILED,
        Act.SIGN_IN_FAILED,
        Act.SIGNED_IN,
        Act.SIGNED_OUT,
    ]


async def test_locks_out_and_lets_in_again(
    client: AsyncClient, database: Database, tenant: TenantMade, agent: Member, clock: HeldClock
) -> None:
    answers = [await try_password(client, tenant, "wrong password") for _ in range(FREE_FAILURES)]
    assert answers == [401] * (FREE_FAILURES - 1) + [429]
    given = {"tenant": tenant.slug, "username": "li.na", "password": PASSWORD}
    refused = await client.post("/api/v1/sessions", json=given)
    assert refused.status_code == 429
    assert (refused.json()["id"], refused.json()["retry_after"]) == ("locked_out", 30)
    clock.time += timedelta(seconds=30)
    assert await try_password(client, tenant, "wrong password") == 429, "the next failure locks for longer"
    clock.time += timedelta(seconds=59)
    assert await try_password(client, tenant, PASSWORD) == 429
    clock.time += timedelta(seconds=1)
    assert await try_password(client, tenant, PASSWORD) == 201
    assert await try_password(client, tenant, "wrong password") == 401, "a success begins a new count"
    assert (await acts(database, tenant)).count(Act.LOCKED_OUT) == 2


async def test_parallel_guesses_are_counted_one_by_one(
    client: AsyncClient, database: Database, tenant: TenantMade, agent: Member
) -> None:
    answers = await asyncio.gather(*(try_password(client, tenant, f"wrong {n}") for n in range(12)))
    assert sorted(answers) == [401] * (FREE_FAILURES - 1) + [429] * (12 - FREE_FAILURES + 1)
    async with database.transaction(tenant.id) as db:
        assert await db.scalar(select(User.failed_sign_ins).where(User.id == agent.user.id)) == FREE_FAILURES
    assert await try_password(client, tenant, PASSWORD) == 429


async def test_session_slides_while_used_and_ends_when_old(
    client: AsyncClient, tenant: TenantMade, agent: Member, clock: HeldClock
) -> None:
    headers = await sign_in(client, tenant, "li.na")
    begun = clock.time
    while clock.time + IDLE - timedelta(seconds=1) < begun + LONGEST:
        clock.time += IDLE - timedelta(seconds=1)
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
    clock.time = begun + LONGEST
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_unused_session_ends(client: AsyncClient, tenant: TenantMade, agent: Member, clock: HeldClock) -> None:
    headers = await sign_in(client, tenant, "li.na")
    clock.time += IDLE
    answer = await client.get("/api/v1/me", headers=headers)
    assert (answer.status_code, answer.json()["id"]) == (401, "unauthorized")


async def test_signed_out_token_is_dead(make_client: ClientMaker, tenant: TenantMade, agent: Member) -> None:
    async with make_client(router, remembered=Remembered(seconds=3600)) as client:
        headers = await sign_in(client, tenant, "li.na")
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
        await client.delete("/api/v1/sessions/current", headers=headers)
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_revocation_elsewhere_holds_within_the_remembered_time(
    make_client: ClientMaker, database: Database, tenant: TenantMade, agent: Member
) -> None:
    ticks = [0.0]
    async with make_client(router, remembered=Remembered(seconds=5, now=lambda: ticks[0])) as client:
        headers = await sign_in(client, tenant, "li.na")
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
        async with database.transaction(tenant.id) as db:
            for session in await db.scalars(select(Session)):
                await db.delete(session)
        ticks[0] = 4.9
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
        ticks[0] = 5.0
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "é" * 20, "0" * 32 + ".short", "yk_" + "0" * 32 + "." + "a" * 43])
async def test_nonsense_token(client: AsyncClient, token: str) -> None:
    answer = await client.get("/api/v1/me", headers={b"Authorization": f"Bearer {token}".encode()})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_token_of_one_tenant_cannot_name_another(
    client: AsyncClient, database: Database, tenant: TenantMade, agent: Member
) -> None:
    headers = await sign_in(client, tenant, "li.na")
    other = "0" * 32
    forged = headers["Authorization"].replace(tenant.id.hex, other)
    assert (await client.get("/api/v1/me", headers={"Authorization": forged})).status_code == 401


async def test_own_password(client: AsyncClient, database: Database, tenant: TenantMade, agent: Member) -> None:
    here, elsewhere = await sign_in(client, tenant, "li.na"), await sign_in(client, tenant, "li.na")
    wrong = await client.put("/api/v1/me/password", headers=here, json={"old": "no", "new": "a new password"})
    assert (wrong.status_code, wrong.json()["id"]) == (422, "wrong_password")
    right = await client.put("/api/v1/me/password", headers=here, json={"old": PASSWORD, "new": "a new password"})
    assert right.status_code == 204
    assert (await client.get("/api/v1/me", headers=here)).status_code == 200
    assert (await client.get("/api/v1/me", headers=elsewhere)).status_code == 401
    assert await try_password(client, tenant, PASSWORD) == 401
    assert await try_password(client, tenant, "a new password") == 201
    async with context(database, tenant.id) as ctx:
        found = await ctx.db.scalars(select(AuditRow.act).where(AuditRow.act.startswith("user.password")))
        assert sorted(found) == [Act.PASSWORD_CHANGED, Act.PASSWORD_REFUSED]


async def test_password_is_hashed_again_when_parameters_change(
    client: AsyncClient, database: Database, tenant: TenantMade, agent: Member
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    by_id = select(User.password_hash).where(User.id == agent.user.id)
    async with database.transaction(tenant.id) as db:
        await db.execute(update(User).where(User.id == agent.user.id).values(password_hash=weak))
    assert await try_password(client, tenant, "wrong password") == 401
    async with database.transaction(tenant.id) as db:
        assert await db.scalar(by_id) == weak
    assert await try_password(client, tenant, PASSWORD) == 201
    async with database.transaction(tenant.id) as db:
        assert "m=47104" in (await db.scalar(by_id) or "")
    assert await try_password(client, tenant, PASSWORD) == 201


async def test_unknown_users_cost_as_much_as_known_ones(client: AsyncClient, tenant: TenantMade, agent: Member) -> None:
    async def seconds(username: str) -> float:
        begun = time.perf_counter()
        await try_password(client, tenant, "wrong password", username)
        return time.perf_counter() - begun

    await seconds("nobody")
    known = min([await seconds("li.na") for _ in range(3)])
    unknown = min([await seconds("nobody") for _ in range(3)])
    assert 0.4 < known / unknown < 2.5
