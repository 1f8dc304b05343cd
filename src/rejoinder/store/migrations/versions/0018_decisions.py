"""Who decided something of a response, and when; how good the heads are that a workspace taught."""

import sqlalchemy as sa
from alembic import op

revision = "0018_decisions"
down_revision = "0017_contact_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feedback", sa.Column("decided_by", sa.Text(), nullable=True))
    op.add_column("feedback", sa.Column("decided_at", sa.BigInteger(), nullable=True))
    op.add_column("text_head", sa.Column("quality", sa.Text(), nullable=True))
