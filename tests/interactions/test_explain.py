"""Sentences for people."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingda.flows.session import NotedKind
from yingda.interactions import Outcome
from yingda.interactions.explain import TEMPLATES, decision_text
from yingda.interactions.words import WORDS
from yingda.routing.terms import DeclineWhy, NoteKind, StrategyName, WithdrawnWhy

NAMES = {"a1": "Ann", "a2": "Bob"}


def test_every_kind_and_word_of_routing_and_flows_is_known() -> None:
    assert set(NoteKind) | set(NotedKind) <= TEMPLATES.keys()
    words = {str(word) for kind in (DeclineWhy, WithdrawnWhy, StrategyName, Outcome) for word in kind}
    assert words <= WORDS.keys()


@pytest.mark.parametrize(
    ("kind", "data", "zh", "en"),
    [
        (
            "offered",
            {
                "agent": "a1",
                "strategy": "longest_idle",
                "rank": 1,
                "free": 2,
                "idle_s": 95.2,
                "again": False,
                "others": {"a2": "break"},
                "counts": {"free": 1},
            },
            "分配给座席 Ann:空闲最久优先,2 名空闲座席中居首,已空闲 1 分 35 秒;其他座席:Bob 小休",
            "Offered to Ann: longest idle first, first of 2 free, idle for 1 min 35 s; others: Bob on a break",
        ),
        (
            "branch_taken",
            {"node": "menu", "label": "主菜单", "outlet": "2", "reason": "key 2"},
            "在「主菜单」走分支「2」:按键 2",
            "Took the branch 2 at 主菜单: key 2",
        ),
        (
            "declined",
            {"agent": "a1", "why": "no_answer", "rang_s": 20.0},
            "座席 Ann 未接:无人接听,振铃 20 秒",
            "Ann did not take it: no answer, after 20 s",
        ),
        (
            "queued",
            {"queue": "sales", "position": 2},
            "进入队列「sales」,排第 2 位",
            "Entered queue sales at position 2",
        ),
        ("key_pressed", {"node": "menu", "key": "2"}, "在「menu」按键 2", "Pressed 2 at menu"),
        (
            "ended",
            {"outcome": "short_abandon", "by": "customer", "cause": ""},
            "通话结束:速挂,客户挂机",
            "Ended: hung up at once, by the customer",
        ),
        ("node_entered", {"node": "n1", "label": ""}, "进入流程节点「n1」", "Came to the step n1 of the flow"),
        ("moon_phase", {"full": True}, "moon phase:full True", "moon phase: full True"),
        ("moon", {}, "moon", "moon"),
        ("accepted", {}, "座席 — 接受分配,客户等待 —", "— took it; the caller had waited —"),
    ],
)
def test_sentences(kind: str, data: dict[str, object], zh: str, en: str) -> None:
    text = decision_text(kind, data, NAMES)
    assert (text.zh, text.en) == (zh, en)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = sorted({name for pair in TEMPLATES.values() for text in pair for name in re.findall(r"{(\w+)}", text)})


@given(
    kind=st.sampled_from(sorted(TEMPLATES)) | st.text(max_size=10),
    data=st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=5), VALUES, max_size=6),
)
def test_no_data_is_too_odd(kind: str, data: dict[str, object]) -> None:
    text = decision_text(kind, data)
    assert text.zh
    assert text.en
