"""The rules of the core, in virtual time."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.routing.world import World, name_id, name_of, notes, offers, queue, withdrawals
from yingda.routing import Acd, Entry, Noted, Offer, Offered, check
from yingda.routing.errors import QueueNotFound

IDLE = {"a": 10.0, "b": 30.0, "c": 20.0}


@pytest.mark.parametrize(
    ("strategy", "idle", "served"),
    [
        ("longest_idle", IDLE, ["b", "c", "a"]),
        ("longest_idle", {"a": 5, "b": 5, "c": 5}, ["a", "b", "c"]),
        ("longest_idle", {"c": 1}, ["c"]),
        ("round_robin", IDLE, ["a", "b", "c"]),
        ("round_robin", {"c": 1, "b": 9}, ["b", "c"]),
    ],
)
def test_who_is_chosen_first(strategy: str, idle: dict[str, float], served: list[str]) -> None:
    world = World(queue(strategy=strategy))
    for agent, seconds in idle.items():
        world.ready(agent, seconds)
    chosen = [offers(world.arrive(f"x{n}"))[0][1] for n in range(len(served))]
    assert chosen == served
    assert offers(world.arrive("late")) == []


def test_round_robin_goes_on_behind_the_last_one() -> None:
    world = World(queue(strategy="round_robin"))
    for agent in "abc":
        world.ready(agent)
    turns = []
    for number in range(7):
        agent = offers(world.arrive(f"x{number}"))[0][1]
        turns.append(agent)
        world.accept(agent)
        world.ready(agent)
    assert "".join(turns) == "abcabca"


def test_round_robin_passes_over_who_is_busy_and_keeps_its_turn_through_a_change_of_members() -> None:
    world = World(queue(strategy="round_robin", members="abcd"))
    for agent in "acd":
        world.ready(agent)
    assert offers(world.arrive("x")) == [("x", "a")]
    world.acd.configure([queue(strategy="round_robin", members="abcde")], world.now)
    assert offers(world.arrive("y")) == [("y", "c")]


def test_ring_all_rings_all_and_the_first_answer_takes_it() -> None:
    world = World(queue(strategy="ring_all"))
    for agent, seconds in IDLE.items():
        world.ready(agent, seconds)
    assert offers(world.arrive("x")) == [("x", "b"), ("x", "c"), ("x", "a")]
    out = world.accept("c")
    assert withdrawals(out) == [("b", "answered_elsewhere"), ("a", "answered_elsewhere")]
    assert world.ringing() == {}
    assert not world.acd.entries()


def test_ring_all_who_becomes_free_takes_a_contact_without_offer_first_then_joins() -> None:
    world = World(queue(strategy="ring_all"))
    world.ready("a")
    world.arrive("x")
    assert offers(world.ready("b")) == [("x", "b")]
    world.arrive("y")
    assert offers(world.ready("c")) == [("y", "c")]


def test_ring_all_begins_a_new_round_when_all_have_passed() -> None:
    world = World(queue(strategy="ring_all", members="ab"))
    world.ready("a")
    world.ready("b")
    world.arrive("x")
    world.decline("a")
    assert offers(world.ready("a")) == [], "b still rings: a has had this contact"
    out = world.decline("b")
    assert offers(out) == [("x", "a")], "a is the only free one: a new round"
    assert offers(world.ready("b")) == [("x", "b")]


def test_a_declined_contact_goes_to_the_next_and_keeps_its_place() -> None:
    world = World(queue())
    world.ready("a", 9)
    world.ready("b", 5)
    world.arrive("x")
    assert offers(world.decline("a")) == [("x", "b")]
    world.arrive("y")
    world.decline("b", "rejected")
    assert [world.acd.position(name_id(c)) for c in "xy"] == [1, 2]
    assert offers(world.ready("a")) == [("y", "a")], "a passed x: others first"
    assert offers(world.ready("b")) == [("x", "b")], "all who are free have passed x: a new round"


def test_who_passed_a_contact_gets_it_again_where_nobody_else_is_free() -> None:
    world = World(queue(members="a"))
    world.ready("a")
    world.arrive("x")
    world.decline("a")
    out = world.ready("a")
    assert offers(out) == [("x", "a")]
    reason = next(one for one in out if isinstance(one, Offered)).reason
    assert reason.again


def test_after_an_offer_nothing_is_assumed_of_the_agent() -> None:
    world = World(queue(members="a"))
    world.ready("a")
    world.arrive("x")
    world.accept("a")
    world.arrive("y")
    assert world.ringing() == {}
    assert world.acd.explain(name_id("a"), world.now).why == "offer_ended"
    assert offers(world.ready("a")) == [("y", "a")]


def test_higher_priority_goes_first_then_the_longer_wait() -> None:
    world = World(queue(members="a"))
    world.arrive("plain", waited=50)
    world.arrive("old", waited=60)
    world.arrive("vip", priority=5)
    assert [name_of(c) for c in world.acd.waiting(name_id("sales"))] == ["vip", "old", "plain"]
    served = []
    for _ in range(3):
        served.append(offers(world.ready("a"))[0][0])
        world.accept("a")
    assert served == ["vip", "old", "plain"]


@pytest.mark.parametrize(
    ("weights", "waits", "priorities", "first"),
    [
        ((1, 1), (10, 20), (0, 0), "y"),
        ((1, 1), (20, 10), (0, 0), "x"),
        ((3, 1), (10, 20), (0, 0), "x"),
        ((1, 2.5), (20, 10), (0, 0), "y"),
        ((1, 1), (10, 90), (1, 0), "x"),
        ((1, 1), (10, 10), (0, 0), "x"),
    ],
)
def test_across_queues_the_longest_weighted_wait(
    weights: tuple[float, float], waits: tuple[float, float], priorities: tuple[int, int], first: str
) -> None:
    world = World(queue("sales", "a", weight=weights[0]), queue("service", "a", weight=weights[1]))
    world.arrive("x", "sales", priorities[0], waits[0])
    world.arrive("y", "service", priorities[1], waits[1])
    assert offers(world.ready("a"))[0][0] == first


def test_across_queues_order_is_fair_over_time() -> None:
    world = World(queue("sales", "a"), queue("service", "a"))
    for number in range(6):
        world.arrive(f"s{number}", "sales")
        world.wait(1)
        world.arrive(f"t{number}", "service")
        world.wait(1)
    served = []
    for _ in range(12):
        served.append(offers(world.ready("a"))[0][0])
        world.accept("a")
    assert served == [f"{queue_name}{number}" for number in range(6) for queue_name in "st"]


def test_one_offer_per_agent_across_queues() -> None:
    world = World(queue("sales", "a"), queue("service", "a"))
    world.ready("a")
    world.arrive("x", "sales")
    assert offers(world.arrive("y", "service")) == []
    assert offers(world.ready("a")) == [], "told again while an offer is open"
    assert world.ringing() == {"a": "x"}


def test_a_lease_frees_the_contact_when_nothing_is_ever_heard() -> None:
    world = World(queue(ring_s=20, lease_margin_s=5))
    world.ready("a", 2)
    world.arrive("x")
    assert world.acd.next_due() == world.now + timedelta(seconds=25)
    world.ready("b", 1)
    world.wait(24.9)
    assert world.acd.due(world.now) == []
    world.wait(0.1)
    out = world.acd.due(world.now)
    assert withdrawals(out) == [("a", "lease_expired")]
    assert offers(out) == [("x", "b")]
    assert world.acd.due(world.now) == []


def test_leases_of_offers_that_ended_leave_nothing_behind() -> None:
    world = World(queue(members="a"))
    for number in range(500):
        world.arrive(f"x{number}")
        world.ready("a")
        world.accept("a")
    assert world.acd.next_due() is None
    assert len(world.acd._leases) < 200


@pytest.mark.parametrize("agents", ["", "a"])
def test_who_leaves_is_gone_and_the_offer_is_withdrawn(agents: str) -> None:
    world = World(queue())
    for agent in agents:
        world.ready(agent)
    world.arrive("x")
    out = world.acd.leave(name_id("x"), world.now, "hung_up")
    assert notes(out)[0] == "left"
    assert withdrawals(out) == [(agent, "contact_left") for agent in agents]
    assert world.acd.leave(name_id("x"), world.now, "hung_up") == []
    assert world.acd.position(name_id("x")) is None


def test_late_and_doubled_stimuli_are_harmless() -> None:
    world = World(queue())
    world.ready("a")
    world.arrive("x")
    offer = world.offer_to("a")
    assert world.arrive("x") == []
    assert world.acd.accepted(offer, world.now)
    assert world.acd.accepted(offer, world.now) == []
    assert world.acd.declined(offer, world.now, "no_answer") == []  # type: ignore[arg-type]
    world.wait(100)
    assert world.acd.due(world.now) == []


def test_a_contact_changes_over_to_another_queue() -> None:
    world = World(queue("sales", "a"), queue("service", "b"))
    world.ready("a")
    world.ready("b")
    world.arrive("x", "sales")
    out = world.arrive("x", "service")
    assert withdrawals(out) == [("a", "contact_left")]
    assert offers(out) == [("x", "b")]


def test_an_unknown_queue_is_refused() -> None:
    world = World(queue())
    with pytest.raises(QueueNotFound):
        world.arrive("x", "nowhere")


def test_a_new_member_serves_who_waits_and_a_removed_one_does_not() -> None:
    world = World(queue(members="a"))
    world.ready("b")
    world.arrive("x")
    assert offers(world.acd.configure([queue(members="b")], world.now)) == [("x", "b")]
    world.arrive("y")
    assert offers(world.ready("a")) == []
    assert world.acd.explain(name_id("a"), world.now).why == "not_a_member"


def test_a_change_of_strategy_keeps_line_and_offers() -> None:
    world = World(queue(members="ab"))
    world.ready("a")
    world.arrive("x")
    world.arrive("y")
    world.acd.configure([queue(members="ab", strategy="ring_all", ring_s=9)], world.now)
    assert world.ringing() == {"a": "x"}
    assert offers(world.ready("b")) == [("y", "b")]
    assert check(world.acd, {}) == []


def test_a_removed_queue_serves_whom_it_holds_and_takes_nobody_new() -> None:
    world = World(queue(members="a"))
    world.arrive("x")
    world.acd.configure([], world.now)
    with pytest.raises(QueueNotFound):
        world.arrive("y")
    assert offers(world.ready("a")) == [("x", "a")]
    world.accept("a")
    assert not world.acd.queues()
    assert world.ready("a") == []


def test_restore_brings_back_places_and_offers() -> None:
    before = World(queue())
    before.ready("a")
    for number, contact in enumerate("xyz"):
        before.arrive(contact, waited=30 - number)
    after = World(queue(), first_id=1000)
    for contact in "zyx":
        entry = before.acd.entries()[name_id(contact)]
        kept = [offer for offer in before.acd.offers().values() if offer.contact == entry.contact]
        assert offers(after.acd.restore(entry, kept, after.now)) == []
    assert after.acd.waiting(name_id("sales")) == before.acd.waiting(name_id("sales"))
    assert after.ringing() == {"a": "x"}
    assert after.acd.next_due() == before.acd.next_due()
    assert offers(after.ready("b")) == [("y", "b")]
    assert notes(after.accept("a")) == ["accepted"]
    assert check(after.acd, {}) == []


def test_restore_withdraws_a_second_offer_of_one_agent() -> None:
    world = World(queue())
    contacts = [name_id("x"), name_id("y")]
    later = world.now + timedelta(seconds=9)
    outs = [
        world.acd.restore(
            Entry(contact, name_id("sales"), world.now),
            [Offer(UUID(int=n), contact, name_id("a"), name_id("sales"), later, world.now)],
            world.now,
        )
        for n, contact in enumerate(contacts, 90)
    ]
    assert [withdrawals(out) for out in outs] == [[], [("a", "doubled")]]
    assert offers(world.ready("b")) == [("y", "b")]


def _note(out: list, kind: str) -> dict:  # type: ignore[type-arg]
    return dict(next(one.data for one in out if isinstance(one, Noted) and one.kind == kind))


def test_the_log_says_why_this_one_and_why_not_the_others() -> None:
    world = World(queue(members="abcd"))
    world.ready("a", 10)
    world.ready("b", 30)
    world.away("c", "no_device")
    data = _note(world.arrive("x"), "offered")
    assert (data["strategy"], data["rank"], data["free"], data["idle_s"]) == ("longest_idle", 1, 2, 30)
    assert data["agent"] == str(name_id("b"))
    words = {name_of(UUID(agent)): word for agent, word in data["others"].items()}
    assert words == {"a": "ranked_after", "c": "no_device", "d": "offline"}
    world.arrive("y")
    world.away("d", "break")
    data = _note(world.arrive("z"), "no_agent_free")
    assert data["counts"] == {"offered_already": 2, "no_device": 1, "break": 1}


def test_the_log_says_who_has_passed_the_contact() -> None:
    world = World(queue(members="abc"))
    for agent, idle in IDLE.items():
        world.ready(agent, idle)
    world.arrive("x")
    world.decline("b")
    world.acd.configure([queue(members="abc", ring_s=11)], world.now)
    world.ready("b", 99)
    data = _note(world.decline("c"), "offered")
    assert (data["agent"], data["rank"], data["free"]) == (str(name_id("a")), 2, 2)
    assert data["others"][str(name_id("b"))] == "passed_this_contact"


def test_nobody_free_is_noted_once_per_attempt() -> None:
    world = World(queue(members="a"))
    assert notes(world.arrive("x")) == ["queued", "no_agent_free"]
    assert notes(world.acd.configure([queue(members="a", ring_s=5)], world.now)) == []
    world.ready("a")
    assert notes(world.decline("a")) == ["declined", "no_agent_free"]


def test_large_queues_count_words_instead_of_naming_all() -> None:
    world = World(queue(members=[f"m{n}" for n in range(40)]))
    world.ready("m7")
    data = _note(world.arrive("x"), "offered")
    assert data["others"] == {}
    assert data["counts"] == {"free": 1, "offline": 39}


def test_explain_names_rank_and_offer() -> None:
    world = World(queue("sales", "ab"), queue("service", "b"))
    world.ready("a", 20)
    world.ready("b", 10)
    told = world.acd.explain(name_id("b"), world.now)
    assert (told.free, told.why, told.idle_s) == (True, "free", 10)
    assert {(standing.name, standing.rank, standing.free) for standing in told.standings} == {
        ("sales", 2, 2),
        ("service", 1, 1),
    }
    world.arrive("x")
    assert world.acd.explain(name_id("a"), world.now).why == "offered_already"
    assert world.acd.explain(name_id("nobody"), world.now).why == "offline"


def test_a_clock_that_jumps_back_breaks_nothing() -> None:
    world = World(queue())
    world.arrive("x")
    world.wait(-3600)
    out = world.ready("a")
    assert offers(out) == [("x", "a")]
    assert _note(out, "offered")["waited_s"] == 0
    assert notes(world.accept("a")) == ["accepted"]


def test_the_same_stimuli_give_the_same_answers() -> None:
    def story() -> list[object]:
        world = World(queue("sales", "abc"), queue("service", "bcd", "ring_all"))
        out: list[object] = []
        for step, agent in enumerate("abcdabcd"):
            out += world.arrive(f"x{step}", "sales" if step % 3 else "service")
            out += world.ready(agent, step)
            out += world.decline(agent) if step % 2 and agent in world.ringing() else []
            world.wait(7)
            out += world.acd.due(world.now)
        return out

    assert story() == story()


def test_an_empty_core_answers_questions() -> None:
    acd = Acd()
    assert acd.next_due() is None
    assert acd.waiting(name_id("sales")) == []
    assert acd.longest_since(name_id("sales")) is None
