"""The replica that browsers keep: old snapshot + events = new snapshot, over random days of a real floor."""

import random
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.channels.voice.setups import CLOSED_NUMBER, NUMBER, TENANT, TRUNK, name_id, queue, tenant
from tests.channels.voice.world import World
from yingda.agents.terms import AgentState
from yingda.app.hub import BACKLOG, Hub
from yingda.app.live import Snapshot, Viewer, event_for_viewer, for_viewer
from yingda.app.switching.runner import frames, snapshot
from yingda.channels.voice import desk
from yingda.channels.voice.setup import TenantSetup
from yingda.kit.errors import Unavailable, YingdaError
from yingda.telephony.switch import LegState


def by_id(value: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Lists as mappings: their order is nobody's promise."""
    lists = ("agents", "queues", "contacts", "trunks")
    return {name: {item["id"]: item for item in value[name]} for name in lists}


class Followed(World):
    """A world whose frames keep a replica and a hub up to date."""

    def __init__(self, setup: TenantSetup) -> None:
        self.replica: Snapshot | None = None
        self.seen_kinds: set[str] = set()
        super().__init__(setup)
        self.replica = Snapshot.of(snapshot(self.floor, self.now)["value"])

    def take(self) -> None:
        """Frames go out after everything has been written."""
        before = len(self.outs)
        floors = dict(self.exchange.floors)
        super().take()
        for out in self.outs[before:]:
            for frame in frames(floors[TENANT], out, self.now):
                self.seen_kinds.add(frame["type"])
                if self.replica is not None:
                    self.replica.apply(frame["type"], frame["value"])

    def compare(self) -> None:
        """The replica is what a newcomer would be told."""
        assert self.replica is not None
        assert by_id(self.replica.to_json()) == by_id(snapshot(self.floor, self.now)["value"])


def ready(hub: Hub) -> bool:
    """Asked through a call: a type checker takes a member to stay what it was."""
    return hub.switch_ready


def setups() -> list[TenantSetup]:
    both = [queue("sales", "abc", "ring_all", max_wait_s=30), queue("service", "cd", announce_every_s=5)]
    whole = tenant(both, "abcd")
    return [whole, tenant(both[:1], "abc"), replace(whole, trunks={})]


def step(world: Followed, chance: random.Random, choices: list[TenantSetup]) -> None:
    legs = list(world.plant.legs.values())
    agents = [leg for leg in legs if leg.id.startswith("agent") and leg.state is not LegState.UP]
    name = chance.choice("abcd")
    person = name_id(name)
    held = world.floor.presence(person, world.now).contact or UUID(int=0)
    try:
        match chance.randrange(14):
            case 0 | 1 if world.setup.trunks:
                world.queued(chance.choice("12"))
            case 2 if world.setup.trunks:
                world.arrive(chance.choice([NUMBER, CLOSED_NUMBER, "999"]))
            case 3 | 4 if agents:
                world.plant.ring(chance.choice(agents).id, world.now)
            case 5 | 6 if agents:
                world.plant.pick_up(chance.choice(agents).id, world.now)
            case 7 if legs:
                world.end(chance.choice(legs).id)
            case 8:
                world.choose(name, chance.choice([AgentState.READY, AgentState.READY, AgentState.OFFLINE]))
            case 9:
                world.wait(chance.choice([1, 7, 31]))
            case 10:
                world.reach(chance.choice([name, f"{name}-web", TRUNK]), chance.random() < 0.7)
            case 11:
                verb = chance.choice([desk.hold, desk.resume, desk.reject])
                world.ask(verb, person, held, world.now)
            case 12:
                world.ask(chance.choice([desk.finish_wrap_up, desk.extend_wrap_up]), person, name, world.now)
            case 13 if chance.random() < 0.3:
                world.setup = chance.choice(choices)
                world.exchange.set_up(world.setup, world.now)
    except YingdaError:
        pass
    world.settle()


@pytest.mark.parametrize("seed", range(12))
def test_old_and_event_is_new(seed: int) -> None:
    chance, choices = random.Random(seed), setups()
    world = Followed(choices[0])
    world.ready(*"abcd")
    world.compare()
    for _ in range(150):
        step(world, chance, choices)
        world.compare()


def test_every_kind_of_event_comes() -> None:
    chance, choices = random.Random(1), setups()
    world = Followed(choices[0])
    world.ready(*"abcd")
    for _ in range(400):
        step(world, chance, choices)
    assert world.seen_kinds == {f"{thing}.changed" for thing in ("agent", "queue", "contact", "trunk")} | {
        "agent.removed",
        "queue.removed",
        "trunk.removed",
        "contact.ended",
    }


def test_places_move_up_when_somebody_leaves() -> None:
    world = Followed(tenant([queue("sales", "a")]))
    first, second = world.queued(), world.queued()
    world.end(first.leg)
    assert world.replica is not None
    assert world.replica.contacts[str(second.id)]["position"] == 1


CONTACT = {"id": "c", "agent": None, "ringing": ["a"], "position": 1}
MINE, OTHERS, BOSS = Viewer("a", False), Viewer("b", False), Viewer(None, True)


@pytest.mark.parametrize(
    ("viewer", "sees"), [(MINE, True), (OTHERS, False), (BOSS, True), (Viewer(None, False), False)]
)
def test_who_sees_a_contact(viewer: Viewer, sees: bool) -> None:
    held = Snapshot.of({"contacts": [CONTACT], "trunks": [{"id": "t"}], "agents": [{"id": "a"}]})
    seen = for_viewer(held, viewer)
    assert [item["id"] for item in seen["contacts"]] == (["c"] if sees else [])
    assert seen["trunks"] == ([{"id": "t"}] if viewer.sees_all else [])
    assert seen["agents"] == [{"id": "a"}]
    assert (event_for_viewer("contact.changed", CONTACT, viewer, set()) is not None) is sees
    assert (event_for_viewer("trunk.changed", {"id": "t"}, viewer, set()) is not None) is viewer.sees_all


def test_a_contact_that_goes_out_of_sight_has_ended_for_the_viewer() -> None:
    seen: set[str] = set()
    assert event_for_viewer("contact.changed", CONTACT, MINE, seen) == ("contact.changed", CONTACT)
    gone = {**CONTACT, "ringing": [], "agent": "b"}
    assert event_for_viewer("contact.changed", gone, MINE, seen) == ("contact.ended", {"id": "c"})
    assert event_for_viewer("contact.changed", gone, MINE, seen) is None
    assert event_for_viewer("contact.ended", {"id": "c"}, MINE, seen) is None


def frame(kind: str, value: dict[str, Any], of: UUID = TENANT) -> dict[str, Any]:
    return {"tenant": str(of), "type": kind, "value": value}


def test_the_hub_follows() -> None:
    hub = Hub()
    with pytest.raises(Unavailable):
        hub.snapshot(TENANT, BOSS)
    hub.take(frame("contact.changed", CONTACT))
    hub.take({"type": "switch", "value": {"ready": True}})
    assert ready(hub)
    user = UUID(int=5)
    hub.take(frame("snapshot", {"at": "", "agents": [{"id": "a", "user_id": str(user)}]}))
    assert (hub.agent_of_user(TENANT, user), hub.agent_of_user(TENANT, None)) == ("a", None)
    mine, others = hub.follow(TENANT, MINE), hub.follow(TENANT, OTHERS)
    elsewhere = hub.follow(UUID(int=9), BOSS)
    for follower in (mine, others):
        hub.begin(TENANT, follower)
    hub.take(frame("contact.changed", CONTACT))
    assert mine.queue.get_nowait() == ("contact.changed", CONTACT)
    assert others.queue.empty()
    assert elsewhere.queue.empty()
    hub.take(frame("snapshot", {"at": ""}))
    assert mine.queue.get_nowait() is None
    hub.unfollow(TENANT, mine)
    hub.take(frame("agent.changed", {"id": "z"}))
    assert mine.queue.empty()
    hub.lost()
    assert not ready(hub)
    assert hub.snapshot(TENANT, BOSS)["agents"] == [{"id": "z"}]


def test_a_slow_browser_begins_again() -> None:
    hub = Hub()
    hub.take(frame("snapshot", {"at": ""}))
    follower = hub.follow(TENANT, BOSS)
    for number in range(BACKLOG + 1):
        hub.take(frame("agent.changed", {"id": "a", "n": number}))
    assert follower.queue.get_nowait() is None
    assert follower.queue.empty()
    assert hub.begin(TENANT, follower)["agents"] == [{"id": "a", "n": BACKLOG}]
