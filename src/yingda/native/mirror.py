"""Finds the address of a Debian mirror in the machine's own apt sources.

The project names no package host: what the machine's owner chose for Debian is what we use, or
``YINGDA_DEBIAN_MIRROR`` where there is nothing to read (Ubuntu).
"""

import re
from collections.abc import Iterable
from pathlib import Path

_ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<components>.*)$")
_DEBIAN_SUITES = ("stable", "testing", "unstable", "sid", "oldstable", "bookworm", "trixie", "forky", "duke")
_SCHEMES = ("http://", "https://", "file:", "copy:", "mirror+", "mirror:")


def mirrors_in_one_line(text: str) -> list[str]:
    """Addresses of Debian's main archive in a ``sources.list``, in their order."""
    found = []
    for line in text.splitlines():
        match = _ONE_LINE.match(line.strip())
        if match and _is_debian_main(match["suite"], match["components"].split(), match["uri"]):
            found.append(match["uri"].rstrip("/"))
    return found


def mirrors_in_deb822(text: str) -> list[str]:
    """Addresses of Debian's main archive in a ``*.sources`` file, in their order."""
    found = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = _deb822_fields(stanza)
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() == "no":
            continue
        components = fields.get("components", "").split()
        for uri in fields.get("uris", "").split():
            if any(_is_debian_main(suite, components, uri) for suite in fields.get("suites", "").split()):
                found.append(uri.rstrip("/"))
    return found


def _deb822_fields(stanza: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0].isspace() and name:
            fields[name] += " " + line.strip()
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def _is_debian_main(suite: str, components: list[str], uri: str) -> bool:
    """Only the main archive carries other suites: not security, not a vendor's repository."""
    if "main" not in components or not uri.startswith(_SCHEMES):
        return False
    base = suite.split("/")[0].removesuffix("-updates").removesuffix("-backports")
    return base in _DEBIAN_SUITES and "security" not in uri and "security" not in suite


def mirrors_of_machine(etc: Path = Path("/etc/apt")) -> list[str]:
    """All Debian mirrors that the machine's apt knows, without doubles."""
    found: list[str] = []
    for path in _files(etc):
        text = path.read_text(encoding="utf-8", errors="replace")
        found += mirrors_in_deb822(text) if path.suffix == ".sources" else mirrors_in_one_line(text)
    return list(dict.fromkeys(found))


def _files(etc: Path) -> Iterable[Path]:
    main = etc / "sources.list"
    if main.is_file():
        yield main
    parts = etc / "sources.list.d"
    if parts.is_dir():
        yield from sorted(path for path in parts.iterdir() if path.suffix in (".list", ".sources"))


def keyrings_of_machine(folder: Path = Path("/usr/share/keyrings")) -> list[Path]:
    """The files with the keys of the Debian archive, the all-in-one file alone where it exists."""
    for name in ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp"):
        if (folder / name).is_file():
            return [folder / name]
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.glob("debian-archive-*")
        if path.suffix in (".gpg", ".pgp", ".asc") and "removed" not in path.name
    )
