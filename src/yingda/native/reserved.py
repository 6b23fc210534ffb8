"""Ports that installations on one machine keep from each other between choosing them and listening on them.

A port is reserved by a socket in the kernel's abstract name space: every user sees it, no file is left, and
it is gone with its process, however that ends.
"""

import socket


class ReservedPorts:
    """The reservations of one process, held for as long as the object lives."""

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}

    def take(self, *ports: int) -> bool:
        """Reserves all of them, or none where another process has one."""
        taken: dict[int, socket.socket] = {}
        for port in ports:
            if port in self._held:
                continue
            mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            taken[port] = mark
            try:
                mark.bind(f"\0yingda-port-{port}")
            except OSError:
                for one in taken.values():
                    one.close()
                return False
        self._held.update(taken)
        return True

    def close(self) -> None:
        """Gives all back."""
        for mark in self._held.values():
            mark.close()
        self._held.clear()
