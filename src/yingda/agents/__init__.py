"""Agents: the people who serve, their phones and their states."""

from yingda.agents import presence
from yingda.agents.actions import create_agent, create_break_reason, own_agent
from yingda.agents.errors import NotPossible
from yingda.agents.presence import Presence
from yingda.agents.queries import (
    AgentConfig,
    StateChange,
    agent_config,
    agent_of_user,
    break_reason_by_name,
    break_reasons,
    known_agents,
    list_agents,
    load_agents,
    write_states,
)
from yingda.agents.terms import AgentState, Device

__all__ = [
    "AgentConfig",
    "AgentState",
    "Device",
    "NotPossible",
    "Presence",
    "StateChange",
    "agent_config",
    "agent_of_user",
    "break_reason_by_name",
    "break_reasons",
    "create_agent",
    "create_break_reason",
    "known_agents",
    "list_agents",
    "load_agents",
    "own_agent",
    "presence",
    "write_states",
]
