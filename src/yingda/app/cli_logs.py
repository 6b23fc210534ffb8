"""``logs [-f] [name]``."""

import time
from pathlib import Path

from yingda.kit.errors import NotFound
from yingda.native.home import Home

_LINES = 40
_TAIL_BYTES = 64 << 10


def show(home: Home, name: str | None, *, follow: bool) -> int:
    """Prints the end of one log or of all; ``follow`` goes on until Ctrl-C. Raises NotFound."""
    paths = [home.logs / f"{name}.log"] if name else sorted(home.logs.glob("*.log"))
    if not all(path.is_file() for path in paths):
        known = ", ".join(sorted(path.stem for path in home.logs.glob("*.log"))) or "none"
        raise NotFound(f"There is no log of '{name}'. There are: {known}.")
    places = {}
    for path in paths:
        prefix = "" if name else f"{path.stem:<10} | "
        places[path] = _print_end(path, prefix)
    while follow:
        for path in paths:
            places[path] = _print_from(path, places[path], "" if name else f"{path.stem:<10} | ")
        time.sleep(0.3)
    return 0


def _print_end(path: Path, prefix: str) -> int:
    with path.open("rb") as stream:
        size = path.stat().st_size
        stream.seek(max(0, size - _TAIL_BYTES))
        for line in stream.read().decode(errors="replace").splitlines()[-_LINES:]:
            print(prefix + line)
        return stream.tell()


def _print_from(path: Path, place: int, prefix: str) -> int:
    """Whole lines only; a rotated file is read from its beginning."""
    if path.stat().st_size < place:
        place = 0
    with path.open("rb") as stream:
        stream.seek(place)
        whole, _, _ = stream.read().rpartition(b"\n")
    if not whole:
        return place
    for line in whole.decode(errors="replace").splitlines():
        print(prefix + line, flush=True)
    return place + len(whole) + 1
