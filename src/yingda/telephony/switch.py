"""The port to the telephone switch.

Everything that Yingda asks of a switch and everything that it hears from one. A *leg* is one SIP
call between the switch and a phone or trunk; its id is chosen by us, or by the switch for legs that
come in. Calls return when the switch has accepted them; a leg that is gone meanwhile raises
:class:`LegGone`, a switch that is out of reach :class:`SwitchUnavailable`. Both are ordinary: the
end of a leg is told by :class:`LegEnded`, and only by it.
"""

import enum
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol


class SwitchError(Exception):
    """A request that the switch did not carry out."""


class LegGone(SwitchError):
    """The leg (or bridge, or playback) does not exist any more."""


class SwitchUnavailable(SwitchError):
    """There is no connection to the switch at the moment."""


class LegState(enum.StrEnum):
    """How far a leg has come."""

    DOWN = "down"
    RINGING = "ringing"
    UP = "up"


class Cause(enum.IntEnum):
    """Why a leg ends: ITU-T Q.850 codes, those that we ask for."""

    NORMAL = 16
    BUSY = 17
    NO_ANSWER = 19
    REJECTED = 21
    CONGESTION = 34
    FAILED = 38


@dataclass(frozen=True, slots=True)
class LegArrived:
    """A call came in and waits for us, unanswered.

    ``endpoint`` is the trunk or phone that it came from (the id it was pushed with), ``called`` the
    dialled digits, ``caller`` the number shown ('' where withheld).
    """

    leg: str
    endpoint: str
    called: str
    caller: str
    caller_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The far end of a leg that we dialled rings."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """The far end of a leg that we dialled has answered."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One DTMF digit of ``0-9*#A-D``."""

    leg: str
    digit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """All sounds of a playback were heard, or it was stopped, or it ``failed``."""

    playback: str
    leg: str
    failed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg is over. ``cause`` is its Q.850 code, ``text`` the switch's words for it."""

    leg: str
    cause: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """A phone or trunk became reachable or not."""

    endpoint: str
    reachable: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class LegSeen:
    """A leg as it stands in a snapshot. ``held_by_us`` is False for legs not (yet) under our control."""

    leg: str
    endpoint: str
    state: LegState
    caller: str
    called: str
    created_at: datetime
    held_by_us: bool


@dataclass(frozen=True, slots=True)
class SwitchConnected:
    """The connection stands. Everything that exists now; what is not listed has ended unheard.

    Sent first, and again after every loss. ``restarted`` is true where the switch itself is a new
    process: phones and trunks have to be pushed again.
    """

    legs: tuple[LegSeen, ...]
    bridges: Mapping[str, tuple[str, ...]]
    reachable: frozenset[str]
    restarted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SwitchLost:
    """The connection broke; events are missed from now on until :class:`SwitchConnected`."""

    at: datetime


SwitchEvent = (
    LegArrived
    | LegRinging
    | LegAnswered
    | KeyPressed
    | PlaybackEnded
    | LegEnded
    | PhoneChanged
    | SwitchConnected
    | SwitchLost
)


@dataclass(frozen=True, slots=True)
class Dial:
    """A leg to be made: ring ``endpoint`` (a pushed phone) for at most ``ring_s`` seconds.

    ``headers`` are SIP headers of the INVITE (``X-Yingda-Contact`` …) that browsers read.
    """

    leg: str
    endpoint: str
    caller: str
    caller_name: str
    ring_s: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Phone:
    """An agent's device as the switch has to know it. ``browser`` means WebRTC over a SIP websocket."""

    endpoint: str
    password: str
    browser: bool
    display_name: str
    extension: str


class Transport(enum.StrEnum):
    """How SIP travels to a trunk."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class TrunkSpec:
    """A SIP trunk as the switch has to know it.

    ``addresses`` are the IPs or networks whose calls are taken as this trunk's (IP-authenticated);
    with ``username`` and ``password`` we register at ``host`` (registered trunk).
    """

    endpoint: str
    host: str
    port: int
    transport: Transport
    codecs: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    username: str = ""
    password: str = ""
    register: bool = False
    channel_limit: int = 0
    qualify_s: int = 30


class Switch(Protocol):
    """A telephone switch under our control."""

    def events(self) -> AsyncIterator[SwitchEvent]:
        """Everything that happens, in order, for as long as the process lives; reconnects by itself."""
        ...

    async def look(self) -> SwitchConnected:
        """Everything that exists now, as :class:`SwitchConnected` tells it; ``restarted`` is false."""
        ...

    async def answer(self, leg: str) -> None:
        """Picks up a leg that came in."""
        ...

    async def hang_up(self, leg: str, cause: Cause = Cause.NORMAL) -> None:
        """Ends a leg; one that is gone already is no error."""
        ...

    async def play(self, leg: str, playback: str, sounds: Sequence[Path]) -> None:
        """Plays files one after another; ``sounds`` are paths without ending. Ends in one :class:`PlaybackEnded`."""
        ...

    async def stop_playback(self, playback: str) -> None:
        """Stops a playback; one that is over already is no error."""
        ...

    async def start_music(self, leg: str, music: str = "default") -> None:
        """Music on hold for one leg, until :meth:`stop_music`, :meth:`play` or :meth:`join`."""
        ...

    async def stop_music(self, leg: str) -> None:
        """Ends the music."""
        ...

    async def send_keys(self, leg: str, digits: str) -> None:
        """DTMF towards the far end."""
        ...

    async def mute(self, leg: str, muted: bool) -> None:
        """Whether what the far end of this leg says is dropped."""
        ...

    async def dial(self, request: Dial) -> None:
        """Makes a leg and rings it; :class:`LegRinging`, :class:`LegAnswered` or :class:`LegEnded` follow."""
        ...

    async def join(self, bridge: str, legs: Sequence[str]) -> None:
        """Puts legs into a bridge (made where it does not exist), where all hear each other."""
        ...

    async def leave(self, bridge: str, leg: str) -> None:
        """Takes one leg out of a bridge."""
        ...

    async def close(self, bridge: str) -> None:
        """Removes a bridge; the legs in it live on. One that is gone is no error."""
        ...

    async def start_recording(self, leg: str, file: Path) -> None:
        """Records a leg into ``file`` (``.raw``: 8 kHz, 16 bit, two channels; left what it says, right what it hears).

        Goes on until the leg ends, also without us.
        """
        ...

    async def stop_recording(self, leg: str) -> None:
        """Ends the recording of a leg."""
        ...

    async def put_phone(self, phone: Phone) -> None:
        """Makes a phone known, or known anew; it may register from then on."""
        ...

    async def remove_phone(self, endpoint: str) -> None:
        """Forgets a phone."""
        ...

    async def put_trunk(self, trunk: TrunkSpec) -> None:
        """Makes a trunk known, or known anew."""
        ...

    async def remove_trunk(self, endpoint: str) -> None:
        """Forgets a trunk."""
        ...

    async def close_connection(self) -> None:
        """Lets go of the switch; calls go on."""
        ...
