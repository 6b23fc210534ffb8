"""Published flows as what voice calls walk through: the stepper behind voice's port."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from yingda.channels.voice import treatment as port
from yingda.flows import engine
from yingda.flows.definition import Definition
from yingda.flows.hours import Calendar
from yingda.flows.session import (
    Answer,
    CallFacts,
    Effect,
    EndReason,
    EnterQueue,
    HangUp,
    Noted,
    Play,
    Session,
    SpeechPrompt,
    StartTimer,
    Step,
    StopPlaying,
    StopTimer,
)
from yingda.flows.spoken import position_prompt
from yingda.interactions.terms import Outcome

_OUTCOMES = {EndReason.DONE: None, EndReason.CLOSED: Outcome.CLOSED, EndReason.ERROR: Outcome.FAILED}
_NO_QUEUE = UUID(int=0)

Stimulus = Callable[[Definition, Session, CallFacts, datetime], Step]


@dataclass(frozen=True, slots=True)
class FlowTreatments:
    """The flows of one tenant; implements :class:`yingda.channels.voice.treatment.Treatments`.

    ``definitions`` holds every version that a call may still be in; ``queues`` finds a queue's id by
    its name, for flows that name it so.
    """

    published: Mapping[UUID, port.FlowName] = field(default_factory=dict)
    definitions: Mapping[tuple[UUID, int], Definition] = field(default_factory=dict)
    calendars: Mapping[UUID, Calendar] = field(default_factory=dict)
    queues: Mapping[str, UUID] = field(default_factory=dict)

    def flow(self, flow: UUID) -> port.FlowName | None:
        """The published flow."""
        return self.published.get(flow)

    def begin(self, flow: UUID, facts: port.CallFacts, now: datetime) -> port.Step:
        """A call enters the published version."""
        name = self.published[flow]
        definition = self.definitions[flow, name.version]
        step = engine.start(definition, self._facts(facts), now, flow=flow, version=name.version)
        return self._step(definition, step)

    def key(self, session: port.Session, facts: port.CallFacts, key: str, now: datetime) -> port.Step:
        """A key was pressed."""
        return self._run(session, facts, now, lambda d, s, f, n: engine.on_key(d, s, f, key, n))

    def played(self, session: port.Session, facts: port.CallFacts, now: datetime) -> port.Step:
        """The prompts were heard."""
        return self._run(session, facts, now, engine.on_played)

    def timer(self, session: port.Session, facts: port.CallFacts, now: datetime) -> port.Step:
        """The timer ran out."""
        return self._run(session, facts, now, engine.on_timer)

    def resume(self, session: port.Session, facts: port.CallFacts, outlet: str, now: datetime) -> port.Step:
        """A queue gave the caller back."""
        return self._run(session, facts, now, lambda d, s, f, n: engine.resume(d, s, f, outlet, n))

    def reenter(self, session: port.Session, facts: port.CallFacts, now: datetime) -> port.Step:
        """The present node again."""
        return self._run(session, facts, now, engine.reenter)

    def position(self, session: port.Session, position: int) -> tuple[port.Prompt, ...]:
        """What a waiting caller hears."""
        held = Session.from_dict(session)
        definition = self.definitions.get((held.flow, held.version))
        voice = definition.voice if definition else ""
        return (SpeechPrompt(position_prompt(position, held.language), held.language, voice),)

    def _run(self, session: port.Session, facts: port.CallFacts, now: datetime, stimulus: Stimulus) -> port.Step:
        held = Session.from_dict(session)
        definition = self.definitions.get((held.flow, held.version))
        if definition is None:
            # The version was removed while a call was in it; the set-up forbids that, a restored backup does not.
            return port.Step(session, held.node, (port.Finish(Outcome.FAILED),))
        return self._step(definition, stimulus(definition, held, self._facts(facts), now))

    def _facts(self, facts: port.CallFacts) -> CallFacts:
        return CallFacts(
            call=facts.call,
            caller=facts.caller,
            caller_withheld=facts.withheld,
            number=facts.number,
            carrier=facts.carrier or None,
            area_code=facts.area_code or None,
            calendars=self.calendars,
            number_hours=facts.hours,
        )

    def _step(self, definition: Definition, step: Step) -> port.Step:
        acts = tuple(self._act(definition, effect) for effect in step.effects)
        return port.Step(step.session.to_dict(), step.session.node, acts)

    def _act(self, definition: Definition, effect: Effect) -> port.Act:
        match effect:
            case Answer():
                return port.PickUp()
            case Play(prompts):
                return port.Speak(prompts)
            case StopPlaying():
                return port.Hush()
            case StartTimer(seconds):
                return port.Wait(seconds)
            case StopTimer():
                return port.StopWaiting()
            case EnterQueue(queue, priority):
                known = queue if isinstance(queue, UUID) else self.queues.get(queue, _NO_QUEUE)
                return port.ToQueue(known, priority)
            case HangUp(reason):
                return port.Finish(_OUTCOMES[reason])
            case Noted(kind, data):
                node = definition.nodes.get(str(data.get("node")))
                # People know a node by its name, which may be another in the next version.
                return port.Note(kind.value, {"label": node.label, **data} if node and node.label else data)
