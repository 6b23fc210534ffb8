"""Tenants, the people who work for them, what they may do, and who did what.

Seeding: ``create_tenant(db, slug, name) -> UUID`` in a transaction of no tenant (the transaction
belongs to the new tenant from then on); ``create_user(ctx, UserNew(…)) -> Member`` with ``.user`` and
``.role``. Handlers name their right with ``yingda.accounts.http.allowed``. What is worth an audit
row: ``await audit(ctx, "queue.changed", "queue", queue.id, queue.name, **detail)``.

Those above wire: ``app.state.agent_of_user`` (an :class:`AgentLookup`) for the agent in ``/me``, and
a handler of ``events.UserCreated`` that makes an agent where an extension is given.
"""

from yingda.accounts.actions.tenants import create_tenant, settings_of, tenant_of
from yingda.accounts.actions.users import create_user, find_user, get_user
from yingda.accounts.models import Tenant, User
from yingda.accounts.ports import AgentLookup
from yingda.accounts.queries import Member, active_tenants, tenant_by_slug
from yingda.accounts.schemas import AgentCard, Settings, UserNew
from yingda.accounts.terms import BuiltinRole, Language, Permission
from yingda.accounts.trail import record as audit

__all__ = [
    "AgentCard",
    "AgentLookup",
    "BuiltinRole",
    "Language",
    "Member",
    "Permission",
    "Settings",
    "Tenant",
    "User",
    "UserNew",
    "active_tenants",
    "audit",
    "create_tenant",
    "create_user",
    "find_user",
    "get_user",
    "settings_of",
    "tenant_by_slug",
    "tenant_of",
]
