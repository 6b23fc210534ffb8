"""Tenants and their settings."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from yingda.accounts import queries, trail
from yingda.accounts.errors import TenantSlugTaken
from yingda.accounts.events import SettingsChanged
from yingda.accounts.models import Role, SettingsRow, Tenant
from yingda.accounts.schemas import Settings, SettingsIn
from yingda.accounts.terms import BUILTIN_PERMISSIONS, Act
from yingda.kit.clock import Clock, SystemClock
from yingda.kit.context import SYSTEM, Ctx
from yingda.kit.db import set_tenant
from yingda.kit.errors import NotFound
from yingda.kit.ids import new_id


async def create_tenant(
    db: AsyncSession, slug: str, name: str, settings: Settings | None = None, clock: Clock | None = None
) -> UUID:
    """Makes a tenant with its built-in roles; ``db`` is a transaction, which belongs to the new tenant from then on.

    Raises :class:`TenantSlugTaken`.
    """
    if await queries.slug_is_taken(db, slug):
        raise TenantSlugTaken(f"The name '{slug}' is taken.")
    clock = clock or SystemClock()
    tenant_id = new_id()
    await set_tenant(db, tenant_id)
    db.add(Tenant(id=tenant_id, slug=slug, name=name, created_at=clock.now()))
    await db.flush()
    stored = (settings or Settings()).model_dump(mode="json")
    db.add(SettingsRow(tenant_id=tenant_id, settings=stored))
    for role, permissions in BUILTIN_PERMISSIONS.items():
        db.add(Role(tenant_id=tenant_id, name=role, builtin=True, permissions=list(permissions)))
    await trail.record(Ctx(db, tenant_id, SYSTEM, clock), Act.TENANT_CREATED, "tenant", tenant_id, slug)
    return tenant_id


async def tenant_of(ctx: Ctx) -> Tenant:
    """The tenant of ``ctx``."""
    found = await queries.tenant(ctx.db, ctx.tenant_id)
    if found is None:
        raise NotFound("This tenant does not exist.")
    return found


async def settings_of(ctx: Ctx) -> Settings:
    """The settings of the tenant of ``ctx``; what was never set has its default."""
    row = await queries.settings_of(ctx.db, ctx.tenant_id)
    if row is None:
        return Settings()
    # A setting that an earlier version had is passed over.
    return Settings.model_validate({name: row.settings[name] for name in Settings.model_fields if name in row.settings})


async def change_settings(ctx: Ctx, new: SettingsIn) -> None:
    """Replaces name and settings."""
    tenant = await tenant_of(ctx)
    old = await settings_of(ctx)
    values = Settings.model_validate(new.model_dump(exclude={"name"}))
    changed = sorted(name for name in Settings.model_fields if getattr(old, name) != getattr(values, name))
    if tenant.name != new.name:
        changed.insert(0, "name")
        tenant.name = new.name
    await ctx.db.merge(SettingsRow(tenant_id=ctx.tenant_id, settings=values.model_dump(mode="json")))
    await trail.record(ctx, Act.SETTINGS_CHANGED, "tenant", ctx.tenant_id, tenant.slug, changed=changed)
    await ctx.publish(SettingsChanged(ctx.tenant_id))
    await ctx.notify("yingda_config", str(ctx.tenant_id))
