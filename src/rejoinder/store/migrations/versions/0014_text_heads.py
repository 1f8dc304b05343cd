"""What workspaces taught their text engines."""

import sqlalchemy as sa
from alembic import op

revision = "0014_text_heads"
down_revision = "0013_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_head",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("heads", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_text_head")),
    )
