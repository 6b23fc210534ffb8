"""What every migration needs: the role of the processes, and the isolation of tenants.

Two roles share the work: the owner runs the migrations, ``yingda_app`` runs the product. The latter
owns nothing and cannot bypass row-level security, so a forgotten WHERE shows nobody else's rows.
"""

from typing import Any, Protocol

APP_ROLE = "yingda_app"

# Once a transaction-local setting has been used in a connection it comes back as '' instead of NULL,
# and ''::uuid is an error: NULLIF makes "no tenant" mean "no row" in both cases.
CURRENT_TENANT = "NULLIF(current_setting('yingda.tenant', true), '')::uuid"


class Op(Protocol):
    """The part of ``alembic.op`` that is used here."""

    def execute(self, sqltext: Any, *, execution_options: Any = None) -> None:
        """Runs a statement."""
        ...


def app_role(op: Op) -> None:
    """Makes the role of the processes where it is missing and lets it use the schema."""
    op.execute(
        f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
                CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
            END IF;
        END $$
        """
    )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")


def tenant_table(op: Op, table: str, *, append_only: bool = False) -> None:
    """Isolates the tenants in ``table``, which has a column ``tenant_id``, and grants its use to the processes.

    ``append_only``: rows can be read and added, never changed or removed.
    """
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.execute(
        f'CREATE POLICY tenant ON "{table}" '
        f"USING (tenant_id = {CURRENT_TENANT}) WITH CHECK (tenant_id = {CURRENT_TENANT})"
    )
    rights = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f'GRANT {rights} ON "{table}" TO {APP_ROLE}')
