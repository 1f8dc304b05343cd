"""Words by which contacts are searched; templates in languages; mailings that wait or pause."""

import json

import sqlalchemy as sa
from alembic import op

from rejoinder.model.filters.text import key_text

revision = "0017_contact_words"
down_revision = "0016_incoming"
branch_labels = None
depends_on = None

CHUNK = 1000


def upgrade() -> None:
    bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "contact_word",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folded", bytewise, nullable=False),
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "part", "folded", "contact_id", name=op.f("pk_contact_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_contact_word_workspace_id_contact_id"), "contact_word", ["workspace_id", "contact_id"]
    )
    _fill(op.get_bind())
    op.add_column("mail_template", sa.Column("variants", sa.Text(), server_default="{}", nullable=False))
    op.add_column("mailing", sa.Column("send_at", sa.BigInteger(), nullable=True))
    op.add_column("mailing", sa.Column("paused_at", sa.BigInteger(), nullable=True))


def _fill(bind: sa.Connection) -> None:
    """Words of the contacts that are there, some at a time."""
    names = ("workspace_id", "part", "folded", "contact_id")
    word = sa.table("contact_word", *map(sa.column, names))
    following = sa.text(
        "SELECT workspace_id, id, email, labels FROM contact "
        "WHERE workspace_id > :w OR (workspace_id = :w AND id > :i) ORDER BY workspace_id, id LIMIT :n"
    )
    last = (-1, -1)
    while rows := bind.execute(following, {"w": last[0], "i": last[1], "n": CHUNK}).all():
        words = []
        for workspace, number, email, labels in rows:
            parts = {(0, key_text(email))} | {(1, key_text(text)) for text in json.loads(labels).values()}
            words += [dict(zip(names, (workspace, *part, number), strict=True)) for part in sorted(parts)]
        bind.execute(sa.insert(word), words)
        last = (rows[-1][0], rows[-1][1])
    bind.execute(
        sa.text(
            "INSERT INTO counter (workspace_id, name, value) "
            "SELECT workspace_id, 'contacts', count(*) FROM contact GROUP BY workspace_id"
        )
    )
