import hashlib
import os
import shutil
from pathlib import Path

import pytest
import structlog

from yingda.native.apt import Package, PrivateApt, error_of, parse_uris
from yingda.native.errors import NoNetwork
from yingda.native.manifest import RUN, Group, major_of

ANSWER = """\
Reading package lists...
'http://mirror.example/debian/pool/a_1%3a22.10.1_amd64.deb' asterisk_1%3a22.10.1+dfsg_amd64.deb 2534036 SHA256:00ff
'http://mirror.example/debian/pool/b.deb' netbase_6.5_all.deb 10 SHA256:aa
"""


def test_answer_of_print_uris() -> None:
    first, second = parse_uris(ANSWER)
    assert (first.name, first.version, first.size, first.digest) == ("asterisk", "1:22.10.1+dfsg", 2534036, "00ff")
    assert second.file == "netbase_6.5_all.deb"


@pytest.mark.parametrize(
    ("version", "major"), [("1:22.10.1+dfsg+~cs6", "22"), ("18.6-3", "18"), ("3.8.0-1", "3"), ("1:7-2", "7"), ("", "")]
)
def test_major(version: str, major: str) -> None:
    assert major_of(version) == major


@pytest.mark.parametrize(
    ("output", "error_id"),
    [
        ("E: You don't have enough free space in /x/archives/.", "disk_full"),
        ("dpkg-deb: error: failed to write (No space left on device)", "disk_full"),
        ("Err:1 http://x forky InRelease\n  Could not resolve 'x'\nE: Failed to fetch http://x", "no_network"),
        (
            "E: Failed to fetch http://x  Could not connect to 127.0.0.1:1. - connect (111: Connection refused)",
            "no_network",
        ),
        ("E: The repository 'http://x forky Release' does not have a Release file.", "no_network"),
        ("E: Failed to fetch http://x/a.deb  Hash Sum mismatch", "package_corrupt"),
        (
            "E: Failed to fetch http://x/a.deb  File has unexpected size (1 != 2). Mirror sync in progress?",
            "package_corrupt",
        ),
        ("W: GPG error: http://x forky InRelease: NO_PUBKEY 0E98404D386FA1D9", "bad_signature"),
        ("E: The repository 'http://x forky InRelease' is not signed.", "bad_signature"),
        ("E: Something that nobody has seen", "apt_failed"),
    ],
)
def test_what_a_failure_means(output: str, error_id: str) -> None:
    error = error_of(output)
    assert error.id == error_id
    assert error.detail


def test_a_package_is_intact_by_size_and_content(tmp_path: Path) -> None:
    content = b"a package"
    package = Package("a", "1", "a_1_all.deb", len(content), "SHA256", hashlib.sha256(content).hexdigest())
    assert not package.is_intact(tmp_path)
    for bad in (content[:-1], b"A package"):
        (tmp_path / package.file).write_bytes(bad)
        assert not package.is_intact(tmp_path)
    (tmp_path / package.file).write_bytes(content)
    assert package.is_intact(tmp_path)


def test_another_wish_has_another_fingerprint() -> None:
    assert Group("run", RUN.packages, RUN.majors).fingerprint == RUN.fingerprint
    assert Group("run", RUN.packages[1:], RUN.majors).fingerprint != RUN.fingerprint


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="needs apt-get")
def test_a_mirror_that_does_not_answer(tmp_path: Path) -> None:
    apt = PrivateApt(tmp_path, "http://127.0.0.1:1/debian")
    apt.prepare()
    with (tmp_path / "apt.conf").open("a") as stream:
        stream.write('Acquire::Retries "0";\nAcquire::http::Proxy "DIRECT";\n')
    with pytest.raises(NoNetwork, match="YINGDA_DEBIAN_MIRROR"):
        apt.update()


_EXPIRES = """#!/bin/sh
if grep -q 'Check-Valid-Until "false"' "$2"; then exit 0; fi
echo "E: Release file for $EXPIRED is expired (invalid since 15d). Updates for this repository will not be applied."
exit 100
"""


def test_an_expired_index_is_used_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "apt-get"
    program.parent.mkdir()
    program.write_text(_EXPIRES)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    apt = PrivateApt(tmp_path / "apt", "http://127.0.0.1:9/debian")
    apt.prepare()
    with structlog.testing.capture_logs() as logs:
        apt.update()
    assert [(line["log_level"], line["event"]) for line in logs] == [("warning", "native.release_expired")]


def test_the_machines_own_leniency_does_not_hide_that_it_expired(tmp_path: Path) -> None:
    apt = PrivateApt(tmp_path / "apt", "http://127.0.0.1:9/debian")
    apt.prepare()
    assert 'Acquire::Check-Valid-Until "true"' in (apt.root / "apt.conf").read_text()
