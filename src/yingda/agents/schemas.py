"""Shapes of the API."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from yingda.agents.terms import Device
from yingda.kit.fields import Line, Name

Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}$")]


class Shape(BaseModel):
    """Base of the slice's shapes."""

    model_config = ConfigDict(from_attributes=True)


class AgentNew(Shape):
    """A user becomes an agent."""

    user_id: UUID
    extension: Extension


class AgentChange(Shape):
    """Changes to an agent; what is absent stays."""

    extension: Extension | None = None
    device: Device | None = None
    active: bool | None = None


class AgentOut(Shape):
    """An agent. ``active`` is false too where the user is deactivated."""

    id: UUID
    user_id: UUID
    username: str
    name: str
    extension: str
    device: Device
    active: bool
    sip_username: str


class SipPassword(Shape):
    """What a SIP phone registers with; the password is told this once."""

    sip_username: str
    sip_password: str


class AgentMade(AgentOut):
    """A new agent with the phone's password, which is told this once."""

    sip_password: str


class IceServer(Shape):
    """A STUN or TURN server for the browser."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class DeviceChoice(Shape):
    """Where the own calls ring."""

    device: Device


class DeviceOut(Shape):
    """What the browser registers with over the WebSocket at ``ws_path``; the same until it is rotated."""

    uri: str
    username: str
    password: str
    ws_path: str
    display_name: str
    device: Device
    ice_servers: list[IceServer]


class BreakReasonIn(Shape):
    """A break reason; ``name_en`` may be empty."""

    name: Name
    name_en: Line = ""
    needs_approval: bool = False


class BreakReasonOut(BreakReasonIn):
    """A break reason of the tenant."""

    id: UUID
