"""CPU and memory of processes, with everything that descends from them."""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Usage:
    """``cpu_s``: seconds of CPU since the start, of children that have ended too; ``rss_mb``: resident memory."""

    cpu_s: float
    rss_mb: float


def usage(pid: int) -> Usage:
    """What a process and its children have used."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    cpu = times.user + times.system + times.children_user + times.children_system
    memory = process.memory_info().rss
    for child in process.children(recursive=True):
        try:
            own = child.cpu_times()
            cpu += own.user + own.system
            memory += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Usage(cpu, round(memory / 2**20, 1))


def usages(pids: dict[str, int]) -> dict[str, Usage]:
    """The same for named processes."""
    return {name: usage(pid) for name, pid in pids.items()}


def cpu_ms_per_call(before: dict[str, Usage], after: dict[str, Usage], calls: int) -> dict[str, float]:
    """Milliseconds of CPU that each process spent on one call, idle work included."""
    return {name: round(1000 * (after[name].cpu_s - before[name].cpu_s) / max(calls, 1), 2) for name in before}


def percentile(values: list[float], share: float) -> float | None:
    """The value below which ``share`` of them lie; None where there is none."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)
