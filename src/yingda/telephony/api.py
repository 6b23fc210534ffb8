"""HTTP: numbers, trunks, and what can be told from a number."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, status

from yingda.accounts import settings_of
from yingda.accounts.http import allowed
from yingda.kit.context import Ctx
from yingda.kit.fields import PhoneNumber
from yingda.kit.http import PROBLEM_RESPONSES
from yingda.kit.vault import Vault
from yingda.telephony import actions, queries
from yingda.telephony.models import Trunk
from yingda.telephony.numbering import describe
from yingda.telephony.schemas import (
    LookupOut,
    NameOut,
    NumberChange,
    NumberIn,
    NumberOut,
    NumbersOut,
    TrunkIn,
    TrunkOut,
    TrunksOut,
)

router = APIRouter(tags=["telephony"], responses=PROBLEM_RESPONSES)


def vault_of(request: Request) -> Vault:
    """The application's vault."""
    vault: Vault = request.app.state.vault
    return vault


Sealer = Annotated[Vault, Depends(vault_of)]


@router.get("/numbers")
async def list_numbers(ctx: Annotated[Ctx, allowed("setup.read")]) -> NumbersOut:
    """All numbers."""
    return NumbersOut(items=[NumberOut.model_validate(row) for row in await queries.numbers(ctx.db)])


@router.post("/numbers", status_code=status.HTTP_201_CREATED)
async def post_number(ctx: Annotated[Ctx, allowed("setup.write")], given: NumberIn) -> NumberOut:
    """Sets up a number."""
    area_code = (await settings_of(ctx)).area_code
    return NumberOut.model_validate(await actions.create_number(ctx, given, area_code))


@router.put("/numbers/{number}")
async def put_number(
    ctx: Annotated[Ctx, allowed("setup.write")], number: PhoneNumber, given: NumberChange
) -> NumberOut:
    """Replaces what a number does."""
    area_code = (await settings_of(ctx)).area_code
    return NumberOut.model_validate(await actions.change_number(ctx, number, given, area_code))


@router.delete("/numbers/{number}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_number(ctx: Annotated[Ctx, allowed("setup.write")], number: PhoneNumber) -> None:
    """Gives a number up."""
    await actions.delete_number(ctx, number, (await settings_of(ctx)).area_code)


@router.get("/trunks")
async def list_trunks(ctx: Annotated[Ctx, allowed("setup.read")]) -> TrunksOut:
    """All trunks."""
    return TrunksOut(items=[_trunk(row) for row in await queries.trunks(ctx.db)])


@router.post("/trunks", status_code=status.HTTP_201_CREATED)
async def post_trunk(ctx: Annotated[Ctx, allowed("setup.write")], given: TrunkIn, vault: Sealer) -> TrunkOut:
    """Sets up a trunk."""
    return _trunk(await actions.create_trunk(ctx, given, vault))


@router.put("/trunks/{trunk_id}")
async def put_trunk(
    ctx: Annotated[Ctx, allowed("setup.write")], trunk_id: UUID, given: TrunkIn, vault: Sealer
) -> TrunkOut:
    """Replaces a trunk."""
    return _trunk(await actions.change_trunk(ctx, trunk_id, given, vault))


@router.delete("/trunks/{trunk_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_trunk(ctx: Annotated[Ctx, allowed("setup.write")], trunk_id: UUID) -> None:
    """Removes a trunk."""
    await actions.delete_trunk(ctx, trunk_id)


@router.get("/lookup")
async def look_up(
    ctx: Annotated[Ctx, allowed("desk")], number: Annotated[str, Query(min_length=1, max_length=64)]
) -> LookupOut:
    """Form, place and operator of a number."""
    info = describe(number, (await settings_of(ctx)).area_code)
    return LookupOut(
        number=info.display,
        e164=info.e164,
        kind=info.kind,
        area=NameOut.model_validate(info.area) if info.area else None,
        carrier=NameOut.model_validate(info.carrier) if info.carrier else None,
    )


def _trunk(row: Trunk) -> TrunkOut:
    row_values = {name: getattr(row, name) for name in TrunkOut.model_fields if name != "has_password"}
    return TrunkOut(**row_values, has_password=bool(row.password_sealed))
