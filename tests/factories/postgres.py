"""A PostgreSQL of the tests' own: a new cluster in a temporary folder, two roles, loopback only."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from yingda.native.errors import ProgramMissing
from yingda.native.programs import postgres_bin

_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=60"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server; both roles sign in without a password."""

    port: int

    def url(self, role: str, database: str = "yingda") -> str:
        """The address of the database for ``yingda_owner``, ``yingda_app`` or ``postgres``."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Starts a server with the roles and the empty database, stops and removes it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="yingda-postgres-"))
    user = _unprivileged()
    if user:
        os.chown(folder, user["user"], user["group"])
    programs = _programs(user)
    data, port = folder / "data", _free_port()
    _run(user, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {_FAST}"
    with (folder / "log").open("wb") as log:
        words = [str(programs / "postgres"), "-D", str(data), *_words(options)]
        server = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT, cwd="/", **user)
    try:
        cluster = Cluster(port)
        _prepare(cluster, server)
        yield cluster
    finally:
        server.terminate()  # waits for clients: every test closes what it opens
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.send_signal(2)
            server.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(cluster: Cluster, server: subprocess.Popen[Any]) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            connection = psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True, connect_timeout=2)
            break
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)
    with connection:
        connection.execute("CREATE ROLE yingda_owner LOGIN")
        connection.execute("CREATE ROLE yingda_app LOGIN")
        connection.execute("CREATE DATABASE yingda OWNER yingda_owner")
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as inside:
        inside.execute("ALTER SCHEMA public OWNER TO yingda_owner")


def _programs(user: dict[str, Any]) -> Path:
    """The product's own programs, or the machine's where the test's user cannot reach those."""
    try:
        folder = postgres_bin()
        _run(user, folder / "postgres", "--version")
    except (ProgramMissing, PermissionError):
        found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
        if not found:
            raise
        folder = max(found, key=lambda path: int(path.parent.name))
    return folder


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it is somebody without rights who runs it."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(user: dict[str, Any], *words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True, cwd="/", **user)


def _words(options: str) -> list[str]:
    return [word.strip("'").replace("=''", "=") for word in options.split()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
