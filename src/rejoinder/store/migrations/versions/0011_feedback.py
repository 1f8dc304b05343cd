"""Responses with their sentiment and tags, as the text engine and people make them, and their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0011_feedback"
down_revision = "0010_retention"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing has ever written to these two.
    op.drop_table("analysis")
    op.drop_table("response_tag")
    op.add_column("tag", sa.Column("description", sa.Text(), nullable=True))
    op.create_table(
        "feedback_workspace",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("onboarded_at", sa.BigInteger(), nullable=True),
        sa.Column("draft", sa.Text(), server_default="{}", nullable=False),
        sa.Column("tags_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("queued", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_feedback_workspace")),
    )
    op.create_table(
        "feedback_survey",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("imported", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("active", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("user_variable", sa.Text(), nullable=True),
        sa.Column("metric_type", sa.Text(), nullable=True),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("responses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("analysed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("positive", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("neutral", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("negative", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "survey_id", name=op.f("pk_feedback_survey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feedback",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("respid", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("sentiment", sa.BigInteger(), nullable=True),
        sa.Column("machine", sa.BigInteger(), nullable=True),
        sa.Column("corrected", sa.BigInteger(), nullable=True),
        sa.Column("polarity", sa.Float(), nullable=True),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.BigInteger(), nullable=True),
        sa.Column("translated", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("analysed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "respondent_id", name=op.f("pk_feedback")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feedback_at", "feedback", ["workspace_id", "at", "respondent_id"])
    op.create_index("ix_feedback_survey", "feedback", ["workspace_id", "survey_id", "at", "respondent_id"])
    still = sa.text("due IS NOT NULL")
    op.create_index(
        "ix_feedback_due",
        "feedback",
        ["workspace_id", "respondent_id"],
        sqlite_where=still,
        postgresql_where=still,
    )
    op.create_table(
        "response_tag",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("present", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("sentiment", sa.BigInteger(), nullable=True),
        sa.Column("found", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("machine", sa.BigInteger(), nullable=True),
        sa.Column("added", sa.BigInteger(), nullable=True),
        sa.Column("corrected", sa.BigInteger(), nullable=True),
        sa.Column("spans", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "respondent_id", "tag_id", name=op.f("pk_response_tag")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_response_tag_tag", "response_tag", ["workspace_id", "tag_id", "respondent_id"])
    op.create_table(
        "feedback_stat",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("responses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("positive", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("neutral", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("negative", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "tag_id", "survey_id", "day", name=op.f("pk_feedback_stat")),
        sqlite_with_rowid=False,
    )
