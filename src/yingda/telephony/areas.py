"""Where Chinese numbers are at home and whose they were allotted by, from tables in the package.

Numbers are national and significant: no +86, no leading 0. A mobile number that was carried to
another operator still shows the one that it was allotted by. ``tools/number_areas.py`` makes the
tables.
"""

import gzip
import re
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import orjson

_DATA = Path(__file__).parent / "data"
_FIRST_MOBILE = 1_300_000
_NONE = 0xFFFF
_CODE_DIGITS = 3
_PROVINCE = re.compile(r"^(.{2,3}?省|.*自治区|内蒙古|广西|西藏|宁夏|新疆)(?=.)")

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


def area_code_of(place: Place | None) -> str:
    """The area code of a city with its 0, such as ``020``; '' where the place is a province or unknown."""
    return _codes().get(_city(place.zh), "") if place else ""


@cache
def _codes() -> dict[str, str]:
    """City → area code. Cities that share a code stand together in the tables: 沈阳市、铁岭市."""
    tables = _tables()
    codes = {key: tables.names[index].zh for key, index in tables.fixed.items() if len(key) <= _CODE_DIGITS}
    return {_city(city): f"0{code}" for code, names in codes.items() for city in names.split("、")}


def _city(name: str) -> str:
    return _PROVINCE.sub("", name.split("、")[0])


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
