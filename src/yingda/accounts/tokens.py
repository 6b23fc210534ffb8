"""Secrets that are shown once: session tokens and API keys. Only their SHA-256 is stored.

They carry the tenant, so that the database can be told the tenant before the look-up:
``<tenant hex>.<random>`` for sessions, ``yk_<tenant hex>.<random>`` for keys. 256 random bits need no
slow hash.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from yingda.kit.context import ActorKind
from yingda.kit.errors import Unauthorized

_SHAPE = re.compile(r"(yk_)?([0-9a-f]{32})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A well-formed token: what it claims to be, and the hash to look it up by."""

    kind: ActorKind
    tenant_id: UUID
    digest: bytes = field(repr=False)


def make(kind: ActorKind, tenant_id: UUID) -> str:
    """A new secret of a user's session or of a key."""
    prefix = "yk_" if kind is ActorKind.KEY else ""
    return f"{prefix}{tenant_id.hex}.{secrets.token_urlsafe(32)}"


def parse(secret: str) -> Token:
    """Reads a secret; raises :class:`Unauthorized` where the shape is not ours."""
    match = _SHAPE.fullmatch(secret)
    if match is None:
        raise Unauthorized()
    kind = ActorKind.KEY if match[1] else ActorKind.USER
    return Token(kind, UUID(match[2]), hashlib.sha256(secret.encode()).digest())


def hint(secret: str) -> str:
    """The end of a secret, enough to tell keys apart in a list."""
    return secret[-4:]
