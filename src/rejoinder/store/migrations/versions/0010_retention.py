"""What becomes of respondents whose time is over."""

import sqlalchemy as sa
from alembic import op

revision = "0010_retention"
down_revision = "0009_panel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("survey", sa.Column("retention_action", sa.Text(), server_default="erase", nullable=False))
