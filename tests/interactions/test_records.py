"""What the journal holds is what was written."""

from datetime import UTC, datetime

import orjson
import pytest

from yingda.interactions.records import Bilingual, DecisionRecord, InteractionRecord, Record, SegmentRecord
from yingda.interactions.terms import Direction, EndedBy, OfferResult, Outcome, SegmentKind
from yingda.kit.ids import new_id

AT = datetime(2026, 3, 1, 8, 30, 15, 250000, tzinfo=UTC)

INTERACTION = InteractionRecord(
    id=new_id(),
    tenant_id=new_id(),
    revision=4,
    direction=Direction.INBOUND,
    offered_at=AT,
    caller="13800138000",
    queue_id=new_id(),
    queue_name="销售",
    caller_area=Bilingual("北京市", "Beijing"),
    ended_at=AT,
    outcome=Outcome.ANSWERED,
    ended_by=EndedBy.CUSTOMER,
    talk_s=12.5,
)


@pytest.mark.parametrize(
    "record",
    [
        INTERACTION,
        InteractionRecord(new_id(), new_id(), 1, Direction.OUTBOUND, AT),
        SegmentRecord(
            new_id(), new_id(), new_id(), 2, SegmentKind.AGENT, AT, result=OfferResult.FAILED, agent_id=new_id()
        ),
        SegmentRecord(new_id(), new_id(), new_id(), 2, SegmentKind.QUEUE, AT, result=Outcome.FAILED),
        SegmentRecord(new_id(), new_id(), new_id(), 1, SegmentKind.FLOW, AT),
        DecisionRecord(new_id(), new_id(), 1, AT, "queued", {"queue": "sales", "agents": [1, {"a": None}]}),
    ],
)
def test_a_record_comes_back_from_json_unchanged(record: Record) -> None:
    again = type(record).from_dict(orjson.loads(orjson.dumps(record.to_dict())))
    assert again == record
    assert type(getattr(again, "result", None)) is type(getattr(record, "result", None))


def test_members_of_a_newer_version_are_left_out() -> None:
    assert InteractionRecord.from_dict(INTERACTION.to_dict() | {"mood": "good"}) == INTERACTION
