"""Identifiers."""

from uuid import UUID

import uuid_utils.compat as uuid_utils


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): ordered by time, so that indexes grow at their end."""
    return uuid_utils.uuid7()
