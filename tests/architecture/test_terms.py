"""docs/terms.md is complete: every folder of the package and every word of a slice, in both languages."""

import enum
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "yingda"
PAGE = ROOT / "docs" / "terms.md"
CODE = re.compile(r"^`([^`]+)`$")
HAN = re.compile(r"[\u4e00-\u9fff]")
SLICES = sorted(path.parent.name for path in PACKAGE.glob("*/terms.py"))

Rows = list[tuple[str, str, str]]


def sections(text: str) -> dict[str, Rows]:
    """Rows by heading; a heading of the third level stands below its second: ``agents/Device``."""
    found: dict[str, Rows] = {}
    slice_name = place = ""
    for line in text.splitlines():
        if line.startswith("## "):
            slice_name = place = line[3:].strip()
        elif line.startswith("### "):
            place = f"{slice_name}/{line[4:].split()[0]}"
        elif line.startswith("|") and not line.startswith(("| English", "|---")):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            assert len(cells) == 3, line
            found.setdefault(place, []).append((cells[0], cells[1], cells[2]))
    return found


def codes(rows: Rows) -> list[str]:
    return [found[1] for english, _, _ in rows if (found := CODE.match(english))]


PLACES = sections(PAGE.read_text(encoding="utf-8"))


def enums_of(slice_name: str) -> dict[str, set[str]]:
    module = importlib.import_module(f"yingda.{slice_name}.terms")
    made_here = [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, enum.Enum) and found.__module__ == module.__name__
    ]
    return {found.__name__: {str(member.value) for member in found} for found in made_here}


@pytest.mark.parametrize("slice_name", SLICES)
def test_every_word_of_a_slice_is_there_and_no_other(slice_name: str) -> None:
    documented = {
        place.partition("/")[2]: set(codes(rows))
        for place, rows in PLACES.items()
        if place.startswith(f"{slice_name}/")
    }
    assert documented == enums_of(slice_name)


def test_every_folder_is_there_and_no_other() -> None:
    folders = {str(path.parent.relative_to(PACKAGE)) for path in PACKAGE.rglob("__init__.py")} - {"."}
    assert set(codes(PLACES["Folders"])) == folders


@pytest.mark.parametrize("place", sorted(PLACES))
def test_rows_are_whole_and_in_order(place: str) -> None:
    rows = PLACES[place]
    assert [row for row in rows if not all(row)] == []
    assert [english for english, chinese, _ in rows if not HAN.search(chinese) and chinese not in LATIN] == []
    words = [english.strip("`").lower() for english, _, _ in rows]
    assert words == sorted(words)


# Names that are the same in Chinese.
LATIN = {"G.722", "G.729", "Opus"}


def test_the_page_is_read_as_it_is_meant() -> None:
    text = "## a\n\n| English | 中文 | Meaning |\n|---|---|---|\n| x | 甲 | m |\n\n### E 乙\n\n| `y.z` | 丙 | m |\n"
    assert sections(text) == {"a": [("x", "甲", "m")], "a/E": [("`y.z`", "丙", "m")]}
    assert codes([("`y.z`", "丙", "m"), ("x", "甲", "m")]) == ["y.z"]
