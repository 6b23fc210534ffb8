"""eSpeak NG: speaks Mandarin and English anywhere, offline."""

import asyncio
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from yingda.flows.audio import Audio
from yingda.flows.errors import SpeechFailed, SpeechRefused
from yingda.flows.session import SpeechPrompt
from yingda.flows.spoken import is_chinese

SYSTEM_PROGRAM = Path("/usr/bin/espeak-ng")
LONGEST_TEXT = 4000
SECONDS = 30.0
_VOICE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*(\+[a-zA-Z0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Tuning:
    """Words per minute, pitch 0–99, pause between words in 10 ms."""

    voice: str
    speed: int
    pitch: int
    gap: int


# Slower than eSpeak's 175: over an 8 kHz telephone line its Mandarin tones need the time.
# The voice "cmn" of 1.51 turns characters into pinyin and then reads that as English ("nin two");
# "cmn-latn-pinyin" speaks both characters and pinyin as Mandarin in every version tried.
MANDARIN = Tuning("cmn-latn-pinyin", 155, 45, 1)
ENGLISH = Tuning("en", 150, 45, 1)

# Words of the trade that eSpeak reads wrong, in pinyin with tones.
READINGS = {
    "重听": "chong2 ting1",
    "重拨": "chong2 bo1",
    "重播": "chong2 bo1",
    "重新": "chong2 xin1",
    "重复": "chong2 fu4",
    "重试": "chong2 shi4",
    "银行": "yin2 hang2",
    "行业": "hang2 ye4",
    "还款": "huan2 kuan3",
    "归还": "gui1 huan2",
    "便宜": "pian2 yi2",
    "调整": "tiao2 zheng3",
    "一会儿": "yi2 hui3",
    "待会儿": "dai1 hui3",
}
_READINGS = re.compile("|".join(READINGS))


def readable(text: str) -> str:
    """A Mandarin text with the words of :data:`READINGS` replaced."""
    return _READINGS.sub(lambda found: f" {READINGS[found[0]]} ", text)


class Espeak:
    """One short-lived process per text."""

    def __init__(
        self, program: Path = SYSTEM_PROGRAM, env: Mapping[str, str] | None = None, *, at_once: int = 2
    ) -> None:
        """``env`` is added to the environment: ``ESPEAK_DATA_PATH`` where the voices lie elsewhere."""
        self._program = program
        self._env = {**os.environ, **(env or {})}
        self._slots = asyncio.Semaphore(at_once)

    @property
    def id(self) -> str:
        """Changes with the tuning, so that sounds are made anew."""
        return (
            f"espeak-2:{MANDARIN.speed}.{MANDARIN.pitch}.{MANDARIN.gap}:{ENGLISH.speed}.{ENGLISH.pitch}.{ENGLISH.gap}"
        )

    async def speak(self, speech: SpeechPrompt) -> Audio:
        """One channel at eSpeak's own rate. Raises :class:`SpeechFailed`."""
        arguments = self._arguments(speech)
        # [[…]] would be read as phonemes.
        text = speech.text.replace("[[", "[ [")[:LONGEST_TEXT]
        if not text.strip():
            raise SpeechRefused("There is no text to be spoken.")
        if is_chinese(speech.language):
            text = readable(text)
        async with self._slots:
            output = await self._run(arguments, text.encode())
        return _audio(output)

    def _arguments(self, speech: SpeechPrompt) -> list[str]:
        tuning = MANDARIN if is_chinese(speech.language) else ENGLISH
        voice = speech.voice or tuning.voice
        if not _VOICE.fullmatch(voice):
            raise SpeechRefused(f"There is no voice '{voice}'.")
        speed = max(80, min(400, round(tuning.speed * speech.speed)))
        figures = ["-s", str(speed), "-p", str(tuning.pitch), "-g", str(tuning.gap)]
        return ["-v", voice, *figures, "-b", "1", "--stdin", "--stdout"]

    async def _run(self, arguments: list[str], text: bytes) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                str(self._program),
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=self._env,
            )
        except OSError as error:
            raise SpeechFailed(f"The speech engine could not be started: {error.strerror}.") from error
        try:
            output, complaint = await asyncio.wait_for(process.communicate(text), SECONDS)
        except TimeoutError as error:
            raise SpeechFailed(f"The speech engine gave no answer within {SECONDS:.0f} seconds.") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if b"voice does not exist" in complaint:
            raise SpeechRefused("The speech engine does not know this voice.")
        if process.returncode != 0:
            words = complaint.decode(errors="replace").strip()[:300]
            raise SpeechFailed(f"The speech engine ended with code {process.returncode}: {words}")
        return output


def _audio(output: bytes) -> Audio:
    """Reads eSpeak's WAV by its fixed header: its length fields are not filled in on a pipe."""
    if len(output) < 44 or output[:4] != b"RIFF" or output[36:40] != b"data":
        raise SpeechFailed("The speech engine made no sound.")
    (rate,) = struct.unpack_from("<I", output, 24)
    body = output[44 : len(output) - len(output) % 2]
    samples = np.frombuffer(body, dtype="<i2").astype(np.float32) / np.float32(32768)
    if not np.abs(samples).max(initial=0.0) > 0.001:
        raise SpeechRefused("Nothing audible came out of this text.")
    return Audio(samples, rate)
