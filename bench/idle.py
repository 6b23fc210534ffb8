"""Memory of all processes of the running system, in MB: resident, and proportional (shared pages counted once).

./yingda bench idle
"""

import json

import psutil
from bench._running import processes, status

GOAL_MB = 900


def name_of(process: psutil.Process) -> str:
    """Something short to know it by."""
    words = process.cmdline() or [process.name()]
    ours = [word for word in words if word.startswith("yingda.")]
    return ours[-1] if ours else words[0].rpartition("/")[2].split(":")[0]


def main() -> None:
    """Prints one JSON object."""
    state = status()
    names = {entry["pid"]: entry["name"] for entry in state["processes"]}
    rows: dict[str, dict[str, float]] = {}
    for process in processes(state):
        memory = process.memory_full_info()
        row = rows.setdefault(names.get(process.pid) or name_of(process), {"processes": 0, "rss_mb": 0, "pss_mb": 0})
        row["processes"] += 1
        row["rss_mb"] = round(row["rss_mb"] + memory.rss / 2**20, 1)
        row["pss_mb"] = round(row["pss_mb"] + memory.pss / 2**20, 1)
    total = {kind: round(sum(row[kind] for row in rows.values()), 1) for kind in ("rss_mb", "pss_mb")}
    print(json.dumps({"goal_mb": GOAL_MB, **total, "processes": rows}, indent=2))


if __name__ == "__main__":
    main()
