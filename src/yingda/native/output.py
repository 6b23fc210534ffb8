"""Standard output that never fails: a full disk costs lines of the log, not the process that writes them."""

import io
import os
import sys
import threading

_LOST = '{{"event":"lines of the log were lost","lines":{lines},"level":"warning"}}\n'


class LastingOutput(io.TextIOBase):
    """Text for a file descriptor, in whole lines. What cannot be written is counted, and told when it can again."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._pending = ""
        self._lost = 0
        self._cut = False

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only here
        """Always UTF-8."""
        return "utf-8"

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor

    def write(self, text: str, /) -> int:
        """Takes text; it is written when its line is whole."""
        with self._lock:
            whole, newline, self._pending = (self._pending + text).rpartition("\n")
            if newline:
                self._emit(whole + newline)
        return len(text)

    def flush(self) -> None:
        """Nothing: whole lines are written already."""

    def _emit(self, lines: str) -> None:
        note = (
            f'{{"event":"lines of the log were lost","lines":{self._lost},"level":"warning"}}\n' if self._lost else ""
        )
        data = (("\n" if self._cut else "") + note + lines).encode(errors="replace")
        try:
            written = os.write(self._descriptor, data)
        except OSError:
            self._lost += lines.count("\n")
            return
        self._cut = written < len(data)
        self._lost = lines.count("\n") if self._cut else 0


def outlast_a_full_disk() -> None:
    """Makes standard output and error of this process such as never fail; before the log is set up."""
    sys.stdout = LastingOutput(1)
    sys.stderr = LastingOutput(2)
