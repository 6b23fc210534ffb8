"""The private tree of native programs: one folder per group and set of versions, made whole or not at all.

Layout of the cache (``$YINGDA_NATIVE``)::

    apt/                 the private apt: index and downloaded packages, shared by the groups
    run.json test.json   what is in use: the wish's fingerprint, the folder, the versions, the time
    run-<key>/           the tree of a group; the key is a hash of the resolved versions
"""

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import structlog

from yingda.native.apt import Package, PrivateApt
from yingda.native.elf import read_elf
from yingda.native.errors import AptFailed, DiskFull, PackageCorrupt
from yingda.native.lock import locked
from yingda.native.manifest import Group

log = structlog.get_logger()

Progress = Callable[[str], None]
_MERGED = ("bin", "sbin", "lib", "lib64")
_LOCK_WAIT_S = 900.0
# Bump when the way of unpacking changes: old trees are then made anew.
_RECIPE = "1"


@dataclass(frozen=True, slots=True)
class Tree:
    """An unpacked group; ``versions`` by package name."""

    path: Path
    versions: dict[str, str]

    @property
    def loader(self) -> Path:
        """The tree's own dynamic loader."""
        return loader_of(self.path)


def cache_folder() -> Path:
    """``YINGDA_NATIVE``, else a folder in the user's cache.

    PostgreSQL refuses to run as root and is started as another user, who must be able to read its
    programs: where root's own cache is closed to others, the machine's cache folder is used.
    """
    named = os.environ.get("YINGDA_NATIVE")
    if named:
        return Path(named).absolute()
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if os.geteuid() == 0 and not open_to_others(base):
        base = Path("/var/cache")
    return base / "yingda" / "native"


def open_to_others(folder: Path) -> bool:
    """Whether every user may pass through ``folder`` and all that is above it, as far as it exists."""
    resolved = folder.resolve()
    return all(part.stat().st_mode & 0o001 for part in (resolved, *resolved.parents) if part.exists())


def loader_of(root: Path) -> Path:
    """The dynamic loader below ``root``, by this machine's architecture."""
    names = {"x86_64": "usr/lib64/ld-linux-x86-64.so.2", "aarch64": "usr/lib/ld-linux-aarch64.so.1"}
    return root / names.get(os.uname().machine, names["x86_64"])


def find_tree(group: Group, cache: Path) -> Tree | None:
    """The tree in use, without any network; None where there is none for the present wishes."""
    try:
        record = json.loads((cache / f"{group.name}.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    path = cache / str(record.get("folder", ""))
    fits = record.get("fingerprint") == group.fingerprint and record.get("recipe") == _RECIPE
    if not fits or not (path / "versions.json").is_file():
        return None
    return Tree(path, record["versions"])


def ensure_tree(group: Group, cache: Path, mirror: str | None, progress: Progress) -> Tree:
    """The tree of the group, fetched and unpacked where it is not there yet. Raises NativeError."""
    found = find_tree(group, cache)
    if found is not None:
        return found
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with locked(cache / "lock", wait_s=_LOCK_WAIT_S):
            return find_tree(group, cache) or _make_tree(group, cache, mirror, progress)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"There is no room left under {cache}.") from error
        raise


def _make_tree(group: Group, cache: Path, mirror: str | None, progress: Progress) -> Tree:
    apt = PrivateApt(cache / "apt", mirror)
    apt.prepare()
    progress("reading the package index")
    apt.update()
    packages = apt.resolve(group)
    versions = {package.name: package.version for package in packages}
    key = sha256(repr((_RECIPE, sorted(versions.items()))).encode()).hexdigest()[:16]
    path = cache / f"{group.name}-{key}"
    if not (path / "versions.json").is_file():
        progress(f"downloading {len(packages)} packages, {sum(p.size for p in packages) >> 20} MB")
        apt.download(group, packages)
        progress("unpacking")
        _unpack(packages, apt.archives, path, cache)
    record = {
        "fingerprint": group.fingerprint,
        "recipe": _RECIPE,
        "folder": path.name,
        "made_at": datetime.now(UTC).isoformat(),
        "versions": versions,
    }
    write_whole(cache / f"{group.name}.json", json.dumps(record, indent=1))
    return Tree(path, versions)


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Writes a file so that nobody ever reads half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _unpack(packages: list[Package], archives: Path, path: Path, cache: Path) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=cache))
    try:
        temporary.chmod(0o755)
        for name in _MERGED:
            (temporary / "usr" / name).mkdir(parents=True)
            (temporary / name).symlink_to(f"usr/{name}")
        with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
            list(pool.map(lambda package: _extract(archives / package.file, temporary), packages))
        relocate(temporary, path)
        versions = {package.name: package.version for package in packages}
        write_whole(temporary / "versions.json", json.dumps(versions, indent=1))
        if path.exists():
            shutil.rmtree(path)
        temporary.rename(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _extract(archive: Path, target: Path) -> None:
    """Like ``dpkg-deb -x``, but links that stand for folders stay: old packages still ship files in ``/lib``."""
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as reader:
        unpacked = subprocess.run(
            ["tar", "-x", "--keep-directory-symlink", "--no-same-owner", "--no-same-permissions", "-C", str(target)],
            stdin=reader.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
        complaint = (reader.stderr.read().decode() if reader.stderr else "") + unpacked.stderr
        reader.wait()
    if reader.returncode == 0 and unpacked.returncode == 0:
        return
    if "no space left" in complaint.lower():
        raise DiskFull(f"There is no room left for {target}.")
    if reader.returncode != 0 and unpacked.returncode == 0:
        raise PackageCorrupt(f"{archive.name} cannot be read: {complaint.strip()[:300]}")
    raise AptFailed(f"{archive.name} cannot be unpacked: {complaint.strip()[:300]}")


def library_folders(root: Path) -> list[Path]:
    """Folders below ``root`` that hold shared libraries which programs expect to find by name."""
    triplet = f"{os.uname().machine}-linux-gnu"
    base = root / "usr" / "lib" / triplet
    inside = [base / "pulseaudio", base / "nss", base / "blas", base / "lapack"]
    return [base, root / "usr" / "lib", *(folder for folder in inside if folder.is_dir())]


def relocate(root: Path, final: Path) -> None:
    """Makes the programs below ``root`` start from ``final``: their own loader, their own libraries.

    RPATH and not RUNPATH is set, because only RPATH is used for the libraries of libraries and for
    modules that are loaded later. A library with a RUNPATH of its own hides its caller's RPATH and is
    given the folders too.
    """
    folders = ":".join(str(final / folder.relative_to(root)) for folder in library_folders(root))
    work = list(_to_patch(root, final, folders))
    patchelf = _patchelf()

    def patch(words: list[str]) -> None:
        done = subprocess.run([patchelf, *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            log.warning("native.not_relocated", file=words[-1], detail=done.stderr.strip()[:200])

    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        list(pool.map(patch, work))


def _to_patch(root: Path, final: Path, folders: str) -> Iterator[list[str]]:
    loader = str(loader_of(final))
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            if path.is_symlink() or not path.is_file() or name.startswith("ld-linux"):
                continue
            elf = read_elf(path)
            if elf is None:
                continue
            own = _moved(elf.search_path, root, final, Path(folder))
            if elf.interpreter is not None and ".so" not in name:
                search = f"{own}:{folders}" if own else folders
                yield ["--set-interpreter", loader, "--force-rpath", "--set-rpath", search, str(path)]
            elif elf.search_path:
                yield ["--set-rpath", f"{own}:{folders}" if own else folders, str(path)]


def _moved(search_path: str, root: Path, final: Path, folder: Path) -> str:
    """The search path as it is meant in the tree: absolute folders are those below ``final``."""
    moved = []
    for part in filter(None, search_path.split(":")):
        if part.startswith("$ORIGIN"):
            moved.append(part)
        elif part.startswith("/") and (root / part.lstrip("/")).is_dir():
            moved.append(str(final / part.lstrip("/")))
    return ":".join(moved)


def _patchelf() -> str:
    beside = Path(sys.executable).parent / "patchelf"
    found = str(beside) if beside.is_file() else shutil.which("patchelf")
    if found is None:
        raise AptFailed("patchelf is missing from the Python environment.")
    return found
