import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from yingda.native.children import ChildSpec, Identity, pid_file, remember, remembered, spawn, start_time, stop
from yingda.native.errors import NativeError, ProcessFailed
from yingda.native.home import Home
from yingda.native.leftovers import end_leftovers, leftovers
from yingda.native.start import together
from yingda.native.state import Phase, ProcessState, Report, load_report
from yingda.native.supervisor import Supervisor, rotate

SLEEPER = "import time; print('begun', flush=True); time.sleep(600)"


async def _yes() -> bool:
    return True


async def _no() -> bool:
    return False


def _spec(name: str = "web", code: str = SLEEPER, **more: object) -> ChildSpec:
    environment = {"PATH": os.environ["PATH"], "YINGDA_X": "1"}
    return ChildSpec(name, (sys.executable, "-c", code), environment, **{"ready": _yes, **more})  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


@pytest.fixture
async def supervisor(home: Home) -> AsyncIterator[Supervisor]:
    made = Supervisor(home, Report(Phase.STARTING))
    yield made
    await made._stop_all(failed=False)


async def _until(condition: object, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - the other side is a process
            await asyncio.sleep(0.02)


async def test_a_killed_process_is_back_within_a_second(supervisor: Supervisor, home: Home) -> None:
    await supervisor.keep(_spec())
    first = remembered(home, "web")
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    begun = time.monotonic()
    await _until(lambda: (found := remembered(home, "web")) is not None and found.pid != first.pid)
    assert time.monotonic() - begun < 1
    report = load_report(home)
    assert report is not None
    await _until(lambda: supervisor.report.processes[0].state is ProcessState.RUNNING)
    assert supervisor.report.processes[0].restarts == 1


async def test_a_process_that_never_gets_healthy_is_an_error_with_its_last_lines(supervisor: Supervisor) -> None:
    code = "import time; print('no licence for this', flush=True); time.sleep(600)"
    with pytest.raises(ProcessFailed, match="no licence for this"):
        await supervisor.keep(_spec(code=code, ready=_no, start_s=1.0))


async def test_a_program_that_does_not_exist(supervisor: Supervisor, home: Home) -> None:
    with pytest.raises(ProcessFailed, match="cannot be started"):
        await supervisor.keep(ChildSpec("web", ("/nowhere/program",), {}, _yes))


async def test_a_living_process_of_a_killed_supervisor_is_adopted(supervisor: Supervisor, home: Home) -> None:
    process, before = spawn(home, _spec())
    await supervisor.keep(_spec())
    assert supervisor.report.processes[0].pid == before.pid
    os.kill(before.pid, signal.SIGKILL)
    process.wait()
    await _until(lambda: (found := remembered(home, "web")) is not None and found.pid != before.pid)


async def test_with_other_settings_it_is_replaced(supervisor: Supervisor, home: Home) -> None:
    process, before = spawn(home, _spec(code=SLEEPER + "  # older"))
    waiting = asyncio.create_task(asyncio.to_thread(process.wait))
    await supervisor.keep(_spec())
    await waiting
    assert supervisor.report.processes[0].pid != before.pid
    assert not before.is_alive()


async def test_a_stranger_with_the_same_number_is_left_alone(home: Home) -> None:
    stranger = await asyncio.create_subprocess_exec(sys.executable, "-c", SLEEPER)
    try:
        started = start_time(stranger.pid)
        assert started is not None
        remember(home, "web", Identity(stranger.pid, started - 1))
        assert remembered(home, "web") is None
        assert leftovers(home) == {}
        assert await end_leftovers(home) == []
        assert stranger.returncode is None
        assert start_time(stranger.pid) == started
    finally:
        stranger.kill()
        await stranger.wait()


async def test_one_that_ignores_the_polite_signal_is_ended_all_the_same(home: Home) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    process, identity = spawn(home, _spec(code=code))
    await _until(lambda: b"deaf" in (home.logs / "web.log").read_bytes())
    await stop(identity, signal.SIGTERM, 0.2)
    assert process.wait(timeout=5) == -signal.SIGKILL


async def test_leftovers_are_ended_users_first(home: Home) -> None:
    processes = [spawn(home, _spec(name))[0] for name in ("postgres", "web", "asterisk")]
    assert list(leftovers(home)) == ["web", "asterisk", "postgres"]
    waiting = [asyncio.create_task(asyncio.to_thread(process.wait)) for process in processes]
    assert await end_leftovers(home) == ["web", "asterisk", "postgres"]
    await asyncio.gather(*waiting)
    assert leftovers(home) == {}


async def test_of_several_errors_the_first_comes_by_itself() -> None:
    ended = asyncio.Event()

    async def fails() -> None:
        raise ProcessFailed("broken")

    async def goes_on() -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            try:
                await asyncio.sleep(60)
            finally:
                ended.set()

    with pytest.raises(NativeError, match="broken"):
        await together(goes_on(), fails())
    assert ended.is_set()


async def test_a_stop_removes_the_pid_files(home: Home) -> None:
    supervisor = Supervisor(home, Report(Phase.STARTING))
    await supervisor.keep(_spec())
    await supervisor._stop_all(failed=False)
    assert not pid_file(home, "web").exists()
    report = load_report(home)
    assert report is not None
    assert [process.state for process in report.processes] == [ProcessState.STOPPED]


def test_a_log_that_is_too_long_is_turned_over(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    with path.open("ab") as writer:
        for number in range(5):
            writer.write(b"%d" % number * 100)
            writer.flush()
            rotate(path, limit=100, keep=2)
            assert path.stat().st_size == 0
    assert (tmp_path / "web.log.1").read_bytes() == b"4" * 100
    assert (tmp_path / "web.log.2").read_bytes() == b"3" * 100
    assert not (tmp_path / "web.log.3").exists()


async def test_a_process_that_dies_again_and_again_fails_the_start_at_once(supervisor: Supervisor) -> None:
    begun = time.monotonic()
    with pytest.raises(ProcessFailed, match="wrong setting"):
        await supervisor.keep(_spec(code="import sys; sys.exit('wrong setting')", ready=_no, start_s=60.0))
    assert time.monotonic() - begun < 15


async def test_a_process_that_cannot_be_remembered_is_kept_all_the_same(supervisor: Supervisor, home: Home) -> None:
    """As on a full disk: nothing can be written, and a process must not run twice."""
    await supervisor.keep(_spec())
    first = supervisor.report.processes[0].pid
    away = home.run.rename(home.path / "away")
    os.kill(first, signal.SIGKILL)
    await _until(lambda: supervisor.report.processes[0].pid not in (0, first))
    supervisor.remember_again()
    second = supervisor.report.processes[0].pid
    away.rename(home.run)
    supervisor.remember_again()
    found, report = remembered(home, "web"), load_report(home)
    assert found is not None
    assert report is not None
    assert found.pid == second == report.processes[0].pid
    assert supervisor.report.processes[0].restarts == 1
