"""The whole web application on the real database, without the switch process behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from tests.factories.postgres import Cluster
from yingda.app.settings import Settings
from yingda.app.web import make_app
from yingda.kit.errors import NotFound
from yingda.kit.link import Frame, LinkClient
from yingda.kit.vault import Vault
from yingda.native.programs import espeak


class NobodyThere(LinkClient):
    """Stands where the switch process would: writes down what is asked, and knows no call and no agent."""

    asked: list[tuple[str, Frame]]

    async def call(self, verb: str, args: Frame) -> object:
        """Notes the command and refuses it."""
        self.asked.append((verb, args))
        if verb == "metrics":
            return ""
        raise NotFound("There is no such call.")


def application(cluster: Cluster, home: Path) -> FastAPI:
    """The application of a web process, on the test's database."""
    app = make_app(
        Settings(
            home=home,
            database_url=cluster.url("yingda_app"),
            vault_key=Vault.new_key(),
            espeak=espeak().path,
            web_dist=home / "none",
        )
    )
    hub = app.state.hub
    app.state.link = NobodyThere("ws://127.0.0.1:9", "", hub.take, hub.lost)
    app.state.link.asked = []
    return app


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_app(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    """Every route of the product."""
    app = application(cluster, tmp_path_factory.mktemp("home"))
    yield app
    await app.state.db.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(whole_app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that nobody has signed in."""
    transport = ASGITransport(whole_app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test/api/v1") as client:
        yield client
