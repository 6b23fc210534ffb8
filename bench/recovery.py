"""How long each process of the running system is away after SIGKILL, in seconds.

    ./yingda bench recovery [--times 3]

Away means: until a successor runs, ``/healthz`` says again that calls can be taken, and the API answers
for a signed-in user (which needs the database, the switch process and the web process).
"""

import argparse
import json
import os
import signal
import statistics
import time
from pathlib import Path

import httpx
from bench._running import CHECKOUT, status

from yingda.native.home import home_of_environment
from yingda.native.state import load_report

NAMES = ("web", "worker", "switch", "asterisk", "postgres")
LIMIT_S = 30.0
GOALS_S = {"web": 3, "worker": 3, "switch": 3, "asterisk": 10}


def pid_of(name: str) -> int:
    """The present pid of a process, 0 while there is none."""
    report = load_report(home_of_environment(CHECKOUT))
    named = report.processes if report else []
    return next((process.pid or 0 for process in named if process.name == name), 0)


def sign_in(url: str, home: Path) -> dict[str, str]:
    """The header of a signed-in supervisor."""
    demo = json.loads((home / "demo.json").read_text())
    boss = next(user for user in demo["users"] if user["role"] == "supervisor")
    given = {"tenant": demo["tenant"], "username": boss["username"], "password": boss["password"]}
    return {"Authorization": "Bearer " + httpx.post(f"{url}/api/v1/sessions", json=given).json()["token"]}


def serves(client: httpx.Client) -> bool:
    """Whether everything answers."""
    try:
        return all(client.get(path).status_code == 200 for path in ("/healthz", "/api/v1/live", "/api/v1/me"))
    except httpx.TransportError:
        return False


def away(client: httpx.Client, name: str) -> float:
    """Kills a process; the seconds until everything answers again and the process is another one."""
    old = pid_of(name)
    os.kill(old, signal.SIGKILL)
    began = time.monotonic()
    while time.monotonic() - began < LIMIT_S:
        time.sleep(0.01)
        if pid_of(name) not in (0, old) and serves(client):
            return round(time.monotonic() - began, 2)
    raise SystemExit(f"{name} did not come back within {LIMIT_S} s")


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    url = status()["url"]
    results = {}
    with httpx.Client(base_url=url, timeout=2, headers=sign_in(url, home_of_environment(CHECKOUT).path)) as client:
        for name in NAMES:
            taken = []
            for _ in range(times):
                taken.append(away(client, name))
                time.sleep(3)
            results[name] = {"median_s": statistics.median(taken), "all_s": taken, "goal_s": GOALS_S.get(name)}
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
