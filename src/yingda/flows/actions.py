"""What may be done with flows, hours and sounds."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from yingda.accounts import audit
from yingda.flows import queries
from yingda.flows.definition import Definition
from yingda.flows.errors import (
    FlowNotFound,
    FlowRefused,
    HoursInUse,
    HoursNotFound,
    NameTaken,
    SoundInUse,
    SoundNotFound,
)
from yingda.flows.models import Flow, FlowVersion, Hours, Sound
from yingda.flows.nodes.branch_hours import BranchHoursNode
from yingda.flows.problems import Known, problems
from yingda.flows.schemas import HoursWrite, SpeechNew
from yingda.flows.terms import SoundKind
from yingda.kit.context import ActorKind, Ctx
from yingda.kit.ids import new_id
from yingda.routing.queries import load_queues
from yingda.telephony import load_numbers

CONFIG_CHANNEL = "yingda_config"


async def _changed(ctx: Ctx) -> None:
    """The switch process reads the tenant's set-up again."""
    await ctx.notify(CONFIG_CHANNEL, str(ctx.tenant_id))


async def _free_name(ctx: Ctx, table: Any, name: str, but: UUID | None = None) -> None:
    if await queries.name_taken(ctx.db, table, name, but):
        raise NameTaken(f"There is already one with the name '{name}'.")


async def _save(ctx: Ctx, name: str) -> None:
    """Flushes; a second one who took the name at the same moment is told the same as a later one."""
    try:
        await ctx.db.flush()
    except IntegrityError as error:
        raise NameTaken(f"There is already one with the name '{name}'.") from error


async def _check(ctx: Ctx, definition: Definition) -> None:
    queues = await load_queues(ctx.db)
    known = Known(
        hours=await queries.ids_of(ctx.db, Hours),
        sounds=await queries.ids_of(ctx.db, Sound),
        queues=frozenset({queue.spec.id for queue in queues} | {queue.spec.name for queue in queues}),
    )
    found = problems(definition, known)
    if found:
        listed = [{"code": item.code.value, "node": item.node, "value": item.value} for item in found]
        raise FlowRefused(f"The definition has {len(found)} problem(s).", problems=listed)


async def create_flow(ctx: Ctx, name: str, definition: Definition, note: str = "") -> Flow:
    """A flow with its first version, in force at once. Raises :class:`FlowRefused`, :class:`NameTaken`."""
    await _free_name(ctx, Flow, name)
    await _check(ctx, definition)
    now = ctx.now()
    flow = Flow(id=new_id(), tenant_id=ctx.tenant_id, name=name, published=1, created_at=now, updated_at=now)
    ctx.db.add(flow)
    await _save(ctx, name)
    await _add_version(ctx, flow, definition, 1, note)
    await audit(ctx, "flow.created", "flow", flow.id, flow.name)
    return flow


async def publish(ctx: Ctx, flow_id: UUID, definition: Definition, note: str = "") -> Flow:
    """A new version, in force for calls that start after the commit. Raises :class:`FlowRefused`."""
    flow = await queries.flow_for_update(ctx.db, flow_id)
    if flow is None:
        raise FlowNotFound("There is no such flow.")
    await _check(ctx, definition)
    version = await queries.last_version(ctx.db, flow_id) + 1
    flow.published, flow.updated_at = version, ctx.now()
    await _add_version(ctx, flow, definition, version, note)
    await audit(ctx, "flow.published", "flow", flow.id, flow.name, version=version, note=note)
    return flow


async def _add_version(ctx: Ctx, flow: Flow, definition: Definition, version: int, note: str) -> None:
    named = definition.model_copy(update={"name": flow.name})
    ctx.db.add(
        FlowVersion(
            id=new_id(),
            tenant_id=ctx.tenant_id,
            flow_id=flow.id,
            version=version,
            definition=named.to_dict(),
            note=note,
            published_by=ctx.actor.id if ctx.actor.kind is ActorKind.USER else None,
            published_by_name=ctx.actor.name,
            created_at=ctx.now(),
        )
    )
    await ctx.db.flush()
    await _changed(ctx)


async def get_flow(ctx: Ctx, flow_id: UUID) -> tuple[Flow, FlowVersion]:
    """A flow with the version in force."""
    flow = await ctx.db.get(Flow, flow_id)
    version = None if flow is None else await queries.version_of(ctx.db, flow_id, flow.published)
    if flow is None or version is None:
        raise FlowNotFound("There is no such flow.")
    return flow, version


async def get_version(ctx: Ctx, flow_id: UUID, version: int) -> FlowVersion:
    """One version of a flow."""
    found = await queries.version_of(ctx.db, flow_id, version)
    if found is None:
        raise FlowNotFound("There is no such version.")
    return found


def _fill_hours(row: Hours, shape: HoursWrite) -> None:
    row.name, row.timezone = shape.name, shape.timezone
    row.periods = [period.model_dump(mode="json", by_alias=True) for period in shape.periods]
    row.exceptions = [item.model_dump(mode="json", by_alias=True) for item in shape.exceptions]


async def create_hours(ctx: Ctx, shape: HoursWrite) -> Hours:
    """New hours. Raises :class:`NameTaken`."""
    await _free_name(ctx, Hours, shape.name)
    row = Hours(id=new_id(), tenant_id=ctx.tenant_id, created_at=ctx.now())
    _fill_hours(row, shape)
    ctx.db.add(row)
    await _save(ctx, row.name)
    await _changed(ctx)
    await audit(ctx, "hours.created", "hours", row.id, row.name)
    return row


async def _hours(ctx: Ctx, hours_id: UUID) -> Hours:
    row = await ctx.db.get(Hours, hours_id)
    if row is None:
        raise HoursNotFound("There are no such hours.")
    return row


async def change_hours(ctx: Ctx, hours_id: UUID, shape: HoursWrite) -> Hours:
    """The whole set is replaced. Raises :class:`HoursNotFound`, :class:`NameTaken`."""
    row = await _hours(ctx, hours_id)
    await _free_name(ctx, Hours, shape.name, hours_id)
    _fill_hours(row, shape)
    await _save(ctx, row.name)
    await _changed(ctx)
    await audit(ctx, "hours.changed", "hours", row.id, row.name)
    return row


async def delete_hours(ctx: Ctx, hours_id: UUID) -> None:
    """Raises :class:`HoursInUse` where a number has them or a published flow asks them."""
    row = await _hours(ctx, hours_id)
    for number in await load_numbers(ctx.db):
        if number.hours_id == hours_id:
            raise HoursInUse(f"The number {number.number} has these hours.", number=number.number)
    for flow in await queries.load_flows(ctx.db):
        nodes = flow.definition.nodes.values()
        if any(isinstance(node, BranchHoursNode) and node.hours == hours_id for node in nodes):
            raise HoursInUse(f"The flow '{flow.name}' asks these hours.", flow=str(flow.id))
    await ctx.db.delete(row)
    await _changed(ctx)
    await audit(ctx, "hours.deleted", "hours", row.id, row.name)


async def create_speech(ctx: Ctx, shape: SpeechNew, duration_s: float) -> Sound:
    """A sound kept as text. ``duration_s`` as it was spoken. Raises :class:`NameTaken`."""
    fields = {"text": shape.text, "language": shape.language, "voice": shape.voice, "speed": shape.speed}
    return await _add_sound(ctx, shape.name, SoundKind.SPEECH, duration_s, **fields)


async def create_upload(ctx: Ctx, name: str, content: bytes, duration_s: float) -> Sound:
    """A sound kept as WAV, which :func:`yingda.flows.audio.kept` made. Raises :class:`NameTaken`."""
    fields = {"text": "", "language": "", "voice": "", "speed": 1.0, "content": content}
    return await _add_sound(ctx, name, SoundKind.UPLOAD, duration_s, **fields)


async def _add_sound(ctx: Ctx, name: str, kind: SoundKind, duration_s: float, **fields: Any) -> Sound:
    await _free_name(ctx, Sound, name)
    row = Sound(
        id=new_id(),
        tenant_id=ctx.tenant_id,
        name=name,
        kind=kind.value,
        duration_s=round(duration_s, 2),
        created_at=ctx.now(),
        **fields,
    )
    ctx.db.add(row)
    await _save(ctx, name)
    await audit(ctx, "sound.created", "sound", row.id, row.name)
    return row


async def get_sound(ctx: Ctx, sound_id: UUID) -> Sound:
    """A sound without its content."""
    row = await ctx.db.get(Sound, sound_id)
    if row is None:
        raise SoundNotFound("There is no such sound.")
    return row


async def delete_sound(ctx: Ctx, sound_id: UUID) -> None:
    """Raises :class:`SoundInUse` where a published flow plays it."""
    row = await get_sound(ctx, sound_id)
    for flow in await queries.load_flows(ctx.db):
        if any(sound_id in node.sounds() for node in flow.definition.nodes.values()):
            raise SoundInUse(f"The flow '{flow.name}' plays this sound.", flow=str(flow.id))
    await ctx.db.delete(row)
    await audit(ctx, "sound.deleted", "sound", row.id, row.name)
