"""A caller's whole media as a capture file that sipp plays: a tone, with key presses (RFC 4733) at given times."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PTIME_S = 0.02
STEP = 160  # samples of 8 kHz in a packet
ALAW = 8
EVENTS = 101
KEY_CODES = {key: code for code, key in enumerate("0123456789*#ABCD")}
KEY_PACKETS = 8  # 160 ms
VOLUME = 10


@dataclass(frozen=True, slots=True)
class Press:
    """A key, pressed so many seconds after the answer."""

    at: float
    key: str


def write_media(path: Path, hz: float, seconds: float, presses: Sequence[Press] = ()) -> Path:
    """Write the capture: one RTP stream of A-law (8) and telephone events (101); no voice while a key is down."""
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for sequence, (at, payload) in enumerate(_packets(hz, seconds, presses)):
            frame = _frame(_rtp(sequence, payload))
            whole, part = divmod(round(at * 1_000_000), 1_000_000)
            out.write(struct.pack("<IIII", whole, part, len(frame), len(frame)) + frame)
    return path


@dataclass(frozen=True, slots=True)
class _Payload:
    kind: int
    stamp: int
    mark: bool
    body: bytes


def _packets(hz: float, seconds: float, presses: Sequence[Press]) -> Iterator[tuple[float, _Payload]]:
    begun = {round(press.at / PTIME_S): press.key for press in presses}
    key, since = "", 0
    for index in range(int(seconds / PTIME_S)):
        at = index * PTIME_S
        if index in begun:
            key, since = begun[index], index
        if key and index < since + KEY_PACKETS:
            length = (index - since + 1) * STEP
            last = index == since + KEY_PACKETS - 1
            body = struct.pack("!BBH", KEY_CODES[key], (0x80 if last else 0) | VOLUME, length)
            # The end is said three times (RFC 4733, 2.5.1.4).
            for _ in range(3 if last else 1):
                yield at, _Payload(EVENTS, since * STEP, index == since, body)
        else:
            times = (index * STEP + np.arange(STEP)) / 8000
            yield at, _Payload(ALAW, index * STEP, index == 0, alaw(0.4 * np.sin(2 * np.pi * hz * times)))


def alaw(samples: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bytes:
    """G.711 A-law of samples between -1 and 1."""
    level = np.clip(np.abs(samples) * 4096, 0, 4095).astype(np.int64)
    exponent = np.maximum(np.floor(np.log2(np.maximum(level, 1))).astype(np.int64) - 4, 0)
    mantissa = np.where(exponent > 0, level >> np.maximum(exponent, 1), level >> 1) & 0x0F
    exponent = np.where(level >= 32, exponent, 0)
    code = (exponent << 4) | mantissa | np.where(samples >= 0, 0x80, 0)
    return bytes((code ^ 0x55).astype(np.uint8))


def _rtp(sequence: int, payload: _Payload) -> bytes:
    kind = payload.kind | (0x80 if payload.mark else 0)
    return struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, payload.stamp, 0x59494E47) + payload.body


def _frame(rtp: bytes) -> bytes:
    """Ethernet, IP and UDP around it; sipp puts in the call's own addresses and ports."""
    local = bytes([127, 0, 0, 1])
    udp = struct.pack("!HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, local, local)
    return bytes(12) + b"\x08\x00" + ip + udp
