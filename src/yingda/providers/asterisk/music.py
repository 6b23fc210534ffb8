"""A quiet tune for waiting callers, made by arithmetic: no licence, the same bytes every time."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SECONDS = 76.8
"""One turn of the loop: 16 bars of 4.8 s. The last bar fades into the first."""

_BAR_S = 4.8
_CHORDS = (
    (220.00, 261.63, 329.63, 392.00),
    (174.61, 220.00, 261.63, 329.63),
    (196.00, 246.94, 293.66, 392.00),
    (164.81, 196.00, 246.94, 329.63),
)
_MELODY = (
    (659.26, 587.33, 523.25, 587.33),
    (523.25, 440.00, 523.25, 587.33),
    (587.33, 493.88, 587.33, 659.26),
    (493.88, 523.25, 440.00, 392.00),
)
_PEAK = 0.16


def write_music(folder: Path) -> list[Path]:
    """Writes ``yingda.wav`` (8 kHz) and ``yingda.wav16`` (16 kHz), 16 bit mono; leaves existing files alone."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for rate, name in ((8000, "yingda.wav"), (16000, "yingda.wav16")):
        path = folder / name
        if not path.exists():
            _save(path, rate, compose(rate))
        written.append(path)
    return written


def compose(rate: int) -> NDArray[np.int16]:
    """The loop as samples at ``rate`` Hz. It ends where it begins, so that no click is heard."""
    total = round(SECONDS * rate)
    sound = np.zeros(total, dtype=np.float64)
    for bar in range(round(SECONDS / _BAR_S)):
        start = bar * _BAR_S
        chord = _CHORDS[bar % len(_CHORDS)]
        for step in range(8):
            _add(sound, rate, start + step * _BAR_S / 8, chord[(step * 3) % 4], 0.55, 1.6)
        _add(sound, rate, start, chord[0] / 2, 0.9, 4.0)
        # The melody rests every other phrase, so that the ear does not tire.
        if (bar // 4) % 2 == 1:
            for step, tone in enumerate(_MELODY[bar % len(_MELODY)]):
                _add(sound, rate, start + step * _BAR_S / 4 + 0.05, tone, 0.5, 1.8)
    sound *= _PEAK / np.abs(sound).max()
    return (sound * 32767).astype(np.int16)


def _add(sound: NDArray[np.float64], rate: int, start_s: float, tone: float, loud: float, long_s: float) -> None:
    """One soft bell: a tone and its octave, dying away; what runs over the end begins the loop anew."""
    t = np.arange(round(long_s * rate)) / rate
    attack = np.minimum(1.0, t / 0.03)
    tail = np.minimum(1.0, (long_s - t) / 0.2)
    note = loud * attack * tail * np.exp(-2.2 * t / long_s * 1.6)
    note = note * (np.sin(2 * np.pi * tone * t) + 0.25 * np.sin(4 * np.pi * tone * t))
    at = (round(start_s * rate) + np.arange(len(t))) % len(sound)
    sound[at] += note


def _save(path: Path, rate: int, samples: NDArray[np.int16]) -> None:
    part = path.with_name(f".{path.name}.part")
    with wave.open(str(part), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    part.rename(path)
