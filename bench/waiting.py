"""Many callers in one queue at once, nobody to serve them: music and announcements, CPU, memory.

    ./yingda bench waiting [--callers 100] [--seconds 60] [--every 15]

Starts a whole system of its own. Prints one JSON object. ``announcing_s`` is how long an announcement took from the end
of the music to its own end: speech that had to be made first shows there as silence. ``misplaced`` counts announcements
that told another place than that of the order of arrival.
"""

import argparse
import asyncio
import json
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from bench._office import own_system, pids, wave
from bench._usage import Usage, percentile, usages
from tests.phones import sipp
from tests.scenarios.system import Json, System

NUMBER, QUEUE, PREFIX = "02088880101", "sales", "1372"
ARRIVING = 20
"""Calls a second."""
LINGER_S = 5.0

Places = list[tuple[datetime, int]]
"""When which place was told."""


async def measure(callers: int, seconds: float, every: int) -> dict[str, Any]:
    """The whole of it."""
    async with own_system() as system:
        await system.number_to_queue(NUMBER, QUEUE)
        async with system.queue_set(QUEUE, announce_position=True, announce_every_s=every):
            await asyncio.sleep(1)
            plan = wave(NUMBER, PREFIX, callers, ARRIVING, "", callers / ARRIVING + seconds + LINGER_S)
            calling = asyncio.create_task(sipp.call(system.scratch / "waiting", system.sip_port, plan, seconds + 60))
            await asyncio.sleep(callers / ARRIVING + 1)
            figures = await watched(system, seconds - 1)
            outcome = await calling
            await asyncio.sleep(2)
            items = await system.history(PREFIX, most=callers + 1)
            told = while_all_waited(items, [await places(system, item) for item in items])
    return {
        "callers": callers,
        "content": outcome.successful,
        **figures,
        "outcomes": sorted({str(item["outcome"]) for item in items}),
        **announcements(items, told, every),
        "load_average": os.getloadavg()[0],
    }


async def watched(system: System, seconds: float) -> dict[str, Any]:
    """CPU and memory while they wait, and how many the live page shows at the end."""
    processes = await pids(system)
    before = usages(processes)
    await asyncio.sleep(seconds)
    after = usages(processes)
    contacts = [contact for contact in (await system.live())["contacts"] if contact["stage"] == "waiting"]
    return {
        "waiting": len(contacts),
        "in_one_order": sorted(contact["position"] for contact in contacts) == list(range(1, len(contacts) + 1)),
        "cpu_percent": {name: round(100 * (after[name].cpu_s - before[name].cpu_s) / seconds, 1) for name in processes},
        "memory_mb": {name: _both(before[name], after[name]) for name in processes},
    }


def _both(before: Usage, after: Usage) -> dict[str, float]:
    return {"before": before.rss_mb, "after": after.rss_mb}


async def places(system: System, item: Json) -> Places:
    """When a caller was told which place."""
    steps = await system.decisions(item["id"])
    told = [step for step in steps if step["kind"] == "position_told"]
    return [(datetime.fromisoformat(step["at"]), step["data"]["position"]) for step in told]


def while_all_waited(items: list[Json], told: list[Places]) -> list[Places]:
    """Without what was told when the first callers had left and the others had moved up."""
    first = min(datetime.fromisoformat(item["ended_at"]) for item in items)
    return [[step for step in steps if step[0] < first] for steps in told]


def announcements(items: list[Json], told: list[Places], every: int) -> dict[str, Any]:
    """Whether everybody was told the right place, often enough, and how long it took."""
    order = {item["id"]: place for place, item in enumerate(sorted(items, key=lambda one: one["queued_at"]), 1)}
    wrong = sum(place != order[item["id"]] for item, steps in zip(items, told, strict=True) for _, place in steps)
    taken = [gap - every for steps in told for gap in _gaps(steps)]
    first = [_after(item, steps) for item, steps in zip(items, told, strict=True) if steps]
    return {
        "announcements": {"least": min(map(len, told)), "most": max(map(len, told))},
        "misplaced": wrong,
        "first_after_s": {"p50": percentile(first, 0.5), "most": max(first, default=None)},
        "announcing_s": {
            "p50": percentile(taken, 0.5),
            "p99": percentile(taken, 0.99),
            "most": max(taken, default=None),
        },
    }


def _gaps(steps: Places) -> Iterator[float]:
    return ((later[0] - earlier[0]).total_seconds() for earlier, later in pairwise(steps))


def _after(item: Json, steps: Places) -> float:
    return (steps[0][0] - datetime.fromisoformat(item["queued_at"])).total_seconds()


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--every", type=int, default=15)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measure(given.callers, given.seconds, given.every)), indent=2))


if __name__ == "__main__":
    main()
