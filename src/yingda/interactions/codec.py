"""Frozen dataclasses to JSON values and back, for the journal."""

import dataclasses
import enum
import functools
import types
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, get_args, get_type_hints
from uuid import UUID

T = TypeVar("T")

_PLAIN = frozenset({type(None), bool, int, float, str})


def to_json(value: Any) -> Any:
    """Plain JSON values; ids, times (ISO 8601) and enums become strings."""
    # Strings and numbers are most of the members; enums of strings are not among them.
    kind: type = type(value)
    if kind in _PLAIN:
        return value
    names = _members(kind)
    if names is not None:
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def from_json(kind: type[T], data: dict[str, Any]) -> T:
    """The dataclass ``kind`` again. Members that it does not know (written by a newer version) are left out."""
    plain: type = kind
    readers = _readers(plain)
    return kind(**{name: readers[name](value) for name, value in data.items() if name in readers})


@functools.cache
def _members(kind: type) -> tuple[str, ...] | None:
    """The members of a dataclass; None for any other type."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None


@functools.cache
def _readers(kind: type) -> dict[str, Callable[[Any], Any]]:
    hints = get_type_hints(kind)
    return {name: _reader(hint) for name, hint in hints.items()}


def _reader(hint: Any) -> Callable[[Any], Any]:
    if isinstance(hint, types.UnionType):
        inner = _reader(next(part for part in get_args(hint) if part is not types.NoneType))
        return lambda value: None if value is None else inner(value)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is UUID or (isinstance(hint, type) and issubclass(hint, enum.Enum)):
        reader: Callable[[Any], Any] = hint
        return reader
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return lambda value: from_json(hint, value)
    return lambda value: value
