"""Carries effects out on the switch. What fails is told back to the floor, or mended by the next reconciliation."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog

from yingda.channels.voice import events
from yingda.channels.voice.effects import (
    Answer,
    CloseBridge,
    Effect,
    HangUp,
    Join,
    Leave,
    Mute,
    Play,
    Record,
    Ring,
    SendKeys,
    StartMusic,
    StopMusic,
    StopPlayback,
)
from yingda.channels.voice.floor import Floor
from yingda.kit.errors import YingdaError
from yingda.telephony.switch import Dial, LegGone, PlaybackEnded, Switch, SwitchError, SwitchUnavailable

log = structlog.get_logger()

SoundsOf = Callable[[UUID, Sequence[object]], Awaitable[list[Path]]]
"""Files (without ending) for the prompts of a tenant, made where they are missing."""

Tell = Callable[[Floor, Callable[[Floor, datetime], None]], None]
"""Queues a stimulus for a floor."""


class Performer:
    """Effects to requests."""

    def __init__(self, switch: Switch, sounds: SoundsOf, recordings: Path, tell: Tell) -> None:
        self._switch = switch
        self._sounds = sounds
        self._recordings = recordings
        self._tell = tell

    async def perform(self, floor: Floor, call: UUID, effect: Effect) -> None:
        """One effect; raises only what nobody foresaw."""
        try:
            await self._do(floor, effect)
        except LegGone:
            # Ordinary: the other side was faster. The end of a leg is told by its own event.
            self._failed(floor, call, effect)
        except SwitchUnavailable:
            log.info("switch away, effect left to the reconciliation", effect=type(effect).__name__)
        except (SwitchError, YingdaError) as error:
            log.warning("effect refused", effect=type(effect).__name__, call=str(call), error=str(error))
            self._failed(floor, call, effect)
        except Exception:
            # A caller must not wait for ever for a prompt that was never played; the line logs the error.
            self._failed(floor, call, effect)
            raise

    def _failed(self, floor: Floor, call: UUID, effect: Effect) -> None:
        if isinstance(effect, Ring):
            leg = effect.leg
            self._tell(floor, lambda floor, now: events.ring_failed(floor, call, leg, now))
        elif isinstance(effect, Play):
            playback, leg = effect.playback, effect.leg
            self._tell(
                floor,
                lambda floor, now: events.happened(floor, PlaybackEnded(playback, leg, failed=True, at=now), now),
            )

    async def _do(self, floor: Floor, effect: Effect) -> None:
        switch = self._switch
        match effect:
            case Answer(leg):
                await switch.answer(leg)
            case HangUp(leg, cause):
                await switch.hang_up(leg, cause)
            case Play(leg, playback, prompts):
                await switch.play(leg, playback, await self._sounds(floor.setup.id, prompts))
            case StopPlayback(playback):
                await switch.stop_playback(playback)
            case StartMusic(leg, music):
                await switch.start_music(leg, music)
            case StopMusic(leg):
                await switch.stop_music(leg)
            case Ring():
                await switch.dial(
                    Dial(effect.leg, effect.endpoint, effect.caller, effect.caller_name, effect.ring_s, effect.headers)
                )
            case _:
                await self._bridge(effect)

    async def _bridge(self, effect: Effect) -> None:
        switch = self._switch
        match effect:
            case Join(bridge, legs):
                await switch.join(bridge, legs)
            case Leave(bridge, leg):
                await switch.leave(bridge, leg)
            case CloseBridge(bridge):
                await switch.close(bridge)
            case Record(leg, name):
                await switch.start_recording(leg, self._recordings / f"{name}.raw")
            case Mute(leg, muted):
                await switch.mute(leg, muted)
            case SendKeys(leg, digits):
                await switch.send_keys(leg, digits)
            case _:
                raise AssertionError(effect)
