"""Menu: one key chooses the way."""

from dataclasses import replace
from typing import Literal

from yingda.flows.nodes.asking import AskingKind, AskingNode
from yingda.flows.nodes.base import KEYS, Scene, Turn, kept
from yingda.flows.session import NotedKind, Phase


class MenuNode(AskingNode):
    """Outlets: one per key, failed, timeout (optional)."""

    kind: Literal["menu"] = "menu"

    def required_outlets(self) -> frozenset[str]:
        """At least one key is asked for by the validation."""
        return frozenset({"failed"})

    def possible_outlets(self) -> frozenset[str]:
        """Every key of a phone."""
        return frozenset(KEYS) | {"failed", "timeout", "error"}


class MenuKind(AskingKind[MenuNode]):
    """Plays, takes one key, leaves by it."""

    name = "menu"

    def enter(self, node: MenuNode, scene: Scene) -> Turn:
        """A key typed ahead is taken at once; a wrong one among them is a try."""
        if scene.session.keys:
            return self._take_typed(node, scene)
        return self.ask(node, scene)

    def key(self, node: MenuNode, scene: Scene, key: str) -> Turn:
        """Chooses, or is wrong."""
        if scene.session.phase is Phase.PLAYING and not node.interruptible:
            keys = kept(scene.session, key) if node.keep_keys else scene.session.keys
            return scene.stay(scene.note(NotedKind.KEY_PRESSED, key=key, typed_ahead=node.keep_keys), keys=keys)
        return self._choose(node, scene, key, typed_ahead=False)

    def played(self, node: MenuNode, scene: Scene) -> Turn:
        """Waits for the key."""
        if scene.session.phase is not Phase.PLAYING:
            return Turn(scene.session)
        if scene.session.keys:
            rested = replace(scene, session=replace(scene.session, phase=Phase.MOVING))
            return self._take_typed(node, rested)
        return self.listen(node, scene)

    def _take_typed(self, node: MenuNode, scene: Scene) -> Turn:
        key, rest = scene.session.keys[0], scene.session.keys[1:]
        return self._choose(node, replace(scene, session=replace(scene.session, keys=rest)), key, typed_ahead=True)

    def _choose(self, node: MenuNode, scene: Scene, key: str, *, typed_ahead: bool) -> Turn:
        if key not in node.outlets:
            return self.failed_try(node, scene, NotedKind.WRONG_KEY, key)
        pressed = () if typed_ahead else (scene.note(NotedKind.KEY_PRESSED, key=key, typed_ahead=False),)
        effects = (*self.silence(scene), *pressed)
        return scene.go(key, *effects, reason=f"key {key}", phase=Phase.MOVING)
