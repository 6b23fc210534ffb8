"""All tenants' floors on one switch: which floor an event belongs to."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from yingda.channels.voice import events, offers, recovery
from yingda.channels.voice.floor import Floor
from yingda.channels.voice.setup import TenantSetup
from yingda.telephony.switch import (
    LegArrived,
    LegSeen,
    LegState,
    PhoneChanged,
    SwitchConnected,
    SwitchEvent,
    SwitchLost,
)


class Exchange:
    """The live state of all tenants that this process owns."""

    def __init__(self, new_id: Callable[[], UUID]) -> None:
        self.floors: dict[UUID, Floor] = {}
        self._strays: list[str] = []
        self.connected = False
        self._new_id = new_id
        self._owner: dict[str, UUID] = {}
        self._reachable: set[str] = set()

    def set_up(self, setup: TenantSetup, now: datetime) -> Floor:
        """A tenant is new, or set up anew."""
        floor = self.floors.get(setup.id)
        if floor is None:
            floor = self.floors[setup.id] = Floor(setup, now, self._new_id)
            outputs = []
        else:
            outputs = floor.replace_setup(setup, now)
        self._owner = {e: e_floor.setup.id for e_floor in self.floors.values() for e in e_floor.setup.endpoints()}
        floor.reachable = self._reachable & setup.endpoints()
        offers.route(floor, outputs, now)
        for agent in set(setup.agents) | set(floor.presences):
            offers.route(floor, floor.tell_routing(agent, now), now)
        return floor

    def happened(self, event: SwitchEvent, now: datetime) -> None:
        """One event of the switch."""
        match event:
            case SwitchConnected():
                self._connect(event, now)
            case SwitchLost():
                self.connected = False
            case LegArrived():
                self._arrive(event, now)
            case PhoneChanged():
                (self._reachable.add if event.reachable else self._reachable.discard)(event.endpoint)
                floor = self._floor_of_endpoint(event.endpoint)
                if floor is not None:
                    events.happened(floor, event, now)
            case _:
                floor = self._floor_of_leg(event.leg)
                if floor is not None:
                    events.happened(floor, event, now)

    def time_passed(self, now: datetime) -> None:
        """Does what is due on every floor."""
        for floor in self.floors.values():
            due = events.next_due(floor)
            if due is not None and due <= now:
                events.time_passed(floor, now)

    def next_due(self) -> datetime | None:
        """When :meth:`time_passed` has something to do next."""
        moments = (events.next_due(floor) for floor in self.floors.values())
        return min((at for at in moments if at is not None), default=None)

    def take_strays(self) -> Iterable[str]:
        """Legs to be ended that belong to no call; each is given once."""
        legs, self._strays = self._strays, []
        return legs

    def _connect(self, event: SwitchConnected, now: datetime) -> None:
        self.connected = True
        self._reachable = set(event.reachable)
        for floor in self.floors.values():
            recovery.reconcile(floor, event, now)
        known = {leg for floor in self.floors.values() for leg in floor.legs}
        for seen in event.legs:
            if seen.held_by_us and seen.leg not in known:
                self._unknown_leg(seen, now)

    def _unknown_leg(self, seen: LegSeen, now: datetime) -> None:
        """A caller who came in the moment we went down is taken now; anything else is an orphan."""
        if seen.endpoint in self._owner and seen.state is not LegState.UP and not seen.leg.startswith("agent-"):
            self._arrive(LegArrived(seen.leg, seen.endpoint, seen.called, seen.caller, "", seen.created_at), now)
        else:
            self._strays.append(seen.leg)

    def _arrive(self, event: LegArrived, now: datetime) -> None:
        floor = self._floor_of_endpoint(event.endpoint)
        if floor is None:
            self._strays.append(event.leg)
        elif event.leg not in floor.legs:
            events.happened(floor, event, now)

    def _floor_of_endpoint(self, endpoint: str) -> Floor | None:
        tenant = self._owner.get(endpoint)
        return self.floors.get(tenant) if tenant else None

    def _floor_of_leg(self, leg: str) -> Floor | None:
        return next((floor for floor in self.floors.values() if leg in floor.legs), None)
