"""Users: who may sign in, and as what."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from yingda.accounts import passwords, queries, rights, trail
from yingda.accounts.errors import BeyondYourRights, ForUsersOnly, LastAdmin, UnknownRole, UsernameTaken
from yingda.accounts.events import UserChanged, UserCreated
from yingda.accounts.models import Role, User
from yingda.accounts.queries import Member
from yingda.accounts.schemas import MeChange, UserChange, UserNew
from yingda.accounts.terms import Act
from yingda.kit.context import ActorKind, Ctx
from yingda.kit.errors import NotFound
from yingda.kit.ids import new_id


async def create_user(ctx: Ctx, new: UserNew) -> Member:
    """Makes a user; with an extension the wired handlers make an agent of him in the same transaction.

    Raises :class:`UsernameTaken`, :class:`UnknownRole`, :class:`BeyondYourRights`.
    """
    role = await _role_to_give(ctx, new.role)
    if await queries.member_by_username(ctx.db, new.username) is not None:
        raise UsernameTaken(f"There is a user '{new.username}' already.")
    user = User(
        id=new_id(),
        tenant_id=ctx.tenant_id,
        username=new.username,
        name=new.name,
        password_hash=await passwords.make_hash(new.password),
        role_id=role.id,
        language=new.language,
        active=True,
        created_at=ctx.now(),
    )
    try:
        async with ctx.db.begin_nested():
            ctx.db.add(user)
    except IntegrityError as error:  # made by another request since the look above
        raise UsernameTaken(f"There is a user '{new.username}' already.") from error
    await trail.record(ctx, Act.USER_CREATED, "user", user.id, user.username, role=role.name)
    await ctx.publish(UserCreated(user.id, user.username, user.name, new.extension))
    return Member(user, role)


async def change_user(ctx: Ctx, user_id: UUID, change: UserChange) -> Member:
    """Changes a user; who is deactivated is signed out.

    Raises :class:`NotFound`, :class:`UnknownRole`, :class:`BeyondYourRights`, :class:`LastAdmin`.
    """
    await _keep_an_admin(ctx, user_id, change)
    found = await _user_to_rule(ctx, user_id)
    user, role = found.user, found.role
    if change.role is not None and change.role != role.name:
        role = await _role_to_give(ctx, change.role)
        user.role_id = role.id
    user.name = change.name or user.name
    user.language = change.language or user.language
    if change.active is not None:
        user.active = change.active
    if not user.active:
        await queries.delete_sessions_of(ctx.db, user.id)
    given = change.model_dump(mode="json", exclude_none=True)
    await trail.record(ctx, Act.USER_CHANGED, "user", user.id, user.username, **given)
    await ctx.publish(UserChanged(user.id, user.name, user.active))
    return Member(user, role)


async def reset_password(ctx: Ctx, user_id: UUID, password: str) -> None:
    """Sets a user's password, ends his sessions and opens a lock.

    Raises :class:`NotFound`, :class:`BeyondYourRights`.
    """
    new_hash = await passwords.make_hash(password)
    user = (await _user_to_rule(ctx, user_id)).user
    user.password_hash = new_hash
    user.failed_sign_ins = 0
    user.locked_until = None
    await queries.delete_sessions_of(ctx.db, user.id)
    await trail.record(ctx, Act.PASSWORD_CHANGED, "user", user.id, user.username)


async def myself(ctx: Ctx) -> Member:
    """The user who asks; raises :class:`ForUsersOnly` where a key does."""
    if ctx.actor.kind is not ActorKind.USER or ctx.actor.id is None:
        raise ForUsersOnly()
    return await get_user(ctx, ctx.actor.id)


async def change_myself(ctx: Ctx, change: MeChange) -> None:
    """Changes name and language of the user who asks."""
    user = (await myself(ctx)).user
    user.name = change.name or user.name
    user.language = change.language or user.language
    given = change.model_dump(mode="json", exclude_none=True)
    await trail.record(ctx, Act.USER_CHANGED, "user", user.id, user.username, **given)
    await ctx.publish(UserChanged(user.id, user.name, user.active))


async def get_user(ctx: Ctx, user_id: UUID) -> Member:
    """A user with his role; raises :class:`NotFound`."""
    found = await queries.member(ctx.db, user_id)
    if found is None:
        raise NotFound("There is no such user.")
    return found


async def find_user(ctx: Ctx, username: str) -> Member | None:
    """A user by name, whatever its case."""
    return await queries.member_by_username(ctx.db, username)


async def _role_to_give(ctx: Ctx, name: str) -> Role:
    role = await queries.role_by_name(ctx.db, name)
    if role is None:
        raise UnknownRole(f"There is no role '{name}'.")
    if not rights.covers(ctx.actor.permissions, role.permissions):
        raise BeyondYourRights(f"The role '{name}' holds rights that you do not have.")
    return role


async def _user_to_rule(ctx: Ctx, user_id: UUID) -> Member:
    found = await queries.member(ctx.db, user_id, lock=True)
    if found is None:
        raise NotFound("There is no such user.")
    if not rights.covers(ctx.actor.permissions, found.role.permissions):
        raise BeyondYourRights("This user holds rights that you do not have.")
    return found


async def _keep_an_admin(ctx: Ctx, user_id: UUID, change: UserChange) -> None:
    """Two administrators who close each other's accounts at once meet at the lock; the second is refused."""
    if change.active is not False and change.role is None:
        return
    admins = await queries.lock_admins(ctx.db)
    if admins != [user_id]:
        return
    role = await queries.role_by_name(ctx.db, change.role) if change.role else None
    if change.active is False or role is None or not role.builtin or role.name != "admin":
        raise LastAdmin("Make somebody else an administrator first.")
