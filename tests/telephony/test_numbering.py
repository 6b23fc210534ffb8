"""One form for every way in which a number may come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingda.telephony.areas import Place, area_of, carrier_of
from yingda.telephony.numbering import NumberKind, describe, is_withheld, normalise

MOBILE, LANDLINE, SERVICE = NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.SERVICE
FOREIGN, WITHHELD, UNKNOWN = NumberKind.FOREIGN, NumberKind.WITHHELD, NumberKind.UNKNOWN


@pytest.mark.parametrize(
    ("raw", "display", "kind", "area", "carrier"),
    [
        ("13800138000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("013800138000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("+8613800138000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("8613800138000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("008613800138000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("+86013800138000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("sip:13800138000@10.0.0.1;user=phone", "13800138000", MOBILE, "北京市", "中国移动"),
        ("tel:+86-138-0013-8000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("138 0013 8000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("\uff11\uff13\uff1800138000", "13800138000", MOBILE, "北京市", "中国移动"),
        ("17012345678", "17012345678", MOBILE, None, "中国电信"),
        ("01088880000", "01088880000", LANDLINE, "北京市", None),
        ("02088880000", "02088880000", LANDLINE, "广东省广州市", None),
        ("(020) 8888-0000", "02088880000", LANDLINE, "广东省广州市", None),
        ("+862088880000", "02088880000", LANDLINE, "广东省广州市", None),
        ("+8602088880000", "02088880000", LANDLINE, "广东省广州市", None),
        ("862088880000", "02088880000", LANDLINE, "广东省广州市", None),
        ("2088880000", "02088880000", LANDLINE, "广东省广州市", None),
        ("075588880000", "075588880000", LANDLINE, "广东省深圳市", None),
        ("86880000", "02086880000", LANDLINE, "广东省广州市", None),
        ("88880000", "02088880000", LANDLINE, "广东省广州市", None),
        ("4008000000", "4008000000", SERVICE, None, None),
        ("+864008000000", "4008000000", SERVICE, None, None),
        ("8008200000", "8008200000", SERVICE, None, None),
        ("95588", "95588", SERVICE, None, None),
        ("95511234", "95511234", SERVICE, None, None),
        ("10086", "10086", SERVICE, None, None),
        ("12345", "12345", SERVICE, None, None),
        ("110", "110", SERVICE, None, None),
        ("106912345678", "106912345678", SERVICE, None, None),
        ("+14155552671", "+14155552671", FOREIGN, "美国", None),
        ("0014155552671", "+14155552671", FOREIGN, "美国", None),
        ("+85221234567", "+85221234567", FOREIGN, "香港", None),
        ("+999123", "+999123", UNKNOWN, None, None),
        ("+", "+", UNKNOWN, None, None),
        ("8001", "8001", UNKNOWN, None, None),
        ("0", "0", UNKNOWN, None, None),
        ("00", "00", UNKNOWN, None, None),
        ("9" * 60, "9" * 32, UNKNOWN, None, None),
        ("alice", "alice", UNKNOWN, None, None),
        ("٣٤٥", "٣٤٥", UNKNOWN, None, None),
        ("\x00\x01", "", WITHHELD, None, None),
        ("", "", WITHHELD, None, None),
        ("  ", "", WITHHELD, None, None),
        ("Anonymous", "", WITHHELD, None, None),
        ("sip:anonymous@anonymous.invalid", "", WITHHELD, None, None),
        ("Restricted", "", WITHHELD, None, None),
    ],
)
def test_numbers_as_they_come(raw: str, display: str, kind: NumberKind, area: str | None, carrier: str | None) -> None:
    info = describe(raw, "020")
    assert (info.display, info.kind) == (display, kind)
    assert (info.area and info.area.zh) == area
    assert (info.carrier and info.carrier.zh) == carrier
    assert is_withheld(raw) == (kind is WITHHELD)


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("13800138000", "+8613800138000"),
        ("02088880000", "+862088880000"),
        ("4008000000", "+864008000000"),
        ("95588", None),
        ("0014155552671", "+14155552671"),
        ("8001", None),
    ],
)
def test_e164(raw: str, e164: str | None) -> None:
    assert describe(raw, "020").e164 == e164


def test_names_in_english() -> None:
    info = describe("13800138000")
    assert info.area is not None
    assert info.carrier is not None
    assert (info.area.en, info.carrier.en) == ("Beijing", "China Mobile")
    assert describe("075588880000").area == Place("广东省深圳市", "Shenzhen, Guangdong")


def test_a_local_number_needs_the_area_code() -> None:
    assert describe("88880000").kind is UNKNOWN
    assert normalise("88880000", "0755") == "075588880000"


@given(st.from_regex(r"(sip:)?\+?[0-9*# ()-]{0,40}", fullmatch=True))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = normalise(raw, "020")
    assert normalise(once, "020") == once


@given(st.text(max_size=60))
def test_rubbish_becomes_short_printable_text(raw: str) -> None:
    shown = normalise(raw, "020")
    assert len(shown) <= 32
    assert shown.isprintable()


@pytest.mark.parametrize("national", ["13800138000", "13912345678", "17612345678", "18912345678", "15512345678"])
def test_the_tables_agree_with_the_library_that_they_were_made_from(national: str) -> None:
    from phonenumbers import carrier, geocoder, parse

    number = parse(f"+86{national}")
    area, operator = area_of(national), carrier_of(national)
    assert area is not None
    assert operator is not None
    assert area.zh == geocoder.description_for_number(number, "zh")
    assert operator.zh == carrier.name_for_number(number, "zh")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("02087654321", "020"),
        ("075588880000", "0755"),
        ("13800138000", "010"),
        ("13912345678", "0519"),
        ("4008000000", ""),
        ("+14155550100", ""),
        ("", ""),
    ],
)
def test_the_area_code_of_a_number(raw: str, code: str) -> None:
    assert describe(raw).area_code == code
