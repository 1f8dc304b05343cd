"""Answers counted and kept; the columns that people chose."""

import sqlalchemy as sa
from alembic import op

revision = "0015_results"
down_revision = "0014_text_heads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_result",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("wanted_hash", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("run", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("progress", sa.Text(), server_default="{}", nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("as_of", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_survey_result")),
        sa.UniqueConstraint(
            "workspace_id",
            "survey_id",
            "wanted_hash",
            name=op.f("uq_survey_result_workspace_id_survey_id_wanted_hash"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chosen_columns",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", "survey_id", name=op.f("pk_chosen_columns")),
        sqlite_with_rowid=False,
    )
