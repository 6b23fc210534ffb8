import os
import subprocess
import sys
from pathlib import Path

import pytest

from yingda.native.home import USUAL, Home, choose_ports
from yingda.native.lock import EXIT_LOCK_HELD, locked
from yingda.native.plan import installation
from yingda.native.reserved import ReservedPorts
from yingda.native.start import Start
from yingda.native.state import Phase, Report, load_report
from yingda.native.switch_files import asterisk_settings

ROOT = Path(__file__).parents[2]


def _start(home: Home, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "YINGDA_HOME": str(home.path), **settings}
    words = [sys.executable, "-m", "yingda.native.start", str(ROOT)]
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=30)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


def test_a_second_supervisor_leaves_the_firsts_report_alone(home: Home) -> None:
    Report(Phase.STARTING, url="http://127.0.0.1:1").save(home)
    with locked(home.run / "lock"):
        done = _start(home)
    assert done.returncode == EXIT_LOCK_HELD
    assert str(os.getpid()) in done.stdout
    assert load_report(home) == Report(Phase.STARTING, url="http://127.0.0.1:1")


def test_a_wrong_setting_is_reported_with_its_id(home: Home) -> None:
    done = _start(home, YINGDA_HTTP_PORT="eighty")
    report = load_report(home)
    assert done.returncode == 1
    assert report is not None
    assert (report.phase, report.error_id) == (Phase.FAILED, "bad_port")
    assert "YINGDA_HTTP_PORT" in report.error


def test_a_database_that_does_not_answer_is_named_in_one_line() -> None:
    address = "postgresql://yingda_app:secret@127.0.0.1:9/yingda"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "YINGDA_DATABASE_URL": address}
    env = {name: value for name, value in env.items() if "OWNER" not in name and "SUPER" not in name}
    words = [sys.executable, "-m", "yingda.native.migrate"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be used: ")
    assert "127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("setting", ["YINGDA_PUBLIC_ADDRESS", "YINGDA_TLS_CERTIFICATE", "YINGDA_TLS_KEY"])
def test_a_changed_setting_writes_the_switchs_files_anew(
    home: Home, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.delenv(setting, raising=False)
    place = installation(ROOT, home, USUAL)
    before = Start(place).key
    assert Start(place).key == before
    monkeypatch.setenv(setting, "198.51.100.7")
    assert Start(place).key != before


def test_the_certificate_serves_sip_over_tls_too(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP", "SIP", "ARI", "AMI", "LINK", "POSTGRES"):
        monkeypatch.delenv(f"YINGDA_{name}_PORT", raising=False)
    reserved = ReservedPorts()
    choose_ports(home, os.environ, reserved)
    reserved.close()
    monkeypatch.setenv("YINGDA_TLS_CERTIFICATE", "/etc/ours/certificate.pem")
    monkeypatch.setenv("YINGDA_TLS_KEY", "/etc/ours/key.pem")
    made = asterisk_settings(home)
    assert made.certificate == Path("/etc/ours/certificate.pem")
    assert made.certificate_key == Path("/etc/ours/key.pem")
