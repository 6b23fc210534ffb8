"""A switch without I/O: legs, bridges, playbacks; carries effects out and tells what follows from them."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from yingda.channels.voice.effects import (
    Answer,
    CloseBridge,
    Effect,
    HangUp,
    Join,
    Leave,
    Play,
    Ring,
    StartMusic,
    StopMusic,
    StopPlayback,
)
from yingda.telephony.switch import (
    Cause,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegSeen,
    LegState,
    PlaybackEnded,
    SwitchConnected,
    SwitchEvent,
)


@dataclass(slots=True)
class PlantLeg:
    """A leg that exists."""

    id: str
    endpoint: str
    state: LegState
    caller: str
    called: str
    created_at: datetime
    playback: str | None = None
    music: str | None = None


class Plant:
    """What exists; ``events`` are told but not heard yet."""

    def __init__(self) -> None:
        self.legs: dict[str, PlantLeg] = {}
        self.bridges: dict[str, list[str]] = {}
        self.reachable: set[str] = set()
        self.events: deque[SwitchEvent] = deque()

    def perform(self, effect: Effect, now: datetime) -> None:
        """Carries out one effect; those for legs that are gone do nothing, as on the real switch."""
        match effect:
            case Ring(leg=leg, endpoint=endpoint):
                assert leg not in self.legs, "a leg is made twice"
                if endpoint in self.reachable:
                    self.legs[leg] = PlantLeg(leg, endpoint, LegState.DOWN, effect.caller, "", now)
                else:
                    self.events.append(LegEnded(leg, 20, "Subscriber absent", now))
            case HangUp(leg, cause):
                self.end(leg, now, int(cause))
            case Join(bridge, legs):
                self._join(bridge, legs)
            case Leave(bridge, leg):
                inside = self.bridges.get(bridge, [])
                if leg in inside:
                    inside.remove(leg)
            case CloseBridge(bridge):
                self.bridges.pop(bridge, None)
            case StopPlayback(playback):
                self.finish(playback, now)
            case Answer() | Play() | StartMusic() | StopMusic():
                self._to_leg(effect)
            case _:
                pass

    def _to_leg(self, effect: Answer | Play | StartMusic | StopMusic) -> None:
        leg = self.legs.get(effect.leg)
        if leg is None:
            return
        match effect:
            case Answer():
                leg.state = LegState.UP
            case Play(playback=playback):
                leg.playback, leg.music = playback, None
            case StartMusic(music=music):
                leg.music = music
            case StopMusic():
                leg.music = None

    def _join(self, bridge: str, legs: tuple[str, ...]) -> None:
        if any(leg not in self.legs for leg in legs):
            return
        inside = self.bridges.setdefault(bridge, [])
        for leg in legs:
            self.legs[leg].music = None
            if leg not in inside:
                inside.append(leg)

    def ring(self, leg: str, now: datetime) -> None:
        """A phone begins to ring."""
        self.legs[leg].state = LegState.RINGING
        self.events.append(LegRinging(leg, now))

    def pick_up(self, leg: str, now: datetime) -> None:
        """A phone is answered."""
        self.legs[leg].state = LegState.UP
        self.events.append(LegAnswered(leg, now))

    def finish(self, playback: str, now: datetime, *, failed: bool = False) -> None:
        """A playback is over."""
        for leg in self.legs.values():
            if leg.playback == playback:
                leg.playback = None
                self.events.append(PlaybackEnded(playback, leg.id, failed, now))

    def end(self, leg: str, now: datetime, cause: int = Cause.NORMAL) -> None:
        """A leg is over."""
        gone = self.legs.pop(leg, None)
        if gone is None:
            return
        if gone.playback is not None:
            self.events.append(PlaybackEnded(gone.playback, leg, False, now))
        for inside in self.bridges.values():
            if leg in inside:
                inside.remove(leg)
        self.events.append(LegEnded(leg, int(cause), "", now))

    def restart(self) -> None:
        """The switch dies: nothing is left, and nothing was told."""
        self.legs.clear()
        self.bridges.clear()
        self.events.clear()

    def seen(self, now: datetime, *, restarted: bool = False) -> SwitchConnected:
        """Everything that exists, for a new connection; what was not heard by then is lost."""
        self.events.clear()
        legs = tuple(
            LegSeen(leg.id, leg.endpoint, leg.state, leg.caller, leg.called, leg.created_at, True)
            for leg in self.legs.values()
        )
        bridges = {bridge: tuple(inside) for bridge, inside in self.bridges.items()}
        return SwitchConnected(legs, bridges, frozenset(self.reachable), restarted, now)
