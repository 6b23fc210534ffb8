"""What the supervisor says about itself, and what others may conclude from it."""

import asyncio
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from yingda.native.children import Identity, remembered
from yingda.native.home import Home
from yingda.native.probes import http_status
from yingda.native.tree import write_whole

SUPERVISOR = "supervisor"
"""The name of the supervisor's own pid file."""

ORDER = ("postgres", "asterisk", "switch", "web", "worker")
"""The processes in the order of their start; they are ended the other way round."""


class Phase(StrEnum):
    """Where the supervisor is in its life."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    FAILED = "failed"


class ProcessState(StrEnum):
    """Where a process is in its life."""

    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass(slots=True)
class ProcessReport:
    """One kept process; ``pid`` 0 where there is none."""

    name: str
    pid: int = 0
    state: ProcessState = ProcessState.STOPPED
    restarts: int = 0


@dataclass(slots=True)
class StepReport:
    """One step of the start; ``seconds`` is None while it is under way."""

    name: str
    seconds: float | None = None


@dataclass(slots=True)
class Report:
    """The content of ``state.json``."""

    phase: Phase
    url: str = ""
    sip_port: int = 0
    error_id: str = ""
    error: str = ""
    steps: list[StepReport] = field(default_factory=list)
    processes: list[ProcessReport] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    def save(self, home: Home) -> None:
        """Writes it whole."""
        write_whole(home.state_file, json.dumps(asdict(self), indent=1))


def load_report(home: Home) -> Report | None:
    """The last report, None where there was never one."""
    try:
        raw = json.loads(home.state_file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    raw["phase"] = Phase(raw["phase"])
    raw["steps"] = [StepReport(**step) for step in raw["steps"]]
    raw["processes"] = [ProcessReport(**{**one, "state": ProcessState(one["state"])}) for one in raw["processes"]]
    return Report(**raw)


def supervisor_of(home: Home) -> Identity | None:
    """The living supervisor of this home."""
    return remembered(home, SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Status:
    """What ``./yingda status`` shows; :meth:`as_json` is part of the contract."""

    healthy: bool
    report: Report

    def as_json(self) -> dict[str, object]:
        """The shape that other programs read."""
        processes = [{"name": one.name, "pid": one.pid, "state": str(one.state)} for one in self.report.processes]
        sip = {"host": "127.0.0.1", "port": self.report.sip_port}
        return {"healthy": self.healthy, "url": self.report.url, "processes": processes, "sip": sip}


def status(home: Home) -> Status:
    """Looks at the report, at the processes themselves, and asks the web process."""
    report = load_report(home) or Report(Phase.STOPPING)
    supervised = supervisor_of(home) is not None
    for process in report.processes:
        living = remembered(home, process.name)
        if living is None or living.pid != process.pid:
            process.state = ProcessState.RESTARTING if supervised and process.pid else ProcessState.STOPPED
            process.pid = living.pid if living else 0
    running = all(process.state is ProcessState.RUNNING for process in report.processes)
    healthy = supervised and running and bool(report.processes) and report.phase is Phase.RUNNING
    if healthy and any(process.name == "web" for process in report.processes):
        port = int(report.url.rpartition(":")[2])
        healthy = asyncio.run(http_status(port, "/healthz", tls=report.url.startswith("https:"))) == 200
    return Status(healthy, report)
