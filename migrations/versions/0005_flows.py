"""Flows, their versions, hours, sounds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from yingda.kit.migrations import tenant_table

revision = "0005_flows"
down_revision = "0004_routing"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _tenant() -> sa.Column[object]:
    return sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("tenants.id"), nullable=False)


def upgrade() -> None:
    """Creates the tables of the slice flows."""
    _flows()
    _hours()
    _sounds()


def _flows() -> None:
    op.create_table(
        "flows",
        sa.Column("id", sa.Uuid, primary_key=True),
        _tenant(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("published", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.UniqueConstraint("tenant_id", "name", name="uq_flows_tenant_id_name"),
    )
    tenant_table(op, "flows")
    op.create_table(
        "flow_versions",
        sa.Column("id", sa.Uuid, primary_key=True),
        _tenant(),
        sa.Column("flow_id", sa.Uuid, sa.ForeignKey("flows.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("published_by", sa.Uuid),
        sa.Column("published_by_name", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("flow_id", "version", name="uq_flow_versions_flow_id_version"),
    )
    # Calls in a flow finish on their version, so a version is never changed.
    tenant_table(op, "flow_versions", append_only=True)


def _hours() -> None:
    op.create_table(
        "hours",
        sa.Column("id", sa.Uuid, primary_key=True),
        _tenant(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("periods", JSONB, nullable=False),
        sa.Column("exceptions", JSONB, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("tenant_id", "name", name="uq_hours_tenant_id_name"),
    )
    tenant_table(op, "hours")


def _sounds() -> None:
    op.create_table(
        "sounds",
        sa.Column("id", sa.Uuid, primary_key=True),
        _tenant(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("voice", sa.Text, nullable=False),
        sa.Column("speed", sa.Double, nullable=False),
        sa.Column("duration_s", sa.Double, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("tenant_id", "name", name="uq_sounds_tenant_id_name"),
    )
    tenant_table(op, "sounds")


def downgrade() -> None:
    """Removes the tables."""
    for table in ("sounds", "hours", "flow_versions", "flows"):
        op.drop_table(table)
