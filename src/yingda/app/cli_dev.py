"""For those who work on the product: ``test``, ``check``, ``bench``, ``new-slice``."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from yingda.app.cli_up import native_programs, say, timed
from yingda.app.cli_web import install_web, npm_environment
from yingda.kit.errors import Conflict, Invalid, NotFound
from yingda.native.manifest import TEST
from yingda.native.tree import cache_folder, ensure_tree, find_tree

_PYTHON_FOLDERS = ("src", "tests", "tools", "bench", "migrations")


def test(checkout: Path, words: list[str]) -> int:
    """Unit tests of the web app (only where no words are given), then pytest with the words."""
    native_programs()
    if find_tree(TEST, cache_folder()) is None:
        with timed("native programs of the tests"):
            mirror = os.environ.get("YINGDA_DEBIAN_MIRROR")
            ensure_tree(TEST, cache_folder(), mirror, lambda text: say(f"  {text}"))
    failed = [] if words else _web(checkout, ("test",))
    if _run("pytest", [sys.executable, "-m", "pytest", *words], checkout):
        failed.append("pytest")
    return _verdict(failed)


def check(checkout: Path) -> int:
    """Everything that is read and not run; goes on after a failure, so that all are seen."""
    python, folders = sys.executable, [name for name in _PYTHON_FOLDERS if _has_python(checkout / name)]
    scripts = Path(python).parent
    commands = {
        "ruff": [str(scripts / "ruff"), "check", *folders],
        "ruff format": [str(scripts / "ruff"), "format", "--check", *folders],
        "mypy": [python, "-m", "mypy"],
        "layers": [str(scripts / "lint-imports"), "--no-cache"],
        "sizes": [python, "-m", "tools.lint.sizes"],
        "own rules": [python, "-m", "tools.lint.rules"],
    }
    failed = [name for name, words in commands.items() if _run(name, words, checkout)]
    return _verdict(failed + _web(checkout, ("lint", "typecheck")))


def bench(checkout: Path, name: str | None, words: list[str]) -> int:
    """Runs ``bench/NAME.py``; without a name lists what there is. Raises NotFound."""
    known = sorted(path.stem for path in (checkout / "bench").glob("*.py") if not path.stem.startswith("_"))
    if name is None:
        print("\n".join(known) or "  there is no measurement yet")
        return 0
    if name not in known:
        raise NotFound(f"There is no measurement '{name}'. There are: {', '.join(known) or 'none'}.")
    return _run(f"bench {name}", [sys.executable, "-m", f"bench.{name}", *words], checkout)


_SLICE_FILES = {
    "__init__": '"""{title}: what it does, in one sentence of the trade.\n\nThe face of the slice.\n"""\n',
    "terms": '"""The words of {name}."""\n',
    "errors": '"""Errors of {name}; the ids are part of the API."""\n',
    "models": '"""Tables of {name}."""\n',
    "queries": '"""All SQL of {name}."""\n',
    "actions": '"""The verbs of {name}."""\n',
    "schemas": '"""Shapes of {name} in the API."""\n',
    "api": '"""Routes of {name}."""\n\nfrom fastapi import APIRouter\n\nrouter = APIRouter(tags=["{name}"])\n',
}


def new_slice(checkout: Path, name: str) -> int:
    """Makes the files of a slice and its folder of tests. Raises Invalid, Conflict."""
    if not re.fullmatch(r"[a-z][a-z_]*", name):
        raise Invalid("A slice is named with small letters, as in docs/terms.md.")
    folder = checkout / "src" / "yingda" / name
    if folder.exists():
        raise Conflict(f"{folder} exists.")
    folder.mkdir()
    for file, text in _SLICE_FILES.items():
        (folder / f"{file}.py").write_text(text.format(name=name, title=name.replace("_", " ").capitalize()))
    (checkout / "tests" / name).mkdir(exist_ok=True)
    print(f"  {folder.relative_to(checkout)} is made. Next:")
    print("  - add it to its layer in pyproject.toml ([tool.importlinter])")
    print("  - add its words to docs/terms.md, its routes and handlers to app/wiring.py")
    return 0


def _web(checkout: Path, scripts: tuple[str, ...]) -> list[str]:
    """Runs npm scripts of the web app; the names of those that failed."""
    web = checkout / "web"
    if not (web / "package.json").is_file():
        return []
    install_web(checkout, timed)
    env = npm_environment(checkout)
    names = [f"web {script}" for script in scripts]
    words = [["npm", "run", "--if-present", "--silent", script] for script in scripts]
    return [name for name, command in zip(names, words, strict=True) if _run(name, command, web, env)]


def _run(name: str, words: list[str], cwd: Path, env: dict[str, str] | None = None) -> int:
    begun = time.monotonic()
    print(f"── {name}", flush=True)
    code = subprocess.run(words, cwd=cwd, env=env, check=False).returncode
    say(f"{name}: {'ok' if code == 0 else f'failed ({code})'}", time.monotonic() - begun)
    return code


def _has_python(folder: Path) -> bool:
    return any(folder.rglob("*.py"))


def _verdict(failed: list[str]) -> int:
    print(f"\n  failed: {', '.join(failed)}" if failed else "\n  all good", flush=True)
    return 1 if failed else 0
