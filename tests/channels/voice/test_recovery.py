"""Our process dies in every stage of a call, and the switch may have gone on meanwhile."""

import pytest

from tests.channels.voice.plant import PlantLeg
from tests.channels.voice.setups import T0, TRUNK, name_id, queue, tenant
from tests.channels.voice.world import World
from yingda.agents.terms import AgentState
from yingda.channels.voice import desk
from yingda.channels.voice.effects import Join, Leave, Mute, Record, Ring
from yingda.interactions.terms import EndedBy, OfferResult, Outcome
from yingda.telephony.switch import LegArrived, LegState


def quiet_sales() -> World:
    return World(tenant([queue("sales", "ab", announce_position=False)], people="ab"))


def test_in_the_flow_the_node_is_heard_again() -> None:
    world = World()
    call = world.arrive()
    world.heard(call)
    world.come_back()
    assert "recovered" in world.kinds(call)
    call = world.call(call.leg)
    world.press(call, "1")
    assert world.call(call.leg).stage.kind == "waiting"


def test_the_flow_s_timer_is_kept() -> None:
    world = World()
    call = world.arrive()
    world.heard(call)
    world.heard(call)
    world.crash()
    world.connect()
    world.heard(call)
    for _ in range(6):
        world.wait(6)
        if call.leg in world.plant.legs and world.plant.legs[call.leg].playback:
            world.heard(call)
    assert call.leg not in world.plant.legs
    assert not world.floor.calls


def test_waiting_keeps_place_music_and_time() -> None:
    world = quiet_sales()
    first = world.queued()
    world.wait(5)
    second = world.queued()
    world.come_back()
    assert [world.floor.acd.position(call.id) for call in (first, second)] == [1, 2]
    assert world.plant.legs[first.leg].music == "default"
    world.wait(10)
    world.ready("a")
    assert world.floor.acd.offer_of(name_id("a")).contact == first.id  # type: ignore[union-attr]
    world.answer("a")
    world.end(first.leg)
    assert world.record(first).wait_s == 16


@pytest.mark.parametrize("meanwhile", ["nothing", "rings", "answered", "leg gone", "caller gone", "both gone"])
def test_while_an_agent_is_offered_it(meanwhile: str) -> None:
    world = quiet_sales()
    world.ready("a")
    call = world.queued()
    leg = world.leg_of("a")
    world.crash()
    world.deaf = True
    match meanwhile:
        case "rings":
            world.plant.ring(leg, world.now)
        case "answered":
            world.plant.pick_up(leg, world.now)
        case "leg gone":
            world.plant.end(leg, world.now, 19)
        case "caller gone":
            world.plant.end(call.leg, world.now)
        case "both gone":
            world.plant.end(call.leg, world.now)
            world.plant.end(leg, world.now)
    world.deaf = False
    world.connect()
    expected = {
        "nothing": "reserved",
        "rings": "ringing",
        "answered": "talking",
        "leg gone": "reserved",
        "caller gone": "ready",
        "both gone": "ready",
    }
    assert world.state("a") == expected[meanwhile]
    if meanwhile == "answered":
        assert set(world.plant.bridges[f"bridge-{call.id}"]) == {call.leg, leg}
        assert world.last(Record).leg == call.leg
    if meanwhile == "leg gone":
        assert world.leg_of("a") != leg
        assert world.offers(call)[0].result is OfferResult.NO_ANSWER
    if meanwhile in ("caller gone", "both gone"):
        # That it rang was not heard before the caller left.
        assert world.record(call).outcome is Outcome.SHORT_ABANDON
        assert not world.plant.legs
        assert not world.floor.calls


@pytest.mark.parametrize("gone", ["nobody", "customer", "agent", "both"])
@pytest.mark.parametrize("held", [False, True])
def test_while_they_talk(gone: str, held: bool) -> None:
    world = quiet_sales()
    call = world.talking()
    leg = world.leg_of("a")
    world.wait(10)
    if held:
        world.ask(desk.hold, name_id("a"), call.id, world.now)
    world.crash()
    world.wait(2)
    for name, one in (("customer", call.leg), ("agent", leg)):
        if gone in (name, "both"):
            world.plant.end(one, world.now)
    before = len(world.effects)
    world.connect()
    if gone == "nobody":
        assert world.state("a") == ("hold" if held else "talking")
        assert "Join" not in world.names(before)
        assert (world.plant.legs[call.leg].music == "default") is held
        world.wait(8)
        world.end(call.leg)
    record = world.record(call)
    assert record.outcome is Outcome.ANSWERED
    assert record.ended_by is (EndedBy.AGENT if gone == "agent" else EndedBy.CUSTOMER)
    assert record.talk_s + record.hold_s == (20 if gone == "nobody" else 12)
    assert record.hold_s == (0 if not held else 10 if gone == "nobody" else 2)
    assert world.state("a") == "wrap_up"
    assert not world.plant.legs
    world.wait(30)
    assert world.state("a") == "ready"
    assert not world.floor.calls


def test_a_bridge_that_was_never_made_is_made_and_recorded() -> None:
    world = quiet_sales()
    world.ready("a")
    call = world.queued()
    world.away = True
    world.answer("a")
    assert not world.plant.bridges
    world.come_back()
    assert set(world.plant.bridges[f"bridge-{call.id}"]) == {call.leg, world.leg_of("a")}
    assert world.last(Record) == Record(call.leg, str(call.id))
    assert world.names().count("Record") == 2


def test_a_leg_that_fell_out_of_the_bridge_is_put_back() -> None:
    world = quiet_sales()
    call = world.talking()
    world.crash()
    world.plant.bridges[f"bridge-{call.id}"].remove(call.leg)
    before = len(world.effects)
    world.connect()
    assert world.names(before) == ["StopMusic", "Join"]
    assert world.last(Join).legs == (call.leg,)


def test_a_hold_that_was_not_carried_out_is() -> None:
    world = quiet_sales()
    call = world.talking()
    world.away = True
    world.ask(desk.hold, name_id("a"), call.id, world.now)
    world.come_back()
    assert world.plant.bridges[f"bridge-{call.id}"] == [world.leg_of("a")]
    assert isinstance(world.last(Leave), Leave)
    assert world.plant.legs[call.leg].music == "default"


def test_a_mute_that_was_not_carried_out_is() -> None:
    world = quiet_sales()
    call = world.talking()
    world.ask(desk.mute, name_id("a"), call.id, True)
    world.effects.clear()
    world.come_back()
    assert world.last(Mute) == Mute(world.leg_of("a"), True)


def test_an_end_that_was_not_carried_out_is() -> None:
    world = quiet_sales()
    call = world.talking()
    agent_leg = world.leg_of("a")
    world.away = True
    world.end(call.leg)
    assert world.state("a") == "wrap_up"
    assert agent_leg in world.plant.legs
    world.connect()
    assert not world.plant.legs


def test_the_same_after_a_crash() -> None:
    world = quiet_sales()
    call = world.talking()
    world.away = True
    world.end(call.leg)
    world.come_back()
    assert not world.plant.legs
    assert world.state("a") == "wrap_up"
    world.wait(30)
    assert world.state("a") == "ready"
    assert not world.floor.calls


def test_the_wrap_up_runs_on() -> None:
    world = quiet_sales()
    call = world.talking()
    world.end(call.leg)
    world.wait(10)
    world.crash()
    world.wait(19)
    assert world.state("a") == "wrap_up"
    world.wait(1)
    assert world.state("a") == "ready"
    assert world.record(call).wrap_up_s == 30


def test_a_contact_whose_agent_works_on_nothing_any_more_is_filed() -> None:
    world = quiet_sales()
    call = world.talking()
    world.end(call.leg)
    wrapping = world.journal[call.id]
    world.choose("a", AgentState.READY)
    world.journal[call.id] = wrapping
    world.come_back()
    assert not world.floor.calls
    assert not world.journal


def test_agents_keep_what_they_chose() -> None:
    world = World()
    world.ready("a")
    world.choose("b", AgentState.BREAK, "午休")
    world.come_back()
    assert [world.state(name) for name in "abc"] == ["ready", "break", "offline"]
    world.queued()
    assert world.rung() == {"a"}


def test_nobody_is_rung_for_a_caller_who_is_gone() -> None:
    world = quiet_sales()
    call = world.queued()
    world.choose("a", AgentState.READY)
    world.answer("a")
    waiting = world.queued()
    world.choose("b", AgentState.READY)
    leg = world.leg_of("b")
    world.plant.end(leg, world.now)
    world.crash()
    world.plant.end(waiting.leg, world.now)
    before = len(world.effects)
    world.connect()
    assert not [e for e in world.effects[before:] if isinstance(e, Ring)]
    world.end(call.leg)


def test_who_came_while_we_were_down_is_taken() -> None:
    world = World()
    world.crash()
    world.plant.legs["new"] = PlantLeg("new", TRUNK, LegState.RINGING, "13800138000", "02088880000", T0)
    world.plant.legs["agent-lost"] = PlantLeg("agent-lost", "a-web", LegState.RINGING, "", "", T0)
    world.plant.legs["answered"] = PlantLeg("answered", TRUNK, LegState.UP, "13800138000", "02088880000", T0)
    world.connect()
    assert set(world.plant.legs) == {"new"}
    assert world.call("new").offered_at == T0


def test_an_arrival_that_is_told_twice_is_one_call() -> None:
    world = World()
    call = world.arrive()
    world.hear(LegArrived(call.leg, TRUNK, call.number, call.caller, "", world.now))
    world.hear(world.plant.seen(world.now))
    assert len(world.floor.calls) == 1


def test_an_offer_made_while_another_call_is_mended_is_not_missed() -> None:
    """Two wait for one agent; the first has left unheard, so the second is offered in the midst of reconciling."""
    world = quiet_sales()
    world.ready("a")
    first = world.queued()
    second = world.queued(caller="13900139000")
    world.crash()
    world.deaf = True
    world.plant.end(first.leg, world.now)
    world.deaf = False
    world.connect()
    assert [offer.result for offer in world.offers(second)] == [None]
    assert set(world.plant.legs) == {second.leg, world.leg_of("a")}
