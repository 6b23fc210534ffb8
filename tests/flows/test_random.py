"""Any definition of the right shape, any behaviour of the caller: never an error, always a wait or an end."""

import json
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.walk import Walk, facts, flow
from yingda.flows.definition import Definition
from yingda.flows.hours import Calendar, Period
from yingda.flows.nodes.base import KEYS
from yingda.flows.problems import problems
from yingda.flows.session import HangUp, Phase, Session

HOURS = UUID(int=7)
IDS = ["a", "b", "c", "d", "e"]
OUTLETS = ["next", "failed", "timeout", "error", "open", "closed", "other", "yes", "full", "1", "2", "#"]
TEXTS = st.sampled_from(
    ["hello", "{x}", "{x:amount}", "{x:date}", "{y:number}", "{x:nonsense}", "您好", "[[", "{", "。"]
)
PROMPT = st.one_of(st.fixed_dictionaries({"text": TEXTS}), st.just({"sound": "00000000-0000-0000-0000-000000000008"}))
PROMPTS = st.lists(PROMPT, max_size=2)
BOOL = st.booleans()
ASKING = {
    "prompts": PROMPTS,
    "wrong_prompts": PROMPTS,
    "interruptible": BOOL,
    "keep_keys": BOOL,
    "max_tries": st.integers(1, 3),
}
RULE = st.fixed_dictionaries(
    {"outlet": st.sampled_from(["yes", "1"]), "test": st.sampled_from(["is", "less", "empty"]), "value": TEXTS}
)
SHAPES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "answer": {},
    "play": {"prompts": st.lists(PROMPT, min_size=1, max_size=2), "interruptible": BOOL, "keep_keys": BOOL},
    "say": {"text": TEXTS, "interruptible": BOOL, "keep_keys": BOOL},
    "menu": ASKING,
    "collect": {
        **ASKING,
        "variable": st.sampled_from(["x", "y"]),
        "min_keys": st.integers(1, 2),
        "max_keys": st.integers(2, 32),
        "end_key": st.sampled_from(["#", "*", ""]),
    },
    "branch_hours": {"hours": st.just(str(HOURS))},
    "branch_caller": {"rules": st.just([{"outlet": "yes", "prefixes": ["138"]}])},
    "branch_variable": {"variable": st.sampled_from(["x", "caller"]), "rules": st.lists(RULE, min_size=1, max_size=2)},
    "set": {"values": st.dictionaries(st.sampled_from(["x", "y"]), TEXTS, min_size=1)},
    "queue": {"queue": st.just("sales")},
    "hang_up": {"prompts": PROMPTS},
}
NODE = st.sampled_from(sorted(SHAPES)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {
            "kind": st.just(kind),
            "outlets": st.dictionaries(st.sampled_from(OUTLETS), st.sampled_from([*IDS, "nowhere"])),
            **SHAPES[kind],
        }
    )
)
FLOWS = st.fixed_dictionaries(dict.fromkeys(IDS, NODE)).map(lambda nodes: flow("a", nodes))
ACTS = st.lists(
    st.one_of(
        st.sampled_from(KEYS).map(lambda key: ("keys", key)),
        st.sampled_from([("go", ""), ("go", ""), ("failed", ""), ("restart", ""), ("late", "")]),
        st.sampled_from(["timeout", "full", "nonsense"]).map(lambda outlet: ("back", outlet)),
    ),
    max_size=60,
)
FACTS = facts(calendars={HOURS: Calendar("Asia/Shanghai", (Period(frozenset({5}), 0, 720),))})


def act(walk: Walk, name: str, value: str) -> None:
    phase = walk.session.phase
    match name:
        case "keys":
            walk.keys(value)
        case "back":
            walk.back(value)
        case "restart":
            walk.restart()
        case "late" if phase is Phase.AWAY:
            before = walk.session
            walk.heard().silence()
            assert walk.session == before
        case "go" | "failed" if phase is Phase.PLAYING:
            walk.heard(failed=name == "failed")
        case "go" if phase is Phase.WAITING:
            walk.silence()


@settings(max_examples=300, deadline=None)
@given(FLOWS, ACTS)
def test_never_raises_and_always_waits_or_ends(definition: Definition, acts: list[tuple[str, str]]) -> None:
    walk = Walk(definition, FACTS)
    for name, value in acts:
        act(walk, name, value)
        assert Session.from_dict(json.loads(json.dumps(walk.session.to_dict()))) == walk.session
        assert len(walk.session.keys) <= 32
    hang_ups = [effect for effect in walk.effects if isinstance(effect, HangUp)]
    assert bool(hang_ups) is (walk.session.phase is Phase.ENDED)


@settings(max_examples=200, deadline=None)
@given(FLOWS)
def test_a_silent_caller_is_never_kept_for_ever(definition: Definition) -> None:
    walk = Walk(definition, FACTS)
    for _ in range(1000):
        if walk.session.phase in (Phase.ENDED, Phase.AWAY):
            break
        act(walk, "go", "")
    assert walk.session.phase in (Phase.ENDED, Phase.AWAY)


@settings(max_examples=200, deadline=None)
@given(FLOWS)
def test_checking_never_raises_and_json_round_trips(definition: Definition) -> None:
    assert isinstance(problems(definition), list)
    assert Definition.model_validate(json.loads(json.dumps(definition.to_dict()))) == definition


@settings(max_examples=200, deadline=None)
@given(FLOWS, st.randoms(use_true_random=False))
def test_what_is_publishable_ends_without_an_error(drawn: Definition, chance: Random) -> None:
    definition = repaired(drawn, chance)
    assert problems(definition) == []
    walk = Walk(definition, FACTS)
    for _ in range(1000):
        act(walk, "go", "")
    assert walk.session.phase in (Phase.ENDED, Phase.AWAY)
    assert not walk.notes("flow_error")


def repaired(drawn: Definition, chance: Random) -> Definition:
    """The nodes again, connected only forwards, every required outlet, without what cannot be reached."""
    nodes: dict[str, Any] = {"end": {"kind": "hang_up"}}
    later = ["end"]
    for key in reversed(IDS):
        node = drawn.nodes[key]
        outlets = {outlet: chance.choice(later) for outlet in sorted(node.required_outlets())}
        if node.kind == "menu":
            outlets["1"] = key
        nodes[key] = {**json.loads(node.model_dump_json()), "outlets": outlets}
        later.append(key)
    text = json.dumps(nodes).replace(":nonsense}", "}")
    whole = flow("a", json.loads(text))
    unreachable = {item.node for item in problems(whole)}
    return flow("a", {key: node for key, node in json.loads(text).items() if key not in unreachable})
