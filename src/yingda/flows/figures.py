"""Figures in words: numbers, amounts, dates and times as people say them, in Mandarin and English."""

from datetime import date, time
from decimal import Decimal

_ZH = "零一二三四五六七八九"
_ZH_UNITS = ("", "十", "百", "千")
_ZH_GROUPS = ("", "万", "亿", "万亿")
_EN_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_EN_GROUPS = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_EN_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
    "twenty": "twentieth",
    "thirty": "thirtieth",
}
_EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
LARGEST = 10**16
"""Numbers from here on are not said in words."""


def _zh_group(value: int) -> str:
    """1 to 9999 without the leading 零: 1001 一千零一, 110 一百一十."""
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + _ZH[digit] + _ZH_UNITS[place]
            gap = False
        else:
            gap = True
    return said


def zh_integer(value: int) -> str:
    """10086 一万零八十六, 2000 两千, 15 十五; below :data:`LARGEST`."""
    if value == 0:
        return "零"
    said, gap = "", False
    for place in (3, 2, 1, 0):
        group = value // 10 ** (4 * place) % 10**4
        if group:
            zero = "零" if said and (gap or group < 1000) else ""
            said += zero + _zh_group(group) + _ZH_GROUPS[place]
        gap = bool(said) and group % 10 == 0 and group == 0
    if said.startswith("一十"):
        said = said[1:]
    # People say 两 for a leading two before 千, 万 and 亿, 二 everywhere else.
    return "两" + said[1:] if said[0] == "二" and said[1:2] in ("千", "万", "亿") else said


def zh_number(value: Decimal) -> str:
    """With sign and decimals: -3.05 负三点零五."""
    sign = "负" if value < 0 else ""
    whole, _, part = format(abs(value), "f").partition(".")
    decimals = "点" + "".join(_ZH[int(digit)] for digit in part) if part.strip("0") else ""
    return sign + zh_integer(int(whole)) + decimals


def zh_amount(value: Decimal) -> str:
    """元角分: 2.05 两元零五分, 0.20 两角."""
    sign, cents = ("负" if value < 0 else ""), int((abs(value) * 100).to_integral_value())
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    if not cents:
        return "零元"
    said = ("两" if yuan == 2 else zh_integer(yuan)) + "元" if yuan else ""
    if jiao:
        said += ("两" if jiao == 2 else _ZH[jiao]) + "角"
    if fen:
        alone = not said
        said += ("零" if yuan and not jiao else "") + ("两" if alone and fen == 2 else _ZH[fen]) + "分"
    return sign + said


def zh_digits(text: str) -> str:
    """One by one as on the telephone, 幺 for one; other characters stay."""
    return "".join("幺" if char == "1" else _ZH[int(char)] if char in "0123456789" else char for char in text)


def zh_date(day: date) -> str:
    """二〇二六年十一月二十一日."""
    year = "".join("〇" if digit == "0" else _ZH[int(digit)] for digit in str(day.year))
    return f"{year}年{zh_integer(day.month)}月{zh_integer(day.day)}日"


def zh_time(moment: time) -> str:
    """十三点零五分, 两点整."""
    hour = "两" if moment.hour == 2 else zh_integer(moment.hour)
    if not moment.minute:
        return f"{hour}点整"
    return f"{hour}点{'零' if moment.minute < 10 else ''}{zh_integer(moment.minute)}分"


def _en_group(value: int) -> str:
    words = []
    if value >= 100:
        words += [_EN_SMALL[value // 100], "hundred"]
    rest = value % 100
    if rest >= 20:
        words.append(_EN_TENS[rest // 10] + (f"-{_EN_SMALL[rest % 10]}" if rest % 10 else ""))
    elif rest:
        words.append(_EN_SMALL[rest])
    return " ".join(words)


def en_integer(value: int) -> str:
    """10086 ten thousand eighty-six; below :data:`LARGEST`."""
    if value == 0:
        return "zero"
    words = []
    for place in range(5, -1, -1):
        group = value // 1000**place % 1000
        if group:
            words.append(f"{_en_group(group)} {_EN_GROUPS[place]}".strip())
    return " ".join(words)


def en_number(value: Decimal) -> str:
    """With sign and decimals: -3.05 minus three point zero five."""
    sign = "minus " if value < 0 else ""
    whole, _, part = format(abs(value), "f").partition(".")
    decimals = " point " + " ".join(_EN_SMALL[int(digit)] for digit in part) if part.strip("0") else ""
    return sign + en_integer(int(whole)) + decimals


def en_amount(value: Decimal) -> str:
    """Two yuan and five fen."""
    sign, cents = ("minus " if value < 0 else ""), int((abs(value) * 100).to_integral_value())
    yuan, fen = divmod(cents, 100)
    parts = [f"{en_integer(yuan)} yuan"] if yuan or not fen else []
    if fen:
        parts.append(f"{en_integer(fen)} fen")
    return sign + " and ".join(parts)


def en_digits(text: str) -> str:
    """One by one, with spaces; other characters stay."""
    said = (f" {_EN_SMALL[int(char)]} " if char in "0123456789" else char for char in text)
    return " ".join("".join(said).split())


def _en_ordinal(value: int) -> str:
    words = en_integer(value)
    head, dash, last = words.rpartition("-")
    return head + dash + _EN_ORDINALS.get(last, f"{last}th")


def _en_year(year: int) -> str:
    century, rest = divmod(year, 100)
    if not 1000 <= year <= 9999 or (century % 10 == 0 and rest < 10):
        return en_integer(year)
    if not rest:
        return f"{en_integer(century)} hundred"
    return f"{en_integer(century)} {'oh ' if rest < 10 else ''}{en_integer(rest)}"


def en_date(day: date) -> str:
    """November twenty-first, twenty twenty-six."""
    return f"{_EN_MONTHS[day.month - 1]} {_en_ordinal(day.day)}, {_en_year(day.year)}"


def en_time(moment: time) -> str:
    """One oh five p.m., ten o'clock a.m."""
    half = "a.m." if moment.hour < 12 else "p.m."
    hour = en_integer(moment.hour % 12 or 12)
    if not moment.minute:
        return f"{hour} o'clock {half}"
    return f"{hour} {'oh ' if moment.minute < 10 else ''}{en_integer(moment.minute)} {half}"
