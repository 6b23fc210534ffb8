"""The verbs of the link: what web processes may ask of the live state."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from yingda.agents.terms import AgentState
from yingda.channels.voice import desk, live
from yingda.channels.voice.floor import Floor
from yingda.kit.errors import NotFound

Args = dict[str, Any]
Verb = Callable[[Floor, Args, datetime], Any]


def _state(floor: Floor, args: Args, now: datetime) -> Any:
    agent = UUID(args["agent"])
    desk.choose_state(floor, agent, AgentState(args["state"]), args.get("reason") or "", args["by"], now)
    return live.agent(floor, agent, now)


def _agent(floor: Floor, args: Args, now: datetime) -> Any:
    found = live.agent(floor, UUID(args["agent"]), now)
    if found is None:
        raise NotFound("There is no such agent.")
    return found


def _break(floor: Floor, args: Args, now: datetime) -> Any:
    desk.decide_break(floor, UUID(args["agent"]), bool(args["approve"]), args["by"], now)
    return live.agent(floor, UUID(args["agent"]), now)


def _wrap_up(floor: Floor, args: Args, now: datetime) -> Any:
    act = desk.finish_wrap_up if args["action"] == "finish" else desk.extend_wrap_up
    act(floor, UUID(args["agent"]), args["by"], now)
    return live.agent(floor, UUID(args["agent"]), now)


def _hold(floor: Floor, args: Args, now: datetime) -> None:
    desk.hold(floor, UUID(args["agent"]), UUID(args["call"]), now)


def _resume(floor: Floor, args: Args, now: datetime) -> None:
    desk.resume(floor, UUID(args["agent"]), UUID(args["call"]), now)


def _hang_up(floor: Floor, args: Args, now: datetime) -> None:
    desk.hang_up(floor, UUID(args["agent"]), UUID(args["call"]))


def _reject(floor: Floor, args: Args, now: datetime) -> None:
    desk.reject(floor, UUID(args["agent"]), UUID(args["call"]), now)


def _mute(floor: Floor, args: Args, now: datetime) -> None:
    desk.mute(floor, UUID(args["agent"]), UUID(args["call"]), bool(args["muted"]))


def _keys(floor: Floor, args: Args, now: datetime) -> None:
    desk.send_keys(floor, UUID(args["agent"]), UUID(args["call"]), str(args["digits"]))


VERBS: dict[str, Verb] = {
    "agent.get": _agent,
    "agent.state": _state,
    "agent.break": _break,
    "agent.wrap_up": _wrap_up,
    "call.hold": _hold,
    "call.resume": _resume,
    "call.hangup": _hang_up,
    "call.reject": _reject,
    "call.mute": _mute,
    "call.dtmf": _keys,
}
