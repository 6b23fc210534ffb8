"""Recordings as bytes: the raw form that the switch writes, and WAV. Pure.

Raw is 8 kHz, 16 bit little endian, two channels interleaved: left what the customer says, right what
the customer hears.
"""

import struct
from array import array
from collections.abc import Sequence

RATE = 8000
CHANNELS = 2
FRAME = 2 * CHANNELS
HEADER = 44
LIMIT = 0xFFFF_FFFF - HEADER
"""Bytes of sound that fit one WAV file: 37 hours."""


def header(sound_bytes: int) -> bytes:
    """The 44 bytes before so much sound."""
    size = min(sound_bytes, LIMIT)
    riff = struct.pack("<4sI4s", b"RIFF", size + 36, b"WAVE")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, CHANNELS, RATE, RATE * FRAME, FRAME, 16)
    return riff + form + struct.pack("<4sI", b"data", size)


def whole_frames(size: int) -> int:
    """So many of ``size`` bytes are whole frames: a file that is being written may end within one."""
    return min(size, LIMIT) // FRAME * FRAME


def duration(sound_bytes: int) -> float:
    """Seconds of sound."""
    return whole_frames(sound_bytes) / (RATE * FRAME)


def rough_peaks(sound: bytes, buckets: int) -> list[list[float]]:
    """The loudest sample of each bucket per channel, 0 to 1, found from samples spread over it.

    For recordings whose exact peaks are not made yet; costs the same for every length.
    """
    samples = array("h", sound[: whole_frames(len(sound))])
    frames = len(samples) // CHANNELS
    return [[_loudest(samples, channel, edge) for edge in _edges(frames, buckets)] for channel in range(CHANNELS)]


def _loudest(samples: "array[int]", channel: int, edge: tuple[int, int]) -> float:
    first, last = edge
    step = max(1, (last - first) // 200) * CHANNELS
    some = samples[first * CHANNELS + channel : last * CHANNELS : step]
    return round(min(1.0, max(max(some), -min(some)) / 32767), 4) if some else 0.0


def _edges(frames: int, buckets: int) -> list[tuple[int, int]]:
    return [
        (frames * n // buckets, max(frames * (n + 1) // buckets, frames * n // buckets + 1)) for n in range(buckets)
    ]


def fewer(peaks: Sequence[float], buckets: int) -> list[float]:
    """Peaks for ``buckets`` buckets, made of finer ones; repeats some where there are not enough."""
    return [max(peaks[first:last], default=0.0) for first, last in _edges(len(peaks), buckets)]
