"""Exports: what is asked for, how far it is, and the file in pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0012_exports"
down_revision = "0011_feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No version wrote exports before this one.
    op.drop_table("export")
    op.create_table(
        "export",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), server_default="{}", nullable=False),
        sa.Column("run", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pieces", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("notify", sa.Text(), server_default="[]", nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_export")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_export_token_hash"), "export", ["token_hash"])
    op.create_index(op.f("ix_export_workspace_id_survey_id"), "export", ["workspace_id", "survey_id"])
    op.create_table(
        "export_piece",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("export_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "export_id", "position", name=op.f("pk_export_piece")),
    )
