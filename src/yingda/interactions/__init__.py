"""The media-neutral contact on record: facts, segments, the account of decisions, forms, recordings.

The process that holds the live state hands whole records to :func:`write`. Jobs are in
``yingda.interactions.jobs``, which only the worker imports.
"""

from yingda.interactions.actions import create_business_type
from yingda.interactions.explain import decision_text
from yingda.interactions.records import Bilingual, DecisionRecord, InteractionRecord, Record, SegmentRecord
from yingda.interactions.schemas import BusinessTypeIn
from yingda.interactions.terms import Channel, Direction, EndedBy, OfferResult, Outcome, SegmentKind
from yingda.interactions.writer import write

__all__ = [
    "Bilingual",
    "BusinessTypeIn",
    "Channel",
    "DecisionRecord",
    "Direction",
    "EndedBy",
    "InteractionRecord",
    "OfferResult",
    "Outcome",
    "Record",
    "SegmentKind",
    "SegmentRecord",
    "create_business_type",
    "decision_text",
    "write",
]
