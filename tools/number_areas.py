"""Writes src/yingda/telephony/data from the `phonenumbers` package.

The package's own geocoder keeps a dictionary of the whole world in memory, 100 MB in every process.
What a Chinese call centre shows fits in 2 MB. Run this after an update of the package:
``python tools/number_areas.py``.
"""

import gzip
from array import array
from pathlib import Path

import orjson
from phonenumbers import SUPPORTED_REGIONS
from phonenumbers.carrierdata import CARRIER_DATA
from phonenumbers.geocoder import _region_display_name
from phonenumbers.geodata import GEOCODE_DATA

TARGET = Path(__file__).parents[1] / "src/yingda/telephony/data"
FIRST, LAST = 1_300_000, 2_000_000
NONE = 0xFFFF


def main() -> None:
    """Writes both files."""
    names: list[tuple[str, str]] = []
    places: dict[tuple[str, str], int] = {}
    areas: dict[str, int] = {}
    for prefix, texts in GEOCODE_DATA.items():
        if prefix.startswith("86"):
            name = (texts.get("zh") or texts["en"], texts.get("en") or texts["zh"])
            if name not in places:
                places[name] = len(names)
                names.append(name)
            areas[prefix[2:]] = places[name]
    mobile = array("H", (_longest(areas, str(number)) for number in range(FIRST, LAST)))
    carriers = {p[2:]: [t["zh"], t["en"]] for p, t in CARRIER_DATA.items() if p.startswith("86")}
    countries = {
        region: [_region_display_name(region, "zh"), _region_display_name(region, "en")]
        for region in sorted(SUPPORTED_REGIONS)
    }
    fixed = {prefix: place for prefix, place in areas.items() if not prefix.startswith("1") or prefix[:2] == "10"}
    document = {"names": names, "fixed": fixed, "carriers": carriers, "countries": countries}
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "areas.json").write_bytes(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
    (TARGET / "mobile.gz").write_bytes(gzip.compress(mobile.tobytes(), mtime=0))


def _longest(areas: dict[str, int], digits: str) -> int:
    return next((areas[digits[:n]] for n in range(len(digits), 0, -1) if digits[:n] in areas), NONE)


if __name__ == "__main__":
    main()
