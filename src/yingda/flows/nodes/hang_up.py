"""Hang up: a goodbye, where there is one, and the end."""

from typing import Literal
from uuid import UUID

from yingda.flows.nodes.base import Kind, NodeBase, Prompts, Scene, Turn, sounds_of
from yingda.flows.session import EndReason, HangUp, NotedKind, Phase


class HangUpNode(NodeBase):
    """No outlets. ``closed``: the call counts as out of hours."""

    kind: Literal["hang_up"] = "hang_up"
    prompts: Prompts = ()
    closed: bool = False

    def required_outlets(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def possible_outlets(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def sounds(self) -> frozenset[UUID]:
        """The stored sounds that it plays."""
        return sounds_of(self.prompts)


class HangUpKind(Kind[HangUpNode]):
    """A key does not stop the goodbye."""

    name = "hang_up"

    def enter(self, node: HangUpNode, scene: Scene) -> Turn:
        """Says goodbye, or ends at once."""
        prompts = scene.prompts(node.prompts)
        return scene.speak(prompts) if prompts else self.played(node, scene)

    def played(self, node: HangUpNode, scene: Scene) -> Turn:
        """Ends."""
        reason = EndReason.CLOSED if node.closed else EndReason.DONE
        note = scene.note(NotedKind.FLOW_ENDED, reason=reason.value)
        return scene.stay(note, HangUp(reason), phase=Phase.ENDED, keys="")
