"""The kinds of node, one file each, and the table of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from yingda.flows.nodes.answer import AnswerKind, AnswerNode
from yingda.flows.nodes.base import Kind
from yingda.flows.nodes.branch_caller import BranchCallerKind, BranchCallerNode
from yingda.flows.nodes.branch_hours import BranchHoursKind, BranchHoursNode
from yingda.flows.nodes.branch_variable import BranchVariableKind, BranchVariableNode
from yingda.flows.nodes.collect import CollectKind, CollectNode
from yingda.flows.nodes.hang_up import HangUpKind, HangUpNode
from yingda.flows.nodes.menu import MenuKind, MenuNode
from yingda.flows.nodes.play import PlayKind, PlayNode
from yingda.flows.nodes.queue import QueueKind, QueueNode
from yingda.flows.nodes.say import SayKind, SayNode
from yingda.flows.nodes.set import SetKind, SetNode

Node = Annotated[
    AnswerNode
    | PlayNode
    | SayNode
    | MenuNode
    | CollectNode
    | BranchHoursNode
    | BranchCallerNode
    | BranchVariableNode
    | SetNode
    | QueueNode
    | HangUpNode,
    Field(discriminator="kind"),
]

KINDS: Mapping[str, Kind[Any]] = {
    "answer": AnswerKind(),
    "play": PlayKind(),
    "say": SayKind(),
    "menu": MenuKind(),
    "collect": CollectKind(),
    "branch_hours": BranchHoursKind(),
    "branch_caller": BranchCallerKind(),
    "branch_variable": BranchVariableKind(),
    "set": SetKind(),
    "queue": QueueKind(),
    "hang_up": HangUpKind(),
}
