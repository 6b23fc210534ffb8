"""Contacts, their segments and decisions, forms, business types, recordings.

The tables of facts have no foreign keys: facts come in any order and must never be refused because
something else was removed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from yingda.kit.migrations import tenant_table

revision = "0006_interactions"
down_revision = "0005_flows"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("interactions", "segments", "decisions", "business_types", "forms", "recordings")


def upgrade() -> None:
    """Creates the tables of the slice interactions."""
    _interactions()
    _segments_and_decisions()
    _forms()
    _recordings()
    for table in TABLES:
        tenant_table(op, table)


def _interactions() -> None:
    text = [
        sa.Column(name, sa.Text, nullable=False, server_default="")
        for name in (
            *("callee", "number", "number_label", "trunk", "flow_name"),
            *("queue_name", "agent_username", "agent_name", "cause"),
        )
    ]
    lengths = [
        sa.Column(name, sa.REAL, nullable=False, server_default="0")
        for name in ("talk_s", "hold_s", "wait_s", "ring_s", "wrap_up_s")
    ]
    op.create_table(
        "interactions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        # Only comparisons are leakproof, and only leakproof conditions use an index under row-level security: the end
        # of a number is found as the beginning of the reversed one.
        sa.Column("caller", sa.Text(collation="C"), nullable=False, server_default=""),
        sa.Column(
            "caller_reversed", sa.Text(collation="C"), sa.Computed('reverse(caller) COLLATE "C"', persisted=True)
        ),
        sa.Column("caller_withheld", sa.Boolean, nullable=False, server_default=sa.false()),
        *text,
        sa.Column("flow_id", sa.Uuid),
        sa.Column("flow_version", sa.Integer),
        sa.Column("node_of_loss", sa.Text),
        sa.Column("queue_id", sa.Uuid),
        sa.Column("agent_id", sa.Uuid),
        sa.Column("caller_area", JSONB(none_as_null=True)),
        sa.Column("caller_carrier", JSONB(none_as_null=True)),
        sa.Column("offered_at", MOMENT, nullable=False),
        *(sa.Column(name, MOMENT) for name in ("queued_at", "answered_at", "ended_at", "wrap_up_until")),
        sa.Column("outcome", sa.Text),
        sa.Column("ended_by", sa.Text),
        *lengths,
        sa.Column("recording_file", sa.Text),
        sa.Column("recorded_s", sa.REAL),
    )
    newest_first = [sa.text("offered_at DESC"), sa.text("id DESC")]
    op.create_index("ix_interactions_history", "interactions", ["tenant_id", *newest_first])
    for column in ("queue_id", "agent_id", "outcome", "number"):
        op.create_index(f"ix_interactions_{column}", "interactions", ["tenant_id", column, *newest_first])
    op.create_index("ix_interactions_caller", "interactions", ["tenant_id", "caller", *newest_first])
    op.create_index("ix_interactions_caller_reversed", "interactions", ["tenant_id", "caller_reversed"])


def _segments_and_decisions() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("interaction_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("queue_id", sa.Uuid),
        sa.Column("agent_id", sa.Uuid),
        sa.Column("started_at", MOMENT, nullable=False),
        *(sa.Column(name, MOMENT) for name in ("ring_at", "answered_at", "ended_at")),
        sa.Column("result", sa.Text),
        sa.Column("hold_s", sa.REAL, nullable=False, server_default="0"),
        sa.Column("wrap_up_s", sa.REAL, nullable=False, server_default="0"),
    )
    op.create_index("ix_segments_interaction", "segments", ["tenant_id", "interaction_id"])
    op.create_table(
        "decisions",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("interaction_id", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
    )


def _forms() -> None:
    op.create_table(
        "business_types",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("tenants.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.UniqueConstraint("tenant_id", "id", name="uq_business_types_tenant_id_id"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_business_types_tenant_id_name"),
    )
    op.create_table(
        "forms",
        sa.Column("interaction_id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("business_type_id", sa.Uuid),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("saved_by", sa.Uuid),
        sa.Column("saved_by_name", sa.Text, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "business_type_id"],
            ["business_types.tenant_id", "business_types.id"],
            name="fk_forms_business_type",
        ),
    )
    op.create_index(
        "ix_forms_business_type", "forms", ["tenant_id", "business_type_id", sa.text("interaction_id DESC")]
    )


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("interaction_id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("duration_s", sa.REAL, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """Removes the tables."""
    for table in ("recordings", "forms", "business_types", "decisions", "segments", "interactions"):
        op.drop_table(table)
