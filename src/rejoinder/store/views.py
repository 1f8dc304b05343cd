"""The columns that somebody chose."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import json
from sqlalchemy import ColumnElement, and_, delete, insert, select

from rejoinder.store.session import Session
from rejoinder.store.tables.results import chosen_columns


def _mine(workspace: int, user: int, survey: int) -> ColumnElement[bool]:
    c = chosen_columns.c
    return and_(c.workspace_id == workspace, c.user_id == user, c.survey_id == survey)


def columns(session: Session, workspace: int, user: int, survey: int) -> list[str] | None:
    """What a person chose for a survey."""
    row = session.row(select(chosen_columns.c.names).where(_mine(workspace, user, survey)))
    return json.decode(row.names, type=list[str]) if row else None


def put_columns(session: Session, workspace: int, user: int, survey: int, names: Sequence[str]) -> None:
    """Keep a choice instead of the one before; none at all forgets it."""
    session.run(delete(chosen_columns).where(_mine(workspace, user, survey)))
    if names:
        text = json.encode(names).decode()
        keys = {"workspace_id": workspace, "user_id": user, "survey_id": survey}
        session.run(insert(chosen_columns).values(**keys, names=text))
