"""A new set-up while calls are going on: nobody is dropped, nothing is told wrong."""

from dataclasses import replace

from tests.channels.voice.setups import FLOW, name_id, queue, tenant, treatments
from tests.channels.voice.world import World
from yingda.agents.terms import AgentState
from yingda.channels.voice.effects import Play
from yingda.channels.voice.setup import TenantSetup
from yingda.interactions.terms import Outcome
from yingda.routing import check

TWO = [queue("sales", "a"), queue("service", "b")]


def set_up(world: World, setup: TenantSetup) -> None:
    world.setup = setup
    world.exchange.set_up(setup, world.now)
    world.settle()


def test_a_removed_queue_serves_those_who_wait_in_it() -> None:
    world = World(tenant(TWO))
    call = world.queued()
    set_up(world, tenant(TWO[1:]))
    world.ready("a")
    assert world.rung() == {"a"}
    world.ring("a")
    world.answer("a")
    world.wait(5)
    world.end(call.leg)
    record = world.record(call)
    assert (record.outcome, record.queue_name, record.talk_s) == (Outcome.ANSWERED, "sales", 5)
    world.wait(60)
    assert not world.floor.calls
    assert world.state("a") == "ready"
    assert not check(world.floor.acd, world.floor.presences)


def test_a_removed_queue_in_a_talk_keeps_its_wrap_up_and_name() -> None:
    world = World(tenant(TWO))
    call = world.talking()
    set_up(world, tenant(TWO[1:]))
    world.end(call.leg)
    assert world.state("a") == "wrap_up"
    assert world.record(call).queue_name == "sales"


def test_a_removed_agent_finishes_call_and_wrap_up() -> None:
    world = World(tenant(people="ab"))
    call = world.talking()
    set_up(world, tenant([queue("sales", "b")], people="b"))
    world.wait(10)
    world.end(call.leg)
    world.wait(60)
    record = world.record(call)
    assert (record.agent_username, record.talk_s, record.wrap_up_s) == ("a", 10, 30)
    assert not world.floor.calls


def test_a_removed_agent_gets_nothing_new() -> None:
    world = World(tenant(people="ab"))
    world.ready("a")
    set_up(world, tenant([queue("sales", "b")], people="b"))
    world.queued()
    assert not world.rung()
    assert not check(world.floor.acd, world.floor.presences)


def test_an_agent_removed_while_the_device_rings_may_still_answer() -> None:
    world = World(tenant(people="ab"))
    world.ready("a")
    call = world.queued()
    set_up(world, tenant([queue("sales", "b")], people="b"))
    world.answer("a")
    world.wait(5)
    world.end(call.leg)
    world.wait(60)
    assert (world.record(call).outcome, world.record(call).agent_username) == (Outcome.ANSWERED, "a")
    assert not world.floor.calls


def test_what_is_removed_is_told() -> None:
    world = World(tenant(TWO))
    before = len(world.outs)
    set_up(world, tenant([queue("service", "b")], people="b", trunks={}))
    outs = world.outs[before:]
    assert name_id("a") in {agent for out in outs for agent in out.agents}
    assert name_id("sales") in {one for out in outs for one in out.queues}
    assert "trunk-demo-lab" in {trunk for out in outs for trunk in out.trunks}


def test_a_call_finishes_on_the_version_that_it_began_with() -> None:
    world = World()
    old = world.arrive()
    set_up(world, replace(world.setup, treatments=treatments(2, keep=[1])))
    new = world.arrive()
    assert "您好2" in str(world.last(Play))
    world.heard(old)
    world.press(old, "1")
    assert (world.record(old).flow_version, world.record(new).flow_version) == (1, 2)
    assert (world.record(old).flow_id, world.record(old).flow_name) == (FLOW, "欢迎")
    assert old.queue == name_id("sales")


def test_a_version_that_is_gone_ends_the_call_as_failed() -> None:
    world = World()
    call = world.arrive()
    set_up(world, replace(world.setup, treatments=treatments(2)))
    world.heard(call)
    assert world.record(call).outcome is Outcome.FAILED
    assert not world.plant.legs


def test_new_members_get_those_who_wait() -> None:
    world = World(tenant([queue("sales", "a")], people="ab"))
    world.ready("b")
    world.queued()
    assert not world.rung()
    set_up(world, tenant([queue("sales", "ab")], people="ab"))
    assert world.rung() == {"b"}


def test_a_removed_queue_after_a_crash_gives_its_callers_back_to_the_flow() -> None:
    world = World(tenant(TWO))
    call = world.queued()
    world.crash(tenant(TWO[1:]))
    world.connect()
    world.wait(3)
    assert world.kinds(call)[-1] != "restored"
    world.heard(call)
    assert world.record(call).outcome is Outcome.FAILED
    assert not world.floor.calls


def test_choices_of_agents_stay() -> None:
    world = World(tenant(people="ab"))
    world.ready("a")
    world.choose("b", AgentState.BREAK, "午休")
    set_up(world, tenant(people="abc"))
    assert [world.state(name) for name in "abc"] == ["ready", "break", "offline"]
