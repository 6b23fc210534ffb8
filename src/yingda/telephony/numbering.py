"""Telephone numbers as they come over Chinese trunks, brought to one form.

Trunks show the same caller as ``13800138000``, ``013800138000``, ``+8613800138000``,
``8613800138000`` or ``008613800138000``. The one form, used for storage, display and dialling, is the
national one: mobiles with 11 digits, landlines with the area code and its 0, service numbers as they
are; foreign numbers are ``+`` and digits. Pure: no I/O but the tables that are loaded once.
"""

import enum
import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from yingda.telephony.areas import Place, area_code_of, area_of, carrier_of, country


class NumberKind(enum.StrEnum):
    """What a number belongs to."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"
    FOREIGN = "foreign"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NumberInfo:
    """What can be told from a number alone.

    ``display`` is its one form, '' where it is withheld; ``area_code`` has its 0, '' where there is none.
    """

    display: str
    e164: str | None
    kind: NumberKind
    area: Place | None = None
    carrier: Place | None = None
    area_code: str = ""


_WITHHELD = frozenset({"", "anonymous", "unknown", "restricted", "private", "unavailable", "withheld", "asterisk", "s"})
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SERVICE = re.compile(
    r"[48]00\d{7}"  # 400 and 800
    r"|95\d{3,6}|96\d{3,6}"  # banks, insurers, utilities
    r"|10\d{3}|1[12]\d{3}|1[12]\d"  # operators, public services, emergency
    r"|106\d{5,17}"  # senders of text messages
)
_AREA_CODE = re.compile(r"10|2[0-57-9]|[3-9]\d{2}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_MARKS = re.compile(r"[\s().\-/]")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0B: "+"}
_ASCII_DIGITS = re.compile(r"[0-9]+")


def is_withheld(raw: str) -> bool:
    """Whether a caller did not show a number: '' or one of the words that switches put in its place."""
    return _user_part(raw).lower() in _WITHHELD


def normalise(raw: str, area_code: str = "") -> str:
    """The one form of a number as a trunk, a person or a browser gave it; '' where it is withheld.

    ``area_code`` is the tenant's own (``020``), for local numbers of seven or eight digits. What is
    not a telephone number comes back trimmed of marks and cut to 32 characters.
    """
    return describe(raw, area_code).display


@lru_cache(maxsize=20_000)
def describe(raw: str, area_code: str = "") -> NumberInfo:
    """All that can be told from a number alone; never raises."""
    user = _user_part(raw)
    if user.lower() in _WITHHELD:
        return NumberInfo("", None, NumberKind.WITHHELD)
    digits = user.removeprefix("+")
    if not _ASCII_DIGITS.fullmatch(digits):
        return NumberInfo(user[:32], None, NumberKind.UNKNOWN)
    if user.startswith("+") or digits.startswith("00"):
        return _international(digits.lstrip("0")) or NumberInfo(user[:32], None, NumberKind.UNKNOWN)
    found = _chinese(digits, area_code)
    if found is None and digits.startswith("86"):
        found = _chinese(digits[2:], "")
    return found or NumberInfo(digits[:32], None, NumberKind.UNKNOWN)


def _international(digits: str) -> NumberInfo | None:
    if digits.startswith("86"):
        return _chinese(digits[2:], "")
    return _foreign(digits) if digits else None


def _chinese(digits: str, area_code: str) -> NumberInfo | None:
    bare = digits.removeprefix("0")
    if _MOBILE.fullmatch(bare):
        area = area_of(bare)
        return NumberInfo(bare, f"+86{bare}", NumberKind.MOBILE, area, carrier_of(bare), area_code_of(area))
    if _SERVICE.fullmatch(digits):
        # Short and 95 numbers are not reachable from abroad; 400 and 800 numbers have no area either.
        return NumberInfo(digits, f"+86{digits}" if len(digits) == 10 else None, NumberKind.SERVICE)
    if _LOCAL.fullmatch(digits) and area_code:
        return _landline(area_code.removeprefix("0") + digits)
    if digits.startswith("0") or len(digits) >= 10:
        return _landline(bare)
    return None


def _landline(significant: str) -> NumberInfo | None:
    code = _AREA_CODE.match(significant)
    if code is None or not _LOCAL.fullmatch(significant[code.end() :]):
        return None
    area = area_of(significant)
    if area is None:
        return None
    national = f"0{significant}"
    return NumberInfo(national, f"+86{significant}", NumberKind.LANDLINE, area, None, f"0{code[0]}")


def _foreign(digits: str) -> NumberInfo | None:
    shown = f"+{digits}"[:32]
    try:
        parsed = phonenumbers.parse(shown)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    region = phonenumbers.region_code_for_number(parsed)
    region = region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return NumberInfo(shown, shown, NumberKind.FOREIGN, country(region))


def _user_part(raw: str) -> str:
    text = "".join(character for character in raw[:200] if character.isprintable()).strip().strip('<>"')
    for scheme in ("sips:", "sip:", "tel:"):
        text = text.removeprefix(scheme)
    text = re.split(r"[@;]", text, maxsplit=1)[0]
    return _MARKS.sub("", text.translate(_FULL_WIDTH))
