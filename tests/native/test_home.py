import json
import socket
from pathlib import Path

from yingda.native.home import Home, choose_ports, kept_ports


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
        ports, notes = choose_ports(home, environment)
        assert ports.http != 46000
        assert len(notes) == 1
        assert "46000" in notes[0]
    again, notes = choose_ports(home, environment)
    assert (again, notes) == (ports, [])
    assert kept_ports(home, environment) == ports


def test_udp_counts_too(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 46100))
        ports, _ = choose_ports(_home(tmp_path), _environment(46000))
    assert ports.sip == 46110


def test_another_wish_is_a_new_choice(tmp_path: Path) -> None:
    home = _home(tmp_path)
    choose_ports(home, _environment(46000))
    assert kept_ports(home, _environment(47000)) is None
    ports, _ = choose_ports(home, _environment(47000))
    assert ports.http == 47000
