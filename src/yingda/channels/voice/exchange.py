"""All tenants' floors on one switch: which floor an event belongs to."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from yingda.channels.voice import events, offers, recovery
from yingda.channels.voice.deadlines import Deadlines
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
        self._legs: dict[str, UUID] = {}
        self._due = Deadlines()
        self._touched: dict[UUID, None] = {}

    def set_up(self, setup: TenantSetup, now: datetime) -> Floor:
        """A tenant is new, or set up anew."""
        floor = self.floors.get(setup.id)
        if floor is None:
            floor = self.floors[setup.id] = Floor(setup, now, self._new_id, self._legs)
            outputs = []
        else:
            outputs = floor.replace_setup(setup, now)
        self._owner = {e: e_floor.setup.id for e_floor in self.floors.values() for e in e_floor.setup.endpoints()}
        floor.reachable = self._reachable & setup.endpoints()
        offers.route(floor, outputs, now)
        for agent in set(setup.agents) | set(floor.presences):
            offers.route(floor, floor.tell_routing(agent, now), now)
        self.touch(floor)
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
                    self._tell(floor, event, now)
            case _:
                tenant = self._legs.get(event.leg)
                if tenant is not None:
                    self._tell(self.floors[tenant], event, now)

    def time_passed(self, now: datetime) -> None:
        """Does what is due on every floor."""
        for tenant in self._due.due(now):
            floor = self.floors[UUID(tenant)]
            try:
                events.time_passed(floor, now)
            finally:
                # Whatever fails, what has changed is to be written and the next moment kept.
                self.touch(floor)

    def next_due(self) -> datetime | None:
        """When :meth:`time_passed` has something to do next."""
        return self._due.next()

    def touch(self, floor: Floor) -> None:
        """Something happened on a floor: its outbox is to be taken, its next moment may have moved."""
        self._touched[floor.setup.id] = None
        at = events.next_due(floor)
        if at is None:
            self._due.cancel(str(floor.setup.id))
        else:
            self._due.set(str(floor.setup.id), at)

    def take_touched(self) -> list[Floor]:
        """The floors whose outboxes are to be taken."""
        touched, self._touched = self._touched, {}
        return [self.floors[tenant] for tenant in touched]

    def end_stray(self, leg: str) -> None:
        """A leg that belongs to no call is to be ended."""
        self._strays.append(leg)

    def take_strays(self) -> Iterable[str]:
        """Legs to be ended that belong to no call; each is given once."""
        legs, self._strays = self._strays, []
        return legs

    def _connect(self, event: SwitchConnected, now: datetime) -> None:
        self.connected = True
        self._reachable = set(event.reachable)
        for floor in self.floors.values():
            recovery.reconcile(floor, event, now)
            self.touch(floor)
        for seen in event.legs:
            if seen.held_by_us and seen.leg not in self._legs:
                self._unknown_leg(seen, now)

    def _unknown_leg(self, seen: LegSeen, now: datetime) -> None:
        """A caller who came in the moment we went down is taken now; anything else is an orphan."""
        if seen.endpoint in self._owner and seen.state is not LegState.UP and not seen.leg.startswith(offers.AGENT_LEG):
            self._arrive(LegArrived(seen.leg, seen.endpoint, seen.called, seen.caller, "", seen.created_at), now)
        else:
            self._strays.append(seen.leg)

    def _arrive(self, event: LegArrived, now: datetime) -> None:
        floor = self._floor_of_endpoint(event.endpoint)
        if floor is None:
            self._strays.append(event.leg)
        elif event.leg not in floor.legs:
            self._tell(floor, event, now)

    def _tell(self, floor: Floor, event: events.FloorEvent, now: datetime) -> None:
        try:
            events.happened(floor, event, now)
        finally:
            self.touch(floor)

    def _floor_of_endpoint(self, endpoint: str) -> Floor | None:
        tenant = self._owner.get(endpoint)
        return self.floors.get(tenant) if tenant else None
