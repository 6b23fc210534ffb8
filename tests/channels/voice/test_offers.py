"""Offers to agents: who rings, who is passed over, who is first."""

import pytest

from tests.channels.voice.setups import name_id, queue, tenant
from tests.channels.voice.world import World
from yingda.agents.errors import NotPossible
from yingda.agents.terms import AgentState
from yingda.channels.voice import desk, events
from yingda.channels.voice.effects import HangUp, Ring
from yingda.kit.errors import Invalid, NotFound
from yingda.telephony.switch import Cause, LegAnswered, LegEnded, LegRinging


def test_who_does_not_answer_is_passed_over() -> None:
    world = World()
    world.ready("a", "b")
    call = world.queued()
    world.ring("a")
    world.wait(20)
    world.end(world.leg_of("a"), Cause.NO_ANSWER)
    assert world.rung() == {"b"}
    assert (world.state("a"), world.floor.presences[name_id("a")].misses) == ("ready", 1)
    world.answer("b")
    world.end(call.leg)
    assert [o.result for o in world.offers(call)] == ["no_answer", "accepted"]
    assert world.record(call).ring_s == 20
    assert world.record(call).agent_username == "b"


def test_a_lease_ends_an_offer_of_which_nothing_is_heard_any_more() -> None:
    world = World()
    world.ready("a", "b")
    world.queued()
    lost = world.leg_of("a")
    world.deaf = True
    world.wait(24)
    assert world.state("a") == "reserved"
    world.wait(1)
    assert world.last(HangUp).leg == lost
    assert world.rung() == {"b"}
    assert world.floor.presences[name_id("a")].misses == 1


def test_three_misses_make_an_agent_not_ready() -> None:
    world = World(tenant(people="ab"))
    world.ready("a")
    call = world.queued()
    for _ in range(3):
        world.ring("a")
        world.wait(20)
        world.end(world.leg_of("a"), Cause.NO_ANSWER)
    held = world.floor.presences[name_id("a")]
    assert (held.state, held.reason) == (AgentState.NOT_READY, "missed_calls")
    assert not world.rung()
    change = world.changes[-1]
    assert (change.after, change.reason, change.by) == (AgentState.NOT_READY, "missed_calls", "routing")
    world.ready("b")
    assert world.rung() == {"b"}
    world.answer("b")
    world.end(call.leg)
    assert world.record(call).agent_username == "b"


def test_an_answer_forgets_the_misses() -> None:
    world = World(tenant(people="a"))
    world.ready("a")
    call = world.queued()
    for _ in range(2):
        world.end(world.leg_of("a"), Cause.NO_ANSWER)
    world.answer("a")
    assert world.floor.presences[name_id("a")].misses == 0
    world.end(call.leg)


def test_reject_goes_on_to_the_next() -> None:
    world = World()
    world.ready("a", "b")
    call = world.queued()
    leg = world.leg_of("a")
    world.ask(desk.reject, name_id("a"), call.id, world.now)
    assert leg not in world.plant.legs
    assert world.rung() == {"b"}
    assert [o.result for o in world.offers(call)] == ["rejected", None]
    with pytest.raises(NotFound):
        world.ask(desk.reject, name_id("a"), call.id, world.now)


@pytest.mark.parametrize(
    ("cause", "result"),
    [(17, "rejected"), (21, "rejected"), (19, "no_answer"), (20, "unreachable"), (3, "unreachable"), (38, "failed")],
)
def test_what_a_device_says(cause: int, result: str) -> None:
    world = World()
    world.ready("a", "b")
    call = world.queued()
    world.end(world.leg_of("a"), cause)
    assert world.offers(call)[0].result == result
    assert world.rung() == {"b"}


def test_the_switch_refuses_to_ring() -> None:
    world = World()
    world.ready("a", "b")
    call = world.queued()
    leg = world.leg_of("a")
    del world.plant.legs[leg]
    for _ in range(2):
        world.ask(events.ring_failed, call.id, leg, world.now)
    assert [o.result for o in world.offers(call)] == ["unreachable", None]
    assert world.rung() == {"b"}


def test_all_ring_and_the_first_wins() -> None:
    world = World(tenant([queue("sales", "abc", "ring_all")]))
    world.ready("a", "b", "c")
    call = world.queued()
    assert world.rung() == {"a", "b", "c"}
    for name in "abc":
        world.ring(name)
    world.wait(4)
    world.answer("b")
    assert world.rung() == set()
    assert [world.state(name) for name in "abc"] == ["ready", "talking", "ready"]
    assert sorted(str(o.result) for o in world.offers(call)) == [
        "accepted",
        "taken_by_another",
        "taken_by_another",
    ]
    assert world.floor.presences[name_id("a")].misses == 0
    assert world.record(call).ring_s == 12


def test_two_answer_at_the_same_moment() -> None:
    world = World(tenant([queue("sales", "ab", "ring_all")]))
    world.ready("a", "b")
    call = world.queued()
    world.deaf = True
    legs = {name: world.leg_of(name) for name in "ab"}
    for name in "ab":
        world.plant.pick_up(legs[name], world.now)
    world.deaf = False
    world.settle()
    winner = next(name for name in "ab" if world.state(name) == "talking")
    loser = "b" if winner == "a" else "a"
    assert world.state(loser) == "ready"
    assert legs[loser] not in world.plant.legs
    assert set(world.plant.bridges[f"bridge-{call.id}"]) == {call.leg, legs[winner]}


def test_an_answer_after_the_caller_left() -> None:
    world = World()
    world.ready("a")
    call = world.queued()
    leg = world.leg_of("a")
    world.deaf = True
    world.end(call.leg)
    world.plant.pick_up(leg, world.now)
    world.deaf = False
    world.settle()
    assert not world.plant.legs
    assert world.state("a") == "ready"


def test_doubled_and_late_events_do_nothing() -> None:
    world = World()
    world.ready("a", "b")
    call = world.queued()
    leg = world.leg_of("a")
    for _ in range(2):
        world.hear(LegRinging(leg, world.now))
    for _ in range(2):
        world.hear(LegAnswered(leg, world.now))
    assert world.names().count("Join") == 1
    assert world.kinds(call).count("ringing") == 1
    world.hear(LegRinging(leg, world.now))
    world.end(leg)
    before, revision = len(world.effects), world.record(call).revision
    for event in (LegEnded(leg, 16, "", world.now), LegAnswered(leg, world.now), LegRinging(leg, world.now)):
        world.hear(event)
    assert len(world.effects) == before
    assert world.record(call).revision == revision


def test_devices_come_and_go() -> None:
    world = World(tenant(people="a"))
    world.ready("a")
    world.reach("a-web", False)
    world.queued()
    assert not world.rung()
    world.reach("a")
    assert world.last(Ring).endpoint == "a"
    world.end(world.leg_of("a"))
    world.reach("a-web")
    assert world.last(Ring).endpoint == "a"
    world.end(world.leg_of("a"))
    assert world.last(Ring).endpoint == "a-web"


def test_a_break_that_needs_approval() -> None:
    world = World(tenant(people="ab", breaks_to_approve=frozenset({"会议"})))
    world.ready("a")
    world.choose("a", AgentState.BREAK, "会议")
    assert world.state("a") == "ready"
    assert world.floor.presences[name_id("a")].requested
    world.ask(desk.decide_break, name_id("a"), False, "boss", world.now)
    assert world.state("a") == "ready"
    world.choose("a", AgentState.BREAK, "会议")
    world.ask(desk.decide_break, name_id("a"), True, "boss", world.now)
    assert (world.state("a"), world.changes[-1].by) == ("break", "boss")
    world.choose("b", AgentState.BREAK, "午休")
    assert world.state("b") == "break"
    with pytest.raises(Invalid):
        world.choose("b", AgentState.BREAK)
    with pytest.raises(NotPossible):
        world.ask(desk.decide_break, name_id("b"), True, "boss", world.now)


def test_a_break_asked_for_in_a_call_begins_behind_it() -> None:
    world = World()
    call = world.talking()
    world.choose("a", AgentState.BREAK, "午休")
    assert world.state("a") == "talking"
    world.end(call.leg)
    assert world.state("a") == "wrap_up"
    world.wait(30)
    assert world.state("a") == "break"


def test_who_signs_out_in_a_call_has_no_wrap_up() -> None:
    world = World()
    call = world.talking()
    world.choose("a", AgentState.OFFLINE)
    world.end(call.leg)
    assert world.state("a") == "offline"
    assert not world.floor.calls


def test_ready_in_the_wrap_up_closes_it() -> None:
    world = World()
    call = world.talking()
    world.end(call.leg)
    world.wait(7)
    world.choose("a", AgentState.READY)
    assert world.record(call).wrap_up_s == 7
    assert not world.floor.calls


def test_only_my_own_call_obeys() -> None:
    world = World()
    call = world.talking()
    for verb, args in (
        (desk.hold, (world.now,)),
        (desk.resume, (world.now,)),
        (desk.hang_up, ()),
        (desk.mute, (True,)),
        (desk.send_keys, ("1",)),
        (desk.reject, (world.now,)),
    ):
        with pytest.raises(NotFound):
            world.ask(verb, name_id("b"), call.id, *args)
    world.end(call.leg)
    with pytest.raises(NotFound):
        world.ask(desk.hold, name_id("a"), call.id, world.now)
    with pytest.raises(NotPossible):
        world.ask(desk.finish_wrap_up, name_id("b"), "b", world.now)
    with pytest.raises(NotFound):
        world.choose("z", AgentState.READY)
