"""What play and say share: something is heard, then the call goes on."""

from typing import TypeVar

from yingda.flows.nodes.base import Kind, NodeBase, PromptItem, Scene, Turn, kept
from yingda.flows.session import NotedKind, Phase, StopPlaying


class AnnouncementNode(NodeBase):
    """A key stops an ``interruptible`` announcement; with ``keep_keys`` keys count for the next menu or collect."""

    interruptible: bool = True
    keep_keys: bool = True

    def items(self) -> tuple[PromptItem, ...]:
        """What is heard."""
        raise NotImplementedError


A = TypeVar("A", bound=AnnouncementNode)


class AnnouncementKind(Kind[A]):
    """Plays once; a caller who has typed ahead does not hear what may be interrupted."""

    def enter(self, node: A, scene: Scene) -> Turn:
        """Plays, or goes on where there is nothing to hear."""
        prompts = scene.prompts(node.items())
        if not prompts or (node.interruptible and scene.session.keys):
            return scene.go("next")
        return scene.speak(prompts)

    def key(self, node: A, scene: Scene, key: str) -> Turn:
        """Interrupts where allowed."""
        if scene.session.phase is not Phase.PLAYING:
            return Turn(scene.session)
        keys = kept(scene.session, key) if node.keep_keys else scene.session.keys
        note = scene.note(NotedKind.KEY_PRESSED, key=key, typed_ahead=node.keep_keys)
        if node.interruptible:
            return scene.go("next", StopPlaying(), note, keys=keys, phase=Phase.MOVING)
        return scene.stay(note, keys=keys)

    def played(self, node: A, scene: Scene) -> Turn:
        """Goes on."""
        return scene.go("next")
