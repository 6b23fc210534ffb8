"""How long a page of the history takes among a million contacts.

    ./yingda bench history [--rows 1000000] [--owner-url postgresql://… --app-url postgresql://…]

Without addresses the database of the running system is used.

Fills a scratch tenant (kept, and used again by the next run with as many rows), asks through the real
HTTP application in this process, and prints one JSON object; times in milliseconds.
"""

import argparse
import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import orjson
import psycopg
from bench._running import database_urls
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from yingda.accounts import BuiltinRole, UserNew, create_tenant, create_user, tenant_by_slug
from yingda.accounts.api import router as accounts_router
from yingda.interactions.api import router
from yingda.kit.context import SYSTEM, Ctx
from yingda.kit.db import Database, make_engine
from yingda.kit.http import install_errors

NAMES = UUID("8f8d7f0e-3d4b-4a39-9d53-2f6a54a2c0de")
SPACE_MS = 40
QUEUES = [(uuid5(NAMES, f"queue {n}"), f"队列 {n}") for n in range(50)]
AGENTS = [(uuid5(NAMES, f"agent {n}"), f"agent{n}", f"座席 {n}") for n in range(500)]
AREAS = [
    ("北京市", "Beijing"),
    ("广东省广州市", "Guangzhou, Guangdong"),
    ("上海市", "Shanghai"),
    ("四川省成都市", "Chengdu, Sichuan"),
]
CARRIERS = [("中国移动", "China Mobile"), ("中国联通", "China Unicom"), ("中国电信", "China Telecom")]
OUTCOMES = [("answered", 80), ("abandoned_in_queue", 8), ("abandoned_in_flow", 6), ("short_abandon", 3), ("closed", 3)]
COLUMNS = (
    *("id", "tenant_id", "revision", "channel", "direction", "caller", "callee", "number", "number_label", "trunk"),
    *("flow_name", "queue_id", "queue_name", "agent_id", "agent_username", "agent_name", "caller_area"),
    *("caller_carrier", "offered_at", "queued_at", "answered_at", "ended_at", "outcome", "ended_by", "talk_s"),
    *("wait_s", "recording_file", "recorded_s"),
)


def contacts(tenant: UUID, count: int, until: datetime) -> Iterator[tuple[object, ...]]:
    """Two years of contacts, more by day than by night, callers who call again."""
    chance = random.Random(20260301)
    hours = [
        max(1.0, 20 * math.exp(-((hour - 10.5) ** 2) / 8) + 16 * math.exp(-((hour - 15.5) ** 2) / 8))
        for hour in range(24)
    ]
    callers = [f"1{chance.choice('3578')}{chance.randrange(10**9):09d}" for _ in range(count // 4 + 1)]
    outcomes, weights = zip(*OUTCOMES, strict=True)
    for n in range(count):
        hour = chance.choices(range(24), hours)[0]
        at = until - timedelta(days=chance.randrange(730), hours=until.hour - hour, seconds=chance.randrange(3600))
        stamp = int(at.timestamp() * 1000)
        number = (stamp << 80) | (7 << 76) | (chance.getrandbits(12) << 64) | (2 << 62) | chance.getrandbits(62)
        yield _row(
            tenant, UUID(int=number), at, chance, chance.choice(callers), chance.choices(outcomes, weights)[0], n
        )


def _row(
    tenant: UUID, key: UUID, at: datetime, chance: random.Random, caller: str, outcome: str, n: int
) -> tuple[object, ...]:
    answered = outcome == "answered"
    queued = at + timedelta(seconds=20) if outcome not in ("abandoned_in_flow", "closed") else None
    wait, talk = chance.expovariate(1 / 25), chance.expovariate(1 / 180) if answered else 0.0
    queue = chance.choice(QUEUES[:5] if n % 3 else QUEUES) if queued else (None, "")
    agent = chance.choice(AGENTS) if answered else (None, "", "")
    up = queued + timedelta(seconds=wait) if answered and queued else None
    area, carrier = chance.choice(AREAS), chance.choice(CARRIERS)
    return (
        *(key, tenant, 5, "voice", "inbound", caller, "02088880000", f"0208888000{n % 10}", "热线", "lab"),
        *("欢迎", *queue, *agent, _name(area), _name(carrier), at, queued, up),
        *((up or at) + timedelta(seconds=talk), outcome, "customer", talk, wait if queued else 0.0),
        *((f"{key}.raw", talk) if answered else (None, None)),
    )


def _name(pair: tuple[str, str]) -> str:
    return orjson.dumps({"zh": pair[0], "en": pair[1]}).decode()


async def tenant_of(database: Database, slug: str) -> tuple[UUID, str]:
    """The scratch tenant with a supervisor; made where it is missing."""
    async with database.transaction(None) as db:
        known = await tenant_by_slug(db, slug)
    if known is not None:
        return known.id, slug
    async with database.transaction(None) as db:
        tenant = await create_tenant(db, slug, "Bench")
    async with database.transaction(tenant) as db:
        new = UserNew(username="bench", name="Bench", password="bench bench", role=BuiltinRole.SUPERVISOR)  # noqa: S106
        await create_user(Ctx(db, tenant, SYSTEM), new)
    return tenant, slug


def fill(app_url: str, owner_url: str, tenant: UUID, count: int) -> float:
    """Copies the contacts in; the seconds that it took, 0 where they are there already."""
    with psycopg.connect(app_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('yingda.tenant', %s, false)", [str(tenant)])
        (there,) = connection.execute("SELECT count(*) FROM interactions").fetchone() or (0,)
        if there >= count:
            return 0.0
        began = time.perf_counter()
        # COPY FROM is not possible under row-level security: it goes through a temporary table.
        connection.execute("CREATE TEMP TABLE fresh AS SELECT * FROM interactions LIMIT 0")
        with connection.cursor().copy(f"COPY fresh ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in contacts(tenant, count - there, datetime.now(UTC)):
                copy.write_row(row)
        names = ", ".join(COLUMNS)
        connection.execute(
            f"INSERT INTO interactions ({names}) SELECT {names} FROM fresh ORDER BY id ON CONFLICT DO NOTHING"
        )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE interactions")
    return time.perf_counter() - began


async def timed(ask: Callable[[], Awaitable[int]], times: int) -> dict[str, float]:
    """p50, p95 and the longest of so many requests; ``items`` is what the last one found."""
    lengths: list[float] = []
    items = 0
    for _ in range(times):
        began = time.perf_counter()
        items = await ask()
        lengths.append((time.perf_counter() - began) * 1000)
    ordered = sorted(lengths)
    return {
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
        "max": round(ordered[-1], 1),
        "items": items,
    }


async def measure(client: AsyncClient, times: int) -> dict[str, dict[str, float]]:
    """Every kind of page."""
    deep = await _deep_cursor(client)
    first = (await client.get("/api/v1/interactions", params={"limit": 200})).json()["items"]
    caller = first[-1]["caller"]
    variants: dict[str, dict[str, str]] = {
        "first page": {},
        "page behind 20000": {"cursor": deep},
        "busy queue": {"queue": str(QUEUES[0][0])},
        "quiet queue": {"queue": str(QUEUES[40][0])},
        "agent": {"agent": str(AGENTS[7][0])},
        "agent by name": {"agent": AGENTS[7][1]},
        "rare outcome": {"outcome": "closed"},
        "outcome that never is": {"outcome": "voicemail"},
        "number": {"number": "02088880003"},
        "month a year ago": {
            "from": (datetime.now(UTC) - timedelta(days=395)).isoformat(),
            "to": (datetime.now(UTC) - timedelta(days=365)).isoformat(),
        },
        "caller, whole": {"q": caller},
        "caller, first 3": {"q": caller[:3]},
        "caller, first 7": {"q": caller[:7]},
        "caller, last 4": {"q": caller[-4:]},
        "caller, last 6": {"q": caller[-6:]},
        "caller, middle 5": {"q": caller[3:8]},
        "caller that never was": {"q": "99999999"},
        "caller in a queue": {"q": caller[-4:], "queue": str(QUEUES[0][0])},
    }
    results: dict[str, dict[str, float]] = {}
    for name, params in variants.items():

        async def ask(params: dict[str, str] = params) -> int:
            answer = await client.get("/api/v1/interactions", params={"limit": "50", **params})
            answer.raise_for_status()
            return len(answer.json()["items"])

        results[name] = await timed(ask, times)
    return results


async def _deep_cursor(client: AsyncClient) -> str:
    cursor = ""
    for _ in range(100):
        params = {"limit": "200", **({"cursor": cursor} if cursor else {})}
        cursor = (await client.get("/api/v1/interactions", params=params)).json()["next"] or cursor
    return cursor


async def run(owner_url: str, app_url: str, rows: int, times: int) -> dict[str, object]:
    """Fills and measures."""
    database = Database(make_engine(app_url))
    tenant, slug = await tenant_of(database, f"bench-history-{rows}")
    filled = await asyncio.to_thread(fill, app_url, owner_url, tenant, rows)
    app = FastAPI()
    install_errors(app)
    app.state.db = database
    for each in (router, accounts_router):
        app.include_router(each, prefix="/api/v1")
    async with AsyncClient(transport=ASGITransport(app), base_url="http://bench") as client:
        given = {"tenant": slug, "username": "bench", "password": "bench bench"}
        token = (await client.post("/api/v1/sessions", json=given)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        pages = await measure(client, times)
    await database.close()
    worst = max(page["p95"] for page in pages.values())
    return {"rows": rows, "fill_s": round(filled, 1), "goal_ms": 300, "worst_p95_ms": worst, "pages_ms": pages}


def main() -> None:
    """Reads the command line and prints the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--owner-url")
    parser.add_argument("--app-url")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=30)
    given = parser.parse_args()
    if not (given.owner_url and given.app_url):
        given.owner_url, given.app_url = database_urls()
    result = asyncio.run(run(given.owner_url, given.app_url, given.rows, given.times))
    print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
