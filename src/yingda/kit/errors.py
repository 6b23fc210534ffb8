"""The root of every error that a user may see.

Each slice derives its own in its ``errors`` module. The ``id`` is part of the API: it never changes
once published, because clients branch on it.
"""

from typing import Any, ClassVar


class YingdaError(Exception):
    """An error with a stable id, an HTTP status and a sentence for people.

    ``detail`` says what happened and what to do; ``extra`` holds members that are added to the
    problem document (RFC 9457), JSON values only.
    """

    id: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = extra


class NotFound(YingdaError):
    """What was asked for does not exist, or is not the asker's to see."""

    id = "not_found"
    status = 404
    title = "Not found"


class Invalid(YingdaError):
    """The request is understood and refused because of its content."""

    id = "invalid"
    status = 422
    title = "The request is not valid"


class Conflict(YingdaError):
    """The request does not fit the present state."""

    id = "conflict"
    status = 409
    title = "This does not fit the present state"


class Unauthorized(YingdaError):
    """Nobody is signed in, or the sign-in has ended."""

    id = "unauthorized"
    status = 401
    title = "Please sign in"


class Forbidden(YingdaError):
    """Signed in, but without the right."""

    id = "forbidden"
    status = 403
    title = "You have no right to do this"


class TooManyRequests(YingdaError):
    """Slow down."""

    id = "too_many_requests"
    status = 429
    title = "Too many requests"


class Unavailable(YingdaError):
    """A part of the system is not there at this moment."""

    id = "unavailable"
    status = 503
    title = "This part of the system is not available at the moment"
