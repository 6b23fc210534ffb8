"""eSpeak NG really runs."""

import asyncio
import stat
from pathlib import Path

import numpy as np
import pytest
import soundfile

from yingda.flows.errors import SpeechFailed, SpeechRefused
from yingda.flows.session import SpeechPrompt
from yingda.flows.sounds import SoundStore
from yingda.native import programs
from yingda.providers.speech.espeak import Espeak, readable

WELCOME = SpeechPrompt("您好，欢迎致电。产品咨询，请按一。", "zh-CN")


@pytest.fixture(scope="session")
def espeak() -> Espeak:
    """The product's own, or the machine's."""
    program = programs.espeak()
    return Espeak(program.path, program.env)


async def test_both_rates_are_audible(tmp_path: Path, espeak: Espeak) -> None:
    path = await SoundStore(tmp_path, espeak).ensure(WELCOME)
    for ending, rate in ((".wav", 8000), (".wav16", 16000)):
        samples, found = soundfile.read(path.with_name(path.name + ending))
        assert found == rate
        assert samples.ndim == 1
        assert 2 < len(samples) / rate < 10
        assert np.sqrt(np.mean(samples**2)) > 0.05
        assert np.abs(samples).max() == pytest.approx(10 ** (-3 / 20), rel=0.02)


async def test_characters_are_spoken_as_mandarin_not_as_spelt_pinyin(espeak: Espeak) -> None:
    # "您" became "nin two" with the engine's plain Mandarin voice: two syllables instead of one.
    spoken = await espeak.speak(SpeechPrompt("您", "zh-CN"))
    pinyin = await espeak.speak(SpeechPrompt("nin2", "zh-CN"))
    spelt = await espeak.speak(SpeechPrompt("nin two", "en"))
    assert spoken.duration_s == pytest.approx(pinyin.duration_s, rel=0.05)
    assert spoken.duration_s < spelt.duration_s


async def test_speed_language_and_text_matter(espeak: Espeak) -> None:
    usual = await espeak.speak(SpeechPrompt("Thank you for calling.", "en"))
    fast = await espeak.speak(SpeechPrompt("Thank you for calling.", "en", speed=1.5))
    longer = await espeak.speak(SpeechPrompt("Thank you for calling. Goodbye and see you soon.", "en"))
    assert fast.duration_s < usual.duration_s < longer.duration_s


async def test_many_at_once(espeak: Espeak) -> None:
    heard = await asyncio.gather(*(espeak.speak(SpeechPrompt(f"number {n}", "en")) for n in range(6)))
    assert all(np.abs(audio.samples).max() > 0.05 for audio in heard)


@pytest.mark.parametrize("text", ["-v en --help", "[[h@l'oU]] hello", "<speak>hello</speak>", "a\nb", "你好 hello 5"])
async def test_text_is_only_ever_text(espeak: Espeak, text: str) -> None:
    assert (await espeak.speak(SpeechPrompt(text, "zh-CN"))).duration_s > 0.2


@pytest.mark.parametrize(
    "speech",
    [
        SpeechPrompt("", "en"),
        SpeechPrompt(" 。", "zh-CN"),
        SpeechPrompt("hello", "en", voice="../../etc/passwd"),
        SpeechPrompt("hello", "en", voice="xx"),
    ],
)
async def test_what_cannot_be_spoken_is_told(espeak: Espeak, speech: SpeechPrompt) -> None:
    with pytest.raises(SpeechRefused):
        await espeak.speak(speech)


async def test_a_missing_engine_is_told() -> None:
    with pytest.raises(SpeechFailed, match="could not be started"):
        await Espeak(Path("/nowhere/espeak-ng")).speak(WELCOME)


@pytest.mark.parametrize(
    ("script", "words"),
    [("echo broken >&2; exit 3", "code 3: broken"), ("exit 0", "no sound"), ("echo RIFFnonsense", "no sound")],
)
async def test_a_failing_engine_is_told(tmp_path: Path, script: str, words: str) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(SpeechFailed, match=words):
        await Espeak(program).speak(WELCOME)


@pytest.mark.parametrize(
    ("text", "read"), [("重听请按零", " chong2 ting1 请按零"), ("中国银行", "中国 yin2 hang2 "), ("您好", "您好")]
)
def test_words_that_the_engine_reads_wrong(text: str, read: str) -> None:
    assert readable(text) == read
