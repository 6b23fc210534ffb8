"""A new tenant with its first administrator: ``./yingda new-tenant SLUG NAME``."""

import asyncio
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from yingda.accounts import BuiltinRole, UserNew, create_tenant, create_user
from yingda.app.wiring import publisher
from yingda.kit.context import SYSTEM, Ctx
from yingda.kit.db import Database, make_engine
from yingda.kit.errors import Invalid, Unavailable
from yingda.kit.vault import Vault
from yingda.native.home import home_of_environment, kept_ports
from yingda.native.plan import environment_of, installation

SLUG = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Made:
    """The first sign-in of a new tenant."""

    tenant: str
    username: str
    password: str


async def make(database: Database, vault: Vault, slug: str, name: str) -> Made:
    """Makes tenant and administrator in one transaction. Raises :class:`TenantSlugTaken`, :class:`Invalid`."""
    if not SLUG.fullmatch(slug):
        raise Invalid("A tenant's short name has small letters, digits and hyphens, 2 to 40 of them.")
    password = secrets.token_urlsafe(12)
    async with database.transaction(None) as db:
        tenant = await create_tenant(db, slug, name)
        ctx = Ctx(db, tenant, SYSTEM, publisher=publisher(vault))
        await create_user(ctx, UserNew(username="admin", name="Admin", password=password, role=BuiltinRole.ADMIN))
        await ctx.notify("yingda_config", str(tenant))
    return Made(slug, "admin", password)


async def _make_here(environment: dict[str, str], slug: str, name: str) -> Made:
    database = Database(make_engine(environment["YINGDA_DATABASE_URL"], pool_size=1))
    try:
        return await make(database, Vault(environment["YINGDA_VAULT_KEY"]), slug, name)
    finally:
        await database.close()


def main(checkout: Path, slug: str, name: str) -> int:
    """Makes it in the running system and prints the sign-in, once."""
    home = home_of_environment(checkout)
    ports = kept_ports(home, os.environ)
    if ports is None:
        raise Unavailable("Yingda has not run here: start it with ./yingda up")
    made = asyncio.run(_make_here(environment_of(installation(checkout, home, ports)), slug, name))
    print(f"  tenant {made.tenant}   user {made.username}   password {made.password}")
    return 0
