"""Making tones and hearing them again: which party's tone is in a recording, when, and how clearly.

Windows are 200 ms. A tone *stands out* in a window when it is loud enough to be heard and holds at least a fifth of
the window's energy: so two people's tones can be found in one mixed channel.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

WINDOW_S = 0.2
LOUD = 10 ** (-45 / 20)  # full scale = 1: below -45 dBFS a window counts as silent
SHARE_OF_ENERGY = 0.2
KEYS = {
    (697, 1209): "1",
    (697, 1336): "2",
    (697, 1477): "3",
    (697, 1633): "A",
    (770, 1209): "4",
    (770, 1336): "5",
    (770, 1477): "6",
    (770, 1633): "B",
    (852, 1209): "7",
    (852, 1336): "8",
    (852, 1477): "9",
    (852, 1633): "C",
    (941, 1209): "*",
    (941, 1336): "0",
    (941, 1477): "#",
    (941, 1633): "D",
}

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in a recording, in seconds from its start."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """Seconds."""
        return self.end - self.start


def make_tone(path: Path, hz: float, seconds: float = 600, rate: int = 8000, level: float = 0.4) -> Path:
    """Write a mono WAV with one tone; 16 bit, ``level`` of full scale."""
    times = np.arange(int(seconds * rate)) / rate
    soundfile.write(path, level * np.sin(2 * np.pi * hz * times), rate, subtype="PCM_16")
    return path


def make_keys(path: Path, keys: str, on_s: float = 0.12, off_s: float = 0.12, rate: int = 8000) -> Path:
    """Write a mono WAV of in-band DTMF, for tests of detection."""
    pairs = {key: pair for pair, key in KEYS.items()}
    times = np.arange(int(on_s * rate)) / rate
    pause = np.zeros(int(off_s * rate))
    parts: list[Samples] = [pause]
    for key in keys:
        low, high = pairs[key]
        parts += [0.25 * (np.sin(2 * np.pi * low * times) + np.sin(2 * np.pi * high * times)), pause]
    soundfile.write(path, np.concatenate(parts), rate, subtype="PCM_16")
    return path


def read(wav: Path, channel: int = 0) -> tuple[Samples, int]:
    """One channel (0 left, 1 right) as floats, and the sampling rate. Raises IndexError for a missing channel."""
    samples, rate = soundfile.read(wav, dtype="float64", always_2d=True)
    return samples[:, channel], rate


def share(wav: Path, channel: int, hz: float, start: float = 0, end: float | None = None) -> float:
    """The fraction of windows between ``start`` and ``end`` (seconds) where the tone stands out."""
    marks = _marks(wav, channel, hz)
    part = marks[int(start / WINDOW_S) : None if end is None else int(end / WINDOW_S)]
    return float(np.mean(part)) if part.size else 0.0


def timeline(wav: Path, channel: int, hz: float) -> list[Stretch]:
    """When the tone is there: neighbouring windows joined."""
    return _stretches(_marks(wav, channel, hz))


def sound(wav: Path, channel: int) -> list[Stretch]:
    """When there is anything to hear: speech, music or tones."""
    return _stretches(_energy(wav, channel) > LOUD**2)


def silence_share(wav: Path, channel: int) -> float:
    """The fraction of windows without sound."""
    energy = _energy(wav, channel)
    return float(np.mean(energy <= LOUD**2)) if energy.size else 1.0


def wide_share(wav: Path, channel: int) -> float:
    """The fraction of windows that sound like speech or music: loud, and not one single tone."""
    windows, _ = _windows(wav, channel)
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(windows.shape[1]), axis=1)) ** 2
    peak = np.argmax(spectrum, axis=1)
    total = spectrum.sum(axis=1) + 1e-12
    around = sum(spectrum[np.arange(len(peak)), np.clip(peak + step, 0, spectrum.shape[1] - 1)] for step in (-1, 0, 1))
    loud = np.mean(windows**2, axis=1) > LOUD**2
    return float(np.mean(loud & (around / total < 0.8))) if len(peak) else 0.0


def in_band_keys(wav: Path, channel: int) -> str:
    """Keys heard as DTMF tones, one letter for each press of 60 ms or more."""
    samples, rate = read(wav, channel)
    size = int(0.03 * rate)
    found: list[str | None] = []
    for start in range(0, len(samples) - size + 1, size):
        found.append(_key(samples[start : start + size], rate))
    keys = ""
    for before, here, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if here is not None and here == after and here != before:
            keys += here
    return keys


def _key(window: Samples, rate: int) -> str | None:
    energy = float(np.mean(window**2))
    if energy < LOUD**2:
        return None
    best = max(KEYS, key=lambda pair: power(window, rate, pair[0]) * power(window, rate, pair[1]))
    both = [power(window, rate, hz) for hz in best]
    return KEYS[best] if sum(both) > 0.7 * energy and min(both) > 0.15 * energy else None


def power(window: Samples, rate: int, hz: float) -> float:
    """Goertzel: the mean power of one frequency in a window, in the units of ``mean(window ** 2)``."""
    turns = np.exp(-2j * np.pi * hz * np.arange(len(window)) / rate)
    return 2 * float(np.abs(np.dot(window, turns)) / len(window)) ** 2


def _windows(wav: Path, channel: int) -> tuple[Samples, int]:
    samples, rate = read(wav, channel)
    size = int(WINDOW_S * rate)
    return samples[: len(samples) // size * size].reshape(-1, size), rate


def _energy(wav: Path, channel: int) -> Samples:
    windows, _ = _windows(wav, channel)
    return np.asarray(np.mean(windows**2, axis=1))


def _marks(wav: Path, channel: int, hz: float) -> npt.NDArray[np.bool_]:
    windows, rate = _windows(wav, channel)
    powers = np.array([power(window, rate, hz) for window in windows])
    energy = np.mean(windows**2, axis=1) if len(windows) else np.array([])
    return np.asarray((energy > LOUD**2) & (powers > SHARE_OF_ENERGY * energy) & (powers > LOUD**2))


def _stretches(marks: npt.NDArray[np.bool_]) -> list[Stretch]:
    found: list[Stretch] = []
    begun: int | None = None
    for index, mark in enumerate([*marks.tolist(), False]):
        if mark and begun is None:
            begun = index
        elif not mark and begun is not None:
            found.append(Stretch(begun * WINDOW_S, index * WINDOW_S))
            begun = None
    return found
