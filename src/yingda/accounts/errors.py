"""Errors of the slice."""

from yingda.kit.errors import Conflict, Forbidden, Invalid, TooManyRequests, Unauthorized


class WrongCredentials(Unauthorized):
    """Tenant, name or password is wrong; which of them is not said."""

    id = "wrong_credentials"
    title = "The name or the password is wrong"


class LockedOut(TooManyRequests):
    """Too many wrong passwords; the extra member ``retry_after`` tells the seconds to wait."""

    id = "locked_out"
    title = "Too many wrong passwords, please wait"


class WrongPassword(Invalid):
    """The old password given with a change is wrong."""

    id = "wrong_password"
    title = "The present password is wrong"


class LastAdmin(Conflict):
    """Somebody must be left who can administer the tenant."""

    id = "last_admin"
    title = "This is the last active administrator"


class UsernameTaken(Conflict):
    """Names are unique in a tenant, whatever their case."""

    id = "username_taken"
    title = "This user name is taken"


class RoleNameTaken(Conflict):
    """Names of roles are unique in a tenant."""

    id = "role_name_taken"
    title = "There is a role of this name"


class RoleInUse(Conflict):
    """A role can go when nobody has it."""

    id = "role_in_use"
    title = "Somebody has this role"


class BuiltinRoleFixed(Conflict):
    """Built-in roles stay as they are."""

    id = "role_builtin"
    title = "Built-in roles cannot be changed"


class UnknownRole(Invalid):
    """No role of this name."""

    id = "unknown_role"
    title = "There is no such role"


class TenantSlugTaken(Conflict):
    """Slugs of tenants are unique."""

    id = "tenant_slug_taken"
    title = "There is a tenant of this name"


class BeyondYourRights(Forbidden):
    """Nobody hands out, or rules over, rights that he does not hold himself."""

    id = "beyond_your_rights"
    title = "This would need rights that you do not have"


class ForUsersOnly(Forbidden):
    """Asked with a key what only a person can ask."""

    id = "for_users_only"
    title = "This needs a signed-in person, not a key"
