"""Agents, break reasons, the log of states."""

import sqlalchemy as sa
from alembic import op

from yingda.kit.migrations import tenant_table

revision = "0002_agents"
down_revision = "0001_accounts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables of the slice agents."""
    op.create_table(
        "agents",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("extension", sa.Text, nullable=False),
        sa.Column("sip_username", sa.Text, nullable=False),
        sa.Column("sip_secret", sa.Text, nullable=False),
        sa.Column("web_secret", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("tenant_id", "id", name="uq_agents_tenant_id_id"),
        sa.UniqueConstraint("tenant_id", "user_id", name="uq_agents_tenant_id_user_id"),
        sa.UniqueConstraint("tenant_id", "extension", name="uq_agents_tenant_id_extension"),
        sa.CheckConstraint("extension ~ '^[0-9]{1,6}$'", name="ck_agents_extension"),
        sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name="fk_agents_user"),
    )
    tenant_table(op, "agents")
    op.create_table(
        "break_reasons",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("tenants.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("needs_approval", sa.Boolean, nullable=False),
        sa.UniqueConstraint("tenant_id", "name", name="uq_break_reasons_tenant_id_name"),
    )
    tenant_table(op, "break_reasons")
    op.create_table(
        "agent_states",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("agent_id", sa.Uuid, nullable=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by_whom", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agent_id"], ["agents.tenant_id", "agents.id"], name="fk_agent_states_agent"
        ),
    )
    op.create_index("ix_agent_states_tenant_id_agent_id_at", "agent_states", ["tenant_id", "agent_id", "at"])
    tenant_table(op, "agent_states", append_only=True)


def downgrade() -> None:
    """Removes the tables."""
    for name in ("agent_states", "break_reasons", "agents"):
        op.drop_table(name)
