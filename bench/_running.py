"""The system that runs already: where it is, and what its processes use."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import psutil

from yingda.native.home import home_of_environment, kept_ports
from yingda.native.plan import installation, migration_environment

CHECKOUT = Path(__file__).parents[1]


def status(*, healthy: bool = True) -> dict[str, Any]:
    """What ``./yingda status --json`` says. Raises SystemExit where nothing runs, or not all while ``healthy``."""
    answer = subprocess.run([str(CHECKOUT / "yingda"), "status", "--json"], capture_output=True, text=True, check=False)
    state: dict[str, Any] = json.loads(answer.stdout)
    if healthy and not state["healthy"]:
        raise SystemExit("Yingda does not run: start it with ./yingda up --detach")
    return state


def database_urls() -> tuple[str, str]:
    """The owner's and the processes' address of the running database."""
    home = home_of_environment(CHECKOUT)
    ports = kept_ports(home, os.environ)
    if ports is None:
        raise SystemExit("Yingda has not run here with these ports: start it with ./yingda up --detach")
    given = migration_environment(installation(CHECKOUT, home, ports))
    return tuple(given[name].replace("+psycopg", "") for name in ("YINGDA_OWNER_DATABASE_URL", "YINGDA_DATABASE_URL"))  # type: ignore[return-value]


def processes(state: dict[str, Any]) -> list[psutil.Process]:
    """All processes of the installation: those that status names, what keeps them, and their children."""
    named = [psutil.Process(process["pid"]) for process in state["processes"]]
    tops = {_top(process).pid: _top(process) for process in named}
    found = {child.pid: child for top in tops.values() for child in [top, *top.children(recursive=True)]}
    return list(found.values())


def _top(process: psutil.Process) -> psutil.Process:
    above = process.parent()
    if above is None or above.pid == 1 or "yingda" not in " ".join(above.cmdline()):
        return process
    return _top(above)
