"""Where the native programs are and how they are started: from the tree, else the machine's own.

Every look-up gives a :class:`Program`: the words in front of the arguments, and the variables to add to
the environment. ``YINGDA_ASTERISK_PROGRAM`` and ``YINGDA_POSTGRES_BIN`` name the machine's own instead.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from yingda.native.errors import ProgramMissing
from yingda.native.manifest import RUN, TEST
from yingda.native.tree import Tree, cache_folder, find_tree, write_whole

_OLDEST_ASTERISK = 20
_OLDEST_POSTGRES = 16
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Program:
    """``argv`` stands in front of the arguments; ``env`` is added to the environment."""

    argv: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The program's file."""
        return Path(self.argv[0])


@dataclass(frozen=True, slots=True)
class AsteriskPlace:
    """An Asterisk and the folders that its configuration must name."""

    program: Program
    modules: Path
    share: Path


def run_tree() -> Tree | None:
    """The tree with the programs of the product; None where it was never fetched."""
    return find_tree(RUN, cache_folder())


def asterisk() -> AsteriskPlace:
    """Asterisk 22 of the tree, or one of the machine, 20 or newer. Raises ProgramMissing."""
    named = os.environ.get("YINGDA_ASTERISK_PROGRAM")
    tree = run_tree()
    if tree is not None and not named:
        library = tree.path / "usr" / "lib" / _triplet() / "asterisk" / "modules"
        return AsteriskPlace(_in_tree(tree, "usr/sbin/asterisk"), library, tree.path / "usr" / "share" / "asterisk")
    found = named or _which("asterisk")
    if found is None or _major(found, "-V") < _OLDEST_ASTERISK:
        raise ProgramMissing(f"Asterisk {_OLDEST_ASTERISK} or newer is needed.")
    folders = [Path("/usr/lib") / _triplet() / "asterisk/modules", Path("/usr/lib/asterisk/modules")]
    modules = next((folder for folder in folders if folder.is_dir()), folders[-1])
    share = next((path for path in map(Path, ("/usr/share/asterisk", "/var/lib/asterisk")) if path.is_dir()), modules)
    return AsteriskPlace(Program((found,)), modules, share)


def postgres_bin() -> Path:
    """The folder with ``postgres``, ``initdb`` and ``pg_isready``. Raises ProgramMissing."""
    named = os.environ.get("YINGDA_POSTGRES_BIN")
    if named:
        return Path(named)
    tree = run_tree()
    if tree is not None:
        return tree.path / "usr" / "lib" / "postgresql" / "18" / "bin"
    folders = list(Path("/usr/lib/postgresql").glob("*/bin")) + list(Path("/usr").glob("pgsql-*/bin"))
    fitting = [folder for folder in folders if _number_in(folder.parent.name) >= _OLDEST_POSTGRES]
    usable = [folder for folder in fitting if (folder / "initdb").is_file()]
    if not usable:
        raise ProgramMissing(f"PostgreSQL {_OLDEST_POSTGRES} or newer is needed.")
    return max(usable, key=lambda folder: _number_in(folder.parent.name))


def espeak() -> Program:
    """The speech synthesiser; its voices are found by the environment. Raises ProgramMissing."""
    tree = run_tree()
    if tree is None:
        return Program((_need("espeak-ng"),))
    data = tree.path / "usr" / "lib" / _triplet()
    return _in_tree(tree, "usr/bin/espeak-ng", {"ESPEAK_DATA_PATH": str(data)})


def baresip() -> Program:
    """A SIP phone; ``BARESIP_MODULES`` in its environment is the folder for ``module_path``."""
    tree = run_tree()
    if tree is None:
        return Program((_need("baresip"),), {"BARESIP_MODULES": "/usr/lib/baresip/modules"})
    modules = str(tree.path / "usr" / "lib" / "baresip" / "modules")
    return _in_tree(tree, "usr/bin/baresip", {"BARESIP_MODULES": modules})


def sipp() -> Program:
    """The SIP load generator. Raises ProgramMissing."""
    tree = _test_tree()
    return Program((_need("sipp"),)) if tree is None else _in_tree(tree, "usr/bin/sipp")


def chromium() -> Program:
    """A browser with Chinese letters. Raises ProgramMissing."""
    tree = _test_tree()
    if tree is None:
        return Program((next(filter(None, map(_which, ("chromium", "google-chrome"))), None) or _need("chromium"),))
    return _in_tree(tree, "usr/lib/chromium/chromium", {"FONTCONFIG_FILE": str(_fontconfig(tree))})


def versions() -> dict[str, str]:
    """Versions of the programs that people ask about; empty where the machine's own are used."""
    tree = run_tree()
    names = ("asterisk", "postgresql-18", "espeak-ng")
    return {} if tree is None else {name: tree.versions[name] for name in names if name in tree.versions}


def _test_tree() -> Tree | None:
    return find_tree(TEST, cache_folder())


def _in_tree(tree: Tree, name: str, env: dict[str, str] | None = None) -> Program:
    path = tree.path / name
    if not path.is_file():
        raise ProgramMissing(f"{path} is missing: remove {tree.path} and start again.")
    return Program((str(path),), env or {})


def _fontconfig(tree: Tree) -> Path:
    """A configuration of fonts that looks into the tree first and then into the machine."""
    path = tree.path / "fonts.conf"
    folders = (tree.path / "usr/share/fonts", Path("/usr/share/fonts"))
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        + "".join(f"<dir>{folder}</dir>" for folder in folders)
        + '<cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n'
    )
    if not path.is_file():
        write_whole(path, text)
    return path


def _triplet() -> str:
    return f"{os.uname().machine}-linux-gnu"


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


def _need(name: str) -> str:
    found = _which(name)
    if found is None:
        raise ProgramMissing(f"{name} is neither in the native tree nor on this machine.")
    return found


def _number_in(text: str) -> int:
    found = _NUMBER.search(text)
    return int(found[1]) if found else 0


def _major(program: str, flag: str) -> int:
    done = subprocess.run([program, flag], capture_output=True, text=True, check=False)
    return _number_in(done.stdout)
