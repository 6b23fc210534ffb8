"""Figures in words."""

import pytest

from yingda.flows.spoken import Format, fill, places, position_prompt, spoken

ZH, EN = "zh-CN", "en"


@pytest.mark.parametrize(
    ("form", "value", "chinese", "english"),
    [
        ("digits", "10086", "幺零零八六", "one zero zero eight six"),
        ("digits", "A-12", "A-幺二", "A- one two"),
        ("digits", "", "", ""),
        ("number", "0", "零", "zero"),
        ("number", "2", "二", "two"),
        ("number", "10", "十", "ten"),
        ("number", "15", "十五", "fifteen"),
        ("number", "20", "二十", "twenty"),
        ("number", "110", "一百一十", "one hundred ten"),
        ("number", "101", "一百零一", "one hundred one"),
        ("number", "200", "二百", "two hundred"),
        ("number", "1001", "一千零一", "one thousand one"),
        ("number", "1010", "一千零一十", "one thousand ten"),
        ("number", "2000", "两千", "two thousand"),
        ("number", "2222", "两千二百二十二", "two thousand two hundred twenty-two"),
        ("number", "10086", "一万零八十六", "ten thousand eighty-six"),
        ("number", "20000", "两万", "twenty thousand"),
        ("number", "100000", "十万", "one hundred thousand"),
        ("number", "120002", "十二万零二", "one hundred twenty thousand two"),
        ("number", "100000002", "一亿零二", "one hundred million two"),
        ("number", "101000000", "一亿零一百万", "one hundred one million"),
        ("number", "200000000", "两亿", "two hundred million"),
        ("number", "123456789", "一亿二千三百四十五万六千七百八十九", None),
        ("number", "1,234.50", "一千二百三十四点五零", "one thousand two hundred thirty-four point five zero"),
        ("number", "-3.05", "负三点零五", "minus three point zero five"),
        ("number", "3.00", "三", "three"),
        ("number", "99999999999999999999", "99999999999999999999", "99999999999999999999"),
        ("number", "1e5", "十万", "one hundred thousand"),
        ("number", "1e-999999", "1e-999999", "1e-999999"),
        ("number", "NaN", "NaN", "NaN"),
        ("number", "many", "many", "many"),
        ("amount", "2.05", "两元零五分", "two yuan and five fen"),
        ("amount", "2", "两元", "two yuan"),
        ("amount", "12", "十二元", "twelve yuan"),
        ("amount", "0", "零元", "zero yuan"),
        ("amount", "0.5", "五角", "fifty fen"),
        ("amount", "0.20", "两角", "twenty fen"),
        ("amount", "0.02", "两分", "two fen"),
        ("amount", "0.22", "两角二分", "twenty-two fen"),
        ("amount", "128.56", "一百二十八元五角六分", "one hundred twenty-eight yuan and fifty-six fen"),
        ("amount", "2000.10", "两千元一角", "two thousand yuan and ten fen"),
        ("amount", "10086.00", "一万零八十六元", "ten thousand eighty-six yuan"),
        ("amount", "-1.5", "负一元五角", "minus one yuan and fifty fen"),
        ("date", "2026-11-21", "二〇二六年十一月二十一日", "November twenty-first, twenty twenty-six"),
        ("date", "2000-01-02", "二〇〇〇年一月二日", "January second, two thousand"),
        ("date", "1905-12-30", "一九〇五年十二月三十日", "December thirtieth, nineteen oh five"),
        ("date", "2026-02-30", "2026-02-30", "2026-02-30"),
        ("time", "13:05", "十三点零五分", "one oh five p.m."),
        ("time", "02:00", "两点整", "two o'clock a.m."),
        ("time", "00:30", "零点三十分", "twelve thirty a.m."),
        ("time", "12:15", "十二点十五分", "twelve fifteen p.m."),
        ("time", "25:00", "25:00", "25:00"),
        ("text", "10086", "10086", "10086"),
    ],
)
def test_figures(form: str, value: str, chinese: str, english: str | None) -> None:
    assert spoken(value, Format(form), ZH) == chinese
    if english is not None:
        assert spoken(value, Format(form), EN) == english


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("您的余额是{sum:amount}。", "您的余额是两元零五分。"),
        ("{sum}", "2.05"),
        ("{unknown}", ""),
        ("{sum:euro}", "{sum:euro}"),
        ("{ sum } {} {1x}", "{ sum } {} {1x}"),
        ("{金额:amount}", "一元"),
        ("{nested}", "{sum}"),
    ],
)
def test_templates(template: str, said: str) -> None:
    assert fill(template, {"sum": "2.05", "金额": "1", "nested": "{sum}"}, ZH) == said


def test_the_places_of_a_template() -> None:
    assert places("a {x} b {y:date}") == [("x", ""), ("y", "date")]


@pytest.mark.parametrize(
    ("position", "chinese", "english"),
    [(1, "第一位", "next"), (2, "第二位", "number two"), (12, "第十二位", "number twelve")],
)
def test_the_place_in_a_queue(position: int, chinese: str, english: str) -> None:
    assert chinese in position_prompt(position, "zh-CN")
    assert english in position_prompt(position, "en-US")
