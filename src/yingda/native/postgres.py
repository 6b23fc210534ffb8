"""PostgreSQL of our own: made once, loopback only, passwords from the secrets, never as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import Any

import structlog

from yingda.native.errors import DiskFull, ProcessFailed
from yingda.native.home import Home, Secrets
from yingda.native.programs import postgres_bin
from yingda.native.tree import open_to_others

log = structlog.get_logger()

SUPER, OWNER, APP, DATABASE = "yingda_super", "yingda_owner", "yingda_app", "yingda"
_HBA = "host all all 127.0.0.1/32 scram-sha-256\n"
_CONF = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
shared_buffers = 64MB
max_connections = 100
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 512MB
wal_level = replica
max_wal_size = 512MB
checkpoint_timeout = 15min
timezone = 'GMT'
log_timezone = 'GMT'
password_encryption = 'scram-sha-256'
max_parallel_workers_per_gather = 1
"""


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user that the database runs as, where that is not ourselves."""

    uid: int
    gid: int


def unprivileged() -> RunAs | None:
    """None for an ordinary user; for root the user ``postgres`` or ``nobody``."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunAs(entry.pw_uid, entry.pw_gid)
    raise ProcessFailed("PostgreSQL refuses to run as root, and there is no user 'postgres' or 'nobody'.")


def data_folder(home: Home, run_as: RunAs | None, elsewhere: Path = Path("/var/lib/yingda")) -> tuple[Path, str]:
    """Where the data is, and a sentence for people where that is not inside the home.

    A link in the home leads to the data when the home itself is closed to the database's user. A home that was
    removed and made anew gets a new database: nobody has the passwords of the old one, which is left where it is.
    """
    place = home.path / "postgres"
    if place.is_symlink():
        return place.resolve(), ""
    if run_as is None or open_to_others(home.path):
        return place, ""
    outside = _unused(elsewhere / sha256(str(home.path.resolve()).encode()).hexdigest()[:12]) / "postgres"
    outside.parent.mkdir(parents=True)
    place.symlink_to(outside)
    return outside, f"{home.path} is closed to other users; the database is kept in {outside}, linked from there"


def _unused(folder: Path) -> Path:
    names = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return next(name for name in chain([folder], names) if not name.exists())


def make_database(home: Home, data: Path, secrets: Secrets, run_as: RunAs | None) -> bool:
    """Makes the cluster where there is none; True where it was made. Raises ProcessFailed, DiskFull."""
    if (data / "PG_VERSION").is_file() and (data / "yingda.conf").is_file():
        return False
    if data.is_dir():
        # A start that was interrupted in the middle of initdb left half a cluster without any data of ours.
        shutil.rmtree(data)
    data.mkdir(mode=0o700, parents=True)
    if run_as is not None:
        os.chown(data, run_as.uid, run_as.gid)
    with tempfile.NamedTemporaryFile("w", prefix="yingda-") as password:
        password.write(secrets.super_password)
        password.flush()
        if run_as is not None:
            os.chown(password.name, run_as.uid, run_as.gid)
        words = ["-D", str(data), "-U", SUPER, "-A", "scram-sha-256", f"--pwfile={password.name}"]
        words += ["-E", "UTF8", "--no-locale", "--locale-provider=icu", "--icu-locale=und", "--no-sync"]
        done = subprocess.run(
            [str(postgres_bin() / "initdb"), *words],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=environment(),
            **identity(run_as),
        )
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        complaint = done.stderr.strip()[-600:]
        if "no space left" in complaint.lower():
            raise DiskFull(f"There is no room left for the database in {data}.")
        raise ProcessFailed(f"initdb failed: {complaint}")
    return True


def configure(data: Path, port: int, run_as: RunAs | None) -> None:
    """Writes port and limits; read by PostgreSQL at its next start."""
    for name, text in (("yingda.conf", _CONF.format(port=port)), ("pg_hba.conf", _HBA)):
        path = data / name
        path.write_text(text)
        path.chmod(0o600)
        if run_as is not None:
            os.chown(path, run_as.uid, run_as.gid)
    main = data / "postgresql.conf"
    include = "include 'yingda.conf'\n"
    if include not in main.read_text():
        with main.open("a") as stream:
            stream.write(include)


def forget_dead_postmaster(data: Path) -> None:
    """Removes the pid file of a killed server whose number another program has now; PostgreSQL would not."""
    path = data / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        command = b""
    except ValueError:
        command = b""
    if b"postgres" not in command:
        path.unlink(missing_ok=True)


def environment() -> dict[str, str]:
    """What PostgreSQL gets of our environment: nothing that names another server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def identity(run_as: RunAs | None) -> dict[str, Any]:
    """Arguments for subprocess that make a program run as the user."""
    return {} if run_as is None else {"user": run_as.uid, "group": run_as.gid, "extra_groups": []}


def command(data: Path) -> tuple[str, ...]:
    """The server in the foreground."""
    return (str(postgres_bin() / "postgres"), "-D", str(data))


def url(role: str, password: str, port: int, database: str = DATABASE) -> str:
    """The address of the database for a role, as our processes understand it."""
    return f"postgresql+psycopg://{role}:{password}@127.0.0.1:{port}/{database}"
