"""Parts of a file over HTTP (RFC 9110, Range): players ask for the part that they play."""

import re
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import blake2s

from fastapi import Response
from starlette.responses import StreamingResponse

from yingda.interactions.recordings import Sound

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``first`` to ``last``, both included."""

    first: int
    last: int


def wanted_span(header: str | None, length: int) -> Span | bool | None:
    """The one span asked for; None for all of it, False where it lies outside.

    What is malformed or asks for several spans is answered with everything, as RFC 9110 allows.
    """
    match = _ONE_RANGE.fullmatch(header) if header else None
    if match is None or match.group() == "" or not (match[1] or match[2]):
        return None
    if not match[1]:
        tail = int(match[2])
        return Span(max(0, length - tail), length - 1) if tail and length else False
    first, last = int(match[1]), min(int(match[2] or length), length - 1)
    if match[2] and int(match[2]) < first:
        return None
    return Span(first, last) if first < length else False


def sound_response(sound: Sound, range_header: str | None, if_range: str | None, name: str | None) -> Response:
    """A recording as ``audio/wav``, or the part of it that is asked for; ``name`` makes browsers save it."""
    tag = f'"{blake2s(f"{sound.modified}-{sound.length}".encode(), digest_size=12).hexdigest()}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Last-Modified": formatdate(sound.modified, usegmt=True),
        "Cache-Control": "private, no-cache",
    }
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if if_range is not None and if_range != tag:
        range_header = None
    span = wanted_span(range_header, sound.length)
    if span is False:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{sound.length}"})
    if not isinstance(span, Span):
        headers["Content-Length"] = str(sound.length)
        return StreamingResponse(sound.pieces(0, sound.length - 1), media_type="audio/wav", headers=headers)
    headers["Content-Length"] = str(span.last - span.first + 1)
    headers["Content-Range"] = f"bytes {span.first}-{span.last}/{sound.length}"
    return StreamingResponse(sound.pieces(span.first, span.last), 206, headers=headers, media_type="audio/wav")
