"""Words of the slice."""

import enum


class TrunkKind(enum.StrEnum):
    """How a trunk proves who it is: by its addresses, or by our registration at it."""

    IP = "ip"
    REGISTERED = "registered"


class Codec(enum.StrEnum):
    """Codecs that may be offered to a trunk: those of 8 kHz, in which calls are recorded."""

    ALAW = "alaw"
    ULAW = "ulaw"
    GSM = "gsm"
