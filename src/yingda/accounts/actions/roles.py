"""Roles of the tenant's own."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from yingda.accounts import queries, rights, trail
from yingda.accounts.errors import BeyondYourRights, BuiltinRoleFixed, RoleInUse, RoleNameTaken
from yingda.accounts.models import Role
from yingda.accounts.schemas import RoleIn
from yingda.accounts.terms import Act
from yingda.kit.context import Ctx
from yingda.kit.errors import NotFound
from yingda.kit.ids import new_id


async def create_role(ctx: Ctx, new: RoleIn) -> Role:
    """Makes a role of rights that the asker holds.

    Raises :class:`RoleNameTaken`, :class:`BeyondYourRights`.
    """
    _check(ctx, new.permissions)
    role = Role(id=new_id(), tenant_id=ctx.tenant_id, name=new.name, builtin=False, permissions=_sorted(new))
    try:
        async with ctx.db.begin_nested():
            ctx.db.add(role)
    except IntegrityError as error:
        raise RoleNameTaken(f"There is a role '{new.name}' already.") from error
    await trail.record(ctx, Act.ROLE_CREATED, "role", role.id, role.name, permissions=role.permissions)
    return role


async def change_role(ctx: Ctx, role_id: UUID, new: RoleIn) -> Role:
    """Gives a role another name or other rights.

    Raises :class:`NotFound`, :class:`BuiltinRoleFixed`, :class:`RoleNameTaken`, :class:`BeyondYourRights`.
    """
    role = await _own_role(ctx, role_id)
    _check(ctx, new.permissions)
    try:
        async with ctx.db.begin_nested():
            role.name = new.name
            role.permissions = _sorted(new)
    except IntegrityError as error:
        raise RoleNameTaken(f"There is a role '{new.name}' already.") from error
    await trail.record(ctx, Act.ROLE_CHANGED, "role", role.id, role.name, permissions=role.permissions)
    return role


async def delete_role(ctx: Ctx, role_id: UUID) -> None:
    """Removes a role that nobody has.

    Raises :class:`NotFound`, :class:`BuiltinRoleFixed`, :class:`RoleInUse`, :class:`BeyondYourRights`.
    """
    role = await _own_role(ctx, role_id)
    if await queries.role_is_used(ctx.db, role.id):
        raise RoleInUse("Give its users another role first.")
    try:
        async with ctx.db.begin_nested():
            await ctx.db.delete(role)
    except IntegrityError as error:  # given to somebody since the look above
        raise RoleInUse("Give its users another role first.") from error
    await trail.record(ctx, Act.ROLE_DELETED, "role", role_id, role.name)


async def _own_role(ctx: Ctx, role_id: UUID) -> Role:
    role = await queries.role(ctx.db, role_id)
    if role is None:
        raise NotFound("There is no such role.")
    if role.builtin:
        raise BuiltinRoleFixed("Make a role of your own instead.")
    _check(ctx, role.permissions)
    return role


def _check(ctx: Ctx, permissions: Iterable[str]) -> None:
    if not rights.covers(ctx.actor.permissions, permissions):
        raise BeyondYourRights("A role cannot hold rights that you do not have.")


def _sorted(new: RoleIn) -> list[str]:
    return sorted({str(permission) for permission in new.permissions})
