"""Shapes of the API."""

import ipaddress
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from yingda.kit.fields import Line, PhoneNumber, Slug
from yingda.telephony.caller_rules import CallerIdRule
from yingda.telephony.numbering import NumberKind
from yingda.telephony.switch import Transport
from yingda.telephony.terms import Codec, TrunkKind


class Shape(BaseModel):
    """Base of the slice's shapes; reads from table rows."""

    model_config = ConfigDict(from_attributes=True)


class NumberChange(Shape):
    """What a number of ours does; without a flow its calls are refused."""

    flow_id: UUID | None = None
    hours_id: UUID | None = None
    label: Line = ""
    enabled: bool = True


class NumberIn(NumberChange):
    """A number to be set up, in any form."""

    number: PhoneNumber


class NumberOut(NumberChange):
    """A number as it stands, in its one form."""

    id: UUID
    number: str
    created_at: datetime


class NumbersOut(Shape):
    """All numbers, in order."""

    items: list[NumberOut]
    next: str | None = None


class NameOut(Shape):
    """A name in both languages."""

    zh: str
    en: str


class LookupOut(Shape):
    """What can be told from a number alone."""

    number: str
    e164: str | None
    kind: NumberKind
    area: NameOut | None
    carrier: NameOut | None


def _network(value: str) -> str:
    return str(ipaddress.ip_network(value, strict=False)) if "/" in value else str(ipaddress.ip_address(value))


Host = Annotated[str, StringConstraints(max_length=253, pattern=r"^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)?$")]
Network = Annotated[str, StringConstraints(min_length=2, max_length=50), AfterValidator(_network)]
# What Asterisk's configuration can hold in one line.
Word = Annotated[str, StringConstraints(max_length=100, pattern=r"^[\x21-\x3a\x3c-\x7e]*$")]


class TrunkIn(Shape):
    """A trunk to be set up. A ``password`` of null keeps the one that is stored."""

    name: Slug
    kind: TrunkKind
    host: Host = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    transport: Transport = Transport.UDP
    codecs: Annotated[list[Codec], Field(min_length=1, max_length=8)] = [Codec.ALAW, Codec.ULAW]
    addresses: Annotated[list[Network], Field(max_length=50)] = []
    username: Word = ""
    password: Word | None = None
    channel_limit: Annotated[int, Field(ge=0, le=100_000)] = 0
    enabled: bool = True
    caller_id_rule: CallerIdRule = CallerIdRule()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind is TrunkKind.IP and not self.addresses:
            raise ValueError("a trunk of kind 'ip' needs addresses")
        if self.kind is TrunkKind.REGISTERED and not (self.host and self.username):
            raise ValueError("a trunk of kind 'registered' needs host and username")
        return self


class TrunkOut(Shape):
    """A trunk as it stands; its password is never told."""

    id: UUID
    name: str
    kind: TrunkKind
    host: str
    port: int
    transport: Transport
    codecs: list[Codec]
    addresses: list[str]
    username: str
    has_password: bool
    channel_limit: int
    enabled: bool
    caller_id_rule: CallerIdRule
    created_at: datetime


class TrunksOut(Shape):
    """All trunks by name."""

    items: list[TrunkOut]
    next: str | None = None
