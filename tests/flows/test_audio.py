"""Uploads that are sounds, and those that are not; both rates of what is kept."""

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from yingda.flows.audio import PEAK, Audio, at_rate, kept, read_wav, trimmed, wav_bytes, write_pair
from yingda.flows.errors import SoundTooLarge, SoundUnreadable


def tone(rate: int = 44100, seconds: float = 1.0, level: float = 0.2) -> Audio:
    """440 Hz."""
    at = np.arange(int(rate * seconds)) / rate
    return Audio((level * np.sin(2 * np.pi * 440 * at)).astype(np.float32), rate)


def loudest_hz(audio: Audio) -> float:
    spectrum = np.abs(np.fft.rfft(audio.samples))
    return float(np.argmax(spectrum) * audio.rate / len(audio.samples))


@pytest.mark.parametrize("rate", [8000, 16000])
def test_resampled_levelled_and_without_clicks(rate: int) -> None:
    made = at_rate(tone(), rate)
    assert made.duration_s == pytest.approx(1.0, abs=0.01)
    assert loudest_hz(made) == pytest.approx(440, abs=2)
    assert float(np.abs(made.samples).max()) == pytest.approx(PEAK, rel=0.01)
    assert made.samples[0] == made.samples[-1] == 0


def test_silence_is_not_made_loud() -> None:
    assert float(np.abs(at_rate(Audio(np.zeros(800, np.float32), 8000), 8000).samples).max()) == 0


def test_silence_around_is_cut() -> None:
    quiet = np.zeros(44100, np.float32)
    long = Audio(np.concatenate([quiet, tone().samples, quiet]), 44100)
    assert trimmed(long).duration_s == pytest.approx(1.23, abs=0.05)


@pytest.mark.parametrize("format_", ["WAV", "FLAC", "OGG"])
def test_reads_stereo_of_several_formats(format_: str) -> None:
    file = io.BytesIO()
    samples = tone(22050).samples
    soundfile.write(file, np.stack([samples, samples], axis=1), 22050, format=format_)
    audio = read_wav(file.getvalue())
    assert audio.rate == 16000
    assert audio.duration_s == pytest.approx(1.0, abs=0.01)
    assert loudest_hz(audio) == pytest.approx(440, abs=2)


GOOD = wav_bytes(tone(8000))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"not a sound at all" * 100,
        GOOD[:30],
        GOOD[:44],
        b"RIFX" + GOOD[4:],
        GOOD[:22] + b"\xff\xff" + GOOD[24:],
        GOOD[:24] + b"\x00\x00\x00\x00" + GOOD[28:],
        GOOD[:24] + b"\xff\xff\xff\x7f" + GOOD[28:],
        b"PK\x03\x04" + b"\x00" * 1000,
        wav_bytes(tone(8000, 0.001)),
    ],
)
def test_what_is_no_sound_is_told_so(content: bytes) -> None:
    with pytest.raises(SoundUnreadable):
        read_wav(content)


def test_too_long_and_too_large() -> None:
    with pytest.raises(SoundTooLarge):
        read_wav(wav_bytes(Audio(np.zeros(8000 * 601, np.float32), 8000)))
    with pytest.raises(SoundTooLarge):
        read_wav(b"\x00" * (20 * 1024 * 1024 + 1))


def test_many_channels_at_a_high_rate_need_little_memory() -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros((192_000 * 30, 8), np.int16), 192_000, format="FLAC")
    tracemalloc.start()
    try:
        audio = read_wav(file.getvalue())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert audio.duration_s == pytest.approx(30, abs=0.01)
    assert most < 60 * 2**20  # all at once would be 184 MB


def test_a_header_that_lies_about_its_length_does_no_harm() -> None:
    lying = GOOD[:40] + b"\xff\xff\xff\x7f" + GOOD[44:]
    assert read_wav(lying).duration_s == pytest.approx(1.0, abs=0.01)


def test_kept_is_wav_16_khz_mono() -> None:
    with soundfile.SoundFile(io.BytesIO(kept(tone()))) as file:
        assert (file.samplerate, file.channels, file.subtype) == (16000, 1, "PCM_16")


def test_both_files_appear_and_nothing_else(tmp_path: Path) -> None:
    write_pair(tone(), tmp_path / "ab" / "name")
    found = {path.name: soundfile.info(str(path)).samplerate for path in (tmp_path / "ab").iterdir()}
    assert found == {"name.wav": 8000, "name.wav16": 16000}
