"""Imports: what came in from which file."""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import json
from sqlalchemy import insert, select

from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback_import


class ImportRow(NamedTuple):
    """One import; `received` counts the file's rows, `created_at` in µs."""

    id: int
    survey_id: int
    name: str
    settings: dict[str, Any]
    received: int
    created_at: int


def add_import(
    session: Session, workspace: int, survey_id: int, name: str, settings: dict[str, Any], rows: int, now: int
) -> int:
    """Note a finished import; gives its id."""
    number = next_id(session, workspace, "feedback_import")
    session.run(
        insert(feedback_import).values(
            workspace_id=workspace,
            id=number,
            survey_id=survey_id,
            name=name,
            settings=json.encode(settings).decode(),
            status="done",
            received=rows,
            created_at=now,
        )
    )
    return number


def imports_of(session: Session, workspace: int) -> list[ImportRow]:
    """Every import of a workspace, oldest first."""
    mine = feedback_import.c.workspace_id == workspace
    rows = session.rows(select(feedback_import).where(mine).order_by(feedback_import.c.id))
    return [
        ImportRow(row.id, row.survey_id, row.name, json.decode(row.settings), row.received, row.created_at)
        for row in rows
    ]
