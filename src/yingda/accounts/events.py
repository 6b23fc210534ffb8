"""Facts of the slice."""

from dataclasses import dataclass
from uuid import UUID

from yingda.kit.context import Event


@dataclass(frozen=True, slots=True)
class UserCreated(Event):
    """A user was made; ``extension`` is the telephone extension wished for him, if any."""

    user_id: UUID
    username: str
    name: str
    extension: str | None


@dataclass(frozen=True, slots=True)
class UserChanged(Event):
    """Name, role, language or activity of a user changed."""

    user_id: UUID
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class SettingsChanged(Event):
    """The tenant's settings changed."""

    tenant_id: UUID
