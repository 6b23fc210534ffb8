"""What every kind of node shares: the base of its definition, and of its behaviour."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from yingda.flows.session import (
    Answer,
    CallFacts,
    Effect,
    Noted,
    NotedKind,
    Phase,
    Play,
    Prompt,
    Session,
    SoundPrompt,
    SpeechPrompt,
)
from yingda.flows.spoken import fill

KEYS = "0123456789*#ABCD"
KEY_BUFFER = 32
VALUE_LENGTH = 500

Name = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w{0,31}$")]
NodeId = Annotated[str, StringConstraints(pattern=r"^\w[\w-]{0,63}$")]
Outlet = Annotated[str, StringConstraints(pattern=r"^([0-9*#A-D]|[a-z]\w{0,31})$")]
PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""PostgreSQL stores no NUL, and nothing should be spoken of the other control characters."""
Text = Annotated[str, StringConstraints(max_length=2000, pattern=PLAIN)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PLAIN)]
Voice = Annotated[str, StringConstraints(pattern=r"^[\w+.:/-]{0,100}$")]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Shape(BaseModel):
    """Base of the definition's models: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SoundItem(Shape):
    """A stored sound."""

    sound: UUID


class TextItem(Shape):
    """A text to be spoken; ``{variable}`` and ``{variable:format}`` are filled in when it is played."""

    text: Annotated[Text, Field(min_length=1)]
    language: LanguageTag | None = None
    voice: Voice | None = None
    speed: float = Field(default=1.0, ge=0.5, le=2.0)


PromptItem = SoundItem | TextItem
Prompts = Annotated[tuple[PromptItem, ...], Field(max_length=20)]


class Place(Shape):
    """Where the designer draws the node."""

    x: float
    y: float


class NodeBase(Shape):
    """What every node has: a label for people, outlets by name → the id of the next node, its place."""

    label: Annotated[str, StringConstraints(max_length=100, pattern=PLAIN)] = ""
    outlets: Mapping[Outlet, NodeId] = Field(default_factory=dict)
    place: Place | None = None

    def required_outlets(self) -> frozenset[str]:
        """Outlets without which a flow is not published."""
        return frozenset({"next"})

    def possible_outlets(self) -> frozenset[str]:
        """Outlets that may be connected."""
        return self.required_outlets() | {"error"}

    def waits_for_input(self) -> bool:
        """Whether a call rests here until a key or something outside lets it go on."""
        return False

    def sounds(self) -> frozenset[UUID]:
        """The stored sounds that it plays."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a node's behaviour may look at."""

    session: Session
    facts: CallFacts
    voice: str
    now: datetime

    def variables(self) -> dict[str, str]:
        """The session's variables and those that every call has."""
        return {
            "caller": self.facts.caller,
            "number": self.facts.number,
            "area_code": self.facts.area_code or "",
            "carrier": self.facts.carrier or "",
            **self.session.variables,
        }

    def fill(self, template: str) -> str:
        """The template with its variables."""
        return fill(template, self.variables(), self.session.language)

    def prompts(self, items: Iterable[PromptItem]) -> tuple[Prompt, ...]:
        """What is to be played; texts that turn out empty are left out."""
        made = (self._prompt(item) for item in items)
        return tuple(prompt for prompt in made if prompt is not None)

    def _prompt(self, item: PromptItem) -> Prompt | None:
        if isinstance(item, SoundItem):
            return SoundPrompt(item.sound)
        text = self.fill(item.text)
        if not re.search(r"\w", text):
            return None
        voice = self.voice if item.voice is None else item.voice
        return SpeechPrompt(text, item.language or self.session.language, voice, item.speed)

    def note(self, kind: NotedKind, **data: Any) -> Noted:
        """A line for the timeline about the present node."""
        return Noted(kind, {"node": self.session.node, **data})

    def stay(self, *effects: Effect, **changes: Any) -> "Turn":
        """Rest at this node with the session changed."""
        return Turn(replace(self.session, **changes), effects)

    def go(self, outlet: str, *effects: Effect, reason: str = "", **changes: Any) -> "Turn":
        """Leave this node by ``outlet``; a ``reason`` is noted."""
        noted = (self.note(NotedKind.BRANCH_TAKEN, outlet=outlet, reason=reason),) if reason else ()
        return Turn(replace(self.session, **changes), (*effects, *noted), outlet)

    def speak(self, prompts: tuple[Prompt, ...], *before: Effect, **changes: Any) -> "Turn":
        """Play ``prompts`` (not empty); the call is answered first where it is not yet."""
        answer = () if self.session.answered else (Answer(),)
        session = replace(self.session, answered=True, phase=Phase.PLAYING, **changes)
        return Turn(session, (*before, *answer, Play(prompts)))


@dataclass(frozen=True, slots=True)
class Turn:
    """What one stimulus made of a node: it rests (``outlet`` None) or leaves by ``outlet``."""

    session: Session
    effects: tuple[Effect, ...] = ()
    outlet: str | None = None


N = TypeVar("N", bound=NodeBase)


class Kind(Generic[N]):
    """The behaviour of a kind of node: pure, one method per stimulus, without a state of its own."""

    name: ClassVar[str]

    def enter(self, node: N, scene: Scene) -> Turn:
        """The call comes to the node."""
        raise NotImplementedError

    def key(self, node: N, scene: Scene, key: str) -> Turn:
        """A key; where nothing else is said it is ignored."""
        return Turn(scene.session)

    def played(self, node: N, scene: Scene) -> Turn:
        """All of the newest Play was heard, or failed."""
        return Turn(scene.session)

    def timer(self, node: N, scene: Scene) -> Turn:
        """The timer ran out."""
        return Turn(scene.session)

    def back(self, node: N, scene: Scene, outlet: str) -> Turn:
        """Something outside gave the call back."""
        return scene.go(outlet, reason=outlet)


def kept(session: Session, key: str) -> str:
    """The keys typed ahead with one more; what is beyond the buffer is lost."""
    return (session.keys + key)[:KEY_BUFFER]


def sounds_of(*lists: Iterable[PromptItem]) -> frozenset[UUID]:
    """The stored sounds in lists of prompts."""
    return frozenset(item.sound for items in lists for item in items if isinstance(item, SoundItem))
