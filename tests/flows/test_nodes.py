"""The other kinds of node, the guard against loops, and the end."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.flows.walk import CALL, NOON, Walk, facts, flow
from yingda.flows import engine
from yingda.flows.hours import Calendar, Period
from yingda.flows.session import (
    Answer,
    EndReason,
    HangUp,
    Phase,
    Play,
    Session,
    SoundPrompt,
    SpeechPrompt,
    StartTimer,
    StopPlaying,
)

HOURS = UUID(int=7)
SOUND = UUID(int=8)
Node = dict[str, Any]
BYE: Node = {"kind": "hang_up"}


def one(node: Node, *targets: str, **known: Any) -> Walk:
    """A flow of one node with a hang-up behind each outlet, named as the outlet."""
    nodes: Node = {"node": {**node, "outlets": {target: f"to_{target}" for target in targets}}}
    nodes |= {f"to_{target}": {"kind": "hang_up"} for target in targets}
    return Walk(flow("node", nodes), **known)


def test_answer_answers_once() -> None:
    nodes: Node = {
        "a": {"kind": "answer", "outlets": {"next": "b"}},
        "b": {"kind": "answer", "outlets": {"next": "c"}},
        "c": {"kind": "say", "text": "hello", "outlets": {"next": "d"}},
        "d": BYE,
    }
    assert Walk(flow("a", nodes)).effects.count(Answer()) == 1


def test_hang_up_without_a_goodbye_does_not_answer() -> None:
    walk = Walk(flow("node", {"node": {**BYE, "closed": True}}))
    assert walk.ended == HangUp(EndReason.CLOSED)
    assert Answer() not in walk.effects


def test_a_key_does_not_stop_the_goodbye() -> None:
    walk = Walk(flow("node", {"node": {**BYE, "prompts": [{"text": "bye"}]}})).keys("1")
    assert walk.playing
    assert walk.heard().ended == HangUp(EndReason.DONE)


def test_after_the_end_nothing_happens_any_more() -> None:
    walk = Walk(flow("node", {"node": BYE}))
    acts: list[Callable[[], Walk]] = [lambda: walk.keys("1"), walk.heard, walk.silence, lambda: walk.back("timeout")]
    for act in acts:
        act()
        assert walk.latest == ()
    assert walk.restart().latest == (HangUp(),)


def test_play_plays_sounds_and_texts_in_order() -> None:
    node = {"kind": "play", "prompts": [{"sound": str(SOUND)}, {"text": "hi {caller:digits}", "speed": 0.8}]}
    walk = one(node, "next", facts=facts(caller="10", language="en"))
    plays = [effect for effect in walk.latest if isinstance(effect, Play)]
    assert plays == [Play((SoundPrompt(SOUND), SpeechPrompt("hi one zero", "en", "", 0.8)))]
    assert walk.heard().node == "to_next"


def test_say_takes_the_voice_of_the_flow_and_its_own() -> None:
    nodes: Node = {
        "a": {"kind": "say", "text": "一", "outlets": {"next": "b"}},
        "b": {"kind": "say", "text": "two", "language": "en", "voice": "en+f2", "outlets": {"next": "c"}},
        "c": BYE,
    }
    walk = Walk(flow("a", nodes, voice="cmn+f1"))
    assert Play((SpeechPrompt("一", "zh-CN", "cmn+f1"),)) in walk.latest
    assert Play((SpeechPrompt("two", "en", "en+f2"),)) in walk.heard().latest


@pytest.mark.parametrize("text", ["{nothing}", "{nothing}。 "])
def test_a_text_that_turns_out_empty_is_not_spoken(text: str) -> None:
    walk = one({"kind": "say", "text": text}, "next")
    assert walk.ended is not None
    assert not any(isinstance(effect, Play) for effect in walk.effects)


COLLECT: Node = {
    "kind": "collect",
    "variable": "order",
    "prompts": [{"text": "number?"}],
    "min_keys": 2,
    "max_keys": 4,
    "timeout_s": 5,
    "gap_s": 2,
    "max_tries": 2,
}


@pytest.mark.parametrize(
    ("keys", "value"),
    [("1234", "1234"), ("12#", "12"), ("123#", "123"), ("1234#", "1234")],
)
def test_collect_ends_by_length_or_end_key(keys: str, value: str) -> None:
    walk = one(COLLECT, "next", "failed").heard().keys(keys)
    assert walk.node == "to_next"
    assert walk.session.variables == {"order": value}


def test_collect_counts_the_key_that_interrupts() -> None:
    walk = one(COLLECT, "next", "failed").keys("1")
    assert StopPlaying() in walk.latest
    assert StartTimer(2) in walk.latest
    assert walk.keys("2#").session.variables == {"order": "12"}


def test_collect_takes_what_is_enough_when_the_caller_stops() -> None:
    assert one(COLLECT, "next", "failed").keys("123").silence().session.variables == {"order": "123"}


@pytest.mark.parametrize("wrong", ["1#", "#", "*1#", "1*34"])
def test_collect_refuses_and_asks_again(wrong: str) -> None:
    walk = one(COLLECT, "next", "failed").keys(wrong)
    assert (walk.node, walk.said, walk.session.keys) == ("node", ["number?"], "")
    assert walk.keys(wrong).node == "to_failed"


def test_collect_times_out() -> None:
    walk = one(COLLECT, "next", "failed").heard().silence()
    assert walk.said == ["number?"]
    assert walk.keys("1").silence().node == "to_failed"


def test_collect_keeps_secrets() -> None:
    walk = one({**COLLECT, "secret": True}, "next", "failed").keys("9876")
    assert walk.session.variables == {"order": "9876"}
    shown = str([effect for effect in walk.effects if type(effect).__name__ == "Noted"])
    assert "9876" not in shown
    assert not any(digit in note["key"] for note in walk.notes("key_pressed") for digit in "9876")


def test_collect_refuses_a_secret_without_showing_it() -> None:
    walk = one({**COLLECT, "secret": True}, "next", "failed").keys("9#")
    assert [note["key"] for note in walk.notes("wrong_key")] == ["***"]


def test_collect_is_asked_again_after_a_restart() -> None:
    walk = one(COLLECT, "next", "failed").keys("12").restart()
    assert walk.said == ["number?"]
    assert walk.keys("34#").session.variables == {"order": "34"}


def test_collect_takes_keys_of_a_prompt_that_may_not_be_interrupted() -> None:
    walk = one({**COLLECT, "interruptible": False}, "next", "failed").keys("1234")
    assert walk.playing
    assert walk.heard().session.variables == {"order": "1234"}


def test_set_sees_the_variables_as_they_were() -> None:
    nodes: Node = {
        "a": {"kind": "set", "values": {"x": "1", "y": "2"}, "outlets": {"next": "b"}},
        "b": {"kind": "set", "values": {"x": "{y}", "y": "{x}", "z": "{caller}"}, "outlets": {"next": "c"}},
        "c": BYE,
    }
    assert Walk(flow("a", nodes)).session.variables == {"x": "2", "y": "1", "z": "13800138000"}


WORK = Calendar("Asia/Shanghai", (Period(frozenset({1, 2, 3, 4, 5}), 540, 1080),))


@pytest.mark.parametrize(
    ("at", "targets", "calendars", "node"),
    [
        (NOON, ("open", "closed"), {HOURS: WORK}, "to_open"),
        (NOON.replace(hour=12), ("open", "closed"), {HOURS: WORK}, "to_closed"),
        (NOON, ("open", "closed"), {}, "to_open"),
        (NOON, ("open", "closed", "error"), {}, "to_error"),
    ],
)
def test_branch_hours(at: datetime, targets: tuple[str, ...], calendars: dict[UUID, Calendar], node: str) -> None:
    walk = one({"kind": "branch_hours", "hours": str(HOURS)}, *targets, facts=facts(calendars=calendars), now=at)
    assert walk.node == node


RULES = [
    {"outlet": "vip", "numbers": ["13900000000"]},
    {"outlet": "hidden", "withheld": True},
    {"outlet": "south", "area_codes": ["020"], "prefixes": ["0755"]},
    {"outlet": "mobile", "carriers": ["China Mobile"], "prefixes": ["138", "139"]},
]


@pytest.mark.parametrize(
    ("given", "node"),
    [
        ({"caller": "13900000000"}, "to_vip"),
        ({"caller": "13900000001"}, "to_mobile"),
        ({"caller": "", "caller_withheld": True}, "to_hidden"),
        ({"caller": "075512345678"}, "to_south"),
        ({"caller": "18900000000", "area_code": "020"}, "to_south"),
        ({"caller": "18900000000", "carrier": "China Mobile"}, "to_mobile"),
        ({"caller": "18900000000"}, "to_other"),
        ({"caller": ""}, "to_other"),
    ],
)
def test_branch_caller(given: dict[str, Any], node: str) -> None:
    walk = one(
        {"kind": "branch_caller", "rules": RULES}, "vip", "hidden", "south", "mobile", "other", facts=facts(**given)
    )
    assert walk.node == node
    assert walk.notes("branch_taken")[0]["reason"]


@pytest.mark.parametrize(
    ("test", "value", "actual", "holds"),
    [
        ("is", "5", "5", True),
        ("is", "{caller}", "13800138000", True),
        ("is", "5", "5.0", False),
        ("is_not", "5", "6", True),
        ("starts_with", "ab", "abc", True),
        ("contains", "b", "abc", True),
        ("contains", "x", "abc", False),
        ("one_of", "1, 2,3", "2", True),
        ("one_of", "1, 2,3", "", False),
        ("empty", "", "", True),
        ("empty", "", "x", False),
        ("less", "10", "9", True),
        ("less", "10", "nine", False),
        ("less", "10", "NaN", False),
        ("at_most", "10", "10.0", True),
        ("greater", "10", "1e1", False),
        ("greater", "9", "10", True),
        ("at_least", "10", "-10", False),
    ],
)
def test_branch_variable(test: str, value: str, actual: str, holds: bool) -> None:
    nodes: Node = {
        "set": {"kind": "set", "values": {"x": actual or "{nothing}"}, "outlets": {"next": "node"}},
        "node": {
            "kind": "branch_variable",
            "variable": "x",
            "rules": [{"outlet": "yes", "test": test, "value": value}],
            "outlets": {"yes": "yes", "other": "no"},
        },
        "yes": BYE,
        "no": BYE,
    }
    assert Walk(flow("set", nodes)).node == ("yes" if holds else "no")


@pytest.mark.parametrize(
    ("targets", "outlet", "node"),
    [
        (("timeout", "failed"), "timeout", "to_timeout"),
        (("timeout", "failed"), "full", "to_failed"),
        ((), "timeout", "node"),
    ],
)
def test_queue_gives_the_call_back(targets: tuple[str, ...], outlet: str, node: str) -> None:
    walk = one({"kind": "queue", "queue": str(HOURS)}, *targets)
    assert walk.session.phase is Phase.AWAY
    assert walk.queued is not None
    assert walk.queued.queue == HOURS
    assert Answer() in walk.effects
    assert walk.keys("1").latest == ()
    walk.back(outlet)
    assert walk.node == node
    assert walk.ended is not None


def test_queue_is_entered_again_after_a_restart() -> None:
    walk = one({"kind": "queue", "queue": "sales"}).restart()
    assert walk.latest[-1] == walk.queued


def test_a_loop_without_input_ends() -> None:
    loop = {"kind": "set", "values": {"x": "{x}{x}y"}, "outlets": {"next": "node"}}
    walk = Walk(flow("node", {"node": loop}))
    assert walk.ended == HangUp(EndReason.ERROR)
    assert walk.notes("flow_error")[-1]["reason"] == "too_many_moves"
    assert len(walk.session.variables["x"]) == 500


@pytest.mark.parametrize(("target", "reason"), [("bye", EndReason.DONE), ("node", EndReason.ERROR)])
def test_a_loop_without_input_takes_the_error_outlet_once(target: str, reason: EndReason) -> None:
    loop = {"kind": "set", "values": {"x": "1"}, "outlets": {"next": "node", "error": target}}
    assert Walk(flow("node", {"node": loop, "bye": BYE})).ended == HangUp(reason)


def test_a_caller_who_only_listens_does_not_stay_for_ever() -> None:
    walk = Walk(flow("node", {"node": {"kind": "say", "text": "round", "outlets": {"next": "node"}}}))
    for _ in range(engine.HOPS_END + 1):
        if walk.ended is None:
            walk.heard()
    assert walk.ended == HangUp(EndReason.ERROR)


def test_a_missing_start_ends() -> None:
    assert Walk(flow("nowhere", {"node": BYE})).ended == HangUp(EndReason.ERROR)


def test_a_session_is_json() -> None:
    walk = one(COLLECT, "next", "failed").keys("12")
    again = Session.from_dict(walk.session.to_dict())
    assert again == walk.session
    step = engine.start(walk.definition, facts(), NOON, flow=HOURS, version=4)
    assert (step.session.flow, step.session.version) == (HOURS, 4)
    assert engine.start(walk.definition, facts(), NOON).session.flow == CALL
