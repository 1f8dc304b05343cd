"""Mail: letters with ids of their own, pace, secrets of the store."""

import sqlalchemy as sa
from alembic import op

revision = "0008_mail"
down_revision = "0007_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("mail")
    op.drop_table("mailing")
    op.create_table(
        "mailing",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_mailing")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_mailing_workspace_id_survey_id"), "mailing", ["workspace_id", "survey_id"])
    op.create_index(op.f("ix_mailing_workspace_id_root_id"), "mailing", ["workspace_id", "root_id"])
    op.create_table(
        "mail",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mailing_id", sa.BigInteger(), nullable=True),
        sa.Column("survey_id", sa.BigInteger(), nullable=True),
        sa.Column("respondent_id", sa.BigInteger(), nullable=True),
        sa.Column("respid", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_mail")),
        sa.UniqueConstraint(
            "workspace_id",
            "mailing_id",
            "respondent_id",
            name=op.f("uq_mail_workspace_id_mailing_id_respondent_id"),
        ),
    )
    op.create_index(
        op.f("ix_mail_workspace_id_respondent_id_kind_status"),
        "mail",
        ["workspace_id", "respondent_id", "kind", "status"],
    )
    op.create_index(op.f("ix_mail_workspace_id_status_due_at"), "mail", ["workspace_id", "status", "due_at"])
    op.create_table(
        "mail_pace",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_pace")),
    )
    op.create_table(
        "secret",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_secret")),
    )
