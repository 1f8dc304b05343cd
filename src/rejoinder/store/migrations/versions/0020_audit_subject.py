"""Find what was done to one thing in the audit log."""

from alembic import op

revision = "0020_audit_subject"
down_revision = "0019_decided"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_subject", "audit", ["workspace_id", "subject"])
