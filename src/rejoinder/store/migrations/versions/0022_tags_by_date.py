"""Walk the responses of a tag by their dates."""

import sqlalchemy as sa
from alembic import op

revision = "0022_tags_by_date"
down_revision = "0021_letters"
branch_labels = None
depends_on = None

_ALL = ["workspace_id", "tag_id", "at", "respondent_id", "present", "sentiment"]
_DATED = """
UPDATE response_tag SET at = (
  SELECT f.at FROM feedback f
  WHERE f.workspace_id = response_tag.workspace_id AND f.respondent_id = response_tag.respondent_id
)
WHERE EXISTS (
  SELECT 1 FROM feedback f
  WHERE f.workspace_id = response_tag.workspace_id AND f.respondent_id = response_tag.respondent_id
)"""


def upgrade() -> None:
    op.add_column("response_tag", sa.Column("at", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_index("ix_response_tag_tag", "response_tag")
    op.execute(_DATED)
    op.create_index("ix_response_tag_at", "response_tag", _ALL)
