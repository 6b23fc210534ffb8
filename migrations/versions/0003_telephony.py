"""Numbers and trunks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from yingda.kit.migrations import tenant_table

revision = "0003_telephony"
down_revision = "0002_agents"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables of the slice telephony."""
    op.create_table(
        "numbers",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("tenants.id"), nullable=False),
        # A number belongs to one tenant of the whole platform: a unique index does not heed row-level security.
        sa.Column("number", sa.Text(collation="C"), nullable=False, unique=True),
        sa.Column("flow_id", sa.Uuid),
        sa.Column("hours_id", sa.Uuid),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("ix_numbers_tenant_id_number", "numbers", ["tenant_id", "number"])
    tenant_table(op, "numbers")
    op.create_table(
        "trunks",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("tenants.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("port", sa.Integer, nullable=False),
        sa.Column("transport", sa.Text, nullable=False),
        sa.Column("codecs", JSONB, nullable=False),
        sa.Column("addresses", JSONB, nullable=False),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("password_sealed", sa.Text, nullable=False),
        sa.Column("channel_limit", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("caller_id_rule", JSONB, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("tenant_id", "name", name="uq_trunks_tenant_id_name"),
    )
    tenant_table(op, "trunks")


def downgrade() -> None:
    """Removes the tables."""
    for table in ("trunks", "numbers"):
        op.drop_table(table)
