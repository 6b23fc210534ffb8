"""What the project asks of Debian: packages by name, and the major version where it matters.

The suite moves and drops old versions, so majors are asked for and the versions that apt resolved
are recorded beside the tree.
"""

from dataclasses import dataclass
from hashlib import sha256

SUITE = "forky"


@dataclass(frozen=True, slots=True)
class Group:
    """Packages that are unpacked into one folder; ``majors`` names the versions that we are written for."""

    name: str
    packages: tuple[str, ...]
    majors: tuple[tuple[str, str], ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes when the wishes change."""
        text = repr((SUITE, self.name, sorted(self.packages), sorted(self.majors)))
        return sha256(text.encode()).hexdigest()[:12]


RUN = Group(
    "run",
    (
        "asterisk",
        "postgresql-18",
        "espeak-ng",
        "espeak-ng-data",
        "baresip-core",
    ),
    (("asterisk", "22"), ("postgresql-18", "18"), ("baresip-core", "1")),
)

TEST = Group(
    "test",
    (
        "sip-tester",
        "chromium",
        "fontconfig",
        "fontconfig-config",
        "fonts-wqy-microhei",
    ),
    (("sip-tester", "3"),),
)

GROUPS = {group.name: group for group in (RUN, TEST)}


def major_of(version: str) -> str:
    """The first number of a Debian version: ``22`` of ``1:22.10.1+dfsg-1``."""
    return version.rpartition(":")[2].split(".")[0].split("-")[0].split("+")[0]
