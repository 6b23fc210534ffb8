"""Setting up numbers and trunks; the process of the live state hears of every change after the commit."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from yingda.accounts import audit
from yingda.kit.context import Ctx
from yingda.kit.errors import Conflict, Invalid
from yingda.kit.vault import Vault
from yingda.telephony import queries
from yingda.telephony.errors import NumberNotFound, NumberTaken, TrunkNotFound, TrunkTaken
from yingda.telephony.models import Number, Trunk
from yingda.telephony.numbering import normalise
from yingda.telephony.schemas import NumberChange, NumberIn, TrunkIn

CONFIG = "yingda_config"


async def create_number(ctx: Ctx, given: NumberIn, area_code: str = "") -> Number:
    """Sets up a number. Raises :class:`NumberTaken`, :class:`Invalid`."""
    digits = normalise(given.number, area_code)
    if not digits:
        raise Invalid("This is not a telephone number.")
    row = Number(tenant_id=ctx.tenant_id, number=digits, created_at=ctx.now(), **given.model_dump(exclude={"number"}))
    ctx.db.add(row)
    await _flush(ctx, NumberTaken())
    await _changed(ctx, "number.created", "number", row.id, row.number)
    return row


async def change_number(ctx: Ctx, number: str, given: NumberChange, area_code: str = "") -> Number:
    """Replaces what a number does. Raises :class:`NumberNotFound`."""
    row = await find_number(ctx, number, area_code)
    for name, value in given.model_dump().items():
        setattr(row, name, value)
    await ctx.db.flush()
    await _changed(ctx, "number.changed", "number", row.id, row.number)
    return row


async def delete_number(ctx: Ctx, number: str, area_code: str = "") -> None:
    """Gives a number up. Raises :class:`NumberNotFound`."""
    row = await find_number(ctx, number, area_code)
    await ctx.db.delete(row)
    await ctx.db.flush()
    await _changed(ctx, "number.deleted", "number", row.id, row.number)


async def find_number(ctx: Ctx, number: str, area_code: str = "") -> Number:
    """A number in any form. Raises :class:`NumberNotFound`."""
    row = await queries.number(ctx.db, normalise(number, area_code))
    if row is None:
        raise NumberNotFound()
    return row


async def create_trunk(ctx: Ctx, given: TrunkIn, vault: Vault) -> Trunk:
    """Sets up a trunk. Raises :class:`TrunkTaken`."""
    row = Trunk(
        tenant_id=ctx.tenant_id,
        created_at=ctx.now(),
        password_sealed=vault.seal(given.password or ""),
        **given.model_dump(mode="json", exclude={"password"}),
    )
    ctx.db.add(row)
    await _flush(ctx, TrunkTaken())
    await _changed(ctx, "trunk.created", "trunk", row.id, row.name)
    return row


async def change_trunk(ctx: Ctx, trunk_id: UUID, given: TrunkIn, vault: Vault) -> Trunk:
    """Replaces a trunk; without a password it keeps the old one. Raises :class:`TrunkNotFound`, :class:`TrunkTaken`."""
    row = await find_trunk(ctx, trunk_id)
    for name, value in given.model_dump(mode="json", exclude={"password"}).items():
        setattr(row, name, value)
    if given.password is not None:
        row.password_sealed = vault.seal(given.password)
    await _flush(ctx, TrunkTaken())
    await _changed(ctx, "trunk.changed", "trunk", row.id, row.name)
    return row


async def delete_trunk(ctx: Ctx, trunk_id: UUID) -> None:
    """Removes a trunk; its calls go on. Raises :class:`TrunkNotFound`."""
    row = await find_trunk(ctx, trunk_id)
    await ctx.db.delete(row)
    await ctx.db.flush()
    await _changed(ctx, "trunk.deleted", "trunk", row.id, row.name)


async def find_trunk(ctx: Ctx, trunk_id: UUID) -> Trunk:
    """A trunk by id. Raises :class:`TrunkNotFound`."""
    row = await ctx.db.get(Trunk, trunk_id)
    if row is None:
        raise TrunkNotFound()
    return row


async def _changed(ctx: Ctx, act: str, kind: str, subject: UUID, name: str) -> None:
    await audit(ctx, act, kind, subject, name)
    await ctx.notify(CONFIG, str(ctx.tenant_id))


async def _flush(ctx: Ctx, conflict: Conflict) -> None:
    try:
        await ctx.db.flush()
    except IntegrityError as error:
        raise conflict from error
