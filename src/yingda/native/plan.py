"""Which processes make up an installation, with which commands and which environment."""

import os
import signal
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from yingda.native import postgres
from yingda.native.children import ChildSpec
from yingda.native.errors import ProgramMissing
from yingda.native.home import Home, Ports, Secrets
from yingda.native.probes import http_answers, own_page_answers, port_answers, program_succeeds, stays_alive
from yingda.native.programs import asterisk, espeak, postgres_bin

ARI_USER = "yingda"
OURS = ("switch", "web", "worker")
"""Our own processes, in the order of their start."""
MODULES = tuple(f"yingda.app.{name}" for name in OURS)

_NOT_PASSED = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that is known before the first process starts. ``outside_…`` name servers of somebody else."""

    checkout: Path
    home: Home
    ports: Ports
    secrets: Secrets
    outside_database: str = ""
    outside_asterisk: str = ""

    @property
    def url(self) -> str:
        """Where the web process answers on this machine."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.ports.http}"

    @property
    def tls(self) -> bool:
        """Whether the web process speaks HTTPS itself."""
        return bool(os.environ.get("YINGDA_TLS_CERTIFICATE"))


def installation(checkout: Path, home: Home, ports: Ports) -> Installation:
    """Reads the outside servers from the environment."""
    environment = os.environ
    return Installation(
        checkout,
        home,
        ports,
        home.secrets(),
        environment.get("YINGDA_DATABASE_URL", ""),
        environment.get("YINGDA_ASTERISK_URL", ""),
    )


def environment_of(place: Installation) -> dict[str, str]:
    """What our own processes are given; the names are listed in :mod:`yingda.native.home`."""
    ports, secrets = place.ports, place.secrets
    own_database = postgres.url(postgres.APP, secrets.app_password, ports.postgres)
    # Compiled modules are kept whatever the shell says: without them every start takes seconds longer.
    passed = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED}
    given = {
        "PYTHONPATH": str(place.checkout / "src"),
        "PYTHONUNBUFFERED": "1",
        "YINGDA_HOME": str(place.home.path),
        "YINGDA_DATABASE_URL": place.outside_database or own_database,
        "YINGDA_HTTP_PORT": str(ports.http),
        "YINGDA_SIP_PORT": str(ports.sip),
        "YINGDA_RTP_PORTS": ports.rtp,
        "YINGDA_ARI_URL": place.outside_asterisk or f"http://127.0.0.1:{ports.ari}",
        "YINGDA_ARI_USER": ARI_USER,
        "YINGDA_AMI_PORT": str(ports.ami),
        "YINGDA_LINK_HOST": "127.0.0.1",
        "YINGDA_LINK_PORT": str(ports.link),
        "YINGDA_WEB_DIST": str(place.checkout / "web" / "dist"),
        **_speech(),
    }
    kept = {
        "YINGDA_ARI_PASSWORD": secrets.ari_password,
        "YINGDA_AMI_PASSWORD": secrets.ami_password,
        "YINGDA_LINK_TOKEN": secrets.link_token,
        "YINGDA_VAULT_KEY": secrets.vault_key,
    }
    return {**kept, **passed, **given}


def _speech() -> dict[str, str]:
    try:
        program = espeak()
    except ProgramMissing:
        return {}
    return {"YINGDA_ESPEAK": str(program.path), **program.env}


def migration_environment(place: Installation) -> dict[str, str]:
    """For the process that makes roles and tables: the owner's address too, and the superuser's where it is ours."""
    given = environment_of(place)
    if place.outside_database:
        owner = os.environ.get("YINGDA_OWNER_DATABASE_URL", place.outside_database)
        return {**given, "YINGDA_OWNER_DATABASE_URL": owner}
    port, secrets = place.ports.postgres, place.secrets
    return {
        **given,
        "YINGDA_OWNER_DATABASE_URL": postgres.url(postgres.OWNER, secrets.owner_password, port),
        "YINGDA_SUPER_DATABASE_URL": postgres.url(postgres.SUPER, secrets.super_password, port, "postgres"),
    }


def postgres_child(place: Installation, data: Path, run_as: postgres.RunAs | None) -> ChildSpec:
    """The database server."""
    env = postgres.environment()
    answers = program_succeeds(
        str(postgres_bin() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(place.ports.postgres), env=env
    )
    return ChildSpec(
        "postgres",
        postgres.command(data),
        env,
        answers,
        run_as=run_as,
        # The fast shutdown: open connections are ended, everything committed is kept.
        stop_signal=signal.SIGINT,
        stop_s=30.0,
        before=partial(postgres.forget_dead_postmaster, data),
    )


def asterisk_child(place: Installation) -> ChildSpec:
    """The switch, with the files that :mod:`yingda.native.switch_files` has written."""
    program = asterisk().program
    return ChildSpec(
        "asterisk",
        (*program.argv, "-C", str(asterisk_folder(place.home) / "etc" / "asterisk.conf"), "-f"),
        {**_plain_environment(), **program.env},
        http_answers(place.ports.ari, "/ari/asterisk/ping", ARI_USER, place.secrets.ari_password),
        cwd=place.home.path,
        stop_s=8.0,
    )


def asterisk_folder(home: Home) -> Path:
    """Where Asterisk's files are."""
    return home.path / "asterisk"


def _plain_environment() -> dict[str, str]:
    names = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
    return {name: os.environ[name] for name in names if name in os.environ}


def our_children(place: Installation) -> list[ChildSpec]:
    """The processes of ours that exist in this version."""
    env = environment_of(place)
    answers = {
        "switch": port_answers(place.ports.link),
        "web": own_page_answers(place.ports.http, tls=place.tls),
        "worker": stays_alive(0.5),
    }
    base = ChildSpec("", (), env, stays_alive(0.0), cwd=place.checkout, version=source_version(place.checkout))
    return [
        replace(base, name=name, argv=(sys.executable, "-m", module), ready=answers[name], module=module)
        for name, module in zip(OURS, MODULES, strict=True)
    ]


def source_version(checkout: Path) -> str:
    """Differs when a source file was changed: a process with old code is not adopted."""
    times = [path.stat().st_mtime_ns for part in ("src", "migrations") for path in (checkout / part).rglob("*.py")]
    return f"{len(times)}-{max(times, default=0)}"
