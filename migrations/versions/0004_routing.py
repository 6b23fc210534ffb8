"""Queues and their members."""

import sqlalchemy as sa
from alembic import op

from yingda.kit.migrations import tenant_table

revision = "0004_routing"
down_revision = "0003_telephony"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of the slice routing."""
    op.create_table(
        "queues",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("tenants.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("strategy", sa.Text, nullable=False),
        sa.Column("ring_s", sa.Integer, nullable=False),
        sa.Column("wrap_up_s", sa.Integer, nullable=False),
        sa.Column("max_misses", sa.Integer, nullable=False),
        sa.Column("music", sa.Text, nullable=False),
        sa.Column("announce_position", sa.Boolean, nullable=False),
        sa.Column("announce_every_s", sa.Integer, nullable=False),
        sa.Column("service_level_s", sa.Integer, nullable=False),
        sa.Column("max_wait_s", sa.Integer),
        sa.Column("weight", sa.Double, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "id", name="uq_queues_tenant_id_id"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_queues_tenant_id_name"),
        sa.CheckConstraint("weight > 0", name="ck_queues_weight"),
    )
    tenant_table(op, "queues")
    op.create_table(
        "queue_members",
        sa.Column("queue_id", sa.Uuid, primary_key=True),
        sa.Column("agent_id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "queue_id"],
            ["queues.tenant_id", "queues.id"],
            name="fk_queue_members_queue",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agent_id"],
            ["agents.tenant_id", "agents.id"],
            name="fk_queue_members_agent",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_queue_members_tenant_id_agent_id", "queue_members", ["tenant_id", "agent_id"])
    tenant_table(op, "queue_members")


def downgrade() -> None:
    """Removes the tables."""
    op.drop_table("queue_members")
    op.drop_table("queues")
