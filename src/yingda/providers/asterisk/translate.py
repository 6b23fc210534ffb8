"""From Asterisk's events and lists to the port's words. No I/O."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from yingda.providers.asterisk.ari import Bridge, Channel, Endpoint
from yingda.providers.asterisk.names import NOBODY
from yingda.telephony.switch import (
    Cause,
    KeyPressed,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegRinging,
    LegSeen,
    LegState,
    PhoneChanged,
    PlaybackEnded,
    SwitchConnected,
    SwitchEvent,
    SwitchLost,
)

EVENTS = ("StasisStart", "ChannelStateChange", "ChannelDtmfReceived", "Dial", "PlaybackFinished")
"""Events of calls that we ask for; all others are most of the traffic and tell us nothing."""

PHONE_EVENTS = ("PeerStatusChange", "ChannelDestroyed")
"""Events of phones and trunks. A leg that came in has left our application before it is destroyed, so its
end is heard only here: with its endpoint."""

_ENDED_KEPT = 10_000
_CHOSEN_BY_ASTERISK = re.compile(r"\d+\.\d+")
_STATES = {"Up": LegState.UP, "Ring": LegState.RINGING, "Ringing": LegState.RINGING}
_KINDS = ("trunk", "phone")


def is_dialled(leg: str) -> bool:
    """Whether we made this leg (and chose its id); Asterisk's own ids look like ``1763757423.12``."""
    return _CHOSEN_BY_ASTERISK.fullmatch(leg) is None


class Translator:
    """Turns events into the port's; remembers only which legs have rung, timed out or ended lately.

    Ends come by another subscription than all else and may overtake it: nothing is told of a leg
    after its end, nor that it arrived.
    """

    def __init__(self) -> None:
        self._rung: set[str] = set()
        self._unanswered: set[str] = set()
        self._ended: dict[str, None] = {}

    def event(self, raw: Mapping[str, Any]) -> SwitchEvent | None:
        """The event in the port's words, or None where it means nothing to us."""
        event = self._translated(raw, moment(raw["timestamp"]))
        if event is None or isinstance(event, PhoneChanged | SwitchConnected | SwitchLost):
            return event
        if event.leg in self._ended:
            return None
        if isinstance(event, LegEnded):
            self._ended[event.leg] = None
            if len(self._ended) > _ENDED_KEPT:
                del self._ended[next(iter(self._ended))]
        return event

    def _translated(self, raw: Mapping[str, Any], at: datetime) -> SwitchEvent | None:
        match raw["type"]:
            case "StasisStart":
                return _arrived(raw["channel"], raw["args"], at)
            case "ChannelStateChange":
                return self._state(raw["channel"], at)
            case "Dial":
                return self._dial(raw, at)
            case "ChannelDtmfReceived":
                return KeyPressed(raw["channel"]["id"], raw["digit"], at)
            case "PlaybackFinished":
                return _playback(raw["playback"], at)
            case "ChannelDestroyed":
                return self._end(raw, at)
            case "PeerStatusChange":
                return _phone(raw["endpoint"], at)
        return None

    def _state(self, channel: Channel, at: datetime) -> SwitchEvent | None:
        leg = channel["id"]
        if not is_dialled(leg):
            return None
        if channel["state"] == "Up":
            return LegAnswered(leg, at)
        if channel["state"] == "Ringing":
            return self._ringing(leg, at)
        return None

    def _dial(self, raw: Mapping[str, Any], at: datetime) -> SwitchEvent | None:
        leg = raw["peer"]["id"]
        if raw["dialstatus"] in ("PROGRESS", "RINGING"):
            return self._ringing(leg, at)
        if raw["dialstatus"] == "NOANSWER":
            self._unanswered.add(leg)
        return None

    def _ringing(self, leg: str, at: datetime) -> LegRinging | None:
        """Once for each leg: 180 and 183 both mean it, and many phones send both."""
        if leg in self._rung:
            return None
        self._rung.add(leg)
        return LegRinging(leg, at)

    def _end(self, raw: Mapping[str, Any], at: datetime) -> LegEnded:
        leg = raw["channel"]["id"]
        self._rung.discard(leg)
        cause, text = int(raw["cause"]), raw["cause_txt"]
        if leg in self._unanswered:
            self._unanswered.discard(leg)
            cause, text = int(Cause.NO_ANSWER), "No answer"
        return LegEnded(leg, cause, text, at)


def _arrived(channel: Channel, args: Sequence[str], at: datetime) -> LegArrived | None:
    """Legs that we dialled enter the application as well; only those from the dialplan arrive."""
    if len(args) != 3 or args[0] not in _KINDS:
        return None
    caller = channel["caller"]
    return LegArrived(channel["id"], args[2], args[1], caller["number"], caller["name"], at)


def _playback(playback: Mapping[str, Any], at: datetime) -> PlaybackEnded | None:
    kind, _, leg = playback["target_uri"].partition(":")
    if kind != "channel":
        return None
    return PlaybackEnded(playback["id"], leg, playback["state"] == "failed", at)


def _phone(endpoint: Endpoint, at: datetime) -> PhoneChanged | None:
    if endpoint["resource"] == NOBODY:
        return None
    return PhoneChanged(endpoint["resource"], endpoint.get("state") == "online", at)


def snapshot(
    channels: Iterable[Channel],
    bridges: Iterable[Bridge],
    ours: frozenset[str],
    endpoints: Iterable[Endpoint],
    registered: Mapping[str, bool],
    restarted: bool,
    at: datetime,
) -> SwitchConnected:
    """What exists. ``ours`` are the channels that our application holds.

    ``registered`` is what is true of trunks that register, whatever their endpoint's state is.
    """
    online = {one["resource"] for one in endpoints if one.get("state") == "online"}
    reachable = (online - registered.keys()) | {name for name, standing in registered.items() if standing}
    return SwitchConnected(
        legs=tuple(_seen(channel, channel["id"] in ours) for channel in channels),
        bridges={bridge["id"]: tuple(bridge["channels"]) for bridge in bridges},
        reachable=frozenset(reachable - {NOBODY}),
        restarted=restarted,
        at=at,
    )


def _seen(channel: Channel, ours: bool) -> LegSeen:
    name = channel["name"].partition("/")[2].rpartition("-")[0]
    dialled = is_dialled(channel["id"])
    return LegSeen(
        leg=channel["id"],
        endpoint=name,
        state=_STATES.get(channel["state"], LegState.DOWN),
        caller=channel["connected"]["number"] if dialled else channel["caller"]["number"],
        called="" if dialled else channel["dialplan"]["exten"],
        created_at=moment(channel["creationtime"]),
        held_by_us=ours,
    )


def moment(text: str) -> datetime:
    """A time of Asterisk's, such as ``2026-11-21T20:57:03.554+0000``."""
    return datetime.fromisoformat(text)
