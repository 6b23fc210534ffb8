"""A private apt: its own state, cache and sources, an ordinary user, nothing installed."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from hashlib import new as new_hash
from pathlib import Path

import structlog

from yingda.native.errors import (
    AptFailed,
    BadSignature,
    DiskFull,
    NativeError,
    NoApt,
    NoKeyring,
    NoMirror,
    NoNetwork,
    PackageCorrupt,
    WrongMajor,
)
from yingda.native.manifest import SUITE, Group, major_of
from yingda.native.mirror import keyrings_of_machine, mirrors_of_machine

log = structlog.get_logger()

_URI_LINE = re.compile(r"^'(?P<uri>[^']+)' (?P<file>\S+) (?P<size>\d+) (?P<kind>\w+):(?P<digest>[0-9a-f]+)$")
_CONFIG = """\
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
Dir::State "{root}/state";
Dir::State::status "{root}/state/status";
Dir::State::extended_states "{root}/state/extended_states";
Dir::Cache "{root}/cache";
Dir::Cache::archives "{root}/cache/archives";
Dir::Etc::sourcelist "{root}/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
Dir::Log "{root}/log";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Default-Release "";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Check-Valid-Until "true";
Acquire::Check-Date "true";
Acquire::Languages "none";
Acquire::ForceHash "SHA256";
Acquire::Retries "3";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Debug::NoLocking "true";
"""


@dataclass(frozen=True, slots=True)
class Package:
    """One package as apt resolved it; ``size`` in bytes, ``digest`` of the file as the signed index names it."""

    name: str
    version: str
    file: str
    size: int
    digest_kind: str
    digest: str

    def is_intact(self, folder: Path) -> bool:
        """Whether the downloaded file has the size and the content that it should have."""
        path = folder / self.file
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        digest = new_hash(self.digest_kind.lower().removesuffix("sum"), usedforsecurity=False)
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        return digest.hexdigest() == self.digest


def parse_uris(text: str) -> list[Package]:
    """Reads the answer of ``apt-get --print-uris``."""
    packages = []
    for line in text.splitlines():
        match = _URI_LINE.match(line.strip())
        if match:
            name, version, _ = match["file"].split("_", 2)
            version = version.replace("%3a", ":").replace("%7e", "~")
            packages.append(Package(name, version, match["file"], int(match["size"]), match["kind"], match["digest"]))
    return packages


def error_of(output: str) -> NativeError:
    """What a failed apt-get meant."""
    text = output.lower()
    detail = _errors_in(output)
    if "no space left" in text or "enough free space" in text or "write error" in text:
        return DiskFull(f"There is not enough room for the native programs. {detail}")
    if "no_pubkey" in text or "is not signed" in text or "badsig" in text or "sqv returned" in text:
        return BadSignature(f"The index of the mirror is not signed by Debian's keys on this machine. {detail}")
    if any(word in text for word in ("hash sum mismatch", "unexpected size", "hashes of expected")):
        return PackageCorrupt(f"The mirror sent something else than its index names; try again later. {detail}")
    if any(word in text for word in _NETWORK_WORDS):
        return NoNetwork(f"Check the network, or name another mirror in YINGDA_DEBIAN_MIRROR. {detail}")
    return AptFailed(detail)


_NETWORK_WORDS = (
    "could not resolve",
    "temporary failure",
    "could not connect",
    "connection failed",
    "connection timed out",
    "connection refused",
    "network is unreachable",
    "unable to connect",
    "failed to fetch",
    "404  not found",
    "does not have a release file",
    "no longer has a release file",
    "unable to fetch",
)


def _errors_in(output: str) -> str:
    lines = [line for line in output.splitlines() if line.startswith(("E:", "W:", "Err:", "dpkg"))]
    return " ".join((lines or output.splitlines()[-3:])[:4])[:600]


class PrivateApt:
    """apt-get with a root of its own at ``root``; ``mirror`` overrides what the machine's sources name."""

    def __init__(self, root: Path, mirror: str | None = None) -> None:
        self.root = root
        self.archives = root / "cache" / "archives"
        self._mirror = mirror

    def prepare(self) -> None:
        """Writes the configuration. Raises NoApt, NoMirror or NoKeyring."""
        for program in ("apt-get", "dpkg-deb"):
            if shutil.which(program) is None:
                raise NoApt(
                    f"{program} is not on this machine. Install Asterisk 20 or newer and PostgreSQL 16 or newer "
                    "yourself, or name servers in YINGDA_DATABASE_URL and YINGDA_ASTERISK_URL."
                )
        keyrings = keyrings_of_machine()
        if not keyrings:
            raise NoKeyring("Install the package debian-archive-keyring, then start again.")
        mirrors = [self._mirror] if self._mirror else mirrors_of_machine()
        if not mirrors:
            raise NoMirror("The machine's apt sources name no Debian mirror: set YINGDA_DEBIAN_MIRROR to one.")
        for folder in ("state/lists/partial", "cache/archives/partial", "log"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        (self.root / "state" / "status").touch()
        architecture = subprocess.run(
            ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
        ).stdout.strip()
        (self.root / "apt.conf").write_text(_CONFIG.format(root=self.root, architecture=architecture))
        signed_by = ",".join(str(path) for path in keyrings)
        (self.root / "sources.list").write_text(f"deb [signed-by={signed_by}] {mirrors[0]} {SUITE} main\n")

    def update(self) -> None:
        """Fetches the index. An expired one is accepted, with a word in the log: mirrors may stand still."""
        try:
            self._apt("update")
        except NativeError as error:
            if "expired" not in error.detail and "not valid yet" not in error.detail:
                raise
            log.warning("native.release_expired", detail="the index is older than it says it may be; used all the same")
            with (self.root / "apt.conf").open("a") as stream:
                stream.write('Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\n')
            self._apt("update")

    def resolve(self, group: Group) -> list[Package]:
        """The packages of the group and all that they need. Raises WrongMajor."""
        packages = parse_uris(self._apt("install", "--print-uris", "--reinstall", *group.packages, all_files=True))
        versions = {package.name: package.version for package in packages}
        for name, major in group.majors:
            if major_of(versions.get(name, "")) != major:
                raise WrongMajor(f"{name} {major} is needed, the mirror has {versions.get(name, 'none')}.")
        return sorted(packages, key=lambda package: package.name)

    def download(self, group: Group, packages: list[Package]) -> None:
        """Fetches what is not there yet; a damaged file is fetched a second time. Raises PackageCorrupt."""
        self._check_room(packages)
        for _ in range(2):
            for package in packages:
                if not package.is_intact(self.archives):
                    (self.archives / package.file).unlink(missing_ok=True)
            self._apt("install", "--download-only", *group.packages)
            damaged = [package.name for package in packages if not package.is_intact(self.archives)]
            if not damaged:
                return
        raise PackageCorrupt(f"Damaged after two downloads: {', '.join(damaged)}.")

    def _check_room(self, packages: list[Package]) -> None:
        """Packages unpack to about four times their size, and both are on the disk for a while."""
        needed = sum(package.size for package in packages) * 5
        free = shutil.disk_usage(self.root).free
        if free < needed:
            raise DiskFull(f"{needed >> 20} MB are needed under {self.root.parent}, {free >> 20} MB are free.")

    def _apt(self, *words: str, all_files: bool = False) -> str:
        """``all_files`` looks at an empty archive folder, so that apt names what is downloaded already too."""
        command = ["apt-get", "-c", str(self.root / "apt.conf"), "-y", "-q"]
        if all_files:
            empty = self.root / "cache" / "empty"
            (empty / "partial").mkdir(parents=True, exist_ok=True)
            command += ["-o", f"Dir::Cache::archives={empty}"]
        env = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run([*command, *words], capture_output=True, text=True, env=env, check=False)
        if done.returncode != 0:
            raise error_of(done.stdout + done.stderr)
        return done.stdout
