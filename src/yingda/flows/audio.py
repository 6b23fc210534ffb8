"""Audio in memory, and how it is made fit for the telephone. CPU work: call it in a thread."""

import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from yingda.flows.errors import SoundTooLarge, SoundUnreadable

RATES = {8000: ".wav", 16000: ".wav16"}
"""Every sound is kept twice; the endings are those by which Asterisk knows the rates."""
KEPT_RATE = 16000
PEAK = 10 ** (-3 / 20)
FADE_S = 0.005
LONGEST_S = 600
LARGEST_BYTES = 20 * 1024 * 1024
SILENCE = 0.003

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Audio:
    """One channel of samples in -1…1 at ``rate`` Hz."""

    samples: Samples
    rate: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


def read_wav(content: bytes) -> Audio:
    """Decodes an upload, mixed to one channel, at 16 kHz.

    Raises :class:`SoundTooLarge` beyond 20 MB or ten minutes, :class:`SoundUnreadable` for what is no sound.
    """
    if len(content) > LARGEST_BYTES:
        raise SoundTooLarge("A sound may have 20 MB at most.", limit_bytes=LARGEST_BYTES)
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            rate, channels = int(file.samplerate), int(file.channels)
            if not 4000 <= rate <= 192_000 or channels > 8:
                raise SoundUnreadable(f"{rate} Hz and {channels} channels are not a usable sound.")
            samples = _decode(file, rate)
    except (soundfile.LibsndfileError, RuntimeError, TypeError, ValueError) as error:
        raise SoundUnreadable("The file could not be decoded; WAV, FLAC, OGG and MP3 are understood.") from error
    if len(samples) < KEPT_RATE // 50:
        raise SoundUnreadable("The file holds no sound.")
    if not np.isfinite(samples).all():
        raise SoundUnreadable("The file holds values that are no sound.")
    return Audio(samples, KEPT_RATE)


def _decode(file: "soundfile.SoundFile", rate: int) -> Samples:
    """Second by second: ten minutes of many channels fit into 20 MB of FLAC, but hardly into memory at once.

    The length in the header is not believed.
    """
    stream = soxr.ResampleStream(rate, KEPT_RATE, 1, dtype="float32", quality="HQ")
    parts: list[Samples] = []
    for _ in range(LONGEST_S):
        block = file.read(frames=rate, dtype="float32", always_2d=True)
        mono = block.mean(axis=1, dtype=np.float32) if len(block) else np.zeros(0, np.float32)
        parts.append(np.asarray(stream.resample_chunk(mono, last=len(block) < rate), dtype=np.float32))
        if len(block) < rate:
            return np.concatenate(parts)
    if len(file.read(frames=1, dtype="float32", always_2d=True)):
        raise SoundTooLarge("A sound may last ten minutes at most.", limit_s=LONGEST_S)
    parts.append(np.asarray(stream.resample_chunk(np.zeros(0, np.float32), last=True), dtype=np.float32))
    return np.concatenate(parts)


def trimmed(audio: Audio, lead_s: float = 0.08, tail_s: float = 0.15) -> Audio:
    """Silence before and after cut down to a little; a silent sound stays as it is."""
    loud = np.flatnonzero(np.abs(audio.samples) > SILENCE)
    if not len(loud):
        return audio
    first = max(0, int(loud[0]) - int(lead_s * audio.rate))
    last = min(len(audio.samples), int(loud[-1]) + int(tail_s * audio.rate))
    return Audio(audio.samples[first:last], audio.rate)


def at_rate(audio: Audio, rate: int) -> Audio:
    """Resampled, its peak at -3 dB, its ends faded so that they do not click."""
    samples = np.asarray(soxr.resample(audio.samples, audio.rate, rate, quality="HQ"), dtype=np.float32)
    peak = float(np.abs(samples).max(initial=0.0))
    if peak > 1e-4:
        samples = samples * np.float32(PEAK / peak)
    fade = min(int(FADE_S * rate), len(samples) // 2)
    if fade:
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        samples[:fade] *= ramp
        samples[-fade:] *= ramp[::-1]
    return Audio(samples, rate)


def wav_bytes(audio: Audio) -> bytes:
    """A WAV file: 16 bit, one channel."""
    file = io.BytesIO()
    soundfile.write(file, audio.samples, audio.rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def write_pair(audio: Audio, base: Path) -> None:
    """Both rates beside each other as ``base`` + ending; each file appears whole or not at all."""
    base.parent.mkdir(parents=True, exist_ok=True)
    for rate, ending in RATES.items():
        handle, temporary = tempfile.mkstemp(dir=base.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(wav_bytes(at_rate(audio, rate)))
            # mkstemp makes files for us alone, but the switch may run as another user.
            os.chmod(temporary, 0o644)
            os.replace(temporary, base.with_name(base.name + ending))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def kept(audio: Audio) -> bytes:
    """The form in which an upload is stored: WAV, 16 kHz, 16 bit, one channel, trimmed and levelled."""
    return wav_bytes(at_rate(trimmed(audio), KEPT_RATE))
