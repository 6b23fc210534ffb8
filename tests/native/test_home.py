import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from yingda.native.errors import BadPort, DiskFull, NoFreePort
from yingda.native.home import Home, Ports, choose_ports, kept_ports
from yingda.native.reserved import ReservedPorts


def _choose(home: Home, environment: dict[str, str]) -> tuple[Ports, list[str]]:
    """As a start that ends at once."""
    reserved = ReservedPorts()
    try:
        return choose_ports(home, environment, reserved)
    finally:
        reserved.close()


def _home(path: Path) -> Home:
    home = Home(path / "home")
    home.make()
    return home


def _environment(first: int) -> dict[str, str]:
    names = ("HTTP", "SIP", "ARI", "AMI", "LINK", "POSTGRES")
    return {f"YINGDA_{name}_PORT": str(first + place * 100) for place, name in enumerate(names)}


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    home = _home(tmp_path)
    made = home.secrets()
    assert home.secrets() == made
    assert (home.path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert made.owner_password != made.app_password


def test_secrets_of_an_older_version_are_kept_and_added_to(tmp_path: Path) -> None:
    home = _home(tmp_path)
    (home.path / "secrets.json").write_text(json.dumps({"vault_key": "kept"}))
    assert home.secrets().vault_key == "kept"
    assert home.secrets().link_token


def test_a_taken_port_is_replaced_and_the_choice_is_kept(tmp_path: Path) -> None:
    home, environment = _home(tmp_path), _environment(46000)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 46000))
        other.listen()
        ports, notes = _choose(home, environment)
        assert ports.http != 46000
        assert len(notes) == 1
        assert "46000" in notes[0]
    again, notes = _choose(home, environment)
    assert (again, notes) == (ports, [])
    assert kept_ports(home, environment) == ports


def test_udp_counts_too(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 46100))
        ports, _ = _choose(_home(tmp_path), _environment(46000))
    assert ports.sip == 46110


def test_another_wish_is_a_new_choice(tmp_path: Path) -> None:
    home = _home(tmp_path)
    _choose(home, _environment(46000))
    assert kept_ports(home, _environment(47000)) is None
    ports, _ = _choose(home, _environment(47000))
    assert ports.http == 47000


def test_the_port_of_sip_over_tls_counts_too(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 46101))
        other.listen()
        ports, _ = _choose(_home(tmp_path), _environment(46000))
    assert ports.sip == 46110


def test_installations_that_start_at_the_same_moment_take_different_ports(tmp_path: Path) -> None:
    reserved = [ReservedPorts() for _ in range(3)]
    chosen = [
        asdict(choose_ports(_home(tmp_path / str(place)), _environment(46000), one)[0])
        for place, one in enumerate(reserved)
    ]
    for name in ("http", "sip", "ari", "ami", "link", "postgres"):
        assert len({ports[name] for ports in chosen}) == 3, name
    for taken in reserved:
        taken.close()
    ports, notes = _choose(_home(tmp_path / "later"), _environment(46000))
    assert (ports.http, notes) == (46000, [])


def test_a_killed_process_reserves_nothing(tmp_path: Path) -> None:
    code = "from yingda.native.reserved import ReservedPorts; r = ReservedPorts(); print(r.take(46000)); input()"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert _choose(_home(tmp_path / "a"), _environment(46000))[0].http == 46001
        other.kill()
        other.wait()
    assert _choose(_home(tmp_path / "b"), _environment(46000))[0].http == 46000


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("YINGDA_HTTP_PORT", "http"),
        ("YINGDA_HTTP_PORT", "0"),
        ("YINGDA_SIP_PORT", "65536"),
        ("YINGDA_SIP_PORT", "-5"),
        ("YINGDA_RTP_PORTS", "10000"),
        ("YINGDA_RTP_PORTS", "20000-10000"),
        ("YINGDA_RTP_PORTS", "a-b"),
    ],
)
def test_what_is_no_port_is_named(tmp_path: Path, setting: str, value: str) -> None:
    with pytest.raises(BadPort, match=setting):
        _choose(_home(tmp_path), {**_environment(46000), setting: value})


def test_no_free_port_is_an_error_with_the_setting_to_change(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 65534))
        with pytest.raises(NoFreePort, match="YINGDA_LINK_PORT"):
            _choose(_home(tmp_path), {**_environment(46000), "YINGDA_LINK_PORT": "65534"})


def test_a_home_without_room_is_named(tmp_path: Path) -> None:
    Home(tmp_path).need_room()
    with pytest.raises(DiskFull, match="/proc"):
        Home(Path("/proc")).need_room()
