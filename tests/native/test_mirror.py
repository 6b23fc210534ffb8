from pathlib import Path

import pytest

from yingda.native.mirror import keyrings_of_machine, mirrors_in_deb822, mirrors_in_one_line, mirrors_of_machine

HERE = "http://mirror.example/debian"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"deb {HERE} bookworm main", [HERE]),
        (f"deb {HERE}/ trixie main contrib", [HERE]),
        (f"deb [arch=amd64 signed-by=/k.gpg] {HERE} stable main", [HERE]),
        (f"deb {HERE} bookworm-updates main", [HERE]),
        (f"deb-src {HERE} bookworm main", []),
        (f"# deb {HERE} bookworm main", []),
        ("deb http://mirror.example/debian-security bookworm-security main", []),
        ("deb http://archive.example/ubuntu noble main", []),
        (f"deb {HERE} bookworm contrib", []),
        ("deb https://packages.example/apt tool-bookworm main", []),
        ("deb cdrom:[Debian]/ bookworm main", []),
    ],
)
def test_one_line_form(line: str, found: list[str]) -> None:
    assert mirrors_in_one_line(line) == found


DEB822 = f"""\
# a comment
Types: deb
URIs: {HERE}
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (DEB822, [HERE]),
        (DEB822.replace("Types: deb", "Types: deb deb-src"), [HERE]),
        (DEB822.replace("Types: deb", "Types: deb-src"), []),
        (DEB822 + "Enabled: no\n", []),
        (
            DEB822.replace(f"URIs: {HERE}", f"URIs:\n {HERE}\n http://second.example/debian"),
            [HERE, "http://second.example/debian"],
        ),
        (DEB822.replace("/debian", "/debian-security").replace("bookworm", "bookworm-security"), []),
        (DEB822.replace("bookworm bookworm-updates", "noble"), []),
        ("Types: deb\nURIs: http://other.example/x\nSuites: ./\nComponents: main\n\n" + DEB822, [HERE]),
    ],
)
def test_deb822_form(text: str, found: list[str]) -> None:
    assert mirrors_in_deb822(text) == found


def test_both_forms_of_a_machine_without_doubles(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text(f"deb {HERE} bookworm main\n")
    (parts / "debian.sources").write_text(DEB822)
    (parts / "old.list.disabled").write_text("deb http://disabled.example/debian bookworm main\n")
    assert mirrors_of_machine(tmp_path) == [HERE]
    assert mirrors_of_machine(tmp_path / "nothing") == []


def test_keyrings(tmp_path: Path) -> None:
    assert keyrings_of_machine(tmp_path / "nothing") == []
    (tmp_path / "debian-archive-trixie-stable.gpg").touch()
    (tmp_path / "debian-archive-removed-keys.gpg").touch()
    (tmp_path / "vendor.gpg").touch()
    assert [path.name for path in keyrings_of_machine(tmp_path)] == ["debian-archive-trixie-stable.gpg"]
    (tmp_path / "debian-archive-keyring.pgp").touch()
    assert [path.name for path in keyrings_of_machine(tmp_path)] == ["debian-archive-keyring.pgp"]
