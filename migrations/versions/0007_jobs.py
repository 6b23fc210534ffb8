"""The job queue's own tables, made by its library.

They hold ids only, never what people wrote, and are not a tenant's: the queue runs all tenants' jobs.
"""

from alembic import op
from procrastinate import App, PsycopgConnector

revision = "0007_jobs"
down_revision = "0006_interactions"


def upgrade() -> None:
    """Creates the queue and lets the processes use it."""
    schema = App(connector=PsycopgConnector()).schema_manager.get_schema()
    connection = op.get_bind()
    connection.exec_driver_sql(schema)
    for thing in ("TABLES", "SEQUENCES"):
        rights = "SELECT, INSERT, UPDATE, DELETE" if thing == "TABLES" else "USAGE, SELECT"
        names = connection.exec_driver_sql(
            "SELECT string_agg(format('%I', c.relname), ', ') FROM pg_class c "  # noqa: S608 - constants
            "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' "
            f"WHERE c.relname LIKE 'procrastinate%' AND c.relkind = '{'r' if thing == 'TABLES' else 'S'}'"
        ).scalar_one()
        connection.exec_driver_sql(f"GRANT {rights} ON {names} TO yingda_app")


def downgrade() -> None:
    """Removes tables, functions and types of the queue."""
    op.get_bind().exec_driver_sql(
        """
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT format('TABLE %I', tablename) FROM pg_tables WHERE tablename LIKE 'procrastinate%'
                UNION ALL SELECT format('FUNCTION %s', oid::regprocedure) FROM pg_proc
                          WHERE proname LIKE 'procrastinate%'
                UNION ALL SELECT format('TYPE %I', typname) FROM pg_type
                          WHERE typname LIKE 'procrastinate%' AND typtype = 'e'
            LOOP EXECUTE 'DROP ' || name || ' CASCADE'; END LOOP;
        END $$
        """
    )
