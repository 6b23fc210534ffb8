"""Asterisk's configuration files, written from settings before it starts.

The files hold what is the same for the whole life of the process: modules, transports, the context
that hands every call to us, and the fallback that plays music while we are away. Phones and trunks
are pushed at run time (:mod:`yingda.providers.asterisk.phones`) and are in no file.
"""

from pathlib import Path

from yingda.providers.asterisk import files
from yingda.providers.asterisk.music import write_music
from yingda.providers.asterisk.settings import AsteriskSettings


def write_config(settings: AsteriskSettings) -> Path:
    """Makes every folder, writes every file, and the music where there is none; returns the path for ``asterisk -C``.

    Files hold passwords and are readable by their owner only. Files of an earlier version that are
    no longer written are left alone: ``modules.conf`` loads nothing by itself.
    """
    for folder in (settings.etc_dir, settings.run_dir, settings.log_dir, settings.spool_dir, settings.data_dir):
        folder.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "keys").mkdir(exist_ok=True)
    write_music(settings.music_dir)
    for name, text in files.all_files(settings).items():
        path = settings.etc_dir / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    return settings.main_file
