"""The database itself keeps tenants apart and the audit unchanged, whatever a query says."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories.accounts import TenantMade, make_tenant, make_user
from yingda.kit.db import Database, set_tenant

pytestmark = pytest.mark.database

NO_TENANT_COLUMN = {"tenants", "alembic_version"}


async def test_a_query_without_where_sees_its_own_tenant_only(database: Database, tenant: TenantMade) -> None:
    other = await make_tenant(database)
    await make_user(database, tenant.id, username="mine")
    await make_user(database, other.id, username="theirs")
    async with database.transaction(tenant.id) as db:
        assert list(await db.scalars(text("SELECT username FROM users"))) == ["mine"]
        assert set(await db.scalars(text("SELECT tenant_id FROM audit"))) == {tenant.id}


async def test_without_a_tenant_nothing_is_seen(database: Database, tenant: TenantMade) -> None:
    await make_user(database, tenant.id)
    for _ in range(3):  # pooled connections have had a tenant before
        async with database.transaction(None) as db:
            assert await db.scalar(text("SELECT count(*) FROM users")) == 0
            assert await db.scalar(text("SELECT count(*) FROM tenant_settings")) == 0


async def test_tenant_of_a_transaction_is_forgotten_with_it(database: Database, tenant: TenantMade) -> None:
    async with database.engine.connect() as connection, AsyncSession(connection) as session:
        async with session.begin():
            await set_tenant(session, tenant.id)
            assert await session.scalar(text("SELECT count(*) FROM roles")) == 3
        async with session.begin():
            assert await session.scalar(text("SELECT count(*) FROM roles")) == 0


INSERT_ROLE = text(
    "INSERT INTO roles (id, tenant_id, name, builtin, permissions) VALUES (:id, :tenant, 'x', false, '{}')"
)


async def test_a_row_for_another_tenant_is_refused(database: Database, tenant: TenantMade) -> None:
    other = await make_tenant(database)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(tenant.id) as db:
            await db.execute(INSERT_ROLE, {"id": uuid4(), "tenant": other.id})


async def test_a_row_cannot_move_to_another_tenant(database: Database, tenant: TenantMade) -> None:
    other = await make_tenant(database)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(tenant.id) as db:
            await db.execute(text("UPDATE roles SET tenant_id = :tenant"), {"tenant": other.id})


async def test_a_role_of_another_tenant_cannot_be_given(database: Database, tenant: TenantMade) -> None:
    other = await make_tenant(database)
    user = (await make_user(database, tenant.id)).user
    async with database.transaction(other.id) as db:
        foreign = await db.scalar(text("SELECT id FROM roles WHERE name = 'admin'"))
    with pytest.raises(DBAPIError, match="fk_users_role"):
        async with database.transaction(tenant.id) as db:
            await db.execute(text("UPDATE users SET role_id = :role WHERE id = :id"), {"role": foreign, "id": user.id})


async def test_tenants_can_be_renamed_by_themselves_only(database: Database, tenant: TenantMade) -> None:
    other = await make_tenant(database)
    async with database.transaction(tenant.id) as db:
        await db.execute(text("UPDATE tenants SET name = 'renamed'"))
    async with database.transaction(None) as db:
        names: dict[str, str] = {row.slug: row.name for row in await db.execute(text("SELECT slug, name FROM tenants"))}
    assert names[tenant.slug] == "renamed"
    assert names[other.slug] != "renamed"


@pytest.mark.parametrize("statement", ["UPDATE audit SET act = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
async def test_audit_can_only_grow(database: Database, tenant: TenantMade, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction(tenant.id) as db:
            await db.execute(text(statement))


async def test_every_table_with_a_tenant_is_isolated(owner_database: Database) -> None:
    """Holds for the tables of all slices: whoever adds one must call ``tenant_table``."""
    async with owner_database.transaction(None) as db:
        found = await db.execute(
            text(
                """
                SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
                       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid),
                       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
                FROM pg_class c
                WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                """
            )
        )
        tables = {row[0]: row[1:] for row in found}
    ours = {name for name in tables if not name.startswith("procrastinate_")} - NO_TENANT_COLUMN
    assert {"users", "roles", "sessions", "api_keys", "audit", "tenant_settings"} <= ours
    assert {name: tables[name] for name in ours if tables[name] != (True, True, True)} == {}


async def test_the_role_of_the_processes_is_bound_by_it(database: Database) -> None:
    async with database.transaction(None) as db:
        name, above, owned = (
            await db.execute(
                text(
                    "SELECT current_user, (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user),"
                    " (SELECT count(*) FROM pg_tables WHERE tableowner = current_user)"
                )
            )
        ).one()
    assert (name, above, owned) == ("yingda_app", False, 0)
