"""Shapes of the API."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yingda.agents.schemas import AgentOut
from yingda.kit.fields import Line, Name
from yingda.routing.terms import StrategyName

_MOST_MEMBERS = 2000

Ring = Annotated[int, Field(ge=3, le=600)]
WrapUp = Annotated[int, Field(ge=0, le=3600)]
Every = Annotated[int, Field(ge=5, le=3600)]
Target = Annotated[int, Field(ge=1, le=3600)]
MostWait = Annotated[int, Field(ge=1, le=86_400)]


class Shape(BaseModel):
    """Base of the slice's shapes."""

    model_config = ConfigDict(from_attributes=True)


class MemberIn(Shape):
    """An agent of the queue; lower ``order`` comes first in a round and breaks ties."""

    agent_id: UUID
    order: Annotated[int, Field(ge=0, le=100_000)] = 0


class QueueIn(Shape):
    """A queue's set-up, whole; what is absent takes its default.

    ring_s: how long an agent's device rings before the next gets the contact; wrap_up_s: time after
    a contact, 0 for none; max_misses: missed offers in a row before an agent is set to not ready;
    announce_every_s: between two announcements of the position; service_level_s: a contact answered
    within so long counts as in time; max_wait_s: longest wait, null for no end; weight: a contact's
    wait counts so many times where agents serve several queues.
    """

    name: Name
    name_en: Line = ""
    strategy: StrategyName = StrategyName.LONGEST_IDLE
    ring_s: Ring = 20
    wrap_up_s: WrapUp = 30
    max_misses: Annotated[int, Field(ge=1, le=100)] = 3
    music: Name = "default"
    announce_position: bool = True
    announce_every_s: Every = 30
    service_level_s: Target = 20
    max_wait_s: MostWait | None = None
    weight: Annotated[float, Field(ge=0.1, le=100, allow_inf_nan=False)] = 1
    members: Annotated[list[MemberIn], Field(max_length=_MOST_MEMBERS)] = []

    @model_validator(mode="after")
    def _each_once(self) -> "QueueIn":
        if len({member.agent_id for member in self.members}) < len(self.members):
            raise ValueError("an agent is a member twice")
        return self


class QueueOut(QueueIn):
    """A queue of the tenant."""

    id: UUID


class AgentListed(AgentOut):
    """An agent with the queues they serve."""

    queues: list[UUID]
