"""Builds the web app when its sources have changed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from yingda.kit.errors import YingdaError

_OLDEST_NODE = 20
_IGNORED = {"node_modules", "dist", "test-results", ".vite"}

Timed = Callable[[str], AbstractContextManager[None]]


class WebBuildFailed(YingdaError):
    """npm or the bundler failed."""

    id: ClassVar[str] = "web_build"
    title = "The web app could not be built"


class NoNode(YingdaError):
    """No Node.js that is new enough."""

    id: ClassVar[str] = "no_node"
    title = "Node.js is missing"


def build_web(checkout: Path, timed: Timed) -> None:
    """Brings ``web/dist`` up to date. Without any change nothing is run and no network is needed.

    ``YINGDA_WEB_BUILD=0`` leaves it as it is, for those who are at work on the sources.
    """
    web = checkout / "web"
    if not (web / "package.json").is_file() or os.environ.get("YINGDA_WEB_BUILD") == "0":
        return
    wanted = _fingerprint(web)
    stamp = web / "dist" / ".sources"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    install_web(checkout, timed)
    with timed("web app"):
        _npm(web, "run", "build")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)


def install_web(checkout: Path, timed: Timed) -> None:
    """Brings ``web/node_modules`` to what the lock file says."""
    web = checkout / "web"
    if not is_installed(web):
        with timed("web packages"):
            _npm(web, "ci", "--no-audit", "--no-fund")


def is_installed(web: Path) -> bool:
    """Whether npm's record of what it installed agrees with the lock file.

    Packages for other machines are optional and may be missing.
    """
    try:
        locked = json.loads((web / "package-lock.json").read_text())["packages"]
        installed = json.loads((web / "node_modules" / ".package-lock.json").read_text())["packages"]
    except FileNotFoundError:
        return False
    versions = {name: entry.get("version") for name, entry in locked.items() if name}
    needed = {name for name, entry in locked.items() if name and not (entry.get("optional") or entry.get("peer"))}
    same = all(versions.get(name) == entry.get("version") for name, entry in installed.items())
    return same and needed <= set(installed)


def npm_environment(checkout: Path) -> dict[str, str]:
    """An environment whose ``node`` is new enough: the machine's, else that of a Python wheel, installed when needed.

    Raises NoNode.
    """
    node = shutil.which("node")
    if node is not None and shutil.which("npm") is not None:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if answer.startswith("v") and int(answer[1:].split(".")[0]) >= _OLDEST_NODE:
            return dict(os.environ)
    programs = Path(sys.prefix) / "bin"
    if not (programs / "npm").exists():
        _install_node(checkout)
    return {**os.environ, "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}"}


def _install_node(checkout: Path) -> None:
    """Node.js from the Python package that carries it, beside our own packages."""
    uv = shutil.which("uv")
    install = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    wanted = ["--quiet", "--require-hashes", "-r", str(checkout / "requirements-node.txt")]
    done = subprocess.run([*install, *wanted], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NoNode(f"Node.js {_OLDEST_NODE} or newer with npm is needed to build the web app; none came: {reason}")


def _npm(web: Path, *words: str) -> None:
    env = npm_environment(web.parent)
    npm = shutil.which("npm", path=env["PATH"]) or "npm"
    done = subprocess.run([npm, *words], cwd=web, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise WebBuildFailed(f"npm {' '.join(words)} failed:\n" + "\n".join(lines[-15:]))


def _fingerprint(web: Path) -> str:
    digest = sha256()
    for path in sorted(_sources(web)):
        digest.update(f"{path.relative_to(web)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(web: Path) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(web):
        folders[:] = [name for name in folders if name not in _IGNORED]
        found += [Path(folder) / name for name in names]
    return found
