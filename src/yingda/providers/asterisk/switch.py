"""The port to the switch, on Asterisk. A leg is a channel, a bridge a mixing bridge."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from yingda.kit.clock import Clock, SystemClock
from yingda.providers.asterisk.ami import Ami, AmiDown, AmiRefused
from yingda.providers.asterisk.ari import AriRefused
from yingda.providers.asterisk.control import Control, ControlAddress
from yingda.providers.asterisk.names import APP
from yingda.providers.asterisk.phones import (
    PushedObject,
    phone_objects,
    phone_removal,
    stale_objects,
    trunk_objects,
    trunk_removal,
)
from yingda.providers.asterisk.registrations import Registrations
from yingda.providers.asterisk.translate import Translator
from yingda.telephony.switch import (
    Cause,
    Dial,
    LegArrived,
    LegEnded,
    LegGone,
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

log = structlog.get_logger()

_SUBSCRIBER_ABSENT = 20
_FAREWELL_S = 1.0
# Without dtmf_events Asterisk may let two phones send RTP to each other past its core, and keys go unheard.
_BRIDGE_TYPE = "mixing,dtmf_events"


class AsteriskSwitch:
    """One Asterisk under our control; implements :class:`yingda.telephony.switch.Switch`.

    Connecting begins when :meth:`events` is first read. Holds no state of calls: only which legs
    may have music playing, because a leg with music must not enter a bridge.
    """

    def __init__(self, address: ControlAddress, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._ami = Ami(address.ami_host, address.ami_port, address.ami_user, address.ami_password, self._ami_heard)
        self._registrations = Registrations(self._ami, self._reachable)
        self._control = Control(address.ari, self._clock, self._registered)
        self._unasked: set[str] = set()
        self._events: asyncio.Queue[SwitchEvent] = asyncio.Queue()
        self._translator = Translator()
        self._music: set[str] = set()
        self._running: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._registering: dict[str, PushedObject] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def events(self) -> AsyncIterator[SwitchEvent]:
        """Everything that happens, in order; for one reader."""
        if self._running is None:
            run = self._control.run(self._connected, self._heard, self._lost)
            self._running = asyncio.create_task(run, name="asterisk control")
            self._running.add_done_callback(_report)
            self._watching = asyncio.create_task(self._registrations.watch(), name="asterisk registrations")
            self._watching.add_done_callback(_report)
        while True:
            yield await self._events.get()

    def _connected(self, seen: SwitchConnected) -> None:
        log.info("connected to asterisk", legs=len(seen.legs), restarted=seen.restarted)
        # Whether a leg that was there before us has music is not known; stopping none is no error.
        self._music = {leg.leg for leg in seen.legs if leg.held_by_us}
        self._events.put_nowait(seen)
        self._registrations.tell_again()

    def _lost(self) -> None:
        log.warning("lost asterisk")
        self._events.put_nowait(SwitchLost(self._clock.now()))

    def _heard(self, raw: Mapping[str, Any]) -> None:
        event = self._translator.event(raw)
        if event is None:
            return
        if isinstance(event, LegEnded):
            self._music.discard(event.leg)
        elif isinstance(event, LegArrived):
            # It may come out of the dialplan's fallback, where it heard music.
            self._music.add(event.leg)
        elif isinstance(event, PhoneChanged) and self._registrations.registers(event.endpoint):
            if self._registrations.answers(event.endpoint, event.reachable):
                self._register_again(event.endpoint)
            return
        self._events.put_nowait(event)

    def _ami_heard(self, event: str) -> None:
        self._registrations.happened(event)

    def _reachable(self, endpoint: str, reachable: bool) -> None:
        self._events.put_nowait(PhoneChanged(endpoint, reachable, self._clock.now()))

    def _register_again(self, endpoint: str) -> None:
        """A provider that was away may have forgotten us; it is not to cost calls until the next refresh."""
        made = self._registering.get(endpoint)
        if made is not None:
            task = asyncio.create_task(self._renew(made))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _renew(self, made: PushedObject) -> None:
        try:
            await self._remove([made])
            # The farewell of the old registration must not reach the provider behind the new one.
            await asyncio.sleep(_FAREWELL_S)
            if self._registering.get(made.id) is made:
                await self._push([made])
        except (SwitchError, SwitchUnavailable) as error:
            log.warning("a trunk cannot be registered again", endpoint=made.id, reason=str(error))

    async def _registered(self) -> Mapping[str, bool]:
        """Trunks of whose reachability Asterisk's endpoints say nothing: those that register, those without a host."""
        return dict.fromkeys(self._unasked, True) | dict(await self._registrations.read())

    async def look(self) -> SwitchConnected:
        """Everything that exists now. Events that are on their way may not have been told yet."""
        return await self._control.look()

    async def answer(self, leg: str) -> None:
        """Picks up a leg that came in."""
        await self._control.ask_leg("POST", f"channels/{leg}/answer")

    async def hang_up(self, leg: str, cause: Cause = Cause.NORMAL) -> None:
        """Ends a leg; one that is gone already is no error."""
        await self._control.ask_gone_is_fine("DELETE", f"channels/{leg}", {"reason_code": str(int(cause))})

    async def play(self, leg: str, playback: str, sounds: Sequence[Path]) -> None:
        """Plays files one after another, as one playback of Asterisk's. Music on the leg is stopped first."""
        if not sounds:
            self._events.put_nowait(PlaybackEnded(playback, leg, failed=False, at=self._clock.now()))
            return
        if any("," in str(sound) for sound in sounds):
            raise ValueError("a comma in the name of a sound")
        await self._quieten(leg)
        media = ",".join(f"sound:{sound}" for sound in sounds)
        await self._control.ask_leg("POST", f"channels/{leg}/play/{playback}", {"media": media})

    async def stop_playback(self, playback: str) -> None:
        """Stops a playback and drops what it had not begun; one that is over already is no error."""
        await self._control.ask_gone_is_fine("DELETE", f"playbacks/{playback}")

    async def start_music(self, leg: str, music: str = "default") -> None:
        """Music on hold for one leg, until :meth:`stop_music`, :meth:`play` or :meth:`join`."""
        self._music.add(leg)
        await self._control.ask_leg("POST", f"channels/{leg}/moh", {"mohClass": music})

    async def stop_music(self, leg: str) -> None:
        """Ends the music."""
        self._music.discard(leg)
        await self._control.ask_leg("DELETE", f"channels/{leg}/moh")

    async def _quieten(self, leg: str) -> None:
        if leg in self._music:
            await self.stop_music(leg)

    async def send_keys(self, leg: str, digits: str) -> None:
        """DTMF towards the far end."""
        await self._control.ask_leg("POST", f"channels/{leg}/dtmf", {"dtmf": digits})

    async def mute(self, leg: str, muted: bool) -> None:
        """Whether what the far end of this leg says is dropped."""
        await self._control.ask_leg("POST" if muted else "DELETE", f"channels/{leg}/mute", {"direction": "in"})

    async def dial(self, request: Dial) -> None:
        """Makes a leg and rings it. A phone that is not registered ends it at once, with cause 20."""
        variables = {
            "CONNECTEDLINE(num,i)": request.caller,
            "CONNECTEDLINE(name,i)": request.caller_name,
            **{f"PJSIP_HEADER(add,{name})": value for name, value in request.headers.items()},
        }
        query = {
            "endpoint": f"PJSIP/{request.endpoint}",
            "app": APP,
            "appArgs": "dialled",
            "channelId": request.leg,
            # Left out, Asterisk offers ulaw first, whatever the phone's own order is.
            "formats": "alaw",
        }
        try:
            await self._control.ask("POST", "channels/create", query, {"variables": variables})
        except AriRefused as error:
            if error.status == 409:
                raise SwitchError(error.reason) from error
            log.info("a phone cannot be dialled", endpoint=request.endpoint, reason=error.reason)
            self._events.put_nowait(LegEnded(request.leg, _SUBSCRIBER_ABSENT, "Subscriber absent", self._clock.now()))
            return
        try:
            await self._control.ask_leg("POST", f"channels/{request.leg}/dial", {"timeout": str(request.ring_s)})
        except LegGone:
            return
        except (SwitchError, SwitchUnavailable):
            await self.hang_up(request.leg, Cause.FAILED)
            raise

    async def join(self, bridge: str, legs: Sequence[str]) -> None:
        """Puts legs into a bridge (made where it does not exist), where all hear each other."""
        for leg in legs:
            await self._quieten(leg)
        try:
            await self._control.ask("POST", f"bridges/{bridge}", {"type": _BRIDGE_TYPE})
        except AriRefused as error:
            if error.status != 409:
                raise SwitchError(str(error)) from error
        if legs:
            await self._control.ask_leg("POST", f"bridges/{bridge}/addChannel", {"channel": ",".join(legs)})

    async def leave(self, bridge: str, leg: str) -> None:
        """Takes one leg out of a bridge; one that is not in it is no error."""
        try:
            await self._control.ask("POST", f"bridges/{bridge}/removeChannel", {"channel": leg})
        except AriRefused as error:
            if error.status == 404 or "not found" in error.reason:
                raise LegGone(error.reason) from error
            if "not in" not in error.reason:
                raise SwitchError(str(error)) from error

    async def close(self, bridge: str) -> None:
        """Removes a bridge; the legs in it live on. One that is gone is no error."""
        await self._control.ask_gone_is_fine("DELETE", f"bridges/{bridge}")

    async def start_recording(self, leg: str, file: Path) -> None:
        """Records a leg into ``file`` (``.raw``: 8 kHz, 16 bit, two channels; left what it says, right what it hears).

        Goes on until the leg ends, also without us.
        """
        if file.suffix != ".raw" or "," in str(file):
            raise ValueError("a recording is named .raw, without a comma")
        file.parent.mkdir(parents=True, exist_ok=True)
        await self._manage("MixMonitor", {"Channel": leg, "File": str(file), "Options": "D"})

    async def stop_recording(self, leg: str) -> None:
        """Ends the recording of a leg."""
        await self._manage("StopMixMonitor", {"Channel": leg})

    async def _manage(self, action: str, fields: Mapping[str, str]) -> None:
        try:
            await self._ami.act(action, fields)
        except AmiDown as error:
            raise SwitchUnavailable(str(error)) from error
        except AmiRefused as error:
            if "channel" in str(error).lower():
                raise LegGone(str(error)) from error
            raise SwitchError(str(error)) from error

    async def put_phone(self, phone: Phone) -> None:
        """Makes a phone known, or known anew; it may register from then on."""
        await self._push(phone_objects(phone))
        if not phone.browser:
            await self._ask_after(phone.endpoint)

    async def _ask_after(self, endpoint: str) -> None:
        """Asks a phone whether it is there: Asterisk knows registrations from before its restart, and believes
        them only after its next OPTIONS, which may be half a minute away."""
        try:
            await self._ami.act("PJSIPQualify", {"Endpoint": endpoint})
        except (AmiDown, AmiRefused) as error:
            log.info("a phone is not asked whether it is there", endpoint=endpoint, reason=str(error))

    async def remove_phone(self, endpoint: str) -> None:
        """Forgets a phone."""
        await self._remove(phone_removal(endpoint))

    async def put_trunk(self, trunk: TrunkSpec) -> None:
        """Makes a trunk known, or known anew."""
        made = trunk_objects(trunk)
        self._registering.pop(trunk.endpoint, None)
        self._registering.update({one.id: one for one in made if one.kind == "registration"})
        if not (await self._registrations.read()).get(trunk.endpoint, True):
            # A registration that failed would wait out its pause before it uses a corrected password.
            await self._remove([PushedObject("registration", trunk.endpoint)])
        await self._remove(stale_objects(trunk, await self._contact(trunk.endpoint)))
        await self._push(made)
        self._registrations.expect(trunk.endpoint, trunk.register)
        if trunk.host:
            self._unasked.discard(trunk.endpoint)
        else:
            # Nobody can be asked whether it lives; its calls are taken.
            self._unasked.add(trunk.endpoint)
            self._reachable(trunk.endpoint, True)

    async def _contact(self, endpoint: str) -> str:
        """The address that Asterisk has of a trunk, '' where it has none."""
        try:
            fields = await self._control.ask("GET", PushedObject("aor", endpoint).path)
        except AriRefused as error:
            if error.status != 404:
                raise SwitchError(f"aor {endpoint}: {error}") from error
            return ""
        return next((one["value"] for one in fields if one["attribute"] == "contact"), "")

    async def remove_trunk(self, endpoint: str) -> None:
        """Forgets a trunk."""
        await self._remove(trunk_removal(endpoint))
        self._registering.pop(endpoint, None)
        self._registrations.expect(endpoint, registers=False)
        self._unasked.discard(endpoint)

    async def _push(self, objects: Sequence[PushedObject]) -> None:
        for made in objects:
            try:
                await self._control.ask("PUT", made.path, body=made.body())
            except AriRefused as error:
                raise SwitchError(f"{made.kind} {made.id}: {error}") from error

    async def _remove(self, objects: Sequence[PushedObject]) -> None:
        for old in objects:
            await self._control.ask_gone_is_fine("DELETE", old.path)

    async def close_connection(self) -> None:
        """Lets go of the switch; calls go on."""
        tasks = [task for task in (self._running, self._watching, *self._tasks) if task is not None]
        self._running = self._watching = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._ami.close()


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("asterisk control failed", error=repr(error))
