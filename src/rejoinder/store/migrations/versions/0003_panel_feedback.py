"""Panel and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0003_panel_feedback"
down_revision = "0002_surveys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "analysis",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sentiment", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("source", sa.Text(), server_default="machine", nullable=False),
        sa.Column("analysed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "respondent_id", name=op.f("pk_analysis")),
    )
    op.create_table(
        "batch",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_batch")),
        sa.UniqueConstraint("workspace_id", "uuid", name=op.f("uq_batch_workspace_id_uuid")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("folded_email", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_contact")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_contact_workspace_id_folded_email"),
        "contact",
        ["workspace_id", "folded_email"],
        unique=False,
    )
    op.create_table(
        "feedback_import",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("analysed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_feedback_import")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("outbox", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "mailing_id", "respondent_id", name=op.f("pk_mail")),
    )
    op.create_table(
        "mail_template",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_mail_template")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailing",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_mailing")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_mailing_workspace_id_survey_id"), "mailing", ["workspace_id", "survey_id"], unique=False
    )
    op.create_table(
        "opt_out",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address_hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "address_hash", name=op.f("pk_opt_out")),
    )
    op.create_table(
        "patch",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_patch")),
        sa.UniqueConstraint("workspace_id", "uuid", name=op.f("uq_patch_workspace_id_uuid")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_patch_workspace_id_batch_id"), "patch", ["workspace_id", "batch_id"], unique=False
    )
    op.create_table(
        "project",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("response_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_project")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "project_response",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "project_id", "respondent_id", name=op.f("pk_project_response")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_project_response_workspace_id_respondent_id"),
        "project_response",
        ["workspace_id", "respondent_id"],
        unique=False,
    )
    op.create_table(
        "response_tag",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sentiment", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("spans", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "tag_id", "respondent_id", name=op.f("pk_response_tag")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_response_tag_workspace_id_respondent_id"),
        "response_tag",
        ["workspace_id", "respondent_id"],
        unique=False,
    )
    op.create_table(
        "tag",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("enabled", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("responses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("positive", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("neutral", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("negative", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_tag")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_tag_workspace_id_name")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("analysis")
    op.drop_table("response_tag")
    op.drop_table("tag")
    op.drop_table("feedback_import")
    op.drop_table("project_response")
    op.drop_table("project")
    op.drop_table("opt_out")
    op.drop_table("mail")
    op.drop_table("mailing")
    op.drop_table("mail_template")
    op.drop_table("patch")
    op.drop_table("batch")
    op.drop_table("contact")
