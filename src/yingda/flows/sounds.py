"""Sounds on disk, made once and found by their content."""

import asyncio
import hashlib
from pathlib import Path

import orjson
import soundfile
import structlog

from yingda.flows.audio import RATES, read_wav, trimmed, write_pair
from yingda.flows.errors import SoundNotFound
from yingda.flows.ports import FindSound, Speaker
from yingda.flows.session import Prompt, SoundPrompt

log = structlog.get_logger()


class SoundStore:
    """A folder of sounds at 8 kHz (``.wav``) and 16 kHz (``.wav16``), shared by tenants.

    Files are named by a hash of what they hold: a text with its voice and engine, or the id of a
    stored sound, which never changes its content. The folder is a cache: it may be emptied.
    """

    def __init__(self, folder: Path, speaker: Speaker, *, at_once: int = 2) -> None:
        """``at_once`` sounds at most are made at the same time: speech is CPU work beside live calls."""
        self._folder = folder
        self._speaker = speaker
        self._slots = asyncio.Semaphore(at_once)
        self._making: dict[Path, asyncio.Task[None]] = {}

    def prompt_file(self, prompt: Prompt) -> Path:
        """Where the prompt is (or will be) without ending, as :meth:`Switch.play` wants it."""
        if isinstance(prompt, SoundPrompt):
            return self._path(b"sound\0" + prompt.sound.bytes)
        return self._path(orjson.dumps([self._speaker.id, prompt.text, prompt.language, prompt.voice, prompt.speed]))

    def has(self, prompt: Prompt) -> bool:
        """Whether both files are there."""
        return self._complete(self.prompt_file(prompt))

    async def ensure(self, prompt: Prompt, find: FindSound | None = None) -> Path:
        """Makes the files where they are missing; returns :meth:`prompt_file`.

        ``find`` looks stored sounds of the tenant up (:func:`yingda.flows.queries.sound_finder`).
        Raises :class:`SoundNotFound`, :class:`SoundUnreadable`, :class:`SpeechFailed`.
        """
        path = self.prompt_file(prompt)
        if self._complete(path):
            return path
        task = self._making.get(path)
        if task is None:
            task = asyncio.create_task(self._make(prompt, path, find))
            self._making[path] = task
            task.add_done_callback(lambda _: self._making.pop(path, None))
        # Many calls may wait for one sound: one caller hanging up must not cancel it for the others.
        await asyncio.shield(task)
        return path

    async def duration_s(self, prompt: Prompt, find: FindSound | None = None) -> float:
        """How long the prompt lasts, in seconds; it is made where it is missing."""
        path = await self.ensure(prompt, find)
        return await asyncio.to_thread(lambda: float(soundfile.info(str(path) + ".wav").duration))

    async def _make(self, prompt: Prompt, path: Path, find: FindSound | None) -> None:
        if isinstance(prompt, SoundPrompt):
            found = None if find is None else await find(prompt.sound)
            if found is None:
                raise SoundNotFound("This sound does not exist any more.", sound=str(prompt.sound))
            if isinstance(found, bytes):
                await asyncio.to_thread(_write_wav, found, path)
                return
            prompt = found
        async with self._slots:
            audio = await self._speaker.speak(prompt)
            await asyncio.to_thread(lambda: write_pair(trimmed(audio), path))
        log.info("speech made", engine=self._speaker.id, seconds=round(audio.duration_s, 1))

    def _path(self, content: bytes) -> Path:
        name = hashlib.sha256(content).hexdigest()[:40]
        return self._folder / name[:2] / name

    @staticmethod
    def _complete(path: Path) -> bool:
        return all(path.with_name(path.name + ending).exists() for ending in RATES.values())


def _write_wav(content: bytes, path: Path) -> None:
    write_pair(read_wav(content), path)
