"""After a lost connection or a restart: what we hold is compared with what the switch has, and mended.

Three sources tell the truth: a leg that the switch does not have any more is over; a leg that it has
and we do not know is an orphan and is ended; for legs that both have, what the caller should hear is
asked for again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yingda.agents import presence
from yingda.agents.terms import OFFERED, SERVING, AgentState
from yingda.channels.voice import ending, flowing, offers, talking
from yingda.channels.voice.call import Call, Ended, InFlow, Talking, Waiting
from yingda.channels.voice.effects import Join, Leave, Mute, Record, StartMusic, StopMusic
from yingda.channels.voice.floor import Floor
from yingda.interactions.terms import EndedBy
from yingda.routing import Entry, Offer
from yingda.telephony.switch import LegSeen, LegState, SwitchConnected

SWITCH_RESTARTED = "switch_restarted"


def adopt(floor: Floor, now: datetime) -> None:
    """Begins again from what the journal held: indexes, timers, the routing's lines."""
    for call in floor.calls.values():
        if call.live:
            floor.own(call.leg, call)
        match call.stage:
            case InFlow(timer_at=datetime() as at):
                floor.deadlines.set(f"flow:{call.id}", at)
            case Waiting():
                _adopt_waiting(floor, call, call.stage, now)
            case Talking(agent_leg=leg):
                floor.own(leg, call)
    for held in floor.presences.values():
        if held.until is not None:
            floor.deadlines.set(f"wrap_up:{held.agent}", held.until)
    mend(floor, now)


def mend(floor: Floor, now: datetime) -> None:
    """Sets agents free whom nothing holds, files what nobody works on, tells routing of everyone again."""
    _free_the_forgotten(floor, now)
    _file_the_forgotten(floor, now)
    for agent in set(floor.setup.agents) | set(floor.presences):
        offers.route(floor, floor.tell_routing(agent, now), now)


def _adopt_waiting(floor: Floor, call: Call, stage: Waiting, now: datetime) -> None:
    queue = floor.queue(stage.queue)
    for offering in stage.offers:
        floor.own(offering.leg, call)
    if stage.announce_at is not None:
        floor.deadlines.set(f"announce:{call.id}", stage.announce_at)
    if stage.until is not None:
        floor.deadlines.set(f"limit:{call.id}", stage.until)
    if queue is None:
        floor.deadlines.set(f"limit:{call.id}", now)
        return
    lease = queue.spec.ring_s + queue.spec.lease_margin_s
    open_offers = [
        Offer(o.offer, call.id, o.agent, stage.queue, offers.lease_end(o.at, lease), o.at) for o in stage.offers
    ]
    entry = Entry(call.id, stage.queue, stage.since, stage.priority)
    offers.route(floor, floor.acd.restore(entry, open_offers, now), now)


def _free_the_forgotten(floor: Floor, now: datetime) -> None:
    """Agents whose contact is not there any more."""
    for held in list(floor.presences.values()):
        call = floor.calls.get(held.contact) if held.contact else None
        stage = call.stage if call else None
        if held.state in OFFERED and not (
            isinstance(stage, Waiting) and any(o.agent == held.agent for o in stage.offers)
        ):
            floor.set_presence(presence.unreserve(held, now), "reconciler", now)
        elif held.state in SERVING and not (isinstance(stage, Talking) and stage.agent == held.agent):
            floor.set_presence(presence.release(held, now, 0), "reconciler", now)
        elif held.state is AgentState.WRAP_UP and held.until is None:
            floor.set_presence(presence.finish_wrap_up(held, now), "reconciler", now)


def _file_the_forgotten(floor: Floor, now: datetime) -> None:
    """Calls that wait for the wrap-up of an agent who does something else."""
    for call in list(floor.calls.values()):
        if not isinstance(call.stage, Ended):
            continue
        held = floor.presences.get(call.stage.wrapping) if call.stage.wrapping else None
        if held is None or held.state is not AgentState.WRAP_UP or held.contact != call.id:
            ending.filed(floor, call, now)


@dataclass(frozen=True, slots=True)
class _Look:
    """What the switch has, and the offers that there were when it was looked at.

    Mending one call frees agents, who are offered the next: those offers are younger than the look,
    their legs are not in it and must not be missed.
    """

    legs: Mapping[str, LegSeen]
    bridges: Mapping[str, tuple[str, ...]]
    offers: frozenset[UUID]


def reconcile(floor: Floor, seen: SwitchConnected, now: datetime) -> None:
    """The connection to the switch stands again."""
    waiting = (call.stage for call in floor.calls.values() if isinstance(call.stage, Waiting))
    offered = frozenset(offering.offer for stage in waiting for offering in stage.offers)
    look = _Look({leg.leg: leg for leg in seen.legs}, seen.bridges, offered)
    _reach(floor, seen, now)
    for call in list(floor.calls.values()):
        if isinstance(call.stage, Ended):
            continue
        if call.leg not in look.legs:
            _customer_gone(floor, call, look, seen.restarted, now)
        else:
            _customer_there(floor, call, look, now)


def _reach(floor: Floor, seen: SwitchConnected, now: datetime) -> None:
    mine = floor.setup.endpoints()
    before, floor.reachable = floor.reachable, set(seen.reachable) & mine
    for endpoint in before ^ floor.reachable:
        if endpoint in floor.setup.trunks:
            floor.out.trunks[endpoint] = None
        elif agent := floor.agent_of(endpoint):
            floor.out.agents[agent.id] = None
    for agent_id in floor.setup.agents:
        offers.route(floor, floor.tell_routing(agent_id, now), now)


def _customer_gone(floor: Floor, call: Call, look: _Look, restarted: bool, now: datetime) -> None:
    if restarted:
        ending.ended(floor, call, now, failed=SWITCH_RESTARTED)
        return
    if isinstance(call.stage, Talking) and call.stage.agent_leg not in look.legs:
        # Both are gone and nobody was there to hear who went first.
        call.ending_by = call.ending_by or EndedBy.CUSTOMER
    call.cause = call.cause or "ended_unheard"
    ending.ended(floor, call, now)


def _customer_there(floor: Floor, call: Call, look: _Look, now: datetime) -> None:
    match call.stage:
        case InFlow():
            floor.note(call, "recovered", now)
            flowing.reenter(floor, call, now)
        case Waiting():
            _recover_waiting(floor, call, call.stage, look, now)
        case Talking():
            _recover_talk(floor, call, call.stage, look, now)


def _recover_waiting(floor: Floor, call: Call, stage: Waiting, look: _Look, now: datetime) -> None:
    floor.note(call, "recovered", now)
    if stage.playback is not None:
        # Its end may have been missed; the music goes on and the next announcement comes in its time.
        stage.playback = None
        floor.deadlines.set(f"announce:{call.id}", now + offers.RECOVERY_PAUSE)
    queue = floor.queue(stage.queue)
    floor.do(call, StartMusic(call.leg, queue.music if queue else "default"))
    for offering in [known for known in stage.offers if known.offer in look.offers]:
        leg = look.legs.get(offering.leg)
        if leg is None:
            offers.declined(floor, call, offering, offers.decline_reason(19), now)
        elif leg.state is LegState.UP:
            talking.connect(floor, call, offering, now)
            return
        elif leg.state is LegState.RINGING:
            offers.rings(floor, call, offering.leg, now)


def _recover_talk(floor: Floor, call: Call, stage: Talking, look: _Look, now: datetime) -> None:
    floor.note(call, "recovered", now)
    if stage.agent_leg not in look.legs:
        talking.agent_left(floor, call, 0, now)
        return
    inside = set(look.bridges.get(stage.bridge, ()))
    if stage.muted:
        floor.do(call, Mute(stage.agent_leg, True))
    if stage.held_since is not None:
        if call.leg in inside:
            floor.do(call, Leave(stage.bridge, call.leg))
        floor.do(call, StartMusic(call.leg, "default"))
        wanted: tuple[str, ...] = (stage.agent_leg,)
    else:
        wanted = (call.leg, stage.agent_leg)
        if call.leg not in inside:
            floor.do(call, StopMusic(call.leg))
    missing = tuple(leg for leg in wanted if leg not in inside)
    if missing:
        floor.do(call, Join(stage.bridge, missing))
    if stage.bridge not in look.bridges:
        # The bridge was never made, so what follows it was not done either.
        floor.do(call, Record(call.leg, str(call.id)))
