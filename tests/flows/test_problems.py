"""What is refused when a flow is published."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from tests.flows.walk import Walk, facts, flow
from yingda.flows.definition import Definition
from yingda.flows.demo import GOODBYE, MENU, WELCOME, demo_calendar, demo_flow
from yingda.flows.problems import Known, problems

HOURS, SALES, SERVICE = UUID(int=7), UUID(int=8), UUID(int=9)
BYE = {"kind": "hang_up"}


def say(target: str | None, text: str = "hello") -> dict[str, Any]:
    return {"kind": "say", "text": text, "outlets": {"next": target} if target else {}}


def menu(**outlets: str) -> dict[str, Any]:
    return {"kind": "menu", "outlets": {name.strip("k"): target for name, target in outlets.items()}}


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ({"a": BYE}, []),
        ({"b": BYE}, [("unknown_start", None, "a"), ("unreachable_node", "b", "")]),
        ({"a": say(None)}, [("missing_branch", "a", "next")]),
        ({"a": say("x")}, [("unknown_target", "a", "x")]),
        (
            {"a": {**say("b"), "outlets": {"next": "b", "open": "b"}}, "b": BYE},
            [("unknown_outlet", "a", "open")],
        ),
        ({"a": BYE, "b": BYE}, [("unreachable_node", "b", "")]),
        ({"a": say("b"), "b": say("a")}, [("loop_without_input", "a", ""), ("loop_without_input", "b", "")]),
        ({"a": menu(k1="a", failed="b"), "b": BYE}, []),
        ({"a": menu(failed="b"), "b": BYE}, [("menu_without_keys", "a", "")]),
        ({"a": menu(k1="a", failed="a")}, [("loop_without_input", "a", "")]),
        (
            {"a": menu(k1="c", failed="b"), "b": say("a"), "c": BYE},
            [("loop_without_input", "a", ""), ("loop_without_input", "b", "")],
        ),
        ({"a": {"kind": "queue", "queue": "x", "outlets": {"timeout": "b"}}, "b": say("a")}, []),
        ({"a": say("b", "{x:euro}"), "b": BYE}, [("unknown_format", "a", "euro")]),
        (
            {"a": {"kind": "branch_hours", "hours": str(HOURS), "outlets": {"open": "b"}}, "b": BYE},
            [("missing_branch", "a", "closed")],
        ),
        (
            {
                "a": {
                    "kind": "branch_caller",
                    "rules": [{"outlet": "vip", "numbers": ["1"]}],
                    "outlets": {"other": "b"},
                },
                "b": BYE,
            },
            [("missing_branch", "a", "vip")],
        ),
    ],
)
def test_problems(nodes: dict[str, Any], expected: list[tuple[str, str | None, str]]) -> None:
    found = [(item.code.value, item.node, item.value) for item in problems(flow("a", nodes))]
    assert found == expected


def test_references_are_checked_where_known() -> None:
    definition = demo_flow(SALES, SERVICE)
    known = Known(hours=frozenset(), queues=frozenset({SALES}), sounds=frozenset())
    assert [(item.code.value, item.node) for item in problems(definition, known)] == [("unknown_queue", "service")]
    asked = {"kind": "branch_hours", "hours": str(HOURS), "outlets": {"open": "b", "closed": "b"}}
    fixed = flow("a", {"a": asked, "b": BYE})
    assert [item.code.value for item in problems(fixed, known)] == ["unknown_hours"]
    played = flow("a", {"a": {"kind": "play", "prompts": [{"sound": str(SALES)}], "outlets": {"next": "b"}}, "b": BYE})
    assert [item.code.value for item in problems(played, known)] == ["unknown_sound"]


@pytest.mark.parametrize(
    "node",
    [
        {"kind": "nonsense"},
        {"kind": "say", "text": ""},
        {"kind": "say", "text": "nul \x00"},
        {"kind": "say", "text": "x", "unknown": 1},
        {"kind": "menu", "timeout_s": 0},
        {"kind": "menu", "timeout_s": float("nan")},
        {"kind": "menu", "max_tries": 0},
        {"kind": "collect", "variable": "1x"},
        {"kind": "collect", "variable": "x", "min_keys": 5, "max_keys": 4},
        {"kind": "set", "values": {}},
        {"kind": "branch_variable", "variable": "x", "rules": []},
        {"kind": "answer", "outlets": {"next": ""}},
        {"kind": "answer", "place": {"x": float("inf"), "y": 0}},
    ],
)
def test_shapes_that_are_refused(node: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        flow("a", {"a": node})


def test_the_demo_flow_is_sound_and_walks() -> None:
    definition = demo_flow(SALES, SERVICE)
    assert problems(definition, Known(hours=frozenset({HOURS}), queues=frozenset({SALES, SERVICE}))) == []
    assert Definition.model_validate(definition.to_dict()) == definition
    caller = facts(calendars={HOURS: demo_calendar()}, number_hours=HOURS)
    walk = Walk(definition, caller)
    assert walk.said == [WELCOME]
    assert walk.heard().said == [MENU]
    assert walk.keys("0").said == [MENU]
    queued = walk.keys("2").queued
    assert queued is not None
    assert queued.queue == SERVICE
    silent = Walk(definition, caller).heard().heard()
    for _ in range(2):
        silent.silence().heard()
    assert silent.silence().said == [GOODBYE]
