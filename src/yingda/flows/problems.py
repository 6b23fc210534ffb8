"""What speaks against publishing a definition."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from yingda.flows.definition import Definition
from yingda.flows.nodes.asking import AskingNode
from yingda.flows.nodes.base import KEYS, NodeBase, TextItem
from yingda.flows.nodes.branch_hours import BranchHoursNode
from yingda.flows.nodes.menu import MenuNode
from yingda.flows.nodes.queue import QueueNode
from yingda.flows.nodes.say import SayNode
from yingda.flows.nodes.set import SetNode
from yingda.flows.spoken import Format, places


class ProblemCode(enum.StrEnum):
    """Stable codes."""

    UNKNOWN_START = "unknown_start"
    UNKNOWN_TARGET = "unknown_target"
    UNKNOWN_OUTLET = "unknown_outlet"
    MISSING_BRANCH = "missing_branch"
    MENU_WITHOUT_KEYS = "menu_without_keys"
    UNREACHABLE_NODE = "unreachable_node"
    LOOP_WITHOUT_INPUT = "loop_without_input"
    UNKNOWN_FORMAT = "unknown_format"
    UNKNOWN_HOURS = "unknown_hours"
    UNKNOWN_SOUND = "unknown_sound"
    UNKNOWN_QUEUE = "unknown_queue"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: where (``node`` None: the whole flow), and which outlet or value it is about."""

    code: ProblemCode
    node: str | None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What exists in the tenant; None: not checked. Queues by id and by name."""

    hours: frozenset[UUID] | None = None
    sounds: frozenset[UUID] | None = None
    queues: frozenset[UUID | str] | None = None


def problems(definition: Definition, known: Known | None = None) -> list[Problem]:
    """Every problem, in the order of the nodes; an empty list means that it can be published."""
    known = known or Known()
    found: list[Problem] = []
    if definition.start not in definition.nodes:
        found.append(Problem(ProblemCode.UNKNOWN_START, None, definition.start))
    for key, node in definition.nodes.items():
        found += _outlets(definition, key, node)
        found += _templates(key, node)
        found += _references(key, node, known)
    reached = _reached(definition)
    unreached = [key for key in definition.nodes if key not in reached]
    found += [Problem(ProblemCode.UNREACHABLE_NODE, key) for key in unreached]
    found += [Problem(ProblemCode.LOOP_WITHOUT_INPUT, key) for key in _silent_loops(definition)]
    return found


def _outlets(definition: Definition, key: str, node: NodeBase) -> Iterator[Problem]:
    required, possible = node.required_outlets(), node.possible_outlets()
    for outlet in sorted(required - set(node.outlets)):
        yield Problem(ProblemCode.MISSING_BRANCH, key, outlet)
    for outlet, target in node.outlets.items():
        if outlet not in possible:
            yield Problem(ProblemCode.UNKNOWN_OUTLET, key, outlet)
        if target not in definition.nodes:
            yield Problem(ProblemCode.UNKNOWN_TARGET, key, target)
    if isinstance(node, MenuNode) and not any(outlet in KEYS for outlet in node.outlets):
        yield Problem(ProblemCode.MENU_WITHOUT_KEYS, key)


def _texts(node: NodeBase) -> Iterator[str]:
    if isinstance(node, SayNode):
        yield node.text
    if isinstance(node, SetNode):
        yield from node.values.values()
    lists = [getattr(node, name, ()) for name in ("prompts", "timeout_prompts", "wrong_prompts")]
    yield from (item.text for items in lists for item in items if isinstance(item, TextItem))


def _templates(key: str, node: NodeBase) -> Iterator[Problem]:
    for text in _texts(node):
        for _, form in places(text):
            if form and form not in list(Format):
                yield Problem(ProblemCode.UNKNOWN_FORMAT, key, form)


def _references(key: str, node: NodeBase, known: Known) -> Iterator[Problem]:
    if known.hours is not None and isinstance(node, BranchHoursNode) and node.hours and node.hours not in known.hours:
        yield Problem(ProblemCode.UNKNOWN_HOURS, key, str(node.hours))
    if known.queues is not None and isinstance(node, QueueNode) and node.queue not in known.queues:
        yield Problem(ProblemCode.UNKNOWN_QUEUE, key, str(node.queue))
    if known.sounds is not None:
        for sound in sorted(node.sounds() - known.sounds):
            yield Problem(ProblemCode.UNKNOWN_SOUND, key, str(sound))


def _reached(definition: Definition) -> set[str]:
    reached: set[str] = set()
    waiting = [definition.start]
    while waiting:
        key = waiting.pop()
        if key in reached or key not in definition.nodes:
            continue
        reached.add(key)
        waiting.extend(definition.nodes[key].outlets.values())
    return reached


def _silent_targets(node: NodeBase) -> set[str]:
    """Where a caller gets to who never presses a key."""
    if isinstance(node, AskingNode):
        return {target for outlet, target in node.outlets.items() if outlet in ("failed", "timeout", "error")}
    return set() if node.waits_for_input() else set(node.outlets.values())


def _silent_loops(definition: Definition) -> list[str]:
    """The nodes among which a silent caller would go round for ever."""
    edges = {key: _silent_targets(node) & set(definition.nodes) for key, node in definition.nodes.items()}
    left = set(edges)
    while True:
        entered = {target for key in left for target in edges[key]}
        dead = {key for key in left if not edges[key] & left or key not in entered}
        if not dead:
            return [key for key in definition.nodes if key in left]
        left -= dead
