"""What the slice asks of those above it."""

from typing import Protocol
from uuid import UUID

from yingda.accounts.schemas import AgentCard
from yingda.kit.context import Ctx


class AgentLookup(Protocol):
    """Tells which agent a user is; wired as ``app.state.agent_of_user``."""

    async def __call__(self, ctx: Ctx, user_id: UUID) -> AgentCard | None:
        """The agent, or None where the user serves nobody."""
        ...
