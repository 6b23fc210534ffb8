"""HTTP: flows, hours, sounds."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from yingda.accounts.http import allowed
from yingda.flows import actions, queries
from yingda.flows.audio import kept, read_wav
from yingda.flows.hours import is_open
from yingda.flows.models import Flow, FlowVersion, Hours, Sound
from yingda.flows.schemas import (
    FlowNew,
    FlowRead,
    FlowWhole,
    HoursRead,
    HoursWrite,
    SoundRead,
    SpeechNew,
    VersionNew,
    VersionRead,
)
from yingda.flows.session import SoundPrompt, SpeechPrompt
from yingda.flows.sounds import SoundStore
from yingda.flows.upload import UPLOAD_BODY, read_upload
from yingda.kit.context import Ctx
from yingda.kit.errors import Unavailable
from yingda.kit.http import PROBLEM_RESPONSES, Page

router = APIRouter(tags=["flows"], responses=PROBLEM_RESPONSES)

Reader = Annotated[Ctx, allowed("setup.read")]
Writer = Annotated[Ctx, allowed("setup.write")]


def _flow(row: Flow) -> FlowRead:
    return FlowRead(
        id=row.id, name=row.name, version=row.published, created_at=row.created_at, updated_at=row.updated_at
    )


def _whole(row: Flow, version: FlowVersion) -> FlowWhole:
    return FlowWhole(**_flow(row).model_dump(), definition=version.definition, note=version.note)


def _hours(row: Hours, ctx: Ctx) -> HoursRead:
    open_now, _ = is_open(queries.calendar_of(row), ctx.now())
    shape = {"name": row.name, "timezone": row.timezone, "periods": row.periods, "exceptions": row.exceptions}
    return HoursRead.model_validate({**shape, "id": row.id, "open_now": open_now})


def _sound(row: Sound) -> SoundRead:
    return SoundRead.model_validate(row, from_attributes=True)


def _store(request: Request) -> SoundStore:
    store = getattr(request.app.state, "sounds", None)
    if not isinstance(store, SoundStore):
        raise Unavailable("Sounds are not set up in this process.")
    return store


@router.get("/flows")
async def list_flows(ctx: Reader) -> Page[FlowRead]:
    """Every flow, by name."""
    return Page(items=[_flow(row) for row in await queries.list_flows(ctx.db)])


@router.post("/flows", status_code=201)
async def create_flow(ctx: Writer, body: FlowNew) -> FlowWhole:
    """A new flow; its first version is in force at once."""
    flow = await actions.create_flow(ctx, body.name, body.definition, body.note)
    return _whole(*await actions.get_flow(ctx, flow.id))


@router.get("/flows/{flow_id}")
async def get_flow(ctx: Reader, flow_id: UUID) -> FlowWhole:
    """A flow with the definition in force."""
    return _whole(*await actions.get_flow(ctx, flow_id))


@router.get("/flows/{flow_id}/versions")
async def list_versions(ctx: Reader, flow_id: UUID) -> Page[VersionRead]:
    """The published versions, newest first."""
    await actions.get_flow(ctx, flow_id)
    rows = await queries.list_versions(ctx.db, flow_id)
    items = [
        VersionRead(version=row.version, note=row.note, published_by=row.published_by_name, created_at=row.created_at)
        for row in rows
    ]
    return Page(items=items)


@router.post("/flows/{flow_id}/versions", status_code=201)
async def publish_flow(ctx: Writer, flow_id: UUID, body: VersionNew) -> FlowWhole:
    """Publishes a definition: in force for calls that start after the reply."""
    await actions.publish(ctx, flow_id, body.definition, body.note)
    return _whole(*await actions.get_flow(ctx, flow_id))


@router.get("/hours")
async def list_hours(ctx: Reader) -> Page[HoursRead]:
    """All hours, by name."""
    return Page(items=[_hours(row, ctx) for row in await queries.list_hours(ctx.db)])


@router.post("/hours", status_code=201)
async def create_hours(ctx: Writer, body: HoursWrite) -> HoursRead:
    """New hours."""
    return _hours(await actions.create_hours(ctx, body), ctx)


@router.put("/hours/{hours_id}")
async def change_hours(ctx: Writer, hours_id: UUID, body: HoursWrite) -> HoursRead:
    """Replaces the whole set."""
    return _hours(await actions.change_hours(ctx, hours_id, body), ctx)


@router.delete("/hours/{hours_id}", status_code=204)
async def delete_hours(ctx: Writer, hours_id: UUID) -> None:
    """Refused while a published flow asks them."""
    await actions.delete_hours(ctx, hours_id)


@router.get("/sounds")
async def list_sounds(ctx: Reader) -> Page[SoundRead]:
    """All stored sounds, by name."""
    return Page(items=[_sound(row) for row in await queries.list_sounds(ctx.db)])


@router.post("/sounds", status_code=201, openapi_extra=UPLOAD_BODY)
async def create_sound(ctx: Writer, request: Request) -> SoundRead:
    """Speaks a text (JSON), or takes a file of at most 20 MB and ten minutes (multipart)."""
    body = await read_upload(request)
    if isinstance(body, SpeechNew):
        prompt = SpeechPrompt(body.text, body.language, body.voice, body.speed)
        duration_s = await _store(request).duration_s(prompt)
        return _sound(await actions.create_speech(ctx, body, duration_s))
    name, content = body
    audio = await asyncio.to_thread(read_wav, content)
    stored = await asyncio.to_thread(kept, audio)
    return _sound(await actions.create_upload(ctx, name, stored, audio.duration_s))


@router.get("/sounds/{sound_id}/audio", response_class=FileResponse)
async def sound_audio(ctx: Reader, sound_id: UUID, request: Request) -> FileResponse:
    """The sound as WAV, 16 kHz."""
    sound = await actions.get_sound(ctx, sound_id)

    async def find(wanted: UUID) -> bytes | SpeechPrompt | None:
        return await queries.sound_content(ctx.db, wanted)

    path = await _store(request).ensure(SoundPrompt(sound.id), find)
    return FileResponse(path.with_name(path.name + ".wav16"), media_type="audio/wav", filename=f"{sound.id}.wav")


@router.delete("/sounds/{sound_id}", status_code=204)
async def delete_sound(ctx: Writer, sound_id: UUID) -> None:
    """Refused while a published flow plays it."""
    await actions.delete_sound(ctx, sound_id)
