"""Collecting: public aliases, partial answers, uploads, quotas, personal tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0006_collecting"
down_revision = "0005_shuffled"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_alias",
        sa.Column("alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_public_alias")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_public_alias_workspace_id_survey_id"), "public_alias", ["workspace_id", "survey_id"]
    )
    op.create_table(
        "partial",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "survey_id", "respid", name=op.f("pk_partial")),
    )
    op.create_table(
        "completion",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("collector_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "survey_id", "collector_id", name=op.f("pk_completion")),
        sqlite_with_rowid=False,
    )
    _create_uploads()
    where = sa.text("token IS NOT NULL")
    op.create_index(
        "uq_respondent_token",
        "respondent",
        ["workspace_id", "survey_id", "token"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    # Surveys that were there before: the oldest that has an alias owns it on public addresses.
    op.execute(
        "INSERT INTO public_alias (alias, workspace_id, survey_id) "
        "SELECT alias, workspace_id, survey_id FROM survey_alias a WHERE survey_id = "
        "(SELECT min(survey_id) FROM survey_alias b WHERE b.alias = a.alias)"
    )


def _create_uploads() -> None:
    op.create_table(
        "upload",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("respid", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_upload")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_upload_workspace_id_survey_id_respid"), "upload", ["workspace_id", "survey_id", "respid"]
    )
    op.create_index(op.f("ix_upload_created_at"), "upload", ["created_at"])
    op.create_table(
        "upload_chunk",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", "position", name=op.f("pk_upload_chunk")),
    )
