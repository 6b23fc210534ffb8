"""Every state under every stimulus, and the stories that span several of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from yingda.agents import presence as core
from yingda.agents.errors import NotPossible
from yingda.agents.presence import Presence
from yingda.agents.terms import CHOSEN, OFFERED, AgentState

AGENT, CONTACT, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
T0 = datetime(2026, 3, 1, 9, tzinfo=UTC)
S = AgentState


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def ready() -> Presence:
    return core.choose(core.sign_in(AGENT, T0), S.READY, "", T0)


def reserved() -> Presence:
    return core.reserve(ready(), CONTACT, at(10))


def talking() -> Presence:
    return core.talk(core.ring(reserved(), at(11)), at(15))


IN: dict[AgentState, Callable[[], Presence]] = {
    S.OFFLINE: lambda: core.offline(AGENT, T0),
    S.NOT_READY: lambda: core.sign_in(AGENT, T0),
    S.READY: ready,
    S.BREAK: lambda: core.choose(ready(), S.BREAK, "lunch", at(1)),
    S.RESERVED: reserved,
    S.RINGING: lambda: core.ring(reserved(), at(11)),
    S.TALKING: talking,
    S.HOLD: lambda: core.hold(talking(), at(20)),
    S.WRAP_UP: lambda: core.release(talking(), at(30), 20),
}

NOW = at(40)
STIMULI: dict[str, Callable[[Presence], Presence]] = {
    "choose_ready": lambda p: core.choose(p, S.READY, "", NOW),
    "choose_break": lambda p: core.choose(p, S.BREAK, "lunch", NOW),
    "choose_offline": lambda p: core.choose(p, S.OFFLINE, "", NOW),
    "reserve": lambda p: core.reserve(p, OTHER, NOW),
    "ring": lambda p: core.ring(p, NOW),
    "talk": lambda p: core.talk(p, NOW),
    "hold": lambda p: core.hold(p, NOW),
    "resume": lambda p: core.resume(p, NOW),
    "release": lambda p: core.release(p, NOW, 20),
    "release_without_wrap_up": lambda p: core.release(p, NOW, 0),
    "extend": lambda p: core.extend_wrap_up(p, NOW, 30, 120),
    "finish": lambda p: core.finish_wrap_up(p, NOW),
    "unreserve": lambda p: core.unreserve(p, NOW),
    "miss": lambda p: core.miss(p, NOW, 3),
}

# What each stimulus leads to from offline, not_ready, ready, break, reserved, ringing, talking, hold, wrap_up;
# "-" is refused.
ORDER = (S.OFFLINE, S.NOT_READY, S.READY, S.BREAK, S.RESERVED, S.RINGING, S.TALKING, S.HOLD, S.WRAP_UP)
TABLE = {
    "choose_ready": "ready ready ready ready reserved ringing talking hold ready",
    "choose_break": "break break break break reserved ringing talking hold break",
    "choose_offline": "offline offline offline offline reserved ringing talking hold offline",
    "reserve": "- - reserved - - - - - -",
    "ring": "- - - - ringing ringing - - -",
    "talk": "- - - - talking talking talking - -",
    "hold": "- - - - - - hold hold -",
    "resume": "- - - - - - talking talking -",
    "release": "- - - - - - wrap_up wrap_up -",
    "release_without_wrap_up": "- - - - - - ready ready -",
    "extend": "- - - - - - - - wrap_up",
    "finish": "- - - - - - - - ready",
    "unreserve": "- - - - ready ready - - -",
    "miss": "- - - - ready ready - - -",
}
CASES = [
    (state, stimulus, result)
    for stimulus, results in TABLE.items()
    for state, result in zip(ORDER, results.split(), strict=True)
]


@pytest.mark.parametrize(("state", "stimulus", "result"), CASES)
def test_every_state_under_every_stimulus(state: AgentState, stimulus: str, result: str) -> None:
    before = IN[state]()
    assert before.state is state
    if result == "-":
        with pytest.raises(NotPossible) as refused:
            STIMULI[stimulus](before)
        assert refused.value.extra["state"] == state.value
        return
    after = STIMULI[stimulus](before)
    assert after.state is AgentState(result)
    _sound(after)


def _sound(p: Presence) -> None:
    """What holds of every presence."""
    assert (p.until is not None) == (p.state is S.WRAP_UP)
    assert (p.contact is not None) == (p.state not in CHOSEN)
    assert p.chosen in CHOSEN
    assert p.state not in CHOSEN or (p.state is p.chosen and p.reason == p.chosen_reason)
    assert (p.idle_since is not None) == (p.state in (S.READY, S.RESERVED, S.RINGING))
    assert Presence.from_dict(p.to_dict()) == p


@pytest.mark.parametrize("state", sorted(set(AgentState) - CHOSEN))
def test_what_follows_from_contacts_cannot_be_chosen(state: AgentState) -> None:
    with pytest.raises(NotPossible):
        core.choose(ready(), state, "", NOW)


@pytest.mark.parametrize("stimulus", ["ring", "talk", "hold"])
def test_a_doubled_stimulus_changes_nothing(stimulus: str) -> None:
    source = {"ring": S.RESERVED, "talk": S.RINGING, "hold": S.TALKING}[stimulus]
    once = STIMULI[stimulus](IN[source]())
    assert STIMULI[stimulus](once) is once
    assert core.reserve(reserved(), CONTACT, NOW) == reserved()


def test_choosing_the_same_again_keeps_the_idle_time() -> None:
    assert core.choose(ready(), S.READY, "", NOW) == ready()


@pytest.mark.parametrize("state", [S.RESERVED, S.RINGING, S.TALKING, S.HOLD])
def test_a_choice_during_a_contact_takes_effect_afterwards(state: AgentState) -> None:
    chosen = core.choose(IN[state](), S.BREAK, "lunch", NOW)
    assert (chosen.state, chosen.chosen, chosen.chosen_reason) == (state, S.BREAK, "lunch")
    after = core.unreserve(chosen, NOW) if state in OFFERED else core.release(chosen, NOW, 0)
    assert (after.state, after.reason, after.idle_since) == (S.BREAK, "lunch", None)


def test_who_goes_offline_during_a_call_has_no_wrap_up_and_who_breaks_has() -> None:
    gone = core.release(core.choose(talking(), S.OFFLINE, "", at(20)), at(30), 20)
    assert gone.state is S.OFFLINE
    paused = core.release(core.choose(talking(), S.BREAK, "lunch", at(20)), at(30), 20)
    assert (paused.state, paused.chosen) == (S.WRAP_UP, S.BREAK)
    assert core.finish_wrap_up(paused, at(50)).state is S.BREAK


def test_an_offer_withdrawn_keeps_the_idle_time_a_missed_one_does_not() -> None:
    assert core.unreserve(reserved(), at(20)).idle_since == T0
    assert core.unreserve(reserved(), at(20)).misses == 0
    assert core.miss(reserved(), at(20), 3).idle_since == at(20)


def test_too_many_misses_set_the_agent_to_not_ready_until_ready_is_chosen() -> None:
    p = ready()
    for count in (1, 2):
        p = core.miss(core.reserve(p, CONTACT, at(count)), at(count), 3)
        assert (p.state, p.misses) == (S.READY, count)
    p = core.miss(core.reserve(p, CONTACT, at(3)), at(3), 3)
    assert (p.state, p.reason, p.misses) == (S.NOT_READY, "missed_calls", 3)
    p = core.choose(p, S.READY, "", at(4))
    assert (p.state, p.misses) == (S.READY, 0)


def test_an_answer_forgets_the_misses() -> None:
    p = core.miss(reserved(), at(20), 3)
    assert core.talk(core.reserve(p, OTHER, at(21)), at(22)).misses == 0


def test_zero_misses_allowed_means_never_set_aside() -> None:
    p = ready()
    for count in range(9):
        p = core.miss(core.reserve(p, CONTACT, at(count)), at(count), 0)
    assert (p.state, p.misses) == (S.READY, 9)


def test_a_miss_does_not_replace_a_break_that_was_chosen_meanwhile() -> None:
    p = core.choose(reserved(), S.BREAK, "lunch", at(12))
    assert core.miss(p, at(20), 1).reason == "lunch"


@pytest.mark.parametrize(("seconds", "limit", "until"), [(30, 120, 80), (30, 40, 70), (500, 60, 90)])
def test_a_wrap_up_grows_up_to_its_limit(seconds: float, limit: float, until: float) -> None:
    longer = core.extend_wrap_up(core.release(talking(), at(30), 20), at(45), seconds, limit)
    assert longer.until == at(until)
    assert longer.since == at(30)


def test_a_wrap_up_at_its_limit_grows_no_more() -> None:
    with pytest.raises(NotPossible):
        core.extend_wrap_up(core.release(talking(), at(30), 20), at(45), 10, 20)


@pytest.mark.parametrize(("seconds", "over"), [(49.9, False), (50, True), (60, True)])
def test_a_wrap_up_is_due_at_its_end(seconds: float, over: bool) -> None:
    assert core.due(core.release(talking(), at(30), 20), at(seconds)) is over
    assert not core.due(ready(), at(seconds))


def test_a_break_that_needs_approval_waits_for_it() -> None:
    asked = core.request_break(ready(), "lunch", at(5))
    assert (asked.state, asked.requested and asked.requested.reason) == (S.READY, "lunch")
    assert Presence.from_dict(asked.to_dict()) == asked
    assert core.request_break(asked, "lunch", at(6)) is asked
    approved = core.approve(asked, at(9))
    assert (approved.state, approved.reason, approved.since, approved.requested) == (S.BREAK, "lunch", at(9), None)
    assert core.refuse(asked) == replace(asked, requested=None)
    assert core.choose(asked, S.READY, "", at(7)).requested is None


def test_an_approval_during_a_call_takes_effect_after_it() -> None:
    approved = core.approve(core.request_break(talking(), "lunch", at(16)), at(17))
    assert (approved.state, approved.chosen) == (S.TALKING, S.BREAK)


def test_a_request_outlives_a_call() -> None:
    p = core.release(core.request_break(talking(), "lunch", at(16)), at(17), 0)
    assert (p.state, p.requested and p.requested.reason) == (S.READY, "lunch")


@pytest.mark.parametrize("answer", [lambda p: core.approve(p, NOW), core.refuse])
def test_nothing_to_approve_is_refused(answer: Callable[[Presence], Presence]) -> None:
    with pytest.raises(NotPossible):
        answer(ready())


def test_who_is_offline_or_on_that_break_cannot_ask_for_one() -> None:
    for p in (IN[S.OFFLINE](), IN[S.BREAK]()):
        with pytest.raises(NotPossible):
            core.request_break(p, "lunch", NOW)
