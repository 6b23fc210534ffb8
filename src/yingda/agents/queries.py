"""All SQL of the slice. Row-level security limits every statement to the tenant of the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from yingda.accounts import User
from yingda.agents.models import Agent, AgentStateRow, BreakReason
from yingda.agents.terms import AgentState, Device


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """An agent as the set-up has it; secrets are sealed; ``active`` means the agent and the user."""

    id: UUID
    user_id: UUID
    username: str
    name: str
    extension: str
    sip_username: str
    sip_secret: str
    web_secret: str
    device: Device
    active: bool


@dataclass(frozen=True, slots=True)
class StateChange:
    """A row of the state log; ``by`` is a user name or ``system``."""

    id: UUID
    tenant_id: UUID
    agent_id: UUID
    from_state: AgentState
    to_state: AgentState
    reason: str
    by: str
    at: datetime


def _agents() -> Select[Agent, str, str, bool]:
    return select(Agent, User.username, User.name, User.active).join(User, User.id == Agent.user_id)


def _config(agent: Agent, username: str, name: str, user_active: bool) -> AgentConfig:
    return AgentConfig(
        id=agent.id,
        user_id=agent.user_id,
        username=username,
        name=name,
        extension=agent.extension,
        sip_username=agent.sip_username,
        sip_secret=agent.sip_secret,
        web_secret=agent.web_secret,
        device=Device(agent.device),
        active=agent.active and user_active,
    )


async def load_agents(db: AsyncSession) -> list[AgentConfig]:
    """All agents of the tenant by extension, for the process that owns the live state."""
    rows = await db.execute(_agents().order_by(func.char_length(Agent.extension), Agent.extension))
    return [_config(*row) for row in rows]


async def list_agents(db: AsyncSession, *, after: tuple[int, str] | None, q: str, limit: int) -> list[AgentConfig]:
    """Agents by extension as a number, behind (its length, extension) ``after``, with ``q`` in name or extension."""
    key = (func.char_length(Agent.extension), Agent.extension)
    query = _agents().order_by(*key).limit(limit)
    if after is not None:
        query = query.where(tuple_(*key) > after)
    if q:
        query = query.where(
            or_(
                User.username.icontains(q, autoescape=True),
                User.name.icontains(q, autoescape=True),
                Agent.extension.startswith(q, autoescape=True),
            )
        )
    return [_config(*row) for row in await db.execute(query)]


async def _one(db: AsyncSession, condition: ColumnElement[bool]) -> AgentConfig | None:
    row = (await db.execute(_agents().where(condition))).one_or_none()
    return None if row is None else _config(*row)


async def agent_config(db: AsyncSession, agent_id: UUID) -> AgentConfig | None:
    """An agent by id."""
    return await _one(db, Agent.id == agent_id)


async def agent_of_user(db: AsyncSession, user_id: UUID) -> AgentConfig | None:
    """The agent that a user is."""
    return await _one(db, Agent.user_id == user_id)


async def agent_row(db: AsyncSession, agent_id: UUID) -> Agent | None:
    """An agent's row, kept from others until the transaction ends."""
    return await db.get(Agent, agent_id, with_for_update=True)


async def extension_taken(db: AsyncSession, extension: str, besides: UUID | None = None) -> bool:
    """Whether another agent has the extension."""
    query = select(Agent.id).where(Agent.extension == extension)
    if besides is not None:
        query = query.where(Agent.id != besides)
    return await db.scalar(query.limit(1)) is not None


async def user_exists(db: AsyncSession, user_id: UUID) -> bool:
    """Whether the tenant has such a user."""
    return await db.scalar(select(User.id).where(User.id == user_id)) is not None


async def known_agents(db: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are agents of the tenant."""
    return set(await db.scalars(select(Agent.id).where(Agent.id.in_(ids))))


async def break_reasons(db: AsyncSession) -> list[BreakReason]:
    """All break reasons, in the order in which they were made."""
    return list(await db.scalars(select(BreakReason).order_by(BreakReason.id)))


async def break_reason(db: AsyncSession, reason_id: UUID) -> BreakReason | None:
    """A break reason by id."""
    return await db.get(BreakReason, reason_id)


async def break_reason_by_name(db: AsyncSession, name: str) -> BreakReason | None:
    """A break reason by its name."""
    return await db.scalar(select(BreakReason).where(BreakReason.name == name))


async def write_states(db: AsyncSession, rows: Sequence[StateChange]) -> None:
    """Writes changes of state; a row that is there already is passed over, so a batch may be repeated."""
    if not rows:
        return
    values = [
        {
            "id": row.id,
            "tenant_id": row.tenant_id,
            "agent_id": row.agent_id,
            "from_state": row.from_state.value,
            "to_state": row.to_state.value,
            "reason": row.reason,
            "by": row.by,
            "at": row.at,
        }
        for row in rows
    ]
    await db.execute(insert(AgentStateRow).on_conflict_do_nothing(index_elements=["id"]), values)


async def state_log(db: AsyncSession, agent_id: UUID, *, limit: int = 200) -> list[AgentStateRow]:
    """The newest changes of an agent's state, newest first."""
    query = select(AgentStateRow).where(AgentStateRow.agent_id == agent_id)
    return list(await db.scalars(query.order_by(AgentStateRow.at.desc(), AgentStateRow.id.desc()).limit(limit)))
