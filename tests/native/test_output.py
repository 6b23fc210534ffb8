import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from yingda.native.output import LastingOutput


@pytest.fixture
def descriptor() -> Iterator[int]:
    """A file on a disk that is full."""
    made = os.open("/dev/full", os.O_WRONLY)
    yield made
    os.close(made)


def _room(descriptor: int, path: Path) -> None:
    """There is room again: the descriptor leads to a file."""
    other = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(other, descriptor)
    os.close(other)


def test_a_full_disk_costs_lines_and_no_more(descriptor: int, tmp_path: Path) -> None:
    output = LastingOutput(descriptor)
    for number in range(3):
        print("lost", number, file=output, flush=True)
    _room(descriptor, tmp_path / "log")
    print("heard", file=output, flush=True)
    print("again", file=output, flush=True)
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines == ['{"event":"lines of the log were lost","lines":3,"level":"warning"}', "heard", "again"]


def test_lines_are_written_whole(descriptor: int, tmp_path: Path) -> None:
    _room(descriptor, tmp_path / "log")
    output = LastingOutput(descriptor)
    output.write("half")
    assert (tmp_path / "log").read_text() == ""
    output.write(" and half\nnext")
    assert (tmp_path / "log").read_text() == "half and half\n"
