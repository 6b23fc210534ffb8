"""What an agent is doing, and what comes next: one function per stimulus, no I/O, no clock.

Every function takes the present :class:`Presence` and returns the next one. A stimulus that was
told twice returns the same object; one that makes no sense in the present state raises
:class:`~yingda.agents.errors.NotPossible`. Times are aware and in UTC.

While a contact is offered or served, a choice of the agent (break, sign-out …) is remembered in
``chosen`` and takes effect afterwards. ``idle_since`` orders agents by idle time: an offer that was
withdrawn leaves it as it was, because that was not the agent's doing; a missed one sets it anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yingda.agents.errors import NotPossible
from yingda.agents.terms import CHOSEN, MISSED_CALLS, OFFERED, SERVING, AgentState


@dataclass(frozen=True, slots=True)
class Requested:
    """A choice that waits for a supervisor's approval."""

    state: AgentState
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """One agent's state.

    ``until`` is the end of the wrap-up; ``contact`` the one offered, served or wrapped up;
    ``chosen`` what the agent goes to when nothing holds them; ``misses`` counts missed offers since
    the last answered one; ``idle_since`` is None unless the agent is ready or has an open offer.
    """

    agent: UUID
    state: AgentState
    reason: str
    since: datetime
    until: datetime | None
    contact: UUID | None
    chosen: AgentState
    chosen_reason: str
    misses: int
    requested: Requested | None
    idle_since: datetime | None

    @property
    def free(self) -> bool:
        """Whether a contact may be offered, as far as the agent's own state goes."""
        return self.state is AgentState.READY

    def to_dict(self) -> dict[str, Any]:
        """JSON values, for the journal and for browsers."""
        asked = self.requested
        return {
            "agent": str(self.agent),
            "state": self.state.value,
            "reason": self.reason,
            "since": self.since.isoformat(),
            "until": _iso(self.until),
            "contact": str(self.contact) if self.contact else None,
            "chosen": self.chosen.value,
            "chosen_reason": self.chosen_reason,
            "misses": self.misses,
            "requested": asked and {"state": asked.state.value, "reason": asked.reason, "at": asked.at.isoformat()},
            "idle_since": _iso(self.idle_since),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> "Presence":
        """The reverse of :meth:`to_dict`; raises KeyError or ValueError where it is not one."""
        asked = value["requested"]
        return cls(
            agent=UUID(value["agent"]),
            state=AgentState(value["state"]),
            reason=value["reason"],
            since=datetime.fromisoformat(value["since"]),
            until=_moment(value["until"]),
            contact=UUID(value["contact"]) if value["contact"] else None,
            chosen=AgentState(value["chosen"]),
            chosen_reason=value["chosen_reason"],
            misses=value["misses"],
            requested=asked
            and Requested(AgentState(asked["state"]), asked["reason"], datetime.fromisoformat(asked["at"])),
            idle_since=_moment(value["idle_since"]),
        )


def offline(agent: UUID, now: datetime) -> Presence:
    """An agent who is not signed in."""
    state = AgentState.OFFLINE
    return Presence(agent, state, "", now, None, None, state, "", 0, None, None)


def sign_in(agent: UUID, now: datetime) -> Presence:
    """An agent who has just signed in: not ready until they say so."""
    state = AgentState.NOT_READY
    return Presence(agent, state, "", now, None, None, state, "", 0, None, None)


def choose(p: Presence, state: AgentState, reason: str, now: datetime) -> Presence:
    """The agent, or a supervisor for them, chooses ready, not ready, break or offline.

    During an offer or a contact it is remembered and takes effect afterwards; from the wrap-up it
    takes effect at once. A request that waits for approval is dropped.
    """
    if state not in CHOSEN:
        raise NotPossible(f"'{state}' follows from contacts; it cannot be chosen.", state=p.state.value)
    if state is p.chosen and reason == p.chosen_reason and p.requested is None and p.state is not AgentState.WRAP_UP:
        return p
    chosen = replace(p, chosen=state, chosen_reason=reason, requested=None)
    if p.state in OFFERED or p.state in SERVING:
        return chosen
    if p.state is state and p.reason == reason:
        return chosen
    if state is AgentState.READY:
        chosen = replace(chosen, misses=0)
    return _settle(chosen, now, p.idle_since)


def request_break(p: Presence, reason: str, now: datetime) -> Presence:
    """The agent asks for a break whose reason needs approval; the state stays as it is."""
    if p.state is AgentState.OFFLINE:
        raise NotPossible("Sign in first.", state=p.state.value)
    if p.chosen is AgentState.BREAK and p.chosen_reason == reason:
        raise NotPossible("This break has been taken already.", state=p.state.value)
    if p.requested is not None and p.requested.reason == reason:
        return p
    return replace(p, requested=Requested(AgentState.BREAK, reason, now))


def approve(p: Presence, now: datetime) -> Presence:
    """A supervisor approves: as if the agent had chosen it now."""
    asked = _asked(p)
    return choose(p, asked.state, asked.reason, now)


def refuse(p: Presence) -> Presence:
    """A supervisor refuses, or the agent takes the request back."""
    _asked(p)
    return replace(p, requested=None)


def reserve(p: Presence, contact: UUID, now: datetime) -> Presence:
    """A contact is offered to the agent."""
    if p.state in OFFERED and p.contact == contact:
        return p
    _must(p, "offer a contact", AgentState.READY)
    return replace(p, state=AgentState.RESERVED, reason="", since=now, contact=contact)


def ring(p: Presence, now: datetime) -> Presence:
    """The agent's device rings."""
    if p.state is AgentState.RINGING:
        return p
    _must(p, "ring", AgentState.RESERVED)
    return replace(p, state=AgentState.RINGING, since=now)


def talk(p: Presence, now: datetime) -> Presence:
    """The agent has answered; the missed ones are forgotten."""
    if p.state is AgentState.TALKING:
        return p
    _must(p, "answer", *OFFERED)
    return replace(p, state=AgentState.TALKING, since=now, misses=0, idle_since=None)


answered = talk


def hold(p: Presence, now: datetime) -> Presence:
    """The customer is put on hold."""
    if p.state is AgentState.HOLD:
        return p
    _must(p, "hold", AgentState.TALKING)
    return replace(p, state=AgentState.HOLD, since=now)


def resume(p: Presence, now: datetime) -> Presence:
    """The customer is taken off hold."""
    if p.state is AgentState.TALKING:
        return p
    _must(p, "resume", AgentState.HOLD)
    return replace(p, state=AgentState.TALKING, since=now)


def release(p: Presence, now: datetime, wrap_up_s: float) -> Presence:
    """The contact is over: ``wrap_up_s`` seconds of wrap-up, or none where that is 0.

    Who has chosen to go offline meanwhile goes at once: there is nobody to wrap up.
    """
    _must(p, "end the contact", *SERVING)
    if wrap_up_s <= 0 or p.chosen is AgentState.OFFLINE:
        return _settle(p, now)
    until = now + timedelta(seconds=wrap_up_s)
    return replace(p, state=AgentState.WRAP_UP, reason="", since=now, until=until)


def extend_wrap_up(p: Presence, now: datetime, seconds: float, limit: float) -> Presence:
    """Lengthens the wrap-up by ``seconds``; all of it may last ``limit`` seconds."""
    _must(p, "extend the wrap-up", AgentState.WRAP_UP)
    until = min((p.until or now) + timedelta(seconds=seconds), p.since + timedelta(seconds=limit))
    if p.until is not None and until <= p.until:
        raise NotPossible("The wrap-up has reached its limit.", state=p.state.value, limit_s=limit)
    return replace(p, until=until)


def finish_wrap_up(p: Presence, now: datetime) -> Presence:
    """The wrap-up ends, by the agent or by its time."""
    _must(p, "finish the wrap-up", AgentState.WRAP_UP)
    return _settle(p, now)


def unreserve(p: Presence, now: datetime) -> Presence:
    """The offer is withdrawn (customer gone, another agent was faster): idle time is kept."""
    _must(p, "withdraw the offer", *OFFERED)
    return _settle(p, now, p.idle_since)


def miss(p: Presence, now: datetime, max_misses: int) -> Presence:
    """The agent did not take the offer: after ``max_misses`` of them not ready (0: never).

    The agent goes behind the others in idle time. A choice made meanwhile other than ready stands.
    """
    _must(p, "miss the offer", *OFFERED)
    missed = replace(p, misses=p.misses + 1)
    if 0 < max_misses <= missed.misses and p.chosen is AgentState.READY:
        missed = replace(missed, chosen=AgentState.NOT_READY, chosen_reason=MISSED_CALLS)
    return _settle(missed, now)


def due(p: Presence, now: datetime) -> bool:
    """Whether the wrap-up is over."""
    return p.state is AgentState.WRAP_UP and p.until is not None and p.until <= now


def _settle(p: Presence, now: datetime, idle_since: datetime | None = None) -> Presence:
    """Goes to what was chosen."""
    return replace(
        p,
        state=p.chosen,
        reason=p.chosen_reason,
        since=now,
        until=None,
        contact=None,
        requested=None if p.chosen is AgentState.OFFLINE else p.requested,
        idle_since=(idle_since or now) if p.chosen is AgentState.READY else None,
    )


def _must(p: Presence, verb: str, *states: AgentState) -> None:
    if p.state not in states:
        raise NotPossible(f"Cannot {verb}: the agent is '{p.state}'.", state=p.state.value)


def _asked(p: Presence) -> Requested:
    if p.requested is None:
        raise NotPossible("No request waits for approval.", state=p.state.value)
    return p.requested


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
