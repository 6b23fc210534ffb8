"""The store of sounds."""

import asyncio
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import soundfile

from tests.flows.test_audio import tone
from yingda.flows.audio import Audio, wav_bytes
from yingda.flows.errors import SoundNotFound, SpeechFailed
from yingda.flows.session import Prompt, SoundPrompt, SpeechPrompt
from yingda.flows.sounds import SoundStore

HELLO = SpeechPrompt("hello", "en")


class Speaker:
    """Speaks tones, and counts."""

    id = "tone"

    def __init__(self) -> None:
        self.spoken: list[SpeechPrompt] = []
        self.now = 0
        self.most = 0

    async def speak(self, speech: SpeechPrompt) -> Audio:
        self.spoken.append(speech)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if speech.text == "fail":
            raise SpeechFailed("engine away")
        return tone(22050, 0.5)


async def test_made_once_for_many_who_wait(tmp_path: Path) -> None:
    speaker = Speaker()
    store = SoundStore(tmp_path, speaker)
    assert not store.has(HELLO)
    paths = await asyncio.gather(*(store.ensure(HELLO) for _ in range(20)))
    assert set(paths) == {store.prompt_file(HELLO)}
    assert len(speaker.spoken) == 1
    assert store.has(HELLO)
    await SoundStore(tmp_path, speaker).ensure(HELLO)
    assert len(speaker.spoken) == 1
    assert await store.duration_s(HELLO) == pytest.approx(0.5, abs=0.02)


async def test_another_text_voice_language_or_speed_is_another_file(tmp_path: Path) -> None:
    store = SoundStore(tmp_path, Speaker())
    prompts: list[Prompt] = [
        HELLO,
        SpeechPrompt("hello!", "en"),
        SpeechPrompt("hello", "en-GB"),
        SpeechPrompt("hello", "en", "en+f2"),
        SpeechPrompt("hello", "en", "", 1.2),
        SoundPrompt(UUID(int=1)),
        SoundPrompt(UUID(int=2)),
    ]
    assert len({store.prompt_file(prompt) for prompt in prompts}) == len(prompts)


async def test_a_half_written_pair_is_made_anew(tmp_path: Path) -> None:
    store = SoundStore(tmp_path, Speaker())
    path = await store.ensure(HELLO)
    path.with_name(path.name + ".wav").unlink()
    assert not store.has(HELLO)
    await store.ensure(HELLO)
    assert store.has(HELLO)


async def test_one_who_gives_up_does_not_take_it_from_the_others(tmp_path: Path) -> None:
    store = SoundStore(tmp_path, Speaker())
    first = asyncio.create_task(store.ensure(HELLO))
    second = asyncio.create_task(store.ensure(HELLO))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert store.has(HELLO)


async def test_only_a_few_at_once(tmp_path: Path) -> None:
    speaker = Speaker()
    store = SoundStore(tmp_path, speaker, at_once=2)
    await asyncio.gather(*(store.ensure(SpeechPrompt(str(number), "en")) for number in range(8)))
    assert speaker.most == 2


async def test_a_failure_is_told_and_not_kept(tmp_path: Path) -> None:
    store, failing = SoundStore(tmp_path, Speaker()), SpeechPrompt("fail", "en")
    for _ in range(2):
        with pytest.raises(SpeechFailed):
            await store.ensure(failing)
    assert not store.has(failing)


async def test_stored_sounds_are_looked_up(tmp_path: Path) -> None:
    store = SoundStore(tmp_path, Speaker())
    uploaded, spoken, gone = UUID(int=1), UUID(int=2), UUID(int=3)
    known: dict[UUID, bytes | SpeechPrompt] = {uploaded: wav_bytes(tone(16000)), spoken: HELLO}

    async def find(sound: UUID) -> bytes | SpeechPrompt | None:
        return known.get(sound)

    for sound in (uploaded, spoken):
        path = await store.ensure(SoundPrompt(sound), find)
        for ending, rate in ((".wav", 8000), (".wav16", 16000)):
            samples, found = soundfile.read(path.with_name(path.name + ending))
            assert found == rate
            assert np.abs(samples).max() == pytest.approx(10 ** (-3 / 20), rel=0.02)
    with pytest.raises(SoundNotFound):
        await store.ensure(SoundPrompt(gone), find)
    with pytest.raises(SoundNotFound):
        await store.ensure(SoundPrompt(gone))
