"""Answer: pick up the call."""

from dataclasses import replace
from typing import Literal

from yingda.flows.nodes.base import Kind, NodeBase, Scene, Turn
from yingda.flows.session import Answer


class AnswerNode(NodeBase):
    """Outlet: next. Nodes that speak answer by themselves; this one sets the moment."""

    kind: Literal["answer"] = "answer"


class AnswerKind(Kind[AnswerNode]):
    """Answers once."""

    name = "answer"

    def enter(self, node: AnswerNode, scene: Scene) -> Turn:
        """Answers and goes on."""
        effects = () if scene.session.answered else (Answer(),)
        return Turn(replace(scene.session, answered=True), effects, "next")
