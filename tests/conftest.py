"""Fixtures for everything that needs the real PostgreSQL.

``database`` is the product's own access, as the role of the processes; ``owner_database`` is the
migrations'. A test makes its own tenant (``tenant``, ``make_tenant``), so tests never see each other.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import pytest_asyncio
from fastapi import APIRouter, FastAPI
from httpx import ASGITransport, AsyncClient

from tests.factories import accounts as factory
from tests.factories.accounts import TenantMade
from tests.factories.postgres import Cluster, running_cluster
from tests.scenarios.fixtures import scenario_folder, system  # noqa: F401 - one system for scenarios and browsers
from yingda.kit.context import Ctx
from yingda.kit.db import Database, make_engine
from yingda.kit.http import install_errors
from yingda.kit.vault import Vault
from yingda.native.migrate import upgrade

ClientMaker = Callable[..., AbstractAsyncContextManager[AsyncClient]]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this run's own, with all migrations applied."""
    with running_cluster() as running:
        upgrade(running.url("yingda_owner"))
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(cluster: Cluster) -> AsyncIterator[Database]:
    """The database as the processes see it: role ``yingda_app``."""
    db = Database(make_engine(cluster.url("yingda_app")))
    yield db
    await db.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def owner_database(cluster: Cluster) -> AsyncIterator[Database]:
    """The database as the migrations see it: role ``yingda_owner``."""
    db = Database(make_engine(cluster.url("yingda_owner"), pool_size=2))
    yield db
    await db.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(database: Database) -> TenantMade:
    """A new tenant."""
    return await factory.make_tenant(database)


@pytest_asyncio.fixture(loop_scope="session")
async def ctx(database: Database, tenant: TenantMade) -> AsyncIterator[Ctx]:
    """A unit of work of the system in ``tenant``; commits after the test."""
    async with factory.context(database, tenant.id) as unit:
        yield unit


@pytest.fixture(scope="session")
def make_client(database: Database) -> ClientMaker:
    """Makes an HTTP client of an application with the given routers: ``async with make_client(router) as client``.

    Keywords become members of ``app.state``; below ``/api/v1``, as in the product.
    """

    @asynccontextmanager
    async def make(*routers: APIRouter, **state: object) -> AsyncIterator[AsyncClient]:
        app = FastAPI()
        install_errors(app)
        app.state.db = database
        app.state.vault = Vault(Vault.new_key())
        for name, value in state.items():
            setattr(app.state, name, value)
        for router in routers:
            app.include_router(router, prefix="/api/v1")
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://test") as client:
            yield client

    return make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with real phones and sound hang on the machine's clock: one that fails is tried once more, and told so.

    A second failure fails the run; repeats are counted in its last line.
    """
    for item in items:
        real = item.get_closest_marker("scenario") or item.path.parent.name in ("asterisk", "scenarios", "browser")
        if real:
            item.add_marker(pytest.mark.flaky(reruns=1))
