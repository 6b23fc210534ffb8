"""Words of the slice."""

import enum


class TrunkKind(enum.StrEnum):
    """How a trunk proves who it is: by its addresses, or by our registration at it."""

    IP = "ip"
    REGISTERED = "registered"


class Codec(enum.StrEnum):
    """Codecs that may be offered to a trunk."""

    ALAW = "alaw"
    ULAW = "ulaw"
    G722 = "g722"
    G729 = "g729"
    OPUS = "opus"
