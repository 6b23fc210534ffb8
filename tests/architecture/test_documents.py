"""The documents lead somewhere: links, pictures, settings, and the form of a decision."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"YINGDA_[A-Z_]*[A-Z]")
PARTS = ["Context", "Decision", "Consequences", "Alternatives", "What enforces it"]


def broken_links(text: str, folder: Path) -> Iterator[str]:
    """Links that lead out of the project are left to the reader."""
    for link in LINK.findall(text):
        path, _, anchor = link.partition("#")
        if "://" in link or not path:
            continue
        target = folder / path
        found = target.exists() and (not anchor or anchor in anchors(target.read_text(encoding="utf-8")))
        if not found:
            yield link


def anchors(text: str) -> set[str]:
    """As the usual renderers make them of headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    assert list(broken_links(path.read_text(encoding="utf-8"), path.parent)) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("## Outcome 联络结果\n")
    text = "[a](b.md) [a](b.md#outcome-联络结果) [a](c.md) [a](b.md#nothing) ![a](p.png)"
    assert list(broken_links(text, tmp_path)) == ["c.md", "b.md#nothing", "p.png"]


def test_settings_that_are_named_exist() -> None:
    """The settings of ``app/settings.py`` and the ports are made of names, all others are read as they are written."""
    sources = [*(ROOT / "src").rglob("*.py"), ROOT / "yingda"]
    written = set(SETTING.findall("".join(path.read_text(encoding="utf-8") for path in sources)))
    fields = re.findall(
        r"^    (\w+): ", (ROOT / "src/yingda/app/settings.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    ports = {f"YINGDA_{name.upper()}_PORT" for name in ("http", "sip", "ari", "ami", "link", "postgres")}
    known = written | ports | {f"YINGDA_{name.upper()}" for name in fields}
    named = {name for path in DOCUMENTS for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    assert named - known == set()


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_has_its_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {int(path.name[:4])}\. ", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_what_enforces_a_decision_exists() -> None:
    """Tests and tools that a decision names."""
    named = {
        name
        for path in DECISIONS
        for name in re.findall(r"`((?:tests|tools|bench|web/src)/[\w./-]+)`", path.read_text(encoding="utf-8"))
    }
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
