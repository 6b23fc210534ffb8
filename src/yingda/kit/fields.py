"""Types of fields in API shapes: text that PostgreSQL can store, numbers of a sane size.

PostgreSQL refuses NUL in text and integers beyond 64 bits; without these bounds such input would end
as an error of ours instead of the sender's.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

_LINE = r"^[^\x00-\x1f\x7f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_LINE)]
"""One line that must be given: 1 to 100 characters, trimmed."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_LINE)]
"""One line that may be empty: up to 200 characters, trimmed."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=_LINES)]
"""Some lines that may be empty: up to 2000 characters, trimmed."""

Text = Annotated[str, StringConstraints(max_length=20_000, pattern=_LINES)]
"""Long text that may be empty: up to 20 000 characters, kept as it is."""

Search = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=_LINE)]
"""What a person types into a search field; empty finds everything."""

Cursor = Annotated[str, StringConstraints(max_length=500, pattern=r"^[A-Za-z0-9_=.:-]*$")]
"""The ``next`` of the page before."""

Slug = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""A name in addresses and endpoint names: lower case letters, digits, hyphens."""

Digits = Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[0-9*#]+$")]
"""Keys of a telephone."""

PhoneNumber = Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^\+?[0-9*#]+$")]
"""A number as it is dialled, with or without the plus of E.164."""

Seconds = Annotated[int, Field(ge=0, le=86_400)]
"""A time in whole seconds, up to a day."""

Count = Annotated[int, Field(ge=0, le=1_000_000)]
"""A number of things."""

Limit = Annotated[int, Field(ge=1, le=200)]
"""How many items a page may have."""
