"""Keys for programs."""

from uuid import UUID

from yingda.accounts import queries, rights, tokens, trail
from yingda.accounts.actions.users import myself
from yingda.accounts.errors import BeyondYourRights
from yingda.accounts.models import ApiKey
from yingda.accounts.schemas import KeyNew
from yingda.accounts.terms import Act
from yingda.kit.context import ActorKind, Ctx
from yingda.kit.errors import NotFound
from yingda.kit.ids import new_id


async def create_key(ctx: Ctx, new: KeyNew) -> tuple[ApiKey, str]:
    """Makes a key; returns it with its secret, which is stored nowhere.

    Only a person can: a key that makes keys would outlive its own removal.
    Raises :class:`ForUsersOnly`, :class:`BeyondYourRights`.
    """
    maker = await myself(ctx)
    if not rights.covers(maker.role.permissions, new.scopes):
        raise BeyondYourRights("A key cannot hold rights that you do not have.")
    secret = tokens.make(ActorKind.KEY, ctx.tenant_id)
    key = ApiKey(
        id=new_id(),
        tenant_id=ctx.tenant_id,
        user_id=maker.user.id,
        name=new.name,
        key_hash=tokens.parse(secret).digest,
        hint=tokens.hint(secret),
        scopes=sorted({str(scope) for scope in new.scopes}),
        created_at=ctx.now(),
    )
    ctx.db.add(key)
    await trail.record(ctx, Act.KEY_CREATED, "key", key.id, key.name, scopes=key.scopes)
    return key, secret


async def delete_key(ctx: Ctx, key_id: UUID) -> None:
    """Ends a key; raises :class:`NotFound`."""
    key = await queries.key(ctx.db, key_id)
    if key is None:
        raise NotFound("There is no such key.")
    await ctx.db.delete(key)
    await trail.record(ctx, Act.KEY_DELETED, "key", key.id, key.name)
