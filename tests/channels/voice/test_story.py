"""A whole call, from the first ring to the filed record: what is asked of the switch, and in which order."""

from tests.channels.voice.setups import TENANT, name_id, queue, tenant
from tests.channels.voice.world import World
from yingda.channels.voice import desk
from yingda.channels.voice.effects import HangUp, Join, Mute, Play, Record, Ring, SendKeys
from yingda.interactions.terms import EndedBy, OfferResult, Outcome


def test_the_effects_of_a_call_come_in_their_order() -> None:
    world = World()
    world.ready("a")
    call = world.arrive()
    assert world.names() == ["Answer", "Play"]
    world.heard(call)
    assert world.names() == ["Answer", "Play", "Play"]
    before = len(world.effects)
    world.press(call, "1")
    assert world.names(before) == ["StopPlayback", "StartMusic", "Ring"]
    ring = world.last(Ring)
    assert (ring.endpoint, ring.ring_s, ring.headers) == ("a-web", 20, {"X-Yingda-Contact": str(call.id)})
    assert world.state("a") == "reserved"
    world.ring("a")
    assert world.state("a") == "ringing"
    before = len(world.effects)
    world.answer("a")
    assert world.names(before) == ["StopMusic", "Join", "Record"]
    assert world.last(Join).legs == (call.leg, ring.leg)
    assert world.last(Record) == Record(call.leg, str(call.id))
    assert world.state("a") == "talking"


def test_the_figures_of_a_call_that_was_answered() -> None:
    world = World(tenant([queue("sales", "a", announce_position=False)]))
    world.ready("a")
    call = world.arrive()
    world.wait(4)
    world.heard(call)
    world.press(call, "1")
    world.wait(1)
    world.ring("a")
    world.wait(6)
    world.answer("a")
    world.wait(10)
    world.ask(desk.hold, name_id("a"), call.id, world.now)
    assert world.state("a") == "hold"
    assert world.plant.legs[call.leg].music == "default"
    world.wait(5)
    world.ask(desk.resume, name_id("a"), call.id, world.now)
    assert set(world.plant.bridges[f"bridge-{call.id}"]) == {call.leg, world.leg_of("a")}
    world.wait(15)
    world.end(call.leg)
    assert world.state("a") == "wrap_up"
    assert not world.plant.legs
    assert not world.plant.bridges
    world.wait(12)
    world.ask(desk.finish_wrap_up, name_id("a"), "a", world.now)
    record = world.record(call)
    assert (record.wait_s, record.ring_s, record.talk_s, record.hold_s, record.wrap_up_s) == (7, 6, 25, 5, 12)
    assert (record.outcome, record.ended_by) == (Outcome.ANSWERED, EndedBy.CUSTOMER)
    assert (record.queue_name, record.agent_username, record.tenant_id) == ("sales", "a", TENANT)
    assert record.recording_file == f"{call.id}.raw"
    assert world.stretches(call) == [("flow", None), ("queue", "answered"), ("agent", "accepted")]
    (offer,) = world.offers(call)
    assert (offer.hold_s, offer.wrap_up_s, offer.result) == (5, 12, OfferResult.ACCEPTED)
    assert world.state("a") == "ready"
    assert not world.floor.calls
    assert not world.floor.legs
    assert not world.journal


def test_decisions_are_numbered_without_a_gap() -> None:
    world = World()
    call = world.talking()
    world.end(call.leg)
    world.wait(60)
    assert [d.seq for d in world.decisions[call.id]] == list(range(1, len(world.decisions[call.id]) + 1))
    told = world.kinds(call)
    for earlier, later in (("arrived", "queued"), ("queued", "offered"), ("offered", "ringing"), ("answered", "ended")):
        assert told.index(earlier) < told.index(later)


def test_the_wrap_up_ends_by_itself_and_can_be_lengthened() -> None:
    world = World()
    call = world.talking()
    world.end(call.leg)
    world.wait(29)
    assert world.state("a") == "wrap_up"
    world.ask(desk.extend_wrap_up, name_id("a"), "a", world.now)
    assert world.record(call).wrap_up_until == world.floor.presences[name_id("a")].until
    world.wait(30)
    assert world.state("a") == "wrap_up"
    world.wait(1)
    assert world.state("a") == "ready"
    assert world.record(call).wrap_up_s == 60


def test_who_ends_the_call_is_told() -> None:
    for way, by in (("agent's phone", EndedBy.AGENT), ("desk", EndedBy.AGENT), ("customer", EndedBy.CUSTOMER)):
        world = World()
        call = world.talking()
        if way == "desk":
            world.ask(desk.hang_up, name_id("a"), call.id)
        else:
            world.end(call.leg if way == "customer" else world.leg_of("a"))
        assert world.record(call).ended_by is by, way
        assert world.record(call).outcome is Outcome.ANSWERED, way
        assert not world.plant.legs, way


def test_a_call_that_ends_on_hold_counts_the_hold() -> None:
    world = World()
    call = world.talking()
    world.wait(10)
    world.ask(desk.hold, name_id("a"), call.id, world.now)
    world.wait(7)
    world.end(call.leg)
    assert (world.record(call).talk_s, world.record(call).hold_s) == (10, 7)
    assert world.state("a") == "wrap_up"


def test_mute_and_keys_go_to_the_right_legs() -> None:
    world = World()
    call = world.talking()
    world.ask(desk.mute, name_id("a"), call.id, True)
    assert world.last(Mute) == Mute(world.leg_of("a"), True)
    world.ask(desk.send_keys, name_id("a"), call.id, "12#")
    assert world.last(SendKeys) == SendKeys(call.leg, "12#")


def test_a_queue_without_wrap_up_sets_the_agent_free_at_once() -> None:
    world = World(tenant([queue("sales", "a", wrap_up_s=0)]))
    call = world.talking()
    world.end(call.leg)
    assert world.state("a") == "ready"
    assert not world.floor.calls


def test_place_announcements_with_music_between() -> None:
    world = World(tenant([queue("sales", "a", announce_every_s=30)]))
    first, second = world.queued(), world.queued()
    for call, place in ((first, 1), (second, 2)):
        assert world.plant.legs[call.leg].music == "default"
        assert not [d for d in world.decisions[call.id] if d.kind == "position_told"], place
    before = len(world.effects)
    world.wait(1)
    assert world.names(before) == ["Play", "Play"], "music goes on while the speech is being made"
    for call, place in ((first, 1), (second, 2)):
        told = [d.data for d in world.decisions[call.id] if d.kind == "position_told"]
        assert told == [{"position": place}]
        assert world.plant.legs[call.leg].music is None
        world.heard(call)
        assert world.plant.legs[call.leg].music == "default"
    world.end(first.leg)
    world.wait(30)
    assert [d.data["position"] for d in world.decisions[second.id] if d.kind == "position_told"] == [2, 1]


def test_an_announcement_is_cut_off_by_the_answer() -> None:
    world = World()
    call = world.queued()
    world.wait(1)
    assert world.plant.legs[call.leg].playback is not None
    world.ready("a")
    before = len(world.effects)
    world.answer("a")
    assert world.names(before) == ["StopPlayback", "Join", "Record"]
    world.wait(120)
    assert not [e for e in world.effects[before:] if isinstance(e, Play)]
    assert not [e for e in world.effects[before:] if isinstance(e, HangUp)]
