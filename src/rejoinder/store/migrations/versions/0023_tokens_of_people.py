"""Find the tokens of a person, which end with a password, a role, or the account."""

from alembic import op

revision = "0023_tokens_of_people"
down_revision = "0022_tags_by_date"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_token_workspace_id_user_id", "token", ["workspace_id", "user_id"])
