"""Collect: digits into a variable."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from yingda.flows.nodes.asking import AskingKind, AskingNode
from yingda.flows.nodes.base import Name, Scene, Turn, kept
from yingda.flows.session import Effect, NotedKind, Phase, StartTimer


class CollectNode(AskingNode):
    """Outlets: next, failed, timeout (optional).

    ``timeout_s`` is for the first key, ``gap_s`` for each further one; ``end_key`` ('' for none) ends
    early. Fewer than ``min_keys`` are wrong input. What is ``secret`` appears in no note.
    """

    kind: Literal["collect"] = "collect"
    variable: Name
    min_keys: int = Field(default=1, ge=1, le=32)
    max_keys: int = Field(default=20, ge=1, le=32)
    end_key: Annotated[str, StringConstraints(pattern=r"^[#*]?$")] = "#"
    gap_s: float = Field(default=4.0, gt=0, le=30)
    secret: bool = False

    @model_validator(mode="after")
    def _lengths(self) -> "CollectNode":
        if self.min_keys > self.max_keys:
            raise ValueError("min_keys is more than max_keys")
        return self

    def required_outlets(self) -> frozenset[str]:
        """Both ways out."""
        return frozenset({"next", "failed"})

    def possible_outlets(self) -> frozenset[str]:
        """And the time-out apart."""
        return frozenset({"next", "failed", "timeout", "error"})


class CollectKind(AskingKind[CollectNode]):
    """The keys so far are the session's ``keys``."""

    name = "collect"

    def enter(self, node: CollectNode, scene: Scene) -> Turn:
        """Keys typed ahead are the first ones."""
        if scene.session.keys:
            return self._weigh(node, scene)
        return self.ask(node, scene)

    def key(self, node: CollectNode, scene: Scene, key: str) -> Turn:
        """One more digit, or the end."""
        ignored = scene.session.phase is Phase.PLAYING and not node.interruptible and not node.keep_keys
        keys = scene.session.keys if ignored else kept(scene.session, key)
        note = scene.note(NotedKind.KEY_PRESSED, key="*" if node.secret else key, typed_ahead=False)
        if scene.session.phase is Phase.PLAYING and not node.interruptible:
            return scene.stay(note, keys=keys)
        quiet = self.silence(scene)
        session = replace(scene.session, keys=keys, phase=Phase.MOVING)
        return self._weigh(node, replace(scene, session=session), *quiet, note)

    def played(self, node: CollectNode, scene: Scene) -> Turn:
        """Waits for the first key, or weighs those typed meanwhile."""
        if scene.session.phase is not Phase.PLAYING:
            return Turn(scene.session)
        if scene.session.keys:
            return self._weigh(node, replace(scene, session=replace(scene.session, phase=Phase.MOVING)))
        return self.listen(node, scene)

    def timer(self, node: CollectNode, scene: Scene) -> Turn:
        """Ends the input where enough was keyed."""
        if scene.session.phase is not Phase.WAITING:
            return Turn(scene.session)
        rested = replace(scene, session=replace(scene.session, phase=Phase.MOVING))
        if len(scene.session.keys) >= node.min_keys:
            return self._done(node, rested, scene.session.keys, "")
        return self.failed_try(node, rested, NotedKind.TIMED_OUT)

    def _weigh(self, node: CollectNode, scene: Scene, *before: Effect) -> Turn:
        keys = scene.session.keys
        ended = keys.find(node.end_key) if node.end_key else -1
        if 0 <= ended <= node.max_keys:
            value, rest = keys[:ended], keys[ended + 1 :]
        elif len(keys) >= node.max_keys:
            value, rest = keys[: node.max_keys], keys[node.max_keys :]
        else:
            return scene.stay(*before, StartTimer(node.gap_s), phase=Phase.WAITING)
        if len(value) < node.min_keys or not value.isdigit():
            turn = self.failed_try(node, scene, NotedKind.WRONG_KEY, "***" if node.secret else value or node.end_key)
            return replace(turn, effects=(*before, *turn.effects))
        return self._done(node, scene, value, rest, *before)

    def _done(self, node: CollectNode, scene: Scene, value: str, rest: str, *before: Effect) -> Turn:
        shown = "***" if node.secret else value
        note = scene.note(NotedKind.COLLECTED, variable=node.variable, value=shown)
        variables = {**scene.session.variables, node.variable: value}
        return scene.go("next", *before, note, variables=variables, keys=rest, phase=Phase.MOVING)
