"""What flows need from outside."""

from collections.abc import Awaitable, Callable
from typing import Protocol
from uuid import UUID

from yingda.flows.audio import Audio
from yingda.flows.session import SpeechPrompt


class Speaker(Protocol):
    """A speech engine."""

    @property
    def id(self) -> str:
        """Engine and its settings: a sound is made anew where this changes."""
        ...

    async def speak(self, speech: SpeechPrompt) -> Audio:
        """The text as sound. Raises :class:`yingda.flows.errors.SpeechFailed`."""
        ...


FindSound = Callable[[UUID], Awaitable[bytes | SpeechPrompt | None]]
"""Looks a stored sound of one tenant up: its WAV, or the text it is to be spoken from, or None."""
