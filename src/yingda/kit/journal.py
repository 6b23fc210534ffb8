"""An append-only journal on the local disk: what must outlive a killed process.

Each entry is one line ``<crc32 hex> <json>``. An entry holds the newest whole value under a key, so
reading the journal is keeping the last value of each key. A line that a crash cut off is passed
over. The file is rewritten with the live values alone when it has grown enough.
"""

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import structlog

log = structlog.get_logger()


class Journal:
    """A journal file with the values it holds, by key.

    ``put`` and ``drop`` reach the operating system before they return (a killed process loses
    nothing); :meth:`sync` makes them outlive a power cut. A full disk does not stop the caller:
    the values stay in memory, ``failing`` is true, and every further call tries again.
    """

    def __init__(self, file: Path, *, rewrite_at: int = 8 << 20) -> None:
        """Opens or makes ``file``; it is rewritten when more than ``rewrite_at`` bytes were appended."""
        self.file = file
        self.failing = False
        self.values: dict[str, Any] = {}
        self._rewrite_at = rewrite_at
        self._appended = 0
        file.parent.mkdir(parents=True, exist_ok=True)
        for key, value in read(file):
            self._keep(key, value)
        self._out: BinaryIO | None = None
        self._rewrite()

    def put(self, entries: Mapping[str, Any]) -> None:
        """Keeps JSON values under their keys; they are written in one piece."""
        self.values.update(entries)
        self._append([[key, value] for key, value in entries.items()])

    def drop(self, *keys: str) -> None:
        """Forgets keys."""
        present = [key for key in keys if self.values.pop(key, None) is not None]
        if present:
            self._append([[key, None] for key in present])

    def under(self, prefix: str) -> list[Any]:
        """The values whose keys begin with ``prefix``, in the order in which the keys first came."""
        return [value for key, value in self.values.items() if key.startswith(prefix)]

    def sync(self) -> None:
        """Waits until all is on the disk. May be called from another thread."""
        out = self._out
        try:
            if out is not None:
                os.fdatasync(out.fileno())
        except ValueError:
            # Closed at this moment: the file was rewritten, and a new one is on the disk already.
            return
        except OSError as error:
            log.warning("journal cannot be made to outlive a power cut", error=str(error))

    def close(self) -> None:
        """Closes the file."""
        _let_go(self._out)
        self._out = None

    def _keep(self, key: str, value: Any) -> None:
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value

    def _append(self, entries: list[list[Any]]) -> None:
        if self.failing or self._appended > self._rewrite_at:
            self._rewrite()
            return
        data = b"".join(_line(entry) for entry in entries)
        try:
            assert self._out is not None  # noqa: S101 - set by the constructor
            self._out.write(data)
            self._out.flush()
        except OSError as error:
            self._failed(error)
            return
        self._appended += len(data)

    def _rewrite(self) -> None:
        """Replaces the file by one that holds the live values alone."""
        new = self.file.with_suffix(".new")
        out: BinaryIO | None = None
        try:
            out = new.open("wb")
            for key, value in self.values.items():
                out.write(_line([key, value]))
            out.flush()
            os.fdatasync(out.fileno())
            new.replace(self.file)
        except OSError as error:
            _let_go(out)
            self._failed(error)
            return
        _let_go(self._out)
        self._out = out
        self._appended = 0
        if self.failing:
            log.info("journal writes again", file=str(self.file))
        self.failing = False

    def _failed(self, error: OSError) -> None:
        if not self.failing:
            log.error("journal cannot be written; values are kept in memory", error=str(error))
        self.failing = True


def _let_go(out: BinaryIO | None) -> None:
    """Closes a file that may hold what its disk had no room for; nobody needs that any more."""
    if out is not None:
        with suppress(OSError):
            out.close()


def read(file: Path) -> Iterator[tuple[str, Any]]:
    """Every sound entry of a journal in order; ``None`` means dropped."""
    if not file.exists():
        return
    with file.open("rb") as lines:
        for line in lines:
            crc, _, body = line.rstrip(b"\n").partition(b" ")
            if line.endswith(b"\n") and crc == b"%08x" % zlib.crc32(body):
                key, value = orjson.loads(body)
                yield key, value


def _line(entry: list[Any]) -> bytes:
    body = orjson.dumps(entry)
    return b"%08x %s\n" % (zlib.crc32(body), body)
