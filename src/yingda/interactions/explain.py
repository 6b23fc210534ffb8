"""The account of a contact in sentences for people.

Each kind of decision has one template in each language; members of its data stand in braces, put
into words first (:func:`_worded`). A kind or a word that is not in the tables is shown as it is,
with its data: an account with an odd line is better than one with a hole.
"""

from collections.abc import Mapping
from typing import Any

from yingda.interactions.records import Bilingual
from yingda.interactions.words import WORDS

Data = Mapping[str, Any]

TEMPLATES: dict[str, tuple[str, str]] = {
    # the call
    "arrived": ("来电从中继 {trunk} 呼入 {number}", "Arrived over trunk {trunk}, calling {number}"),
    "rejected": ("来电被拒:{why}", "Rejected: {why}"),
    "recovered": ("服务进程重启后接续此通话", "Taken over again after a restart"),
    "ended": ("通话结束:{outcome},{by}{cause}", "Ended: {outcome}, {by}{cause}"),
    "held": ("座席保持通话", "Put on hold by the agent"),
    "resumed": ("恢复通话,保持 {held_s}", "Taken off hold after {held_s}"),
    "agent_hung_up": ("座席挂机", "The agent hung up"),
    "answered": ("座席 {agent} 接听,等待 {wait_s}", "Answered by {agent} after waiting {wait_s}"),
    "ringing": ("座席 {agent} 的话机振铃", "The phone of {agent} rings"),
    "missed_by_agent": (
        "座席 {agent} 连续未接 {misses} 次,状态变为{state}",
        "{agent} has missed {misses} in a row and is now {state}",
    ),
    "queue_unknown": ("流程指向的队列不存在:{queue}", "The flow names a queue that does not exist: {queue}"),
    "position_told": ("告知排队位置:第 {position} 位", "Told the position: {position}"),
    # routing
    "queued": (
        "进入队列「{queue}」,排第 {position} 位{priority}",
        "Entered queue {queue} at position {position}{priority}",
    ),
    "offered": (
        "分配给座席 {agent}:{strategy},{free} 名空闲座席中{rank},已空闲 {idle_s}{again}{others}",
        "Offered to {agent}: {strategy}, {rank} of {free} free, idle for {idle_s}{again}{others}",
    ),
    "no_agent_free": ("队列「{queue}」暂无空闲座席{counts}{others}", "Nobody is free in queue {queue}{counts}{others}"),
    "accepted": ("座席 {agent} 接受分配,客户等待 {waited_s}", "{agent} took it; the caller had waited {waited_s}"),
    "declined": ("座席 {agent} 未接:{why},振铃 {rang_s}", "{agent} did not take it: {why}, after {rang_s}"),
    "withdrawn": ("撤回对座席 {agent} 的分配:{why}", "The offer to {agent} was withdrawn: {why}"),
    "left": ("离开队列:{why},等待 {waited_s}", "Left the queue: {why}, after waiting {waited_s}"),
    "restored": (
        "服务进程重启后恢复在队列「{queue}」中的位置",
        "Its place in queue {queue} was restored after a restart",
    ),
    # flows
    "node_entered": ("进入流程节点「{label}」", "Came to the step {label} of the flow"),
    "key_pressed": ("在「{node}」按键 {key}{typed_ahead}", "Pressed {key} at {node}{typed_ahead}"),
    "branch_taken": ("在「{node}」走分支「{outlet}」:{reason}", "Took the branch {outlet} at {node}: {reason}"),
    "wrong_key": ("在「{node}」按了无效键 {key}(第 {tries} 次)", "Pressed the wrong key {key} at {node} (try {tries})"),
    "timed_out": ("在「{node}」超时未按键(第 {tries} 次)", "Pressed nothing in time at {node} (try {tries})"),
    "collected": ("在「{node}」输入 {variable}:{value}", "Entered {variable} at {node}: {value}"),
    "variable_set": ("变量 {variable} 设为 {value}", "Set {variable} to {value}"),
    "playback_failed": ("「{node}」的语音未能播放", "The prompt of {node} could not be played"),
    "came_back": ("从队列返回流程「{node}」:{outlet}", "Came back from the queue to {node}: {outlet}"),
    "reentered": ("重启后从「{node}」重新开始", "Began again at {node} after a restart"),
    "flow_error": ("流程在「{node}」出错:{reason}", "The flow failed at {node}: {reason}"),
    "flow_ended": ("流程结束:{reason}", "The flow ended: {reason}"),
}

SILENT = frozenset({"", None, 0})


def decision_text(kind: str, data: Data, names: Mapping[str, str] | None = None) -> Bilingual:
    """A sentence in both languages; ``names`` has the readable names of agents by their ids. Never raises."""
    named = names or {}
    return Bilingual(_sentence(kind, data, named, 0), _sentence(kind, data, named, 1))


class _Worded(dict[str, str]):
    """A member that the data does not have is a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def _sentence(kind: str, data: Data, names: Mapping[str, str], language: int) -> str:
    template = TEMPLATES.get(kind)
    if template is None:
        return _fallback(kind, data, names, language)
    values = _Worded((str(name), _worded(kind, str(name), value, names, language)) for name, value in data.items())
    if values.get("label"):
        values["node"] = values["label"]
    elif "node" in values:
        values["label"] = values["node"]
    for name in _OPTIONAL:
        values.setdefault(name, "")
    return template[language].format_map(values)


def _worded(kind: str, name: str, value: Any, names: Mapping[str, str], language: int) -> str:
    optional = _OPTIONAL.get(name)
    if optional is not None:
        return _optional(name, value, names, language)
    if name == "agent":
        return names.get(str(value), str(value))
    if name == "rank":
        return _rank(value, language)
    if name == "reason" and str(value).startswith("key "):
        return ("按键 {}", "key {}")[language].format(str(value).removeprefix("key "))
    if name.endswith("_s") and isinstance(value, int | float):
        return _seconds(value, language)
    return _word(kind, value, language)


_OPTIONAL: dict[str, tuple[str, str]] = {
    "priority": (",优先级 {}", ", priority {}"),
    "again": (",其他人均已错过", ", all others had passed it"),
    "typed_ahead": ("(提前按键)", " (ahead of the prompt)"),
    "cause": ("({})", " ({})"),
    "others": (";其他座席:{}", "; others: {}"),
    "counts": ("({})", " ({})"),
}
"""Members that add to the sentence where they say something, and nothing where not."""


def _optional(name: str, value: Any, names: Mapping[str, str], language: int) -> str:
    if not value or (isinstance(value, Mapping) and not any(value.values())):
        return ""
    comma = (",", ", ")[language]
    if isinstance(value, Mapping):
        parts = [
            f"{names.get(str(key), _word('', key, language))} {_word('', word, language)}"
            for key, word in value.items()
        ]
        return _OPTIONAL[name][language].format(comma.join(parts))
    return _OPTIONAL[name][language].format(_word("", value, language))


def _rank(value: Any, language: int) -> str:
    if language == 0:
        return "居首" if value == 1 else f"排第 {value}"
    return "first" if value == 1 else f"number {value}"


def _seconds(value: float, language: int) -> str:
    whole = round(value)
    minutes, seconds = divmod(whole, 60)
    if language == 0:
        return f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _word(kind: str, value: Any, language: int) -> str:
    known = WORDS.get(f"{kind}.{value}") or WORDS.get(str(value)) if isinstance(value, str) else None
    return known[language] if known else str(value)


def _fallback(kind: str, data: Data, names: Mapping[str, str], language: int) -> str:
    title = kind.replace("_", " ").strip() or "—"
    told = [f"{name} {_worded(kind, str(name), value, names, language)}" for name, value in data.items()]
    return f"{title}{(':', ': ')[language]}{(',', ', ')[language].join(told)}" if told else title
