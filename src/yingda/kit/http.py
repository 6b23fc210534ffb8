"""What all HTTP handlers share: problem documents (RFC 9457), pages with cursors."""

import base64
import binascii
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from yingda.kit.errors import Invalid, Unavailable, YingdaError

log = structlog.get_logger()

Item = TypeVar("Item")

PROBLEM_JSON = "application/problem+json"


class Problem(BaseModel):
    """An error as RFC 9457 describes it; ``id`` is stable, clients may branch on it."""

    type: str = Field(examples=["urn:yingda:not_found"])
    title: str
    status: int
    detail: str
    id: str


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class InvalidProblem(Problem):
    """A refused request, with every field that is wrong."""

    errors: list[FieldProblem] = []


class Page(BaseModel, Generic[Item]):
    """One page of a list; ``next`` is the cursor of the page behind it, null on the last."""

    items: list[Item]
    next: str | None = None


class ProblemResponse(JSONResponse):
    """Written in ASCII: it may repeat what a client sent, half characters included."""

    media_type = PROBLEM_JSON

    def render(self, content: Any) -> bytes:
        """JSON with every other character escaped."""
        return json.dumps(content, default=str).encode("ascii")


def problem(error: YingdaError) -> JSONResponse:
    """The problem document of an error of ours."""
    body = {
        "type": f"urn:yingda:{error.id}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "id": error.id,
        **error.extra,
    }
    return ProblemResponse(body, status_code=error.status)


async def _own_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, YingdaError)  # noqa: S101 - registered for this class alone
    return problem(error)


async def _validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    fields = [{"field": ".".join(str(part) for part in e["loc"][1:]), "message": e["msg"]} for e in error.errors()]
    return problem(Invalid("Some fields are not valid.", errors=fields))


class _HttpError(YingdaError):
    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        phrase = HTTPStatus(status).phrase
        self.status = status  # type: ignore[misc]
        self.id = phrase.lower().replace(" ", "_").replace("-", "_")  # type: ignore[misc]
        self.title = phrase  # type: ignore[misc]


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    response = problem(_HttpError(error.status_code, str(error.detail)))
    response.headers.update(error.headers or {})
    return response


async def _database_away(_: Request, error: Exception) -> JSONResponse:
    log.warning("database out of reach", error=str(error))
    return problem(Unavailable("The database does not answer at the moment; please try again."))


async def _unexpected(_: Request, error: Exception) -> JSONResponse:
    log.error("request failed", exc_info=error)
    return problem(YingdaError())


def install_errors(app: FastAPI) -> None:
    """Makes every error of ``app`` a problem document."""
    app.add_exception_handler(YingdaError, _own_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(Exception, _unexpected)


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": model, "content": {PROBLEM_JSON: {}}, "description": text}
    for status, model, text in (
        (400, Problem, "The request could not be read"),
        (401, Problem, "Nobody is signed in"),
        (403, Problem, "The right is missing"),
        (404, Problem, "Not found"),
        (409, Problem, "Does not fit the present state"),
        (422, InvalidProblem, "The request is not valid"),
        (429, Problem, "Too many requests"),
        (503, Problem, "A part of the system is away"),
    )
}
"""Passed as ``responses=`` to every router, so that the OpenAPI document tells all errors."""


def write_cursor(values: Sequence[Any]) -> str:
    """An opaque cursor that holds ``values`` (JSON values, datetimes, UUIDs)."""
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")


def read_cursor(cursor: str, length: int) -> list[Any]:
    """The values of a cursor; raises :class:`Invalid` where it was not made by :func:`write_cursor`."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Invalid("The cursor is not one of ours.") from error
    if not isinstance(values, list) or len(values) != length:
        raise Invalid("The cursor is not one of ours.")
    return values
