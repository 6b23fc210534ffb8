"""Reads of an ELF file what is needed to move it: is it a program, and where does it look for libraries."""

import struct
from dataclasses import dataclass
from pathlib import Path

_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_DT_STRTAB, _DT_RPATH, _DT_RUNPATH = 5, 15, 29


@dataclass(frozen=True, slots=True)
class Elf:
    """``interpreter`` is None for a library; ``search_path`` is its RPATH or RUNPATH, empty where it has none."""

    interpreter: str | None
    search_path: str


def read_elf(path: Path) -> Elf | None:
    """None where the file is no 64-bit little-endian ELF file with dynamic linking."""
    with path.open("rb") as stream:
        head = stream.read(64)
        if len(head) < 64 or head[:6] != b"\x7fELF\x02\x01":
            return None
        offset, size, count = struct.unpack_from("<Q", head, 32)[0], *struct.unpack_from("<HH", head, 54)
        stream.seek(offset)
        table = stream.read(size * count)
        segments = [struct.unpack_from("<IIQQQQ", table, index * size) for index in range(count)]

        def at(position: int, length: int) -> bytes:
            stream.seek(position)
            return stream.read(length)

        interpreter, dynamic = None, b""
        for kind, _, position, _, _, length in segments:
            if kind == _PT_INTERP:
                interpreter = at(position, length).rstrip(b"\0").decode()
            elif kind == _PT_DYNAMIC:
                dynamic = at(position, length)
        if not dynamic:
            return None
        tags = dict(struct.iter_unpack("<QQ", dynamic[: len(dynamic) // 16 * 16]))
        found = tags.get(_DT_RUNPATH, tags.get(_DT_RPATH))
        if found is None:
            return Elf(interpreter, "")
        strings = _file_offset(segments, tags[_DT_STRTAB])
        return Elf(interpreter, at(strings + found, 4096).split(b"\0", 1)[0].decode())


def _file_offset(segments: list[tuple[int, ...]], address: int) -> int:
    for kind, _, position, virtual, _, length in segments:
        if kind == _PT_LOAD and virtual <= address < virtual + length:
            return position + address - virtual
    return address
