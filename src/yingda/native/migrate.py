"""Roles, database and tables: ``python -m yingda.native.migrate`` brings them to the newest version.

Reads ``YINGDA_OWNER_DATABASE_URL`` (else ``YINGDA_DATABASE_URL``). Where the database is our own,
``YINGDA_SUPER_DATABASE_URL`` and the two passwords are set too, and roles and database are made first.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

_REVISION_LOCK = 7_309_451


def checkout() -> Path:
    """The folder that holds ``migrations``."""
    return Path(__file__).resolve().parents[3]


def sync_url(address: str) -> str:
    """The address for a blocking connection by psycopg 3."""
    if address.startswith("postgresql://"):
        return "postgresql+psycopg://" + address.removeprefix("postgresql://")
    return address


def make_roles(super_url: str, owner_url: str, app_url: str) -> None:
    """Makes both roles and the database where they are missing, and sets the passwords."""
    owner, app = make_url(owner_url), make_url(app_url)
    engine = create_engine(sync_url(super_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        _role(connection, owner.username or "", owner.password or "", "CREATEROLE")
        _role(connection, app.username or "", app.password or "", "NOCREATEROLE")
        name = owner.database or ""
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar()
        if not known:
            connection.execute(text(f"CREATE DATABASE {_quoted(name)} OWNER {_quoted(owner.username or '')}"))
    engine.dispose()


def _role(connection: Connection, name: str, password: str, right: str) -> None:
    known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).scalar()
    verb = "ALTER" if known else "CREATE"
    # Utility statements take no parameters; the driver quotes the literal.
    literal = connection.execute(text("SELECT quote_literal(:password)"), {"password": password}).scalar_one()
    connection.exec_driver_sql(
        f"{verb} ROLE {_quoted(name)} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB {right} PASSWORD {literal}".replace(
            "%", "%%"
        )
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Runs the migrations that are missing; only one process at a time does."""
    config = Config()
    config.set_main_option("script_location", str(checkout() / "migrations"))
    engine = create_engine(sync_url(owner_url))
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _REVISION_LOCK})
        connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    engine.dispose()


def main() -> int:
    """Entry of the process: 1 where the database cannot be used, with the reason as the last line."""
    try:
        _bring_up_to_date(os.environ)
    except OperationalError as error:
        print(f"The database cannot be used: {str(error.orig).strip()}", file=sys.stderr)
        return 1
    return 0


def _bring_up_to_date(environment: Mapping[str, str]) -> None:
    app_url = environment["YINGDA_DATABASE_URL"]
    owner_url = environment.get("YINGDA_OWNER_DATABASE_URL") or app_url
    super_url = environment.get("YINGDA_SUPER_DATABASE_URL")
    if super_url:
        make_roles(super_url, owner_url, app_url)
    upgrade(owner_url)


if __name__ == "__main__":
    sys.exit(main())
