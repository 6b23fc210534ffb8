"""Routes of the slice, below ``/api/v1``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from yingda.accounts import queries
from yingda.accounts.actions import keys, roles, sign_in, tenants, users
from yingda.accounts.actions.identity import SignedIn
from yingda.accounts.http import allowed, clock_of, database_of, origin_of, remembered_of, signed_in
from yingda.accounts.models import ApiKey, AuditRow
from yingda.accounts.queries import Member
from yingda.accounts.schemas import (
    AuditOut,
    KeyMade,
    KeyNew,
    KeyOut,
    Me,
    MeChange,
    PasswordChange,
    PasswordReset,
    RoleIn,
    RoleOut,
    SessionOut,
    SettingsIn,
    SettingsOut,
    SignIn,
    TenantOut,
    UserChange,
    UserNew,
    UserOut,
)
from yingda.accounts.terms import Language
from yingda.kit.context import Actor, ActorKind, Ctx
from yingda.kit.errors import Invalid
from yingda.kit.fields import Cursor, Limit, Search
from yingda.kit.http import PROBLEM_RESPONSES, Page, read_cursor, write_cursor

router = APIRouter(tags=["accounts"], responses=PROBLEM_RESPONSES)

Anyone = Annotated[Ctx, allowed()]
Reader = Annotated[Ctx, allowed("users.read")]
Writer = Annotated[Ctx, allowed("users.write")]
KeyWriter = Annotated[Ctx, allowed("keys.write")]


@router.post("/sessions", status_code=201)
async def open_session(request: Request, given: SignIn) -> SessionOut:
    """Sign in."""
    db, clock = database_of(request), clock_of(request)
    credentials = sign_in.Credentials(given.tenant, given.username, given.password)
    opened = await sign_in.sign_in(db, clock, credentials, origin_of(request))
    async with db.transaction(opened.tenant_id) as session:
        ctx = Ctx(session, opened.tenant_id, Actor(ActorKind.USER, opened.user_id, given.username), clock)
        return SessionOut(token=opened.token, user=await _me(request, ctx))


@router.delete("/sessions/current", status_code=204)
async def close_session(request: Request, ctx: Anyone, who: Annotated[SignedIn, Depends(signed_in)]) -> None:
    """Sign out."""
    await sign_in.sign_out(ctx, who.digest)
    remembered_of(request).forget(who.digest)


@router.get("/me")
async def read_me(request: Request, ctx: Anyone) -> Me:
    """Who is signed in."""
    return await _me(request, ctx)


@router.patch("/me")
async def change_me(request: Request, ctx: Anyone, change: MeChange) -> Me:
    """Change one's own name or language."""
    await users.change_myself(ctx, change)
    return await _me(request, ctx)


@router.put("/me/password", status_code=204)
async def change_my_password(
    request: Request, who: Annotated[SignedIn, Depends(signed_in)], change: PasswordChange
) -> None:
    """Change one's own password; other sign-ins of the user end."""
    await sign_in.change_own_password(database_of(request), clock_of(request), who, change.old, change.new)


@router.get("/users")
async def list_users(
    ctx: Reader,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query()] = None,
    q: Annotated[Search, Query(description="Part of the name or the user name")] = "",
) -> Page[UserOut]:
    """Users by user name."""
    after = _text(read_cursor(cursor, 1)[0]) if cursor else None
    found = await queries.members(ctx.db, after=after, q=q, limit=limit + 1)
    more = write_cursor([found[limit - 1].user.username]) if len(found) > limit else None
    return Page(items=[_user(one) for one in found[:limit]], next=more)


@router.post("/users", status_code=201)
async def create_user(ctx: Writer, new: UserNew) -> UserOut:
    """Make a user; with an extension he becomes an agent too."""
    return _user(await users.create_user(ctx, new))


@router.get("/users/{user_id}")
async def read_user(ctx: Reader, user_id: UUID) -> UserOut:
    """One user."""
    return _user(await users.get_user(ctx, user_id))


@router.patch("/users/{user_id}")
async def change_user(ctx: Writer, user_id: UUID, change: UserChange) -> UserOut:
    """Change a user; deactivating signs him out."""
    return _user(await users.change_user(ctx, user_id, change))


@router.put("/users/{user_id}/password", status_code=204)
async def reset_password(ctx: Writer, user_id: UUID, new: PasswordReset) -> None:
    """Give a user a new password; his sign-ins end."""
    await users.reset_password(ctx, user_id, new.password)


@router.get("/roles")
async def list_roles(ctx: Reader) -> Page[RoleOut]:
    """All roles."""
    return Page(items=[RoleOut.model_validate(role) for role in await queries.roles(ctx.db)])


@router.post("/roles", status_code=201)
async def create_role(ctx: Writer, new: RoleIn) -> RoleOut:
    """Make a role."""
    return RoleOut.model_validate(await roles.create_role(ctx, new))


@router.put("/roles/{role_id}")
async def change_role(ctx: Writer, role_id: UUID, new: RoleIn) -> RoleOut:
    """Replace name and permissions of a role."""
    return RoleOut.model_validate(await roles.change_role(ctx, role_id, new))


@router.delete("/roles/{role_id}", status_code=204)
async def delete_role(ctx: Writer, role_id: UUID) -> None:
    """Remove a role that nobody has."""
    await roles.delete_role(ctx, role_id)


@router.get("/keys")
async def list_keys(ctx: KeyWriter) -> Page[KeyOut]:
    """All keys, newest first."""
    return Page(items=[_key(key, maker) for key, maker in await queries.keys(ctx.db)])


@router.post("/keys", status_code=201)
async def create_key(ctx: KeyWriter, new: KeyNew) -> KeyMade:
    """Make a key; the secret is told this once."""
    key, secret = await keys.create_key(ctx, new)
    return KeyMade(secret=secret, **_key(key, (await users.myself(ctx)).user.username).model_dump())


@router.delete("/keys/{key_id}", status_code=204)
async def delete_key(ctx: KeyWriter, key_id: UUID) -> None:
    """End a key."""
    await keys.delete_key(ctx, key_id)


@router.get("/audit")
async def list_audit(
    ctx: Annotated[Ctx, allowed("audit.read")],
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query()] = None,
) -> Page[AuditOut]:
    """Who did what, newest first."""
    before = _uuid(read_cursor(cursor, 1)[0]) if cursor else None
    rows = await queries.audit_rows(ctx.db, before=before, limit=limit + 1)
    more = write_cursor([rows[limit - 1].id]) if len(rows) > limit else None
    return Page(items=[_audit(row) for row in rows[:limit]], next=more)


@router.get("/settings")
async def read_settings(ctx: Annotated[Ctx, allowed("setup.read")]) -> SettingsOut:
    """The settings of the tenant."""
    tenant, settings = await tenants.tenant_of(ctx), await tenants.settings_of(ctx)
    return SettingsOut(name=tenant.name, **settings.model_dump())


@router.put("/settings")
async def change_settings(ctx: Annotated[Ctx, allowed("setup.write")], new: SettingsIn) -> SettingsOut:
    """Replace the settings of the tenant."""
    await tenants.change_settings(ctx, new)
    return SettingsOut(**new.model_dump())


async def _me(request: Request, ctx: Ctx) -> Me:
    found, tenant = await users.myself(ctx), await tenants.tenant_of(ctx)
    settings = await tenants.settings_of(ctx)
    agent_of_user = getattr(request.app.state, "agent_of_user", None)
    return Me(
        id=found.user.id,
        username=found.user.username,
        name=found.user.name,
        role=found.role.name,
        language=Language(found.user.language),
        permissions=sorted(found.role.permissions),
        tenant=TenantOut(id=tenant.id, slug=tenant.slug, name=tenant.name, timezone=settings.timezone),
        agent=await agent_of_user(ctx, found.user.id) if agent_of_user else None,
    )


def _user(found: Member) -> UserOut:
    columns = {name: getattr(found.user, name) for name in UserOut.model_fields if name != "role"}
    return UserOut(role=found.role.name, **columns)


def _key(key: ApiKey, maker: str) -> KeyOut:
    columns = {name: getattr(key, name) for name in KeyOut.model_fields if name != "maker"}
    return KeyOut(maker=maker, **columns)


def _audit(row: AuditRow) -> AuditOut:
    return AuditOut(
        id=row.id,
        at=row.at,
        actor=row.actor_name,
        actor_kind=ActorKind(row.actor_kind),
        actor_id=row.actor_id,
        act=row.act,
        subject=row.subject_name,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        address=row.address,
        detail=row.detail,
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise Invalid("The cursor is not one of ours.")
    return value


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise Invalid("The cursor is not one of ours.") from error
