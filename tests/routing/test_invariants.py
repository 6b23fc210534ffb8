"""Each invariant is broken once on purpose, and found; a sound tenant has none."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.routing.world import World, name_id, queue
from yingda.agents import Presence, presence
from yingda.agents.terms import AgentState
from yingda.routing import Offer, check
from yingda.routing.invariants import Broken

A, B, X = name_id("a"), name_id("b"), name_id("x")
States = dict[UUID, Presence]


def sound() -> tuple[World, States]:
    """x is offered to a, y waits, b is on a break."""
    world = World(queue(members="ab"))
    world.ready("a")
    world.away("b")
    world.arrive("x")
    world.arrive("y")
    here = presence.choose(presence.sign_in(A, world.now), AgentState.READY, "", world.now)
    states = {
        A: presence.reserve(here, X, world.now),
        B: presence.choose(presence.sign_in(B, world.now), AgentState.BREAK, "lunch", world.now),
    }
    return world, states


def test_a_sound_tenant_has_no_violation() -> None:
    assert check(*_flat(sound())) == []


def _flat(made: tuple[World, States]) -> tuple:  # type: ignore[type-arg]
    world, states = made
    return world.acd, states


def _second_offer(world: World, states: States) -> None:
    first = world.acd._offers[world.offer_to("a")]
    second = Offer(UUID(int=99), name_id("y"), A, first.queue, first.expires_at, first.made_at)
    world.acd._offers[second.id] = second


def _lost_entry(world: World, states: States) -> None:
    del world.acd._entries[X]


def _agent_forgot(world: World, states: States) -> None:
    states[A] = presence.unreserve(states[A], world.now)


def _core_forgot(world: World, states: States) -> None:
    world.acd.leave(X, world.now, "hung_up")
    world.acd.leave(name_id("y"), world.now, "hung_up")


def _another_contact(world: World, states: States) -> None:
    free = presence.unreserve(states[A], world.now)
    states[A] = presence.reserve(free, name_id("y"), world.now)


def _free_behind_the_back(world: World, states: States) -> None:
    row = world.acd._agents[B]
    row.available = True


def _untold(world: World, states: States) -> None:
    states[B] = presence.choose(states[B], AgentState.READY, "", world.now)


def _told_wrongly(world: World, states: States) -> None:
    _core_forgot(world, states)
    states[A] = presence.unreserve(states[A], world.now)
    world.ready("a")
    world.ready("b")


@pytest.mark.parametrize(
    ("spoil", "broken"),
    [
        (_second_offer, Broken.OFFERED_TWICE),
        (_lost_entry, Broken.OFFER_WITHOUT_ENTRY),
        (_agent_forgot, Broken.OFFER_NOT_RESERVED),
        (_core_forgot, Broken.RESERVED_WITHOUT_OFFER),
        (_another_contact, Broken.OTHER_CONTACT),
        (_free_behind_the_back, Broken.WAITING_WHILE_FREE),
        (_free_behind_the_back, Broken.INDEX),
        (_untold, Broken.READY_UNTOLD),
        (_told_wrongly, Broken.AVAILABLE_UNREADY),
    ],
)
def test_a_broken_invariant_is_found(spoil: Callable[[World, States], None], broken: Broken) -> None:
    world, states = sound()
    spoil(world, states)
    assert broken in {violation.broken for violation in check(world.acd, states)}


def test_telling_again_mends_an_agent_whose_word_was_lost() -> None:
    world, states = sound()
    _untold(world, states)
    world.ready("b")
    states[B] = presence.reserve(states[B], name_id("y"), world.now)
    assert check(world.acd, states) == []


def test_a_ready_agent_without_a_device_is_no_violation() -> None:
    world, states = sound()
    _untold(world, states)
    world.away("b", "no_device")
    assert check(world.acd, states) == []


def test_a_lease_mends_an_offer_that_everybody_forgot() -> None:
    world, states = sound()
    _agent_forgot(world, states)
    world.now += timedelta(seconds=30)
    world.acd.due(world.now)
    world.acd.set_agent(A, False, "break", None, world.now)
    states[A] = presence.choose(states[A], AgentState.BREAK, "", world.now)
    assert check(world.acd, states) == []
