"""Remembers what was done with what, so that a second start does only what has changed."""

import json
from pathlib import Path

from yingda.native.home import Home
from yingda.native.tree import write_whole


class Stamps:
    """Names of work and the key of its inputs, in ``run/stamps.json``; a stamp is written after the work."""

    def __init__(self, home: Home) -> None:
        self._path: Path = home.run / "stamps.json"

    def is_done(self, name: str, key: str) -> bool:
        """Whether the work was done with exactly these inputs."""
        return self._load().get(name) == key

    def mark(self, name: str, key: str) -> None:
        """The work is done."""
        write_whole(self._path, json.dumps({**self._load(), name: key}))

    def forget(self) -> None:
        """Everything is to be done again."""
        self._path.unlink(missing_ok=True)

    def _load(self) -> dict[str, str]:
        try:
            loaded: dict[str, str] = json.loads(self._path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return loaded
