"""Writing into the audit."""

from typing import Any
from uuid import UUID

from yingda.accounts.models import AuditRow
from yingda.kit.context import Ctx


async def record(
    ctx: Ctx, act: str, kind: str | None = None, subject_id: UUID | str | None = None, name: str = "", /, **detail: Any
) -> None:
    """Writes that ``ctx.actor`` did ``act`` to the subject (kind, id, readable name).

    ``detail``: JSON values, never secrets. The row is part of the transaction of ``ctx``.
    """
    row = AuditRow(
        tenant_id=ctx.tenant_id,
        at=ctx.now(),
        actor_kind=ctx.actor.kind,
        actor_id=ctx.actor.id,
        actor_name=ctx.actor.name,
        act=act,
        subject_kind=kind,
        subject_id=None if subject_id is None else str(subject_id),
        subject_name=name or None,
        address=ctx.actor.address,
        detail=detail,
    )
    ctx.db.add(row)
    await ctx.db.flush()
