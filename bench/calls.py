"""Calls at a steady rate through a whole system of its own, with a bare ``Dial()`` of the same Asterisk beside it.

    ./yingda bench calls [--rate 10] [--seconds 60] [--talk 3] [--no-keys] [--no-bare] [--rounds 1] [--json]

Callers hear the welcome, press 1 or 2, wait in a queue, talk with an agent whose phone answers at once and
who hangs up after ``--talk`` seconds; calls are recorded as always. Sending keys needs root (a raw socket);
``--no-keys`` sends the calls straight into the queues, without audio of the caller. Prints one JSON object:
delays in seconds (queue entry to answer), CPU in milliseconds per call, memory in MB; ``bare`` has the same
callers and phones with two lines of dialplan, without flow, queue, recording or history.
"""

import argparse
import asyncio
import json
import math
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._bare import PASSWORD, USER, bare_asterisk
from bench._office import at_work, hire, own_system, pids, wave
from bench._usage import Usage, cpu_ms_per_call, percentile, usage, usages
from tests.phones import sipp
from tests.scenarios.system import System

TO_QUEUES = {"1": ("02088880101", "sales"), "2": ("02088880102", "service")}
IN_TIME_S = 2.0
SETTLE_S = 3.0
WRITTEN_WITHIN_S = 20
BEFORE_TALK_S = 3.0
"""Menu, ringing and leaving: how long a call takes beside its talk, roughly."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for."""

    rate: int
    seconds: float
    talk_s: float
    keys: bool

    @property
    def calls(self) -> int:
        """How many calls a round has, even."""
        return max(2, 2 * round(self.rate * self.seconds / 2))

    @property
    def agents(self) -> int:
        """Enough that nobody waits for a free one."""
        return 2 * math.ceil((self.rate * (self.talk_s + 1) * 1.4 + 8) / 2)

    def waves(self, prefix: str, numbers: dict[str, str]) -> list[sipp.Callers]:
        """One wave for each key; ``numbers`` says what each of them dials."""
        stay = self.talk_s + 30
        return [
            wave(number, f"{prefix}{key}", self.calls // 2, self.rate / 2, key if self.keys else "", stay)
            for key, number in numbers.items()
        ]

    @property
    def limit_s(self) -> float:
        """When callers are given up."""
        return self.seconds + self.talk_s + 60


async def called(folder: Path, port: int, waves: list[sipp.Callers], limit_s: float) -> int:
    """Runs the waves beside each other; how many calls went as the callers expected."""
    tasks = [sipp.call(folder / f"wave-{n}", port, one, limit_s) for n, one in enumerate(waves)]
    return sum(outcome.successful for outcome in await asyncio.gather(*tasks))


async def round_of_calls(system: System, plan: Plan, prefix: str, numbers: dict[str, str]) -> dict[str, Any]:
    """One steady stretch: figures of its calls, its CPU and its memory."""
    processes = await pids(system)
    begun = datetime.now(UTC)
    system.since = begun.isoformat()
    before = usages(processes)
    folder = system.scratch / f"round-{prefix}"
    completed = await called(folder, system.sip_port, plan.waves(prefix, numbers), plan.limit_s)
    await asyncio.sleep(SETTLE_S)
    after = usages(processes)
    items = await written(system, prefix, plan.calls)
    delays = [waited(item) for item in items if item["answered_at"] and item["queued_at"]]
    in_time = sum(delay <= IN_TIME_S for delay in delays)
    outcomes = [item["outcome"] for item in items]
    return {
        "calls": {
            "offered": plan.calls,
            "known": len(items),
            "answered": outcomes.count("answered"),
            "failed": plan.calls - outcomes.count("answered"),
            "callers_content": completed,
            "other_outcomes": {str(name): outcomes.count(name) for name in set(outcomes) - {"answered"}},
        },
        "answer_delay_s": {
            "p50": percentile(delays, 0.5),
            "p99": percentile(delays, 0.99),
            "most": max(delays, default=None),
        },
        "rate_reached": reached(items),
        "answered_in_time": round(in_time / plan.calls, 5),
        "cpu_ms_per_call": cpu_ms_per_call(before, after, plan.calls),
        "memory_mb": memory(before, after, plan.calls),
        "load_average": os.getloadavg()[0],
    }


async def written(system: System, prefix: str, calls: int) -> list[dict[str, Any]]:
    """The history of the calls, when all of them have ended there, or after some time."""
    for _ in range(WRITTEN_WITHIN_S):
        items = await system.history(prefix, most=calls + 1)
        if sum(bool(item["ended_at"]) for item in items) >= calls:
            break
        await asyncio.sleep(1)
    return items


def reached(items: list[dict[str, Any]]) -> float | None:
    """Calls a second as they came in: busy callers fall behind what was asked of them."""
    times = sorted(datetime.fromisoformat(item["offered_at"]) for item in items)
    seconds = (times[-1] - times[0]).total_seconds() if times else 0.0
    return round((len(times) - 1) / seconds, 1) if seconds else None


def waited(item: dict[str, Any]) -> float:
    """Seconds from the queue to the agent."""
    answered, queued = (datetime.fromisoformat(item[name]) for name in ("answered_at", "queued_at"))
    return (answered - queued).total_seconds()


def memory(before: dict[str, Usage], after: dict[str, Usage], calls: int) -> dict[str, dict[str, float]]:
    """Before, after, and growth per thousand calls."""
    return {
        name: {
            "before": before[name].rss_mb,
            "after": after[name].rss_mb,
            "per_1000_calls": round((after[name].rss_mb - before[name].rss_mb) * 1000 / calls, 2),
        }
        for name in ("switch", "asterisk")
    }


async def with_us(plan: Plan, rounds: int) -> list[dict[str, Any]]:
    """The rounds through a whole system; agents stay the same."""
    async with own_system() as system:
        staff = await hire(system, plan.agents)
        numbers = dict.fromkeys(TO_QUEUES, system.number)
        if not plan.keys:
            for number, queue in TO_QUEUES.values():
                await system.number_to_queue(number, queue)
            numbers = {key: number for key, (number, _) in TO_QUEUES.items()}
        async with at_work(system, staff, plan.talk_s):
            return [await round_of_calls(system, plan, f"1371{n}", numbers) for n in range(rounds)]


async def without_us(plan: Plan) -> dict[str, Any]:
    """The same callers and phones with nothing but ``Dial()``."""
    with tempfile.TemporaryDirectory(prefix="yingda-bare-") as name:
        folder = Path(name)
        async with bare_asterisk(folder / "asterisk") as bare:
            conduct = sipp.Conduct(answer_ms=1, hang_up_s=plan.talk_s)
            phones = [sipp.Agent(USER, PASSWORD)]
            async with sipp.agents(folder / "agents", bare.sip_port, phones, conduct):
                before = usage(bare.pid)
                waves = plan.waves("1370", dict.fromkeys(TO_QUEUES, "02088880000"))
                completed = await called(folder, bare.sip_port, waves, plan.limit_s)
                after = usage(bare.pid)
    return {
        "calls": {"offered": plan.calls, "callers_content": completed},
        "cpu_ms_per_call": round(1000 * (after.cpu_s - before.cpu_s) / plan.calls, 2),
        "memory_mb": {"before": before.rss_mb, "after": after.rss_mb},
    }


def ratios(ours: dict[str, Any], bare: dict[str, Any]) -> dict[str, float]:
    """Times of what the bare switch needs for a call."""
    cpu: dict[str, float] = ours["cpu_ms_per_call"]
    yardstick = max(bare["cpu_ms_per_call"], 0.01)
    return {
        **{name: round(value / yardstick, 2) for name, value in cpu.items()},
        "all": round(sum(cpu.values()) / yardstick, 2),
    }


async def measure(plan: Plan, rounds: int, *, with_bare: bool) -> dict[str, Any]:
    """Everything, one after the other."""
    result: dict[str, Any] = {
        "rate": plan.rate,
        "seconds": plan.seconds,
        "talk_s": plan.talk_s,
        "agents": plan.agents,
        "rounds": await with_us(plan, rounds),
    }
    if with_bare:
        result["bare"] = await without_us(plan)
        result["ratio_to_bare"] = ratios(result["rounds"][-1], result["bare"])
    return result


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=10, help="calls a second, an even number")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--talk", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--no-keys", action="store_true")
    parser.add_argument("--no-bare", action="store_true")
    parser.add_argument("--json", action="store_true", help="on one line")
    given = parser.parse_args()
    plan = Plan(given.rate, given.seconds, given.talk, keys=not given.no_keys)
    if plan.rate < 2 or plan.rate % 2:
        raise SystemExit("The rate is an even number: half of the callers press 1, half press 2.")
    if plan.keys and os.geteuid() != 0:
        raise SystemExit("Sending keys needs root: add --no-keys.")
    result = asyncio.run(measure(plan, given.rounds, with_bare=not given.no_bare))
    print(json.dumps(result, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
