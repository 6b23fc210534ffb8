"""Words of this slice."""

import enum


class SoundKind(enum.StrEnum):
    """Where a stored sound comes from."""

    UPLOAD = "upload"
    SPEECH = "speech"
