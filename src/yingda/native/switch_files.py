"""Writes Asterisk's configuration: ``python -m yingda.native.switch_files CHECKOUT``.

A process of its own, because the provider's package brings the whole product along and the supervisor
stays small in memory.
"""

import os
import sys
from pathlib import Path

from yingda.native.home import Home, home_of_environment, kept_ports
from yingda.native.plan import ARI_USER, asterisk_folder
from yingda.native.programs import asterisk
from yingda.providers.asterisk import AsteriskSettings, write_config


def asterisk_settings(home: Home) -> AsteriskSettings:
    """Asterisk's folders and ports in this home; the ports are those that the supervisor chose."""
    ports = kept_ports(home, os.environ)
    if ports is None:
        raise SystemExit("the ports are not chosen yet")
    found, secrets, base = asterisk(), home.secrets(), asterisk_folder(home)
    first, _, last = ports.rtp.partition("-")
    return AsteriskSettings(
        etc_dir=base / "etc",
        run_dir=_run_folder(base),
        log_dir=home.logs / "asterisk",
        spool_dir=base / "spool",
        data_dir=base / "data",
        modules_dir=found.modules,
        share_dir=found.share,
        sounds_dir=home.path / "sounds",
        music_dir=home.path / "music",
        ari_password=secrets.ari_password,
        ami_password=secrets.ami_password,
        ari_user=ARI_USER,
        sip_port=ports.sip,
        http_port=ports.ari,
        ami_port=ports.ami,
        rtp_first=int(first),
        rtp_last=int(last),
        public_address=os.environ.get("YINGDA_PUBLIC_ADDRESS", ""),
        certificate=_named("YINGDA_TLS_CERTIFICATE"),
        certificate_key=_named("YINGDA_TLS_KEY"),
    )


def _named(setting: str) -> Path | None:
    value = os.environ.get(setting)
    return Path(value).absolute() if value else None


def _run_folder(base: Path) -> Path:
    """A short path: the address of a Unix socket ends at 107 bytes."""
    wished = base / "run"
    if len(os.fsencode(wished)) <= 85:
        return wished
    base.mkdir(parents=True, exist_ok=True)
    short = Path("/tmp") / f"yingda-{os.getuid()}-{base.stat().st_ino:x}"  # noqa: S108 - 0700, and checked below
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid():
        raise SystemExit(f"{short} belongs to somebody else")
    return short


def main() -> int:
    """Entry of the process."""
    settings = asterisk_settings(home_of_environment(Path(sys.argv[1])))
    for folder in (settings.sounds_dir, settings.music_dir):
        folder.mkdir(parents=True, exist_ok=True)
    write_config(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
