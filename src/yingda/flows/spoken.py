"""What is said: templates with variables, and the texts that the system itself speaks."""

import enum
import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation

from yingda.flows import figures

_PLACE = re.compile(r"\{([^\W\d]\w{0,31})(?::([a-z]+))?\}")


MOST_DECIMALS = 10


class Format(enum.StrEnum):
    """How a variable is spoken; a value that does not fit its format is spoken as it stands."""

    TEXT = "text"
    DIGITS = "digits"
    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    TIME = "time"


def is_chinese(language: str) -> bool:
    """Whether a language tag is Chinese of any kind; every other is spoken to in English."""
    return language.lower().split("-")[0] in ("zh", "cmn", "yue")


def fill(template: str, variables: Mapping[str, str], language: str) -> str:
    """The text with every ``{name}`` or ``{name:format}`` replaced; an unknown variable is said as nothing."""

    def replaced(found: re.Match[str]) -> str:
        value = variables.get(found[1], "")
        form = found[2] or Format.TEXT
        return spoken(value, Format(form), language) if form in list(Format) else found[0]

    return _PLACE.sub(replaced, template)


def places(template: str) -> list[tuple[str, str]]:
    """The variables of a template with their formats ('' where none is given), in order."""
    return [(found[1], found[2] or "") for found in _PLACE.finditer(template)]


def spoken(value: str, form: Format, language: str) -> str:
    """``value`` in words: numbers as ``1234.5``, dates as ``2026-11-21``, times as ``13:05``."""
    text = value.strip()
    chinese = is_chinese(language)
    try:
        match form:
            case Format.TEXT:
                return value
            case Format.DIGITS:
                return figures.zh_digits(text) if chinese else figures.en_digits(text)
            case Format.NUMBER:
                number = _decimal(text)
                return figures.zh_number(number) if chinese else figures.en_number(number)
            case Format.AMOUNT:
                number = _decimal(text)
                return figures.zh_amount(number) if chinese else figures.en_amount(number)
            case Format.DATE:
                day = date.fromisoformat(text[:10])
                return figures.zh_date(day) if chinese else figures.en_date(day)
            case Format.TIME:
                moment = time.fromisoformat(text.split("T")[-1])
                return figures.zh_time(moment) if chinese else figures.en_time(moment)
    except (ValueError, InvalidOperation):
        return value


def _decimal(text: str) -> Decimal:
    number = Decimal(text.replace(",", ""))
    if not number.is_finite() or abs(number) >= figures.LARGEST:
        raise ValueError("too large to be said as a number")
    # "1e-999999" is short to write and a million digits to say.
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_DECIMALS:
        raise ValueError("too many decimals to be said as a number")
    return number


def position_prompt(position: int, language: str) -> str:
    """What a waiting caller is told; ``position`` 1 is next."""
    if is_chinese(language):
        if position <= 1:
            return "您现在排在第一位，马上为您接通，请稍候。"
        return f"您现在排在第{figures.zh_integer(position)}位，请您耐心等候，不要挂机。"
    if position <= 1:
        return "You are next in line. Please hold, we will be with you in a moment."
    return f"You are number {figures.en_integer(position)} in line. Please stay on the line."
