"""A telephone switch in memory, for tests in virtual time.

It behaves as the real one does towards us: asked about a leg that is gone it raises
:class:`LegGone`, without connection :class:`SwitchUnavailable`; legs that ring too long end with
cause 19; a leg's playback ends before the leg does; music and recordings end with their leg. The
outside world is played by the test: ``arrive``, ``ring``, ``pick_up``, ``press``, ``end``,
``finish_playback``, ``restart``, ``lose`` and ``come_back``.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from yingda.kit.clock import Clock, SystemClock
from yingda.telephony.switch import (
    Cause,
    Dial,
    KeyPressed,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegGone,
    LegRinging,
    LegSeen,
    LegState,
    Phone,
    PhoneChanged,
    PlaybackEnded,
    SwitchConnected,
    SwitchError,
    SwitchEvent,
    SwitchLost,
    SwitchUnavailable,
    TrunkSpec,
)

SUBSCRIBER_ABSENT = 20


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the port, as it was made: ``Request("play", ("leg", "pb", (Path("a"),)))``."""

    verb: str
    args: tuple[Any, ...]


@dataclass(slots=True)
class FakeLeg:
    """A leg that exists, with everything that is done to it."""

    id: str
    endpoint: str
    state: LegState
    caller: str
    called: str
    created_at: datetime
    dialled: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    bridge: str | None = None
    playback: str | None = None
    sounds: tuple[Path, ...] = ()
    music: str | None = None
    recording: Path | None = None
    muted: bool = False
    keys_sent: str = ""
    ring_timer: asyncio.TimerHandle | None = None


class FakeSwitch:
    """Implements :class:`yingda.telephony.switch.Switch`.

    ``legs``, ``bridges``, ``phones``, ``trunks`` and ``requests`` are for the test to look at.
    Phones need not be put to be dialled, unless ``strict_phones``; ``unreachable`` names those that
    are not registered.
    """

    def __init__(self, clock: Clock | None = None, strict_phones: bool = False) -> None:
        self._clock = clock or SystemClock()
        self._events: asyncio.Queue[SwitchEvent] = asyncio.Queue()
        self._numbers = itertools.count(1)
        self._connected = True
        self._strict_phones = strict_phones
        self._refusals: dict[str, list[Exception]] = {}
        self._dialled: set[str] = set()
        self.legs: dict[str, FakeLeg] = {}
        self.bridges: dict[str, list[str]] = {}
        self.phones: dict[str, Phone] = {}
        self.trunks: dict[str, TrunkSpec] = {}
        self.unreachable: set[str] = set()
        self.requests: list[Request] = []
        self._tell_connected(restarted=True)

    # What the test looks at

    def asked(self, verb: str) -> list[tuple[Any, ...]]:
        """The arguments of each request of this verb, in order."""
        return [request.args for request in self.requests if request.verb == verb]

    def together(self, *legs: str) -> bool:
        """Whether these legs, and no others, are in one bridge."""
        return any(set(inside) == set(legs) for inside in self.bridges.values())

    def ringing(self, endpoint: str) -> FakeLeg:
        """The leg that we dialled to an endpoint and that is not up; fails where there is not exactly one."""
        found = [leg for leg in self._dialled_legs() if leg.endpoint == endpoint and leg.state is not LegState.UP]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} legs ring {endpoint}, not 1")
        return found[0]

    def _dialled_legs(self) -> Iterator[FakeLeg]:
        return (leg for leg in self.legs.values() if leg.dialled)

    # The outside world, played by the test

    def arrive(
        self, called: str = "02088880000", caller: str = "13800001111", endpoint: str = "trunk-demo-lab", name: str = ""
    ) -> str:
        """A call comes in; returns its leg."""
        leg = f"1700000000.{next(self._numbers)}"
        now = self._clock.now()
        self.legs[leg] = FakeLeg(leg, endpoint, LegState.RINGING, caller, called, now, dialled=False)
        self._tell(LegArrived(leg, endpoint, called, caller, name, now))
        return leg

    def ring(self, leg: str) -> None:
        """The phone that we dialled begins to ring."""
        self._here(leg).state = LegState.RINGING
        self._tell(LegRinging(leg, self._clock.now()))

    def pick_up(self, leg: str) -> None:
        """The phone that we dialled is answered."""
        found = self._here(leg)
        if not found.dialled:
            raise AssertionError(f"{leg} came in: it is answered by us")
        found.state = LegState.UP
        _cancel(found)
        self._tell(LegAnswered(leg, self._clock.now()))

    def press(self, leg: str, digits: str) -> None:
        """The far end presses keys."""
        self._here(leg)
        for digit in digits:
            self._tell(KeyPressed(leg, digit, self._clock.now()))

    def end(self, leg: str, cause: int = Cause.NORMAL, text: str = "") -> None:
        """The far end hangs up, or refuses, or breaks off."""
        found = self._here(leg)
        _cancel(found)
        self._end_playback(found, failed=False)
        del self.legs[leg]
        for inside in self.bridges.values():
            if leg in inside:
                inside.remove(leg)
        self._tell(LegEnded(leg, int(cause), text or f"cause {int(cause)}", self._clock.now()))

    def finish_playback(self, playback: str, failed: bool = False) -> None:
        """All sounds have been heard, or one could not be played."""
        for leg in self.legs.values():
            if leg.playback == playback:
                self._end_playback(leg, failed)
                return
        raise AssertionError(f"no playback {playback}")

    def reach(self, endpoint: str, reachable: bool = True) -> None:
        """A phone registers, or is gone."""
        (self.unreachable.discard if reachable else self.unreachable.add)(endpoint)
        self._tell(PhoneChanged(endpoint, reachable, self._clock.now()))

    def lose(self) -> None:
        """The connection breaks; calls go on, and what happens until :meth:`come_back` is heard by nobody."""
        self._connected = False
        self._events.put_nowait(SwitchLost(self._clock.now()))

    def come_back(self) -> None:
        """The connection stands again, to the same switch."""
        self._connected = True
        self._tell_connected(restarted=False)

    def restart(self) -> None:
        """The switch dies and starts again: every leg, bridge, phone and trunk is lost, unheard."""
        if self._connected:
            self.lose()
        for leg in self.legs.values():
            _cancel(leg)
        for held in (self.legs, self.bridges, self.phones, self.trunks, self._dialled):
            held.clear()
        self._connected = True
        self._tell_connected(restarted=True)

    def refuse_next(self, verb: str, error: Exception) -> None:
        """The next request of this verb raises ``error``; several are raised in order."""
        self._refusals.setdefault(verb, []).append(error)

    # The port

    async def events(self) -> AsyncIterator[SwitchEvent]:
        """Everything that happens, in order."""
        while True:
            yield await self._events.get()

    async def answer(self, leg: str) -> None:
        """Picks up a leg that came in."""
        self._note("answer", leg)
        self._here(leg).state = LegState.UP

    async def hang_up(self, leg: str, cause: Cause = Cause.NORMAL) -> None:
        """Ends a leg; one that is gone already is no error."""
        self._note("hang_up", leg, cause)
        if leg in self.legs:
            self.end(leg, cause)

    async def play(self, leg: str, playback: str, sounds: Sequence[Path]) -> None:
        """Plays until ``finish_playback``; no sounds end at once. Stops the leg's music."""
        self._note("play", leg, playback, tuple(sounds))
        found = self._here(leg)
        if not sounds:
            self._tell(PlaybackEnded(playback, leg, failed=False, at=self._clock.now()))
            return
        if found.playback is not None:
            raise AssertionError(f"{leg} plays {found.playback} already")
        found.music = None
        found.playback = playback
        found.sounds = tuple(sounds)

    async def stop_playback(self, playback: str) -> None:
        """Stops a playback; one that is over already is no error."""
        self._note("stop_playback", playback)
        for leg in self.legs.values():
            if leg.playback == playback:
                self._end_playback(leg, failed=False)

    async def start_music(self, leg: str, music: str = "default") -> None:
        """Music on hold for one leg."""
        self._note("start_music", leg, music)
        self._here(leg).music = music

    async def stop_music(self, leg: str) -> None:
        """Ends the music."""
        self._note("stop_music", leg)
        self._here(leg).music = None

    async def send_keys(self, leg: str, digits: str) -> None:
        """DTMF towards the far end."""
        self._note("send_keys", leg, digits)
        self._here(leg).keys_sent += digits

    async def mute(self, leg: str, muted: bool) -> None:
        """Whether what the far end of this leg says is dropped."""
        self._note("mute", leg, muted)
        self._here(leg).muted = muted

    async def dial(self, request: Dial) -> None:
        """Makes a leg; the test lets it ring and be picked up. Ends by itself after ``ring_s``."""
        self._note("dial", request)
        if request.leg in self._dialled:
            raise SwitchError(f"{request.leg} exists already")
        self._dialled.add(request.leg)
        known = not self._strict_phones or request.endpoint in self.phones or request.endpoint in self.trunks
        if not known or request.endpoint in self.unreachable:
            self._tell(LegEnded(request.leg, SUBSCRIBER_ABSENT, "Subscriber absent", self._clock.now()))
            return
        leg = FakeLeg(
            id=request.leg,
            endpoint=request.endpoint,
            state=LegState.DOWN,
            caller=request.caller,
            called="",
            created_at=self._clock.now(),
            dialled=True,
            headers=dict(request.headers),
        )
        self.legs[request.leg] = leg
        leg.ring_timer = asyncio.get_running_loop().call_later(request.ring_s, self._rang_out, request.leg)

    async def join(self, bridge: str, legs: Sequence[str]) -> None:
        """Puts legs into a bridge; their music stops, and they leave the bridge that they were in."""
        self._note("join", bridge, tuple(legs))
        for leg in legs:
            self._here(leg)
        inside = self.bridges.setdefault(bridge, [])
        for leg in legs:
            found = self.legs[leg]
            if found.bridge in self.bridges and leg in self.bridges[found.bridge]:
                self.bridges[found.bridge].remove(leg)
            found.music = None
            found.bridge = bridge
            inside.append(leg)

    async def leave(self, bridge: str, leg: str) -> None:
        """Takes one leg out of a bridge; one that is not in it is no error."""
        self._note("leave", bridge, leg)
        found = self._here(leg)
        if bridge not in self.bridges:
            raise LegGone(f"no bridge {bridge}")
        if leg in self.bridges[bridge]:
            self.bridges[bridge].remove(leg)
            found.bridge = None

    async def close(self, bridge: str) -> None:
        """Removes a bridge; the legs in it live on."""
        self._note("close", bridge)
        for leg in self.bridges.pop(bridge, []):
            self.legs[leg].bridge = None

    async def start_recording(self, leg: str, file: Path) -> None:
        """Notes the file; nothing is written."""
        self._note("start_recording", leg, file)
        self._here(leg).recording = file

    async def stop_recording(self, leg: str) -> None:
        """Ends the recording of a leg."""
        self._note("stop_recording", leg)
        self._here(leg).recording = None

    async def put_phone(self, phone: Phone) -> None:
        """Makes a phone known."""
        self._note("put_phone", phone)
        self.phones[phone.endpoint] = phone

    async def remove_phone(self, endpoint: str) -> None:
        """Forgets a phone."""
        self._note("remove_phone", endpoint)
        self.phones.pop(endpoint, None)

    async def put_trunk(self, trunk: TrunkSpec) -> None:
        """Makes a trunk known."""
        self._note("put_trunk", trunk)
        self.trunks[trunk.endpoint] = trunk

    async def remove_trunk(self, endpoint: str) -> None:
        """Forgets a trunk."""
        self._note("remove_trunk", endpoint)
        self.trunks.pop(endpoint, None)

    async def close_connection(self) -> None:
        """Lets go; timers of ringing legs are dropped so that no test waits for them."""
        for leg in self.legs.values():
            _cancel(leg)

    # Inside

    def _note(self, verb: str, *args: Any) -> None:
        self.requests.append(Request(verb, args))
        if not self._connected:
            raise SwitchUnavailable("no connection")
        if refusals := self._refusals.get(verb):
            raise refusals.pop(0)

    def _here(self, leg: str) -> FakeLeg:
        if leg not in self.legs:
            raise LegGone(leg)
        return self.legs[leg]

    def _tell(self, event: SwitchEvent) -> None:
        if self._connected:
            self._events.put_nowait(event)

    async def look(self) -> SwitchConnected:
        self._note("look")
        return self._seen(restarted=False)

    def _tell_connected(self, restarted: bool) -> None:
        self._tell(self._seen(restarted))

    def _seen(self, restarted: bool) -> SwitchConnected:
        legs = tuple(
            LegSeen(leg.id, leg.endpoint, leg.state, leg.caller, leg.called, leg.created_at, held_by_us=True)
            for leg in self.legs.values()
        )
        bridges = {bridge: tuple(inside) for bridge, inside in self.bridges.items()}
        reachable = frozenset({*self.phones, *self.trunks} - self.unreachable)
        return SwitchConnected(legs, bridges, reachable, restarted, self._clock.now())

    def _end_playback(self, leg: FakeLeg, failed: bool) -> None:
        playback, leg.playback, leg.sounds = leg.playback, None, ()
        if playback is not None:
            self._tell(PlaybackEnded(playback, leg.id, failed, self._clock.now()))

    def _rang_out(self, leg: str) -> None:
        if leg in self.legs:
            self.end(leg, Cause.NO_ANSWER)


def _cancel(leg: FakeLeg) -> None:
    if leg.ring_timer is not None:
        leg.ring_timer.cancel()
        leg.ring_timer = None
