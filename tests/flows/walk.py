"""A call in a flow, in virtual time: what a person does, and what is heard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from yingda.flows import engine
from yingda.flows.definition import Definition
from yingda.flows.session import (
    CallFacts,
    Effect,
    EnterQueue,
    HangUp,
    Noted,
    Phase,
    Play,
    Session,
    SpeechPrompt,
    StartTimer,
    Step,
    StopPlaying,
    StopTimer,
)

CALL = UUID(int=1)
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Friday noon in Shanghai."""


def flow(start: str, nodes: Mapping[str, Mapping[str, Any]], **fields: Any) -> Definition:
    """A definition out of plain data."""
    return Definition.model_validate({"name": "test", "start": start, "nodes": nodes, **fields})


def facts(**changes: Any) -> CallFacts:
    """An ordinary caller."""
    given: dict[str, Any] = {"call": CALL, "caller": "13800138000", "caller_withheld": False, "number": "02088880000"}
    return CallFacts(**{**given, **changes})


@dataclass
class Walk:
    """Keeps the session and checks after every step that timer and playback fit what the session waits for."""

    definition: Definition
    facts: CallFacts = field(default_factory=facts)
    now: datetime = NOON
    effects: list[Effect] = field(default_factory=list)
    latest: tuple[Effect, ...] = ()
    playing: bool = False
    timer: float | None = None
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self._take(engine.start(self.definition, self.facts, self.now))

    def keys(self, keys: str) -> "Walk":
        """The caller presses keys, one after another."""
        for key in keys:
            self._take(engine.on_key(self.definition, self.session, self.facts, key, self.now))
        return self

    def heard(self, *, failed: bool = False) -> "Walk":
        """The playback comes to its end."""
        self.playing = False
        self._take(engine.on_played(self.definition, self.session, self.facts, self.now, failed=failed))
        return self

    def silence(self) -> "Walk":
        """The timer runs out."""
        self.timer = None
        self._take(engine.on_timer(self.definition, self.session, self.facts, self.now))
        return self

    def back(self, outlet: str) -> "Walk":
        """The queue gives the call back."""
        self._take(engine.resume(self.definition, self.session, self.facts, outlet, self.now))
        return self

    def restart(self) -> "Walk":
        """Our process dies and comes back with what the journal holds; the old playback may still be heard."""
        self.session = Session.from_dict(self.session.to_dict())
        self.timer = None
        self._take(engine.reenter(self.definition, self.session, self.facts, self.now))
        return self

    def _take(self, step: Step) -> None:
        self.session, self.latest = step.session, step.effects
        self.effects.extend(step.effects)
        for effect in step.effects:
            match effect:
                case Play():
                    self.playing = True
                case StopPlaying():
                    self.playing = False
                case StartTimer(seconds):
                    self.timer = seconds
                case StopTimer():
                    self.timer = None
                case _:
                    pass
        self.check()

    def check(self) -> None:
        """Either something will come that goes on with the call, or it has ended."""
        phase = self.session.phase
        assert phase is not Phase.MOVING
        assert self.playing is (phase is Phase.PLAYING), self.session
        assert (self.timer is not None) is (phase is Phase.WAITING), self.session

    @property
    def node(self) -> str:
        """Where the call is."""
        return self.session.node

    @property
    def said(self) -> list[str]:
        """The texts of the latest step."""
        prompts = [prompt for effect in self.latest if isinstance(effect, Play) for prompt in effect.prompts]
        return [prompt.text if isinstance(prompt, SpeechPrompt) else str(prompt.sound) for prompt in prompts]

    @property
    def ended(self) -> HangUp | None:
        """The end, where it has come."""
        return next((effect for effect in self.effects if isinstance(effect, HangUp)), None)

    @property
    def queued(self) -> EnterQueue | None:
        """The latest entry into a queue."""
        found = [effect for effect in self.effects if isinstance(effect, EnterQueue)]
        return found[-1] if found else None

    def notes(self, kind: str) -> list[Mapping[str, Any]]:
        """What was noted of a kind."""
        return [effect.data for effect in self.effects if isinstance(effect, Noted) and effect.kind == kind]
