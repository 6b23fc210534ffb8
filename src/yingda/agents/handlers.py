"""What agents do when something happens to accounts."""

from pydantic import ValidationError

from yingda.accounts.events import UserChanged, UserCreated
from yingda.agents import queries
from yingda.agents.actions import CONFIG_CHANNEL, create_agent
from yingda.agents.schemas import AgentNew
from yingda.kit.context import Ctx
from yingda.kit.errors import Invalid
from yingda.kit.vault import Vault


async def on_user_created(ctx: Ctx, event: UserCreated, vault: Vault) -> None:
    """Makes a new user an agent where an extension was wished for; told again, nothing happens."""
    if event.extension is None or await queries.agent_of_user(ctx.db, event.user_id) is not None:
        return
    try:
        new = AgentNew(user_id=event.user_id, extension=event.extension)
    except ValidationError as error:
        raise Invalid("An extension has one to six digits.") from error
    await create_agent(ctx, vault, new)


async def on_user_changed(ctx: Ctx, event: UserChanged) -> None:
    """Name and activity of a user are the agent's too: the live state reads them anew."""
    if await queries.agent_of_user(ctx.db, event.user_id) is not None:
        await ctx.notify(CONFIG_CHANNEL, str(ctx.tenant_id))
