"""Which rights follow from which: pure set work over permission words."""

from collections.abc import Iterable

from yingda.accounts.terms import EVERYTHING


def covers(held: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether who holds ``held`` may hand out ``wanted``."""
    held = frozenset(held)
    return EVERYTHING in held or frozenset(wanted) <= held


def limited(scopes: Iterable[str], held: Iterable[str]) -> frozenset[str]:
    """What a key may do: its scopes, as far as its maker holds them today."""
    scopes, held = frozenset(scopes), frozenset(held)
    if EVERYTHING in held:
        return scopes
    if EVERYTHING in scopes:
        return held
    return scopes & held
