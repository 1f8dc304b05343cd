"""Sessions of people at the console, and links with which they choose a password."""

import sqlalchemy as sa
from alembic import op

revision = "0013_people"
down_revision = "0012_exports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("language", sa.Text(), nullable=True))
    op.drop_table("user_session")  # nobody could sign in yet
    op.create_table(
        "user_session",
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "workspace_id", name=op.f("pk_user_session")),
    )
    op.create_index(op.f("ix_user_session_workspace_id_user_id"), "user_session", ["workspace_id", "user_id"])
    op.create_index(op.f("ix_user_session_expires_at"), "user_session", ["expires_at"])
    op.create_table(
        "user_pass",
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_user_pass")),
    )
    op.create_index(op.f("ix_user_pass_workspace_id_user_id"), "user_pass", ["workspace_id", "user_id"])
    op.create_index(op.f("ix_user_pass_expires_at"), "user_pass", ["expires_at"])
