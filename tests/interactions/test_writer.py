"""Facts in any order, any number of times."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories.accounts import TenantMade, make_tenant
from yingda.interactions import DecisionRecord, Direction, InteractionRecord, OfferResult, Outcome, SegmentKind, write
from yingda.interactions.models import Decision, Form, Interaction, Segment
from yingda.interactions.records import Bilingual, Record, SegmentRecord
from yingda.kit.db import Database
from yingda.kit.ids import new_id

pytestmark = pytest.mark.database

AT = datetime(2026, 3, 1, 8, 30, 15, 250000, tzinfo=UTC)
OUTCOMES = list(Outcome)


def revisions(tenant_id: UUID, count: int = 4) -> tuple[InteractionRecord, SegmentRecord, list[Record]]:
    """The story of one contact: each revision of it and of its segment, and its decisions."""
    contact = InteractionRecord(new_id(), tenant_id, 1, Direction.INBOUND, AT, caller="13800138000")
    segment = SegmentRecord(new_id(), tenant_id, contact.id, 1, SegmentKind.AGENT, AT)
    records: list[Record] = []
    for n in range(1, count + 1):
        outcome = OUTCOMES[n] if n == count else None
        records.append(replace(contact, revision=n, talk_s=float(n), cause=f"step {n}", outcome=outcome))
        records.append(replace(segment, revision=n, hold_s=float(n), result=OfferResult.ACCEPTED if n > 2 else None))
        records.append(DecisionRecord(tenant_id, contact.id, n, AT + timedelta(seconds=n), "queued", {"position": n}))
    return contact, segment, records


async def stored(
    db: AsyncSession, contact: InteractionRecord, segment: SegmentRecord
) -> tuple[tuple[object, ...], tuple[object, ...], list[tuple[object, ...]]]:
    row = (await db.scalars(select(Interaction).where(Interaction.id == contact.id))).one()
    part = (await db.scalars(select(Segment).where(Segment.id == segment.id))).one()
    query = select(Decision).where(Decision.interaction_id == contact.id).order_by(Decision.seq)
    steps = (await db.scalars(query)).all()
    return (
        (row.revision, row.talk_s, row.cause, row.outcome, row.offered_at),
        (part.revision, part.hold_s, part.result),
        [(step.seq, step.at, step.data) for step in steps],
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_and_doubling_ends_the_same(
    database: Database, tenant: TenantMade, data: st.DataObject
) -> None:
    contact, segment, records = revisions(tenant.id)
    shuffled = data.draw(st.permutations(list(range(len(records)))))
    doubled = data.draw(st.lists(st.integers(0, len(records) - 1), max_size=8))
    order = shuffled + doubled
    cuts = sorted(data.draw(st.sets(st.integers(0, len(order)), max_size=5)) | {0, len(order)})
    for first, last in pairwise(cuts):
        async with database.transaction(tenant.id) as db:
            await write(db, [records[n] for n in order[first:last]])
    async with database.transaction(tenant.id) as db:
        assert await stored(db, contact, segment) == (
            (4, 4.0, "step 4", OUTCOMES[4], AT),
            (4, 4.0, "accepted"),
            [(n, AT + timedelta(seconds=n), {"position": n}) for n in range(1, 5)],
        )


async def test_every_member_is_stored(database: Database, tenant: TenantMade) -> None:
    record = InteractionRecord(
        id=new_id(),
        tenant_id=tenant.id,
        revision=1,
        direction=Direction.INBOUND,
        offered_at=AT,
        caller="13800138000",
        flow_id=new_id(),
        flow_version=3,
        queue_id=new_id(),
        agent_id=new_id(),
        caller_area=Bilingual("北京市", "Beijing"),
        ended_at=AT,
        outcome=Outcome.ANSWERED,
        recorded_s=12.5,
        wait_s=1.25,
    )
    async with database.transaction(tenant.id) as db:
        await write(db, [record])
    async with database.transaction(tenant.id) as db:
        row = (await db.scalars(select(Interaction).where(Interaction.id == record.id))).one()
    again = {name: getattr(row, name) for name in record.to_dict()}
    assert InteractionRecord.from_dict(record.to_dict() | {"caller_area": again.pop("caller_area")}) == record
    assert again == {name: getattr(record, name) for name in again}
    assert row.caller_carrier is None


async def test_what_an_agent_filed_outlives_later_facts(database: Database, tenant: TenantMade) -> None:
    contact, _, records = revisions(tenant.id)
    async with database.transaction(tenant.id) as db:
        await write(db, records[:3])
        db.add(
            Form(
                interaction_id=contact.id,
                tenant_id=tenant.id,
                notes="call back",
                data={},
                saved_by_name="Ann",
                saved_at=AT,
            )
        )
    async with database.transaction(tenant.id) as db:
        await write(db, records)
    async with database.transaction(tenant.id) as db:
        assert (await db.get_one(Form, contact.id)).notes == "call back"


async def test_odd_bytes_do_not_keep_a_batch_from_being_stored(database: Database, tenant: TenantMade) -> None:
    odd = InteractionRecord(new_id(), tenant.id, 1, Direction.INBOUND, AT, caller="1\x0038\udc80", cause="a\x00b")
    step = DecisionRecord(tenant.id, odd.id, 1, AT, "key_pressed", {"key": "\x001", "list": ["\x00", {"\x00x": 1}]})
    async with database.transaction(tenant.id) as db:
        await write(db, [odd, step])
    async with database.transaction(tenant.id) as db:
        assert (await db.get_one(Interaction, odd.id)).caller == "138?"
        assert (await db.get_one(Decision, (tenant.id, odd.id, 1))).data == {"key": "1", "list": ["", {"x": 1}]}


async def test_facts_of_another_tenant_are_refused(database: Database, tenant: TenantMade) -> None:
    other = await make_tenant(database)
    contact, segment, records = revisions(other.id)
    for record in (contact, segment, records[2]):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with database.transaction(tenant.id) as db:
                await write(db, [record])


async def test_nobody_writes_over_the_contact_of_another_tenant(database: Database, tenant: TenantMade) -> None:
    other = await make_tenant(database)
    contact, segment, records = revisions(other.id)
    async with database.transaction(other.id) as db:
        await write(db, records)
    with pytest.raises(DBAPIError):
        async with database.transaction(tenant.id) as db:
            await write(db, [replace(contact, tenant_id=tenant.id, revision=99)])
    async with database.transaction(other.id) as db:
        assert (await stored(db, contact, segment))[0][0] == 4
