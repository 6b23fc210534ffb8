"""What menu and collect share: prompts, a time-out, wrong input, and a limit of tries."""

from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from pydantic import Field

from yingda.flows.nodes.base import Kind, NodeBase, Prompts, Scene, Turn, sounds_of
from yingda.flows.session import Effect, NotedKind, Phase, Prompt, StartTimer, StopPlaying, StopTimer


class AskingNode(NodeBase):
    """``max_tries`` wrong inputs and time-outs together lead to the outlet ``failed``.

    After each of them but the last, ``wrong_prompts`` or ``timeout_prompts`` are heard and then the
    prompts again. With ``timeout`` connected the last try leaves by it where it was a time-out.
    Keys pressed while something plays stop it where ``interruptible``; else they are ignored, or
    kept until it was heard with ``keep_keys``.
    """

    prompts: Prompts = ()
    timeout_prompts: Prompts = ()
    wrong_prompts: Prompts = ()
    interruptible: bool = True
    keep_keys: bool = True
    timeout_s: float = Field(default=6.0, gt=0, le=60)
    max_tries: int = Field(default=3, ge=1, le=10)

    def waits_for_input(self) -> bool:
        """Always."""
        return True

    def sounds(self) -> frozenset[UUID]:
        """The stored sounds that it plays."""
        return sounds_of(self.prompts, self.timeout_prompts, self.wrong_prompts)


Q = TypeVar("Q", bound=AskingNode)


class AskingKind(Kind[Q]):
    """The part of the conversation that does not depend on what is asked."""

    def ask(self, node: Q, scene: Scene, first: tuple[Prompt, ...] = (), *before: Effect) -> Turn:
        """Plays ``first`` and the prompts, or waits at once where there is nothing to hear."""
        prompts = (*first, *scene.prompts(node.prompts))
        if prompts:
            return scene.speak(prompts, *before)
        return self.listen(node, scene, *before)

    def listen(self, node: Q, scene: Scene, *before: Effect) -> Turn:
        """Waits for a key, in silence."""
        return scene.stay(*before, StartTimer(node.timeout_s), phase=Phase.WAITING)

    def failed_try(self, node: Q, scene: Scene, why: NotedKind, key: str = "") -> Turn:
        """One more try is used up: asks again, or leaves. Keys typed ahead are forgotten."""
        tries = scene.session.tries + 1
        data = {"key": key} if key else {}
        note = scene.note(why, tries=tries, **data)
        quiet = self.silence(scene)
        session = replace(scene.session, tries=tries, keys="", phase=Phase.MOVING)
        moved = replace(scene, session=session)
        if tries >= node.max_tries:
            late = why is NotedKind.TIMED_OUT and "timeout" in node.outlets
            return moved.go("timeout" if late else "failed", *quiet, note, reason=why.value)
        items = node.timeout_prompts if why is NotedKind.TIMED_OUT else node.wrong_prompts
        return self.ask(node, moved, moved.prompts(items), *quiet, note)

    def silence(self, scene: Scene) -> tuple[Effect, ...]:
        """Whatever stops what runs in the present phase."""
        if scene.session.phase is Phase.PLAYING:
            return (StopPlaying(),)
        return (StopTimer(),) if scene.session.phase is Phase.WAITING else ()

    def timer(self, node: Q, scene: Scene) -> Turn:
        """A time-out is a try."""
        if scene.session.phase is not Phase.WAITING:
            return Turn(scene.session)
        rested = replace(scene, session=replace(scene.session, phase=Phase.MOVING))
        return self.failed_try(node, rested, NotedKind.TIMED_OUT)
