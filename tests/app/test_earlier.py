"""Whoever has a caller on the line knows what went before, also with colleagues; nobody else does."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import ClientMaker
from tests.factories.accounts import TenantMade, context, make_user, sign_in
from yingda.accounts import BuiltinRole
from yingda.accounts.api import router as accounts_router
from yingda.agents import create_agent
from yingda.agents.schemas import AgentNew
from yingda.app.desk_api import router
from yingda.app.hub import Hub
from yingda.interactions import Direction, InteractionRecord, Outcome, write
from yingda.kit.db import Database
from yingda.kit.ids import new_id
from yingda.kit.vault import Vault

pytestmark = pytest.mark.database

CALLER = "13800138000"
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def live(tenant: UUID, agents: dict[str, tuple[UUID, UUID]], ringing: UUID, call: UUID) -> dict[str, Any]:
    """A snapshot in which a call of the caller rings at one agent."""
    contact = {"id": str(call), "caller": CALLER, "agent": None, "ringing": [str(ringing)]}
    people = [{"id": str(agent), "user_id": str(user)} for user, agent in agents.values()]
    return {"tenant": str(tenant), "type": "snapshot", "value": {"agents": people, "contacts": [contact]}}


async def test_earlier_contacts(database: Database, tenant: TenantMade, make_client: ClientMaker) -> None:
    agents: dict[str, tuple[UUID, UUID]] = {}
    for name, extension in (("ann", "8001"), ("bob", "8002")):
        user = (await make_user(database, tenant.id, BuiltinRole.AGENT, name)).user.id
        async with context(database, tenant.id) as ctx:
            new = AgentNew(user_id=user, extension=extension)
            agents[name] = user, (await create_agent(ctx, Vault(Vault.new_key()), new))[0].id
    call, bobs, others = new_id(), new_id(), new_id()
    async with database.transaction(tenant.id) as db:
        given: list[tuple[UUID, int, str, UUID | None]] = [
            (bobs, 0, CALLER, agents["bob"][1]),
            (others, 1, "13900139000", agents["bob"][1]),
            (call, 2, CALLER, None),
        ]
        for key, minute, caller, agent in given:
            at = AT + timedelta(minutes=minute)
            record = InteractionRecord(
                key, tenant.id, 1, Direction.INBOUND, at, caller=caller, agent_id=agent, outcome=Outcome.ANSWERED
            )
            await write(db, [record])
    hub = Hub()
    hub.take(live(tenant.id, agents, agents["ann"][1], call))
    async with make_client(router, accounts_router, hub=hub) as client:
        ann, bob = [await sign_in(client, tenant, name) for name in ("ann", "bob")]
        path = f"/api/v1/calls/{call}/earlier"
        seen = await client.get(path, headers=ann)
        assert [item["id"] for item in seen.json()["items"]] == [str(bobs)]
        assert (await client.get(path, headers=bob)).status_code == 404
        assert (await client.get(f"/api/v1/calls/{bobs}/earlier", headers=ann)).status_code == 404
        own = await client.get(f"/api/v1/calls/{bobs}/earlier", headers=bob)
        assert [item["id"] for item in own.json()["items"]] == [str(call)]
