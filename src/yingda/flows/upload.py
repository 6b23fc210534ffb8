"""Reading an uploaded sound out of a request, with memory bounded."""

from typing import Any

from fastapi import Request
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from yingda.flows.audio import LARGEST_BYTES
from yingda.flows.errors import SoundTooLarge, SoundUnreadable
from yingda.flows.schemas import SpeechNew
from yingda.kit.errors import Invalid
from yingda.kit.fields import Name

FORM_BYTES = LARGEST_BYTES + 64 * 1024
TEXT_BYTES = 64 * 1024

UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": SpeechNew.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["name", "file"],
                    "properties": {
                        "name": {"type": "string", "minLength": 1, "maxLength": 100},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            },
        },
    }
}
"""What ``POST /sounds`` takes, for the OpenAPI document."""


async def read_upload(request: Request) -> SpeechNew | tuple[str, bytes]:
    """A text to be spoken (JSON), or the name and content of a file (multipart, fields ``name`` and ``file``).

    Raises :class:`SoundTooLarge` before anything large is read, :class:`Invalid` for other bodies.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    _check_length(request, FORM_BYTES if kind == "multipart/form-data" else TEXT_BYTES)
    if kind == "multipart/form-data":
        return await _read_form(request)
    try:
        return SpeechNew.model_validate_json(await request.body())
    except ValidationError as error:
        fields = [{"field": ".".join(str(part) for part in e["loc"]), "message": e["msg"]} for e in error.errors()]
        raise Invalid("Some fields are not valid.", errors=fields) from error


def _check_length(request: Request, limit: int) -> None:
    """The server holds a body to its Content-Length; one that tells none is not read at all."""
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        raise Invalid("The header Content-Length is needed.")
    if int(length) > limit:
        raise SoundTooLarge("A sound may have 20 MB at most.", limit_bytes=LARGEST_BYTES)


async def _read_form(request: Request) -> tuple[str, bytes]:
    async with request.form(max_files=1, max_fields=4) as form:
        file, name = form.get("file"), form.get("name")
        if not isinstance(file, UploadFile) or not isinstance(name, str):
            raise Invalid("The fields 'name' and 'file' are needed.")
        content = await file.read(LARGEST_BYTES + 1)
    try:
        name = TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise Invalid(
            "The name is not valid.", errors=[{"field": "name", "message": error.errors()[0]["msg"]}]
        ) from error
    if not content:
        raise SoundUnreadable("The file is empty.")
    return name, content
