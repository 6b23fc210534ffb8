"""The stepper: where a call stands in a flow + a stimulus = the next place + effects.

Pure: no I/O, no clock of its own, never raises for a definition that was read. The live engine and
the dry run use the same functions. The caller's hanging up needs no call here: the session is
dropped. A session whose phase is ENDED answers every stimulus with no effects.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from yingda.flows.definition import Definition
from yingda.flows.nodes import KINDS
from yingda.flows.nodes.base import KEYS, Kind, NodeBase, Scene, Turn
from yingda.flows.session import (
    CallFacts,
    Effect,
    EndReason,
    HangUp,
    Noted,
    NotedKind,
    Phase,
    Session,
    Step,
    StopPlaying,
    StopTimer,
)

HOPS_LIMIT = 100
"""Moves without a key after which the outlet ``error`` is taken."""
HOPS_END = 120
"""Moves without a key after which the call ends whatever the flow says."""
PATH_LIMIT = 200

Stimulus = Callable[[Kind[Any], NodeBase, Scene], Turn]


def start(
    definition: Definition, facts: CallFacts, now: datetime, *, flow: UUID | None = None, version: int = 0
) -> Step:
    """A call enters the flow. ``flow`` and ``version`` are carried in the session (the call's id where unknown)."""
    language = facts.language or definition.language
    session = Session(flow or facts.call, version, definition.start, language)
    return _enter(definition, facts, now, session, definition.start, ())


def on_key(definition: Definition, session: Session, facts: CallFacts, key: str, now: datetime) -> Step:
    """A key of ``0-9*#A-D``; anything else, and keys while a queue has the call, are ignored."""
    if session.phase is Phase.AWAY or len(key) != 1 or key not in KEYS:
        return Step(session, ())
    fresh = replace(session, hops=0)
    return _stimulate(definition, fresh, facts, now, lambda kind, node, scene: kind.key(node, scene, key))


def on_played(
    definition: Definition, session: Session, facts: CallFacts, now: datetime, *, failed: bool = False
) -> Step:
    """All of the newest Play was heard, or it failed: the flow goes on either way."""
    if session.phase is not Phase.PLAYING:
        return Step(session, ())
    step = _stimulate(definition, session, facts, now, lambda kind, node, scene: kind.played(node, scene))
    if not failed:
        return step
    return Step(step.session, (Noted(NotedKind.PLAYBACK_FAILED, {"node": session.node}), *step.effects))


def on_timer(definition: Definition, session: Session, facts: CallFacts, now: datetime) -> Step:
    """The timer ran out; one that is late (nothing waits for it) is ignored."""
    if session.phase is not Phase.WAITING:
        return Step(session, ())
    return _stimulate(definition, session, facts, now, lambda kind, node, scene: kind.timer(node, scene))


def resume(definition: Definition, session: Session, facts: CallFacts, outlet: str, now: datetime) -> Step:
    """Something outside (a queue) gives the call back: ``timeout``, ``full``, ``no_agent``, ``failed``."""
    if session.phase is not Phase.AWAY:
        return Step(session, ())
    fresh = replace(session, hops=0)
    return _stimulate(definition, fresh, facts, now, lambda kind, node, scene: kind.back(node, scene, outlet))


def reenter(definition: Definition, session: Session, facts: CallFacts, now: datetime) -> Step:
    """After a restart of our process: the present node from its beginning, tries kept, half-typed keys forgotten."""
    if session.phase is Phase.ENDED:
        return Step(session, (HangUp(),))
    before: tuple[Effect, ...] = (Noted(NotedKind.REENTERED, {"node": session.node}),)
    if session.phase is Phase.PLAYING:
        before = (StopPlaying(), *before)
    clean = replace(session, keys="", phase=Phase.MOVING)
    step = _stimulate(definition, clean, facts, now, lambda kind, node, scene: kind.enter(node, scene))
    return Step(step.session, (*before, *step.effects))


def _stimulate(definition: Definition, session: Session, facts: CallFacts, now: datetime, stimulus: Stimulus) -> Step:
    if session.phase is Phase.ENDED:
        return Step(session, ())
    node = definition.nodes.get(session.node)
    if node is None:
        return _give_up(session, (), "node_missing")
    turn = stimulus(KINDS[node.kind], node, Scene(session, facts, definition.voice, now))
    return _drive(definition, facts, now, turn)


def _enter(
    definition: Definition, facts: CallFacts, now: datetime, session: Session, target: str, effects: tuple[Effect, ...]
) -> Step:
    turn = _arrive(definition, facts, now, session, target)
    turn = replace(turn, effects=(*effects, *turn.effects))
    return _drive(definition, facts, now, turn)


def _arrive(definition: Definition, facts: CallFacts, now: datetime, session: Session, target: str) -> Turn:
    """The first turn of a node; the end of the call where the node does not exist."""
    path = (*session.path, target)[-PATH_LIMIT:]
    arrived = replace(session, node=target, tries=0, path=path, hops=session.hops + 1, phase=Phase.MOVING)
    node = definition.nodes.get(target)
    if node is None:
        ended = _give_up(arrived, (), "node_missing")
        return Turn(ended.session, ended.effects)
    turn = KINDS[node.kind].enter(node, Scene(arrived, facts, definition.voice, now))
    entered = Noted(NotedKind.NODE_ENTERED, {"node": target, "node_kind": node.kind, "label": node.label})
    return replace(turn, effects=(entered, *turn.effects))


def _drive(definition: Definition, facts: CallFacts, now: datetime, turn: Turn) -> Step:
    """Follows outlets until a node rests or the call ends."""
    effects = list(turn.effects)
    while turn.outlet is not None:
        session = turn.session
        node = definition.nodes.get(session.node)
        outlets = {} if node is None else node.outlets
        outlet = turn.outlet
        if session.hops >= HOPS_END:
            return _give_up(session, tuple(effects), "too_many_moves")
        if session.hops == HOPS_LIMIT or outlet not in outlets:
            reason = "too_many_moves" if session.hops == HOPS_LIMIT else f"outlet_missing: {outlet}"
            if "error" not in outlets:
                return _give_up(session, tuple(effects), reason)
            effects.append(Noted(NotedKind.FLOW_ERROR, {"node": session.node, "reason": reason}))
            outlet = "error"
        turn = _arrive(definition, facts, now, session, outlets[outlet])
        effects.extend(turn.effects)
    return Step(turn.session, tuple(effects))


def _give_up(session: Session, effects: tuple[Effect, ...], reason: str) -> Step:
    """The flow cannot go on: quiet, noted, hung up."""
    quiet: tuple[Effect, ...] = ()
    if session.phase is Phase.PLAYING:
        quiet = (StopPlaying(),)
    elif session.phase is Phase.WAITING:
        quiet = (StopTimer(),)
    note = Noted(NotedKind.FLOW_ERROR, {"node": session.node, "reason": reason})
    ended = replace(session, phase=Phase.ENDED, keys="")
    return Step(ended, (*effects, *quiet, note, HangUp(EndReason.ERROR)))
