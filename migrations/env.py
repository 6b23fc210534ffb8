"""Runs the migrations as the owner of the database.

The program that upgrades hands over its ``connection`` in ``config.attributes``; the alembic command
on its own reads the address from ``YINGDA_OWNER_DATABASE_URL``.
"""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from yingda.kit.db import Base


def _migrate(connection: Connection) -> None:
    """All that is missing, in one transaction: a failed upgrade leaves the old schema."""
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Uses the connection given, else makes one."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    url = os.environ["YINGDA_OWNER_DATABASE_URL"]
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        _migrate(connection)
    engine.dispose()


run()
