"""Stores facts: in batches, in any order, as often as they come.

The newer revision wins and nothing goes back. What people wrote (forms) is in tables of its own that
are not touched here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.interactions.records import DecisionRecord, InteractionRecord, Record, SegmentRecord


def _upsert(table: str, record: type[Record], key: str, newer: bool) -> str:
    columns = [field.name for field in fields(record)]
    names = ", ".join(columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
    action = f"DO UPDATE SET {changes} WHERE {table}.revision < excluded.revision" if newer else "DO NOTHING"
    return (
        f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - names of our own dataclasses
        f"FROM jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb)) ON CONFLICT ({key}) {action}"
    )


_INTERACTIONS = text(_upsert("interactions", InteractionRecord, "id", newer=True))
_SEGMENTS = text(_upsert("segments", SegmentRecord, "id", newer=True))
_DECISIONS = text(_upsert("decisions", DecisionRecord, "tenant_id, interaction_id, seq", newer=False))


async def write(db: AsyncSession, records: Sequence[Record]) -> None:
    """Stores facts of the one tenant that the transaction is set to; three statements at most.

    Safe to repeat, in any order. Facts of another tenant are refused by the database.
    """
    interactions = _newest(record for record in records if isinstance(record, InteractionRecord))
    segments = _newest(record for record in records if isinstance(record, SegmentRecord))
    decisions = {(r.interaction_id, r.seq): r for r in records if isinstance(r, DecisionRecord)}
    for statement, batch in ((_INTERACTIONS, interactions), (_SEGMENTS, segments), (_DECISIONS, decisions)):
        if batch:
            rows = [_storable(record.to_dict()) for record in batch.values()]
            await db.execute(statement, {"rows": orjson.dumps(rows).decode()})


def _newest(
    records: Iterable[InteractionRecord] | Iterable[SegmentRecord],
) -> dict[UUID, InteractionRecord | SegmentRecord]:
    newest: dict[UUID, InteractionRecord | SegmentRecord] = {}
    for record in records:
        known = newest.get(record.id)
        if known is None or known.revision < record.revision:
            newest[record.id] = record
    return newest


def _storable(value: Any) -> Any:
    """Text without what PostgreSQL or UTF-8 cannot hold.

    One odd byte from a trunk must not keep a batch of facts from being stored for ever.
    """
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value
