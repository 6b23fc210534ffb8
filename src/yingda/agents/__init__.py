"""Agents: the people who serve, their phones and their states."""

from yingda.agents import presence
from yingda.agents.actions import create_agent, create_break_reason, own_agent
from yingda.agents.errors import AgentNotFound, NotPossible
from yingda.agents.presence import Presence, Requested
from yingda.agents.queries import (
    AgentConfig,
    StateChange,
    agent_config,
    agent_of_user,
    break_reason_by_name,
    known_agents,
    list_agents,
    load_agents,
    write_states,
)
from yingda.agents.terms import AgentState, Device

__all__ = [
    "AgentConfig",
    "AgentNotFound",
    "AgentState",
    "Device",
    "NotPossible",
    "Presence",
    "Requested",
    "StateChange",
    "agent_config",
    "agent_of_user",
    "break_reason_by_name",
    "create_agent",
    "create_break_reason",
    "known_agents",
    "list_agents",
    "load_agents",
    "own_agent",
    "presence",
    "write_states",
]
