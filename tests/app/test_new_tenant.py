"""A tenant made from the command line can be signed in to, and is seen by nobody else."""

import secrets

import pytest

from tests.conftest import ClientMaker
from yingda.accounts.api import router
from yingda.accounts.errors import TenantSlugTaken
from yingda.app.new_tenant import make
from yingda.kit.db import Database
from yingda.kit.errors import Invalid
from yingda.kit.vault import Vault

pytestmark = pytest.mark.database
VAULT = Vault(Vault.new_key())


async def test_its_administrator_signs_in(database: Database, make_client: ClientMaker) -> None:
    slug = f"t{secrets.token_hex(6)}"
    made = await make(database, VAULT, slug, "新公司")
    given = {"tenant": made.tenant, "username": made.username, "password": made.password}
    async with make_client(router) as client:
        answer = await client.post("/api/v1/sessions", json=given)
        assert answer.status_code == 201
        assert answer.json()["user"]["permissions"] == ["*"]
        token = {"Authorization": f"Bearer {answer.json()['token']}"}
        names = [user["username"] for user in (await client.get("/api/v1/users", headers=token)).json()["items"]]
    assert names == ["admin"]
    with pytest.raises(TenantSlugTaken):
        await make(database, VAULT, slug, "again")


@pytest.mark.parametrize("slug", ["", "a", "A1", "1a", "a_b", "a-", "x" * 41])
async def test_short_names_that_are_refused(database: Database, slug: str) -> None:
    with pytest.raises(Invalid):
        await make(database, VAULT, slug, "x")
