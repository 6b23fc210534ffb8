"""HTTP: history, one contact, its account, recording and form; business types.

The rights are ``interactions.read`` (all) or ``interactions.read.own`` (contacts that the asker
served): either will do, the actions decide what is seen.
"""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response, status
from pydantic import AwareDatetime
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool

from yingda.accounts.http import allowed
from yingda.interactions import actions, queries
from yingda.interactions.models import Interaction
from yingda.interactions.ranges import sound_response
from yingda.interactions.recordings import find_peaks, find_sound, wav_path
from yingda.interactions.schemas import (
    BusinessTypeIn,
    BusinessTypeOut,
    BusinessTypesOut,
    DecisionsOut,
    FormIn,
    FormOut,
    HistoryFilter,
    InteractionDetail,
    InteractionItem,
    PeaksOut,
    RecordingOut,
    SegmentOut,
)
from yingda.interactions.terms import Direction, Outcome
from yingda.kit.context import Ctx
from yingda.kit.fields import Cursor, Limit, Search
from yingda.kit.http import PROBLEM_RESPONSES, Page

router = APIRouter(tags=["interactions"], responses=PROBLEM_RESPONSES)

SOUND: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {}}, "description": "WAV, 8 kHz, two channels: customer left, agent right"},
    206: {"content": {"audio/wav": {}}, "description": "The part that was asked for"},
    416: {"description": "The part lies outside of the recording"},
}


def history_filter(
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    queue: Search | None = None,
    agent: Search | None = None,
    outcome: Outcome | None = None,
    direction: Direction | None = None,
    number: Search | None = None,
    q: Search | None = None,
    business_type: UUID | None = None,
) -> HistoryFilter:
    """The filters of the history, from the query."""
    return HistoryFilter(
        since=since,
        until=until,
        queue=queue,
        agent=agent,
        outcome=outcome,
        direction=direction,
        number=number,
        q=q,
        business_type=business_type,
    )


def recordings_folder(request: Request) -> Path:
    """The folder of recordings, from the settings."""
    folder: Path = request.app.state.settings.recordings
    return folder


Folder = Annotated[Path, Depends(recordings_folder)]


@router.get("/interactions")
async def list_interactions(
    ctx: Annotated[Ctx, allowed()],
    wanted: Annotated[HistoryFilter, Depends(history_filter)],
    cursor: Cursor | None = None,
    limit: Limit = 50,
) -> Page[InteractionItem]:
    """Contacts, newest first."""
    rows, behind = await actions.list_history(ctx, wanted, cursor, limit)
    return Page(items=[item_of(row) for row in rows], next=behind)


@router.get("/interactions/{interaction_id}")
async def get_interaction(ctx: Annotated[Ctx, allowed()], interaction_id: UUID) -> InteractionDetail:
    """A contact with its segments and what was filed about it."""
    row = await actions.get_interaction(ctx, interaction_id)
    segments = await queries.segments(ctx.db, interaction_id)
    form = await queries.form(ctx.db, interaction_id)
    return InteractionDetail(
        **_item(row),
        **{name: getattr(row[0], name) for name in _DETAILS},
        segments=[SegmentOut.model_validate(segment) for segment in segments],
        form=FormOut.model_validate(form) if form else None,
    )


@router.get("/interactions/{interaction_id}/decisions")
async def get_decisions(ctx: Annotated[Ctx, allowed()], interaction_id: UUID) -> DecisionsOut:
    """Why the contact went where it went, in order."""
    return DecisionsOut(items=await actions.list_decisions(ctx, interaction_id))


@router.get("/interactions/{interaction_id}/recording", responses=SOUND, response_class=Response)
async def get_recording(
    ctx: Annotated[Ctx, allowed("recordings.read")],
    interaction_id: UUID,
    folder: Folder,
    download: bool = False,
    wanted_range: Annotated[str | None, Header(alias="range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Response:
    """The sound of a contact; parts by the header Range."""
    found = (await actions.get_interaction(ctx, interaction_id))[0]
    path = wav_path(ctx.tenant_id, found.offered_at, interaction_id)
    sound = await run_in_threadpool(find_sound, folder, path, interaction_id)
    name = f"{found.offered_at:%Y%m%d-%H%M%S}-{interaction_id}.wav" if download else None
    return sound_response(sound, wanted_range, if_range, name)


@router.get("/interactions/{interaction_id}/peaks")
async def get_peaks(
    ctx: Annotated[Ctx, allowed("recordings.read")],
    interaction_id: UUID,
    folder: Folder,
    buckets: Annotated[int, Query(ge=1, le=1600)] = 800,
) -> PeaksOut:
    """The shape of the sound, to be drawn."""
    found = (await actions.get_interaction(ctx, interaction_id))[0]
    path = wav_path(ctx.tenant_id, found.offered_at, interaction_id)
    return await run_in_threadpool(find_peaks, folder, path, interaction_id, buckets)


@router.put("/interactions/{interaction_id}/form")
async def put_form(ctx: Annotated[Ctx, allowed("desk")], interaction_id: UUID, given: FormIn) -> FormOut:
    """Files a contact."""
    return FormOut.model_validate(await actions.save_form(ctx, interaction_id, given))


@router.get("/business-types")
async def list_business_types(ctx: Annotated[Ctx, allowed()]) -> BusinessTypesOut:
    """All business types, in their order."""
    rows = await queries.business_types(ctx.db)
    return BusinessTypesOut(items=[BusinessTypeOut.model_validate(row) for row in rows])


@router.post("/business-types", status_code=status.HTTP_201_CREATED)
async def post_business_type(ctx: Annotated[Ctx, allowed("setup.write")], given: BusinessTypeIn) -> BusinessTypeOut:
    """Adds a business type."""
    return BusinessTypeOut.model_validate(await actions.create_business_type(ctx, given))


@router.put("/business-types/{type_id}")
async def put_business_type(
    ctx: Annotated[Ctx, allowed("setup.write")], type_id: UUID, given: BusinessTypeIn
) -> BusinessTypeOut:
    """Replaces a business type."""
    return BusinessTypeOut.model_validate(await actions.change_business_type(ctx, type_id, given))


@router.delete("/business-types/{type_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_business_type(ctx: Annotated[Ctx, allowed("setup.write")], type_id: UUID) -> None:
    """Removes a business type that was never used."""
    await actions.delete_business_type(ctx, type_id)


_AS_THEY_ARE = (
    *("id", "channel", "direction", "caller", "caller_withheld", "callee", "number", "number_label"),
    *("queue_id", "agent_id", "caller_area", "caller_carrier", "offered_at", "queued_at", "answered_at", "ended_at"),
    *("outcome", "ended_by", "talk_s", "wait_s", "hold_s"),
)
_NAMES = {
    "trunk": "trunk",
    "flow": "flow_name",
    "queue": "queue_name",
    "agent": "agent_username",
    "agent_name": "agent_name",
}
_DETAILS = ("flow_id", "flow_version", "node_of_loss", "cause", "ring_s", "wrap_up_s", "wrap_up_until")


def item_of(row: Row[Any]) -> InteractionItem:
    """A contact as lists show it."""
    return InteractionItem(**_item(row))


def _item(row: Row[Any]) -> dict[str, Any]:
    found: Interaction = row[0]
    lengths = (row.stored_s, found.recorded_s, found.talk_s if found.recording_file else None)
    length = next((known for known in lengths if known is not None), None)
    return {
        **{name: getattr(found, name) for name in _AS_THEY_ARE},
        **{name: getattr(found, column) or None for name, column in _NAMES.items()},
        "business_type": row.business_type,
        "business_type_id": row.business_type_id,
        "recording": RecordingOut(duration_s=length) if length is not None and found.ended_at else None,
    }
