"""Count and list the letters of a mailing, and the newest letters and opt-outs, without reading the others."""

from alembic import op

revision = "0021_letters"
down_revision = "0020_audit_subject"
branch_labels = None
depends_on = None

_ALL = ["workspace_id", "mailing_id", "status", "id", "reason", "respid", "ended_at"]


def upgrade() -> None:
    op.create_index("ix_mail_newest", "mail", ["workspace_id", "status", "id"])
    op.create_index("ix_mail_of_mailing", "mail", _ALL)
    op.create_index("ix_opt_out_newest", "opt_out", ["workspace_id", "created_at", "address_hash"])
