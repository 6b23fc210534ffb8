"""Where Chinese numbers are at home and whose they were allotted by, from tables in the package.

Numbers are national and significant: no +86, no leading 0. A mobile number that was carried to
another operator still shows the one that it was allotted by. ``tools/number_areas.py`` makes the
tables.
"""

import gzip
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import orjson

_DATA = Path(__file__).parent / "data"
_FIRST_MOBILE = 1_300_000
_NONE = 0xFFFF

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Place:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class _Tables:
    names: list[Place]
    mobile: "array[int]"
    fixed: dict[str, int]
    carriers: dict[str, Place]
    countries: dict[str, Place]


def area_of(national: str) -> Place | None:
    """The city or province of a mobile or landline number."""
    tables = _tables()
    if len(national) == 11 and national.startswith("1"):
        index = int(national[:7]) - _FIRST_MOBILE
        place = tables.mobile[index] if 0 <= index < len(tables.mobile) else _NONE
        return None if place == _NONE else tables.names[place]
    found = _longest(tables.fixed, national)
    return None if found is None else tables.names[found]


def carrier_of(national: str) -> Place | None:
    """The operator that a mobile number was allotted by."""
    return _longest(_tables().carriers, national)


def country(region: str) -> Place | None:
    """The name of a country by its two letters."""
    return _tables().countries.get(region)


@cache
def _tables() -> _Tables:
    document = orjson.loads((_DATA / "areas.json").read_bytes())
    mobile = array("H")
    mobile.frombytes(gzip.decompress((_DATA / "mobile.gz").read_bytes()))
    return _Tables(
        names=[Place(*name) for name in document["names"]],
        mobile=mobile,
        fixed=document["fixed"],
        carriers={prefix: Place(*name) for prefix, name in document["carriers"].items()},
        countries={region: Place(*name) for region, name in document["countries"].items()},
    )


def _longest(table: dict[str, Value], digits: str) -> Value | None:
    return next((table[digits[:n]] for n in range(min(len(digits), 8), 0, -1) if digits[:n] in table), None)
