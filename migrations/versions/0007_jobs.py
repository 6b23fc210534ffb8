"""The job queue's own tables, made by its library.

They hold ids only, never what people wrote, and are not a tenant's: the queue runs all tenants' jobs.
"""

from typing import Any

from alembic import op
from procrastinate import App, PsycopgConnector

revision = "0007_jobs"
down_revision = "0006_interactions"
branch_labels = None
depends_on = None

GRANTS = """
    DO $$ DECLARE found text; BEGIN
        FOR found IN SELECT format('SELECT, INSERT, UPDATE, DELETE ON TABLE %I', tablename) FROM pg_tables
                     WHERE tablename LIKE 'procrastinate%'
            UNION ALL SELECT format('USAGE, SELECT ON SEQUENCE %I', sequencename) FROM pg_sequences
                      WHERE sequencename LIKE 'procrastinate%'
        LOOP EXECUTE 'GRANT ' || found || ' TO yingda_app'; END LOOP;
    END $$
"""

REMOVAL = """
    DO $$ DECLARE found text; BEGIN
        FOR found IN SELECT format('TABLE %I', tablename) FROM pg_tables WHERE tablename LIKE 'procrastinate%'
            UNION ALL SELECT format('FUNCTION %s', oid::regprocedure) FROM pg_proc
                      WHERE proname LIKE 'procrastinate%'
            UNION ALL SELECT format('TYPE %I', typname) FROM pg_type
                      WHERE typname LIKE 'procrastinate%' AND typtype = 'e'
        LOOP EXECUTE 'DROP ' || found || ' CASCADE'; END LOOP;
    END $$
"""


def _driver() -> Any:
    """psycopg itself: it takes many statements, and % as it stands, only where no parameters come with them."""
    return op.get_bind().connection.dbapi_connection


def upgrade() -> None:
    """Creates the queue and lets the processes use it."""
    _driver().execute(App(connector=PsycopgConnector()).schema_manager.get_schema())
    _driver().execute(GRANTS)


def downgrade() -> None:
    """Removes tables, functions and types of the queue."""
    _driver().execute(REMOVAL)
