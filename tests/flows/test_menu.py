"""Menus: barge-in, time-outs, wrong keys, retries, keys typed ahead."""

from typing import Any

import pytest

from tests.flows.walk import Walk, flow
from yingda.flows import engine
from yingda.flows.session import Answer, EndReason, Phase, Play, Step, StopPlaying, StopTimer

MENU: dict[str, Any] = {
    "kind": "menu",
    "prompts": [{"text": "choose"}],
    "wrong_prompts": [{"text": "wrong"}],
    "timeout_prompts": [{"text": "nothing"}],
    "timeout_s": 5,
    "max_tries": 3,
    "outlets": {"1": "sales", "2": "service", "0": "menu", "failed": "bye"},
}
REST: dict[str, Any] = {
    "sales": {"kind": "queue", "queue": "sales", "priority": 3},
    "service": {"kind": "queue", "queue": "service"},
    "bye": {"kind": "hang_up", "prompts": [{"text": "bye"}]},
}


def menu(**changes: object) -> Walk:
    return Walk(flow("menu", {"menu": {**MENU, **changes}, **REST}))


def test_answers_before_it_speaks() -> None:
    walk = menu()
    kinds = [type(effect) for effect in walk.latest]
    assert kinds.index(Answer) < kinds.index(Play)
    assert walk.said == ["choose"]
    assert walk.heard().timer == 5
    assert sum(isinstance(effect, Answer) for effect in walk.effects) == 1


def test_a_key_after_the_prompt_stops_the_timer() -> None:
    walk = menu().heard().keys("1")
    assert StopTimer() in walk.latest
    assert walk.queued is not None
    assert (walk.queued.queue, walk.queued.priority) == ("sales", 3)


def test_a_key_during_the_prompt_stops_it_and_counts() -> None:
    walk = menu().keys("2")
    assert walk.latest[0] == StopPlaying()
    assert walk.node == "service"
    assert walk.notes("key_pressed") == [{"node": "menu", "key": "2", "typed_ahead": False}]


@pytest.mark.parametrize("during", [True, False])
def test_wrong_keys_repeat_and_then_fail(during: bool) -> None:
    walk = menu()
    for tries in (1, 2):
        walk = (walk if during else walk.heard()).keys("9")
        assert walk.said == ["wrong", "choose"]
        assert walk.session.tries == tries
    walk = (walk if during else walk.heard()).keys("9")
    assert walk.node == "bye"
    assert walk.said == ["bye"]
    assert [note["key"] for note in walk.notes("wrong_key")] == ["9", "9", "9"]
    assert walk.ended is None
    ended = walk.heard().ended
    assert ended is not None
    assert ended.reason is EndReason.DONE


def test_time_outs_repeat_and_then_fail() -> None:
    walk = menu().heard().silence()
    assert walk.said == ["nothing", "choose"]
    assert walk.heard().silence().heard().silence().node == "bye"
    assert walk.notes("branch_taken")[-1]["reason"] == "timed_out"


def test_wrong_keys_and_time_outs_share_the_tries() -> None:
    assert menu().keys("9").heard().silence().keys("8").node == "bye"


def test_a_connected_time_out_is_apart_from_failing() -> None:
    outlets = {"1": "sales", "2": "service", "failed": "bye", "timeout": "service"}
    assert menu(outlets=outlets, max_tries=1).heard().silence().node == "service"
    assert menu(outlets=outlets, max_tries=1).heard().keys("9").node == "bye"


def test_repeat_by_key_is_no_try() -> None:
    walk = menu().keys("9").keys("0")
    assert walk.node == "menu"
    assert walk.session.tries == 0
    assert walk.said == ["choose"]


def test_a_failed_prompt_waits_for_the_key_all_the_same() -> None:
    walk = menu().heard(failed=True)
    assert walk.session.phase is Phase.WAITING
    assert walk.notes("playback_failed") == [{"node": "menu"}]


@pytest.mark.parametrize(("keep", "node", "phase"), [(True, "sales", Phase.AWAY), (False, "menu", Phase.WAITING)])
def test_a_prompt_that_may_not_be_interrupted(keep: bool, node: str, phase: Phase) -> None:
    walk = menu(interruptible=False, keep_keys=keep).keys("1")
    assert StopPlaying() not in walk.effects
    assert walk.playing
    walk.heard()
    assert (walk.node, walk.session.phase) == (node, phase)


def test_a_menu_without_prompts_waits_at_once() -> None:
    assert menu(prompts=[]).session.phase is Phase.WAITING


@pytest.mark.parametrize("key", ["", "x", "12", "\n", "٣"])
def test_what_is_no_key_is_ignored(key: str) -> None:
    walk = menu()
    step = engine.on_key(walk.definition, walk.session, walk.facts, key, walk.now)
    assert step == Step(walk.session, ())


def ahead(keys: str, first: dict[str, Any]) -> Walk:
    nodes: dict[str, Any] = {"first": {"outlets": {"next": "menu"}, **first}, "menu": MENU, **REST}
    return Walk(flow("first", nodes)).keys(keys)


SAY: dict[str, Any] = {"kind": "say", "text": "welcome"}


@pytest.mark.parametrize(
    ("first", "keys", "node", "said"),
    [
        (SAY, "1", "sales", []),
        (SAY, "9", "menu", ["wrong", "choose"]),
        ({**SAY, "keep_keys": False}, "1", "menu", ["choose"]),
    ],
)
def test_keys_during_an_announcement(first: dict[str, Any], keys: str, node: str, said: list[str]) -> None:
    walk = ahead(keys, first)
    assert (walk.node, walk.said) == (node, said)


def test_keys_during_an_announcement_that_may_not_be_interrupted_are_kept() -> None:
    walk = ahead("2", {**SAY, "interruptible": False})
    assert walk.node == "first"
    assert walk.heard().node == "service"


def test_keys_typed_ahead_are_ignored_where_they_may_not_be_kept() -> None:
    walk = ahead("2", {**SAY, "interruptible": False, "keep_keys": False}).heard()
    assert (walk.node, walk.session.phase) == ("menu", Phase.PLAYING)


def test_a_key_typed_ahead_is_noted_once() -> None:
    assert [note["key"] for note in ahead("1", SAY).notes("key_pressed")] == ["1"]


def test_two_menus_take_two_keys_typed_ahead() -> None:
    nodes: dict[str, Any] = {
        "first": {**SAY, "interruptible": False, "outlets": {"next": "one"}},
        "one": {**MENU, "outlets": {"1": "menu", "failed": "bye"}},
        "menu": MENU,
        **REST,
    }
    assert Walk(flow("first", nodes)).keys("12").heard().node == "service"


def test_restart_asks_again_and_keeps_the_tries() -> None:
    walk = menu().keys("9").heard().restart()
    assert walk.said == ["choose"]
    assert walk.session.tries == 1
    assert walk.session.path == ("menu",)
    assert walk.keys("1").node == "sales"


def test_restart_while_speaking_stops_the_old_prompt_first() -> None:
    walk = menu().restart()
    assert walk.latest[0] == StopPlaying()
    assert walk.said == ["choose"]
