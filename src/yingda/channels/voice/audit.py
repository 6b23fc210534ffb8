"""Where what is held and what the switch has differ. Pure; who looks acts only on what stands twice.

A difference in one look is ordinary: an event is on its way. The same difference some seconds later
means that an event was lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from yingda.channels.voice.call import Ended
from yingda.channels.voice.floor import Floor
from yingda.telephony.switch import SwitchConnected


@dataclass(frozen=True, slots=True)
class Difference:
    """``missing``: a leg that a call counts on is gone. ``orphan``: a leg of ours that no call knows."""

    kind: str
    leg: str
    tenant: UUID | None = None


def differences(floors: Mapping[UUID, Floor], seen: SwitchConnected) -> set[Difference]:
    """Every leg that only one side knows."""
    there = {leg.leg for leg in seen.legs}
    known: set[str] = set()
    found: set[Difference] = set()
    for tenant, floor in floors.items():
        known |= floor.legs.keys()
        for leg, call_id in floor.legs.items():
            call = floor.calls.get(call_id)
            if leg not in there and call is not None and not isinstance(call.stage, Ended):
                found.add(Difference("missing", leg, tenant))
    orphans = (leg.leg for leg in seen.legs if leg.held_by_us and leg.leg not in known)
    return found | {Difference("orphan", leg) for leg in orphans}
