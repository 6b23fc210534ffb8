"""Routing: queues, and who gets whom, when, and why. Media-neutral."""

from yingda.routing.core import Acd
from yingda.routing.invariants import Violation, check
from yingda.routing.queries import QueueConfig, load_queues
from yingda.routing.spec import (
    Entry,
    Explanation,
    Member,
    Noted,
    Offer,
    Offered,
    Output,
    QueueSpec,
    Reason,
    Withdrawn,
)
from yingda.routing.terms import DeclineWhy, NoteKind, StrategyName, WithdrawnWhy

__all__ = [
    "Acd",
    "DeclineWhy",
    "Entry",
    "Explanation",
    "Member",
    "NoteKind",
    "Noted",
    "Offer",
    "Offered",
    "Output",
    "QueueConfig",
    "QueueSpec",
    "Reason",
    "StrategyName",
    "Violation",
    "Withdrawn",
    "WithdrawnWhy",
    "check",
    "load_queues",
]
