"""The folder that holds an installation's data (``YINGDA_HOME``), its secrets and its ports.

Environment of the processes (read by ``app/settings.py``; what the user sets wins)::

    YINGDA_HOME  YINGDA_DATABASE_URL  YINGDA_OWNER_DATABASE_URL (migrations only)
    YINGDA_HTTP_HOST  YINGDA_HTTP_PORT  YINGDA_SIP_PORT  YINGDA_RTP_PORTS
    YINGDA_ARI_URL  YINGDA_ARI_USER  YINGDA_ARI_PASSWORD  YINGDA_AMI_PORT  YINGDA_AMI_PASSWORD
    YINGDA_LINK_HOST  YINGDA_LINK_PORT  YINGDA_LINK_TOKEN  YINGDA_VAULT_KEY  YINGDA_WEB_DIST
    YINGDA_ESPEAK  ESPEAK_DATA_PATH  (the speech synthesiser of the tree)
"""

import json
import os
import secrets
import shutil
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from yingda.kit.vault import Vault
from yingda.native.errors import BadPort, DiskFull, NoFreePort
from yingda.native.reserved import ReservedPorts
from yingda.native.tree import write_whole

_ROOM_BYTES = 100 << 20


@dataclass(frozen=True, slots=True)
class Secrets:
    """Generated once; kept in ``secrets.json``, readable by the owner only."""

    super_password: str
    owner_password: str
    app_password: str
    vault_key: str
    ari_password: str
    ami_password: str
    link_token: str


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one installation; ``rtp`` is a range ``first-last``."""

    http: int
    sip: int
    rtp: str
    ari: int
    ami: int
    link: int
    postgres: int


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder and the places in it."""

    path: Path

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """Pid files, the supervisor's state and its lock."""
        return self.path / "run"

    @property
    def state_file(self) -> Path:
        """What the supervisor says about itself."""
        return self.run / "state.json"

    @property
    def demo_file(self) -> Path:
        """The sign-ins of the demo tenant."""
        return self.path / "demo.json"

    def make(self) -> None:
        """Makes the folders. The data folder is passable, because the database may belong to another user."""
        for folder in (self.path, self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        self.logs.chmod(0o700)
        self.run.chmod(0o700)

    def need_room(self) -> None:
        """Raises DiskFull where there is not enough room for a start; the log of one could not tell it."""
        free = shutil.disk_usage(self.path).free
        if free < _ROOM_BYTES:
            raise DiskFull(f"{_ROOM_BYTES >> 20} MB are needed in {self.path}, {free >> 20} MB are free.")

    def secrets(self) -> Secrets:
        """The secrets, made where there are none; a newer version's additional ones are added."""
        path = self.path / "secrets.json"
        known = json.loads(path.read_text()) if path.is_file() else {}
        made = {name.name: known.get(name.name) or _secret(name.name) for name in fields(Secrets)}
        if made != known:
            write_whole(path, json.dumps(made, indent=1), mode=0o600)
        return Secrets(**made)


def home_of_environment(checkout: Path) -> Home:
    """``YINGDA_HOME``, else ``.yingda`` in the checkout."""
    named = os.environ.get("YINGDA_HOME")
    return Home(Path(named).absolute() if named else checkout / ".yingda")


def _secret(name: str) -> str:
    return Vault.new_key() if name == "vault_key" else secrets.token_urlsafe(24)


USUAL = Ports(http=8000, sip=5060, rtp="10000-20000", ari=8088, ami=5038, link=8099, postgres=54320)
_LAST_PORT = 65535
_NAMES = ("http", "sip", "ari", "ami", "link", "postgres")
_STEP = {"sip": 10}
# SIP over TLS has the port behind that of SIP.
_COUNT = {"sip": 2}


def wished_ports(environment: Mapping[str, str]) -> Ports:
    """What the user asks for; unset ones are the usual ones. Raises BadPort."""
    wished = asdict(USUAL)
    for name in _NAMES:
        setting = f"YINGDA_{name.upper()}_PORT"
        value = environment.get(setting)
        if value:
            wished[name] = _number(setting, value)
    wished["rtp"] = environment.get("YINGDA_RTP_PORTS") or USUAL.rtp
    first, dash, last = wished["rtp"].partition("-")
    if not dash or _number("YINGDA_RTP_PORTS", first) >= _number("YINGDA_RTP_PORTS", last):
        raise BadPort(f"YINGDA_RTP_PORTS is a range such as 10000-20000, not '{wished['rtp']}'.")
    return Ports(**wished)


def _number(setting: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _LAST_PORT:
        raise BadPort(f"{setting} is a number from 1 to {_LAST_PORT}, not '{text}'.")
    return int(text)


def choose_ports(home: Home, environment: Mapping[str, str], reserved: ReservedPorts) -> tuple[Ports, list[str]]:
    """The ports to use and what was not free: those of the last start, else the wished, else the next free.

    Call it while no process of this installation runs. ``reserved`` keeps them from other installations that
    start at this moment. Raises BadPort, NoFreePort.
    """
    wished, path = wished_ports(environment), home.path / "ports.json"
    record = json.loads(path.read_text()) if path.is_file() else {}
    last = record.get("chosen", {}) if record.get("wished") == asdict(wished) else {}
    chosen: dict[str, int | str] = {"rtp": wished.rtp}
    notes: list[str] = []
    taken: set[int] = set()
    for name in _NAMES:
        wish = getattr(wished, name)
        port = _first_free(name, last.get(name, wish), taken, reserved)
        taken.update(_ports_of(name, port))
        chosen[name] = port
        if port != wish and name not in last:
            notes.append(f"port {wish} ({name}) is taken, {port} is used")
    ports = Ports(**chosen)  # type: ignore[arg-type]
    write_whole(path, json.dumps({"wished": asdict(wished), "chosen": asdict(ports)}, indent=1))
    return ports, notes


def kept_ports(home: Home, environment: Mapping[str, str]) -> Ports | None:
    """The ports of the last start where the wishes are still the same; None where they must be chosen anew."""
    path = home.path / "ports.json"
    record = json.loads(path.read_text()) if path.is_file() else {}
    same = record.get("wished") == asdict(wished_ports(environment))
    return Ports(**record["chosen"]) if same else None


def _ports_of(name: str, port: int) -> range:
    return range(port, port + _COUNT.get(name, 1))


def _first_free(name: str, start: int, taken: set[int], reserved: ReservedPorts) -> int:
    step, public = _STEP.get(name, 1), name in ("http", "sip")
    for port in range(start, min(start + 2000 * step, _LAST_PORT), step):
        ports = _ports_of(name, port)
        free = all(one not in taken and port_is_free(one, public=public) for one in ports)
        if free and reserved.take(*ports):
            return port
    raise NoFreePort(f"There is no free port from {start} on: set YINGDA_{name.upper()}_PORT to another.")


def port_is_free(port: int, *, public: bool) -> bool:
    """Whether TCP and UDP can be bound, on all addresses or on loopback only."""
    address = "0.0.0.0" if public else "127.0.0.1"  # noqa: S104 - the same address as the server's
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                # A port whose old connections are still closing is free for a server.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True
