"""Say: one text with variables."""

from typing import Literal

from pydantic import Field

from yingda.flows.nodes.announcement import AnnouncementKind, AnnouncementNode
from yingda.flows.nodes.base import LanguageTag, PromptItem, Text, TextItem, Voice


class SayNode(AnnouncementNode):
    """Outlet: next. An empty ``voice`` or ``language`` is the flow's."""

    kind: Literal["say"] = "say"
    text: Text = Field(min_length=1)
    language: LanguageTag | None = None
    voice: Voice | None = None
    speed: float = Field(default=1.0, ge=0.5, le=2.0)

    def items(self) -> tuple[PromptItem, ...]:
        """The text."""
        return (TextItem(text=self.text, language=self.language, voice=self.voice, speed=self.speed),)


class SayKind(AnnouncementKind[SayNode]):
    """See :class:`AnnouncementKind`."""

    name = "say"
