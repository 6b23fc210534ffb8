"""Every place where a call can end, and the one outcome that it gets there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.channels.voice.setups import (
    BARE_NUMBER,
    CLOSED_NUMBER,
    FLOW,
    NUMBER,
    OFF_NUMBER,
    TRUNK,
    name_id,
    queue,
    tenant,
)
from tests.channels.voice.world import World
from yingda.channels.voice.call import Call
from yingda.channels.voice.effects import HangUp
from yingda.channels.voice.setup import TrunkSetup
from yingda.channels.voice.treatment import FlowName
from yingda.flows.definition import Definition
from yingda.flows.treatment import FlowTreatments
from yingda.interactions.terms import EndedBy, Outcome
from yingda.telephony.switch import Cause, LegEnded

Story = Callable[[World], Call]


def in_flow(world: World) -> Call:
    call = world.arrive()
    world.wait(3)
    world.end(call.leg)
    return call


def in_queue(world: World) -> Call:
    call = world.queued()
    world.wait(5)
    world.end(call.leg)
    return call


def in_queue_at_once(world: World) -> Call:
    call = world.queued()
    world.wait(4.9)
    world.end(call.leg)
    return call


def while_reserved(world: World) -> Call:
    world.ready("a")
    call = world.queued()
    world.wait(9)
    world.end(call.leg)
    return call


def while_ringing(world: World) -> Call:
    world.ready("a")
    call = world.queued()
    world.ring("a")
    world.wait(1)
    world.end(call.leg)
    return call


def out_of_hours(world: World) -> Call:
    call = world.arrive(CLOSED_NUMBER)
    world.heard(call)
    return call


def served_by_the_flow(world: World) -> Call:
    call = world.arrive()
    world.heard(call)
    world.press(call, "9")
    world.heard(call)
    return call


def by_limit(world: World) -> Call:
    for _ in range(2):
        world.arrive()
    return world.arrive()


def by_restart(world: World) -> Call:
    call = world.queued()
    world.connect(restarted=True)
    return call


def talking_at_restart(world: World) -> Call:
    call = world.talking()
    world.connect(restarted=True)
    return call


def waited_too_long(world: World) -> Call:
    call = world.queued("2")
    world.wait(40)
    world.heard(call)
    return call


def left_after_the_longest_wait(world: World) -> Call:
    call = world.queued("2")
    world.wait(41)
    world.end(call.leg)
    return call


def queue_unknown(world: World) -> Call:
    call = world.queued("3")
    world.wait(1)
    world.heard(call)
    return call


CUSTOMER, SYSTEM = EndedBy.CUSTOMER, EndedBy.SYSTEM
STORIES: list[tuple[Story, Outcome, EndedBy, str | None]] = [
    (in_flow, Outcome.ABANDONED_IN_FLOW, CUSTOMER, "welcome"),
    (in_queue, Outcome.ABANDONED_IN_QUEUE, CUSTOMER, "sales"),
    (in_queue_at_once, Outcome.SHORT_ABANDON, CUSTOMER, "sales"),
    (while_reserved, Outcome.ABANDONED_IN_QUEUE, CUSTOMER, "sales"),
    (while_ringing, Outcome.ABANDONED_WHILE_RINGING, CUSTOMER, "sales"),
    (out_of_hours, Outcome.CLOSED, SYSTEM, "closed"),
    (served_by_the_flow, Outcome.ABANDONED_IN_FLOW, SYSTEM, "bye"),
    (lambda world: world.arrive("999"), Outcome.FAILED, SYSTEM, ""),
    (lambda world: world.arrive(OFF_NUMBER), Outcome.FAILED, SYSTEM, ""),
    (lambda world: world.arrive(BARE_NUMBER), Outcome.FAILED, SYSTEM, ""),
    (by_limit, Outcome.REJECTED_LIMIT, SYSTEM, ""),
    (by_restart, Outcome.FAILED, SYSTEM, "sales"),
    (talking_at_restart, Outcome.FAILED, SYSTEM, None),
    (waited_too_long, Outcome.OVERFLOW_TIMEOUT, SYSTEM, "busy"),
    (left_after_the_longest_wait, Outcome.OVERFLOW_TIMEOUT, SYSTEM, "busy"),
    (queue_unknown, Outcome.FAILED, SYSTEM, "busy"),
]


@pytest.mark.parametrize(("story", "outcome", "by", "node"), STORIES)
def test_outcomes(story: Story, outcome: Outcome, by: EndedBy, node: str | None) -> None:
    queues = [queue("sales", "a"), queue("service", "b", max_wait_s=40, announce_position=False)]
    world = World(tenant(queues, trunks={TRUNK: TrunkSetup(name_id("lab"), "lab", TRUNK, channel_limit=2)}))
    call = story(world)
    record = world.record(call)
    assert (record.outcome, record.ended_by, record.node_of_loss) == (outcome, by, node)
    assert record.ended_at == world.now
    assert call.leg not in world.plant.legs
    assert world.kinds(call).count("ended") == 1
    world.wait(100)
    assert call.id not in world.floor.calls
    assert call.id not in world.journal


def test_refused_calls_get_a_cause_of_their_own() -> None:
    world = World(tenant(trunks={TRUNK: TrunkSetup(name_id("lab"), "lab", TRUNK, channel_limit=1)}))
    world.arrive()
    refused = world.arrive()
    assert world.last(HangUp) == HangUp(refused.leg, Cause.CONGESTION)
    assert world.record(refused).cause == "trunk_limit"
    unknown = world.arrive("999", endpoint="a")
    assert world.last(HangUp) == HangUp(unknown.leg, Cause.REJECTED)


def test_the_restart_of_the_switch_is_the_cause() -> None:
    world = World()
    call = world.talking()
    world.wait(5)
    world.connect(restarted=True)
    assert (world.record(call).cause, world.record(call).talk_s) == ("switch_restarted", 5)
    assert world.state("a") == "wrap_up"


def test_an_end_that_is_told_twice_counts_once() -> None:
    world = World()
    call = world.queued()
    world.wait(6)
    world.end(call.leg)
    revision = world.record(call).revision
    world.hear(LegEnded(call.leg, 16, "", world.now))
    assert world.record(call).revision == revision
    assert world.floor.tallies[name_id("sales")].abandoned == 1


def test_the_day_s_figures_of_a_queue() -> None:
    world = World(tenant([queue("sales", "a")]))
    in_queue(world)
    in_queue_at_once(world)
    call = world.talking()
    tally = world.floor.tallies[name_id("sales")]
    assert (tally.offered, tally.answered, tally.abandoned, tally.short_abandons) == (3, 1, 1, 1)
    assert (tally.within_target, tally.wait_s_sum) == (1, world.record(call).wait_s)


def test_the_longest_wait_does_not_take_a_ringing_call_away() -> None:
    world = World(tenant([queue("sales", "a", max_wait_s=10, announce_position=False)]))
    call = world.queued()
    world.wait(8)
    world.ready("a")
    world.ring("a")
    world.wait(5)
    world.answer("a")
    assert world.state("a") == "talking"
    world.end(call.leg)
    assert world.record(call).outcome is Outcome.ANSWERED


def test_the_goodbye_of_a_closed_number_stays_closed_over_a_crash() -> None:
    world = World()
    call = world.arrive(CLOSED_NUMBER)
    world.away = True
    world.plant.finish(world.plant.legs[call.leg].playback or "", world.now)
    world.settle()
    world.come_back()
    assert world.record(call).outcome is Outcome.CLOSED


def test_a_flow_that_leads_back_to_a_missing_queue_does_not_spin() -> None:
    nowhere = {
        "kind": "queue",
        "queue": str(name_id("nowhere")),
        "outlets": {"failed": "nowhere", "timeout": "nowhere"},
    }
    looped = Definition.model_validate({"name": "loop", "start": "nowhere", "nodes": {"nowhere": nowhere}})
    flows = FlowTreatments(published={FLOW: FlowName(FLOW, "loop", 1)}, definitions={(FLOW, 1): looped})
    world = World(replace(tenant([queue("sales", "a")]), treatments=flows))
    call = world.arrive()
    for _ in range(10):
        world.wait(1)
    assert 5 <= world.kinds(call).count("queue_unknown") <= 11


@pytest.mark.parametrize("called", [NUMBER, "+862088880000", "862088880000", "00862088880000", "88880000"])
def test_our_number_is_known_in_every_form_that_trunks_send(called: str) -> None:
    world = World(replace(tenant([queue("sales", "a")]), area_code="020"))
    call = world.arrive(called)
    assert (call.number, world.kinds(call)[:2]) == (NUMBER, ["arrived", "node_entered"])
