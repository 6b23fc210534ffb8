"""The journal: what is read back is what was kept, whatever the disk did."""

import os
import zlib
from pathlib import Path

import orjson
import pytest

from yingda.kit.journal import Journal, read


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "switch" / "journal"


def again(file: Path) -> dict[str, object]:
    """What a new process would hold."""
    return {key: value for key, value in fold(file).items() if value is not None}


def failing(journal: Journal) -> bool:
    """Asked through a call: a type checker takes a member to stay what it was."""
    return journal.failing


def fold(file: Path) -> dict[str, object]:
    return dict(read(file))


def test_the_newest_value_of_each_key(file: Path) -> None:
    journal = Journal(file)
    journal.put({"call:1": {"stage": "flow"}, "call:2": {"stage": "waiting"}})
    journal.put({"call:1": {"stage": "ended"}})
    journal.drop("call:2", "never")
    assert again(file) == journal.values == {"call:1": {"stage": "ended"}}
    journal.close()
    reopened = Journal(file)
    assert reopened.values == {"call:1": {"stage": "ended"}}
    assert reopened.under("call:") == [{"stage": "ended"}]
    assert reopened.under("fact:") == []
    reopened.close()


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_torn_last_line_is_passed_over(file: Path, cut: int) -> None:
    journal = Journal(file)
    journal.put({"a": 1})
    journal.put({"b": {"long": "value of some length"}})
    journal.close()
    data = file.read_bytes()
    file.write_bytes(data[:-cut])
    reopened = Journal(file)
    assert reopened.values == {"a": 1}
    reopened.put({"c": 3})
    reopened.close()
    assert again(file) == {"a": 1, "c": 3}


def test_a_line_with_a_wrong_sum_is_passed_over(file: Path) -> None:
    file.parent.mkdir(parents=True)
    good, bad = orjson.dumps(["a", 1]), orjson.dumps(["a", 2])
    crc = zlib.crc32
    file.write_bytes(b"%08x %s\n%08x %s\n\nnonsense\n" % (crc(good), good, crc(good), bad))
    journal = Journal(file)
    assert journal.values == {"a": 1}
    journal.close()


def test_it_is_rewritten_when_it_has_grown(file: Path) -> None:
    journal = Journal(file, rewrite_at=1000)
    journal.put({"keep": "x"})
    for number in range(500):
        journal.put({"call": number})
    assert file.stat().st_size < 1200
    assert again(file) == {"keep": "x", "call": 499}
    journal.sync()
    journal.close()


class FullDisk:
    """A file whose disk is full."""

    def __init__(self) -> None:
        self.closed = False

    def write(self, data: bytes) -> int:
        return len(data)

    def flush(self) -> None:
        raise OSError(28, "No space left on device")

    def fileno(self) -> int:
        raise OSError(28, "No space left on device")

    def close(self) -> None:
        self.closed = True
        self.flush()


def test_a_full_disk_stops_nobody(file: Path) -> None:
    journal = Journal(file)
    journal.put({"a": 1})
    journal.close()
    full = FullDisk()
    journal._out = full  # type: ignore[assignment]
    journal.put({"b": 2})
    assert failing(journal), "the loss was not noticed"
    assert journal.values == {"a": 1, "b": 2}
    journal.sync()
    journal.put({"c": 3})
    assert not failing(journal)
    assert full.closed
    assert again(file) == {"a": 1, "b": 2, "c": 3}
    journal.put({"d": 4})
    journal.close()
    assert again(file) == {"a": 1, "b": 2, "c": 3, "d": 4}


def test_a_disk_that_stays_full(file: Path) -> None:
    journal = Journal(file)
    journal.put({"a": 1})
    new = file.with_suffix(".new")
    new.symlink_to("/dev/full")
    journal._rewrite_at = 0
    open_files = len(os.listdir("/proc/self/fd"))
    for number in range(20):
        journal.put({"n": number})
    assert failing(journal), "the loss was not noticed"
    assert journal.values == {"a": 1, "n": 19}
    assert len(os.listdir("/proc/self/fd")) <= open_files
    new.unlink()
    journal.put({"z": 0})
    assert not failing(journal)
    assert again(file) == {"a": 1, "n": 19, "z": 0}
    journal.close()


def test_waiting_for_the_disk_while_the_file_is_replaced(file: Path) -> None:
    journal = Journal(file)
    assert journal._out is not None
    journal._out.close()
    journal.sync()
    journal._rewrite()
    journal.close()
    journal.sync()
