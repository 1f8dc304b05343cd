"""Events as rows, deliveries as their queue.

`webhook` and `delivery` were never written before this revision; they are made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_events"
down_revision = "0006_collecting"
branch_labels = None
depends_on = None

OPEN = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.drop_table("delivery")
    op.drop_table("webhook")
    op.create_table(
        "webhook",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), nullable=True),
        sa.Column("old_secret_until", sa.BigInteger(), nullable=True),
        sa.Column("enabled", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_webhook")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=True),
        sa.Column("schema_version", sa.BigInteger(), nullable=True),
        sa.Column("definition_version", sa.BigInteger(), nullable=True),
        sa.Column("respid", sa.BigInteger(), nullable=True),
        sa.Column("respondent_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.BigInteger(), nullable=True),
        sa.Column("respondent_created_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("invited_at", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("collector_id", sa.BigInteger(), nullable=True),
        sa.Column("finish_reason", sa.BigInteger(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_created_at"), "event", ["created_at"], unique=False)
    op.create_index(
        op.f("ix_event_workspace_id_survey_id_respid"),
        "event",
        ["workspace_id", "survey_id", "respid"],
        unique=False,
    )
    op.create_table(
        "delivery",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondent_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("tries", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "webhook_id", "event_id", name=op.f("pk_delivery")),
    )
    for name, columns in (
        ("ix_delivery_due", ["due_at"]),
        ("ix_delivery_due_of", ["workspace_id", "webhook_id", "due_at"]),
        ("ix_delivery_open_of", ["workspace_id", "webhook_id", "respondent_id", "event_id"]),
    ):
        op.create_index(name, "delivery", columns, unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        op.f("ix_delivery_workspace_id_event_id"), "delivery", ["workspace_id", "event_id"], unique=False
    )
    op.add_column("survey", sa.Column("listening", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("survey", "listening")
    op.drop_table("delivery")
    op.drop_table("event")
    op.drop_table("webhook")
    op.create_table(
        "webhook",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), server_default="[]", nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), nullable=True),
        sa.Column("old_secret_until", sa.BigInteger(), nullable=True),
        sa.Column("enabled", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_webhook")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("respondent_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("history", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_delivery")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_delivery_workspace_id_webhook_id_id"),
        "delivery",
        ["workspace_id", "webhook_id", "id"],
        unique=False,
    )
