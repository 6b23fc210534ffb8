"""Queue: hand the call to people."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from yingda.flows.nodes.base import Kind, NodeBase, Scene, Turn, Word
from yingda.flows.session import Answer, EnterQueue, NotedKind, Phase


class QueueNode(NodeBase):
    """Outlets, all optional: timeout, full, no_agent, failed. One that is not connected falls back to failed."""

    kind: Literal["queue"] = "queue"
    queue: Annotated[UUID | Word, Field(union_mode="left_to_right")]
    priority: int = Field(default=0, ge=-100, le=100)

    def required_outlets(self) -> frozenset[str]:
        """None: a queue may keep the call to its end."""
        return frozenset()

    def possible_outlets(self) -> frozenset[str]:
        """Ways in which a queue gives a call back."""
        return frozenset({"timeout", "full", "no_agent", "failed", "error"})

    def waits_for_input(self) -> bool:
        """Until the queue gives the call back."""
        return True


class QueueKind(Kind[QueueNode]):
    """Music and announcements belong to the queue; keys are not ours meanwhile."""

    name = "queue"

    def enter(self, node: QueueNode, scene: Scene) -> Turn:
        """Answers (music needs it) and goes away; what was typed ahead is forgotten."""
        answer = () if scene.session.answered else (Answer(),)
        session = replace(scene.session, answered=True, phase=Phase.AWAY, keys="")
        return Turn(session, (*answer, EnterQueue(node.queue, node.priority)))

    def back(self, node: QueueNode, scene: Scene, outlet: str) -> Turn:
        """Leaves by the queue's word, or by failed."""
        note = scene.note(NotedKind.CAME_BACK, outlet=outlet)
        return scene.go(outlet if outlet in node.outlets else "failed", note, reason=outlet, phase=Phase.MOVING)
