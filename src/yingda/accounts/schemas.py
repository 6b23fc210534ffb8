"""Shapes of the API."""

import zoneinfo
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from yingda.accounts.terms import Language, Permission
from yingda.kit.context import ActorKind
from yingda.kit.fields import Line, Name

Username = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$")
]
NewPassword = Annotated[str, StringConstraints(min_length=8, max_length=200)]
GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}$")]


class Shape(BaseModel):
    """Base of the slice's shapes; reads from table rows."""

    model_config = ConfigDict(from_attributes=True)


class SignIn(Shape):
    """Who wants to sign in."""

    tenant: Line
    username: Line
    password: GivenPassword


class TenantOut(Shape):
    """The tenant of a user; times are shown in its ``timezone``."""

    id: UUID
    slug: str
    name: str
    timezone: str


class AgentCard(Shape):
    """The agent that a user is."""

    id: UUID
    extension: str


class Me(Shape):
    """The signed-in user."""

    id: UUID
    username: str
    name: str
    role: str
    language: Language
    permissions: list[str]
    tenant: TenantOut
    agent: AgentCard | None


class SessionOut(Shape):
    """A fresh sign-in; the token is told this once."""

    token: str
    user: Me


class MeChange(Shape):
    """What users may change about themselves."""

    language: Language | None = None
    name: Name | None = None


class PasswordChange(Shape):
    """A user's own change of the password."""

    old: GivenPassword
    new: NewPassword


class PasswordReset(Shape):
    """A new password given by an administrator."""

    password: NewPassword


class UserOut(Shape):
    """A user as administrators see him."""

    id: UUID
    username: str
    name: str
    role: str
    active: bool
    language: Language
    locked_until: datetime | None
    signed_in_at: datetime | None
    created_at: datetime


class UserNew(Shape):
    """A user to be made; with an extension he becomes an agent too."""

    username: Username
    name: Name
    password: NewPassword
    role: Name
    language: Language = Language.CHINESE
    extension: Extension | None = None


class UserChange(Shape):
    """Changes to a user; what is absent stays."""

    name: Name | None = None
    role: Name | None = None
    active: bool | None = None
    language: Language | None = None


class RoleOut(Shape):
    """A role."""

    id: UUID
    name: str
    builtin: bool
    permissions: list[str]


class RoleIn(Shape):
    """A role of the tenant's own."""

    name: Name
    permissions: Annotated[list[Permission], Field(max_length=50)]


class KeyNew(Shape):
    """A key to be made; scopes are permission words, and its maker must hold them."""

    name: Name
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=50)]


class KeyOut(Shape):
    """A key in the list; ``hint`` is the end of the secret."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    maker: str
    created_at: datetime
    used_at: datetime | None


class KeyMade(KeyOut):
    """A new key with its secret, which is told this once."""

    secret: str


class AuditOut(Shape):
    """Who did what to whom."""

    id: UUID
    at: datetime
    actor: str
    actor_kind: ActorKind
    actor_id: UUID | None
    act: str
    subject: str | None
    subject_kind: str | None
    subject_id: str | None
    address: str | None
    detail: dict[str, Any]


def _known_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValueError("is not a time zone of the IANA database")
    return name


TimeZone = Annotated[Name, AfterValidator(_known_zone)]


class Settings(Shape):
    """The settings of a tenant.

    short_abandon_s: callers who hang up within so many seconds count apart; area_code: of the place
    from where local numbers are dialled, with its zero; language: of new users and of announcements.
    """

    short_abandon_s: Annotated[int, Field(ge=0, le=60)] = 5
    area_code: Annotated[str, StringConstraints(pattern=r"^(0[0-9]{2,3})?$")] = ""
    timezone: TimeZone = "Asia/Shanghai"
    language: Language = Language.CHINESE


class SettingsOut(Settings):
    """The settings with the name of the tenant."""

    name: str


class SettingsIn(Settings):
    """New settings; all of them are replaced, absent ones by their defaults."""

    name: Name
