"""Find the responses of which people decided something."""

import sqlalchemy as sa
from alembic import op

revision = "0019_decided"
down_revision = "0018_decisions"
branch_labels = None
depends_on = None

_DECIDED = sa.text("decided_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_feedback_decided",
        "feedback",
        ["workspace_id", "decided_at", "respondent_id"],
        sqlite_where=_DECIDED,
        postgresql_where=_DECIDED,
    )
