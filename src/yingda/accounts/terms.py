"""Words of the slice: permissions, built-in roles, acts in the audit, languages."""

import enum


class Permission(enum.StrEnum):
    """What a person or a key may do. ``.own`` limits a right to what the person took part in."""

    DESK = "desk"
    LIVE_READ = "live.read"
    INTERACTIONS_READ = "interactions.read"
    INTERACTIONS_READ_OWN = "interactions.read.own"
    RECORDINGS_READ = "recordings.read"
    SETUP_READ = "setup.read"
    SETUP_WRITE = "setup.write"
    USERS_READ = "users.read"
    USERS_WRITE = "users.write"
    AUDIT_READ = "audit.read"
    KEYS_WRITE = "keys.write"


EVERYTHING = "*"
"""Held by the built-in administrators only; custom roles list their permissions."""


class BuiltinRole(enum.StrEnum):
    """Roles that every tenant has and nobody can change."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"


BUILTIN_PERMISSIONS: dict[BuiltinRole, tuple[str, ...]] = {
    BuiltinRole.ADMIN: (EVERYTHING,),
    BuiltinRole.SUPERVISOR: (
        Permission.DESK,
        Permission.LIVE_READ,
        Permission.INTERACTIONS_READ,
        Permission.INTERACTIONS_READ_OWN,
        Permission.RECORDINGS_READ,
        Permission.SETUP_READ,
        Permission.USERS_READ,
        Permission.AUDIT_READ,
    ),
    BuiltinRole.AGENT: (Permission.DESK, Permission.INTERACTIONS_READ_OWN, Permission.RECORDINGS_READ),
}


class Language(enum.StrEnum):
    """Languages of the interface."""

    CHINESE = "zh"
    ENGLISH = "en"


class Act(enum.StrEnum):
    """What the audit of this slice records."""

    SIGNED_IN = "session.opened"
    SIGN_IN_FAILED = "session.refused"
    LOCKED_OUT = "session.locked_out"
    SIGNED_OUT = "session.closed"
    USER_CREATED = "user.created"
    USER_CHANGED = "user.changed"
    PASSWORD_CHANGED = "user.password_changed"  # noqa: S105 - the name of an act
    PASSWORD_REFUSED = "user.password_refused"  # noqa: S105 - the name of an act
    ROLE_CREATED = "role.created"
    ROLE_CHANGED = "role.changed"
    ROLE_DELETED = "role.deleted"
    KEY_CREATED = "key.created"
    KEY_DELETED = "key.deleted"
    TENANT_CREATED = "tenant.created"
    SETTINGS_CHANGED = "settings.changed"
