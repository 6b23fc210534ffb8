"""Processes of an earlier supervisor that was killed: still alive, known by their pid files."""

import signal

from yingda.native.children import Identity, remembered, stop
from yingda.native.home import Home
from yingda.native.state import ORDER, SUPERVISOR


def leftovers(home: Home) -> dict[str, Identity]:
    """The living processes by name, in the order in which they are to be ended."""
    names = [path.stem for path in home.run.glob("*.pid") if path.stem != SUPERVISOR]
    names.sort(key=lambda name: -ORDER.index(name) if name in ORDER else -len(ORDER))
    found = {name: remembered(home, name) for name in names}
    return {name: identity for name, identity in found.items() if identity is not None}


async def end_leftovers(home: Home) -> list[str]:
    """Ends them; the names of those that lived."""
    found = leftovers(home)
    for name, identity in found.items():
        # SIGINT is PostgreSQL's fast shutdown; its SIGTERM would wait for every client to leave.
        await stop(identity, signal.SIGINT if name == "postgres" else signal.SIGTERM, 15.0)
    return list(found)
