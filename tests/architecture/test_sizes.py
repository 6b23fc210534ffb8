from pathlib import Path

from tools.lint.sizes import Size, functions_of, measure, too_large

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_is_above_the_hard_limits() -> None:
    assert too_large(*measure(ROOT)) == []


def test_a_function_is_measured_without_docstring_and_self() -> None:
    text = 'class A:\n    def f(self, a, *, b):\n        """One\n        two."""\n        return a\n'
    assert list(functions_of(text, "x.py")) == [Size(2, 2, "x.py:2 f")]


def test_the_limits_bite() -> None:
    long, wide, file, component = Size(61, 0, "f"), Size(1, 9, "g"), Size(501, 0, "x.py"), Size(301, 0, "X.vue")
    assert len(too_large([long, wide], [file], [component])) == 4
    assert too_large([Size(60, 8, "f")], [Size(500, 0, "x")], [Size(300, 0, "v")]) == []
