"""Play: stored sounds and texts, one after another."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from yingda.flows.nodes.announcement import AnnouncementKind, AnnouncementNode
from yingda.flows.nodes.base import PromptItem, Prompts, sounds_of


class PlayNode(AnnouncementNode):
    """Outlet: next."""

    kind: Literal["play"] = "play"
    prompts: Prompts = Field(min_length=1)

    def items(self) -> tuple[PromptItem, ...]:
        """The prompts."""
        return self.prompts

    def sounds(self) -> frozenset[UUID]:
        """The stored sounds that it plays."""
        return sounds_of(self.prompts)


class PlayKind(AnnouncementKind[PlayNode]):
    """See :class:`AnnouncementKind`."""

    name = "play"
