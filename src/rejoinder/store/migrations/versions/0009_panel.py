"""Where the rows of a patch begin; respondents by day, token and contact."""

import sqlalchemy as sa
from alembic import op

revision = "0009_panel"
down_revision = "0008_mail"
branch_labels = None
depends_on = None

_PARTIAL = {
    "ix_respondent_invited": "invited_at",
    "ix_respondent_opened": "opened_at",
    "ix_respondent_completed": "completed_at",
    "uq_respondent_contact": "contact_id",
}


def upgrade() -> None:
    # No version wrote patches before this one.
    op.drop_table("patch")
    op.create_table(
        "patch",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("first_respid", sa.BigInteger(), nullable=False),
        sa.Column("repeated", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_patch")),
        sa.UniqueConstraint("workspace_id", "uuid", name=op.f("uq_patch_workspace_id_uuid")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_patch_workspace_id_batch_id"), "patch", ["workspace_id", "batch_id"])
    op.create_index("ix_respondent_created", "respondent", ["workspace_id", "survey_id", "created_at"])
    for name, column in _PARTIAL.items():
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            name,
            "respondent",
            ["workspace_id", "survey_id", column],
            unique=name.startswith("uq"),
            sqlite_where=there,
            postgresql_where=there,
        )
