"""What can go wrong."""

from typing import Any


class Error(Exception):
    """Base of the errors of this package."""


class Unreachable(Error):
    """The server did not answer."""


class Refused(Error):
    """The server answered with a problem document (RFC 9457).

    ``id`` is stable and meant for programs, ``detail`` is a sentence for people, ``extra`` holds the
    other members of the document.
    """

    def __init__(self, status: int, id: str, detail: str, extra: dict[str, Any]) -> None:  # noqa: A002 - the API's word
        super().__init__(f"{status} {id}: {detail}")
        self.status = status
        self.id = id
        self.detail = detail
        self.extra = extra
