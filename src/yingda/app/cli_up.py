"""``up``, ``down`` and ``status``."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from yingda.app.cli_web import build_web
from yingda.native.children import Identity
from yingda.native.errors import NativeError, ProcessFailed
from yingda.native.home import Home, home_of_environment
from yingda.native.leftovers import end_leftovers, leftovers
from yingda.native.lock import EXIT_LOCK_HELD
from yingda.native.manifest import RUN
from yingda.native.programs import asterisk, postgres_bin
from yingda.native.state import Phase, Report, load_report, status, supervisor_of
from yingda.native.supervisor import last_lines
from yingda.native.tree import cache_folder, ensure_tree, find_tree

_STOP_S = 60.0


def say(name: str, seconds: float | None = None) -> None:
    """One line of progress."""
    print(f"  {name:<24}" + (f" {seconds:5.1f} s" if seconds is not None else ""), flush=True)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """A line of progress with the seconds that the block took."""
    begun = time.monotonic()
    yield
    say(name, time.monotonic() - begun)


def up(checkout: Path, *, detach: bool) -> int:
    """Starts everything. Detached: returns 0 when healthy; else stays until Ctrl-C. Raises YingdaError."""
    home = home_of_environment(checkout)
    if supervisor_of(home) is not None:
        return _already_running(home, detach=detach)
    home.make()
    home.need_room()
    native_programs()
    build_web(checkout, timed)
    home.state_file.unlink(missing_ok=True)
    with (home.logs / "supervisor.log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "yingda.native.start", str(checkout)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=checkout,
        )
    try:
        report = _follow(home, process)
        if process.poll() == EXIT_LOCK_HELD:
            return _already_running(home, detach=detach)
        _greet(home, report)
        return 0 if detach else process.wait()
    except KeyboardInterrupt:
        _interrupt(process)
        return 0


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    print("\n  stopping", flush=True)
    process.send_signal(signal.SIGTERM)
    process.wait()


def _already_running(home: Home, *, detach: bool) -> int:
    report = load_report(home)
    deadline = time.monotonic() + _STOP_S
    while (report is None or report.phase is Phase.STARTING) and time.monotonic() < deadline:
        time.sleep(0.2)
        report = load_report(home)
    found = status(home)
    if not found.healthy:
        raise ProcessFailed("It runs already but is not healthy: see ./yingda status and ./yingda logs.")
    print("  it runs already")
    _greet(home, found.report)
    if not detach:
        print("  (in another terminal or detached: stop it with ./yingda down)")
    return 0


def native_programs() -> None:
    """Fetches the native tree where it is missing; the machine's own programs do where it cannot be had."""
    cache = cache_folder()
    if find_tree(RUN, cache) is not None:
        return
    with timed("native programs"):
        try:
            ensure_tree(RUN, cache, os.environ.get("YINGDA_DEBIAN_MIRROR"), lambda text: say(f"  {text}"))
        except NativeError as error:
            if not machine_has_its_own():
                raise
            print(f"  {error.id}: {error.detail}\n  the machine's own Asterisk and PostgreSQL are used", flush=True)


def machine_has_its_own() -> bool:
    """Whether Asterisk and PostgreSQL are installed on the machine, or servers elsewhere are named."""
    needed: list[Callable[[], object]] = []
    if not os.environ.get("YINGDA_ASTERISK_URL"):
        needed.append(asterisk)
    if not os.environ.get("YINGDA_DATABASE_URL"):
        needed.append(postgres_bin)
    try:
        for find in needed:
            find()
    except NativeError:
        return False
    return True


def _follow(home: Home, process: subprocess.Popen[bytes]) -> Report:
    """Prints the supervisor's steps until it runs. Raises ProcessFailed with the reason where it fails."""
    shown: set[int] = set()
    while True:
        ended = process.poll() is not None
        report = load_report(home)
        if report is not None:
            for place, step in enumerate(report.steps):
                if step.seconds is not None and place not in shown:
                    say(step.name, step.seconds)
                    shown.add(place)
            if report.phase is Phase.RUNNING:
                return report
        if ended and process.returncode == EXIT_LOCK_HELD:
            return report or Report(Phase.STARTING)
        if ended:
            raise _failure(home, report)
        time.sleep(0.05)


def _failure(home: Home, report: Report | None) -> NativeError:
    if report is None or not report.error_id:
        return ProcessFailed(f"The supervisor ended: {last_lines(home.logs / 'supervisor.log')}")
    error = ProcessFailed(report.error)
    error.id = report.error_id  # type: ignore[misc]  # the id that the supervisor found, in another process
    return error


def _greet(home: Home, report: Report) -> None:
    print(f"\n  {report.url}")
    if not home.demo_file.is_file():
        return
    demo = json.loads(home.demo_file.read_text())
    print(f"  tenant {demo['tenant']}, number {demo['number']}, SIP 127.0.0.1:{report.sip_port}")
    for user in demo["users"]:
        print(f"    {user['role']:<11} {user['username']:<10} {user['password']:<14} {user.get('extension') or ''}")
    sys.stdout.flush()


def down(home: Home) -> int:
    """Stops everything, also what a killed supervisor left behind."""
    supervisor = supervisor_of(home)
    if supervisor is not None:
        os.kill(supervisor.pid, signal.SIGTERM)
        if not _gone(supervisor):
            raise ProcessFailed(f"The supervisor {supervisor.pid} does not end: see ./yingda logs supervisor.")
    ended = asyncio.run(end_leftovers(home)) if leftovers(home) else []
    print("  stopped" if supervisor or ended else "  nothing runs")
    return 0


def _gone(identity: Identity) -> bool:
    deadline = time.monotonic() + _STOP_S
    while time.monotonic() < deadline:
        if not identity.is_alive():
            return True
        time.sleep(0.05)
    return False


def show_status(home: Home, *, as_json: bool) -> int:
    """Prints what runs; 0 where it is healthy, 1 where it is not."""
    found = status(home)
    if as_json:
        print(json.dumps(found.as_json()))
        return 0 if found.healthy else 1
    report = found.report
    print(f"  {'healthy' if found.healthy else 'not healthy'}  {report.url}  SIP 127.0.0.1:{report.sip_port}")
    for process in report.processes:
        again = f"  restarted {process.restarts} times" if process.restarts else ""
        print(f"  {process.name:<10} {process.pid or '-':>8}  {process.state}{again}")
    for name, version in report.versions.items():
        print(f"  {name:<20} {version}")
    if report.error:
        print(f"  {report.error_id}: {report.error}")
    return 0 if found.healthy else 1
