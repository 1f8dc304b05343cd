"""Rewrite the dates and the language of respondents, as an import does that knows better than the clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update

from rejoinder.store.respids import number_of, of_survey, row_number, these_rows
from rejoinder.store.session import Session
from rejoinder.store.tables.respondents import respondent


class Dated(NamedTuple):
    """The new dates (µs) and language of a row, None for what stays, and its record with them."""

    respid: int
    created_at: int | None
    opened_at: int | None
    completed_at: int | None
    language: str | None
    doc: str


def records_of(
    session: Session, workspace: int, survey: int, respids: Sequence[int]
) -> list[tuple[int, str]]:
    """(respid, record) of the respondents that exist, in order."""
    mine = these_rows(session, workspace, survey, respids)
    rows = select(respondent.c.respid, respondent.c.doc).where(mine)
    return [(row.respid, row.doc) for row in session.rows(rows.order_by(row_number(session)))]


def date_rows(session: Session, workspace: int, survey: int, rows: Sequence[Dated]) -> None:
    """Write new dates and records."""
    kept = {
        name: func.coalesce(bindparam(f"new_{name}", type_=respondent.c[name].type), respondent.c[name])
        for name in ("created_at", "opened_at", "completed_at", "language")
    }
    mine = (of_survey(session, workspace, survey), row_number(session) == bindparam("number"))
    values = [
        {
            "number": number_of(session, survey, row.respid),
            "new_doc": row.doc,
            "new_created_at": row.created_at,
            "new_opened_at": row.opened_at,
            "new_completed_at": row.completed_at,
            "new_language": row.language,
        }
        for row in rows
    ]
    if values:
        session.run(update(respondent).where(*mine).values(doc=bindparam("new_doc"), **kept), values)
