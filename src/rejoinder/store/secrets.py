"""Secrets that the store keeps for itself, each made once and never shown."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from rejoinder.store.session import Session
from rejoinder.store.tables.access import secret


def read_secret(session: Session, workspace: int, name: str) -> str | None:
    """A secret, None when nobody has needed it yet."""
    row = session.row(select(secret.c.value).where(secret.c.workspace_id == workspace, secret.c.name == name))
    return row and str(row.value)


def keep_secret(session: Session, workspace: int, name: str, value: str, now: int) -> None:
    """Keep a secret, unless there is one of that name: the first one stays."""
    insert = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    new = insert(secret).values(workspace_id=workspace, name=name, value=value, created_at=now)
    session.run(new.on_conflict_do_nothing(index_elements=["workspace_id", "name"]))
