"""Whether the ids of a survey's respondents may go another way than their respids."""

import sqlalchemy as sa
from alembic import op

revision = "0005_shuffled"
down_revision = "0004_effects"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("survey", sa.Column("shuffled", sa.BigInteger(), server_default="0", nullable=False))
