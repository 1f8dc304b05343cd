"""What a workspace's overview shows of its surveys: the newest, and how many completed since a moment."""

from __future__ import annotations

from sqlalchemy import func, select

from rejoinder.store.session import Session
from rejoinder.store.tables.respondents import respondent
from rejoinder.store.tables.surveys import survey

MOST = 10_000
"""Responses that are counted one by one at the most: an index alone is read."""


def newest_surveys(session: Session, workspace: int, limit: int) -> list[tuple[int, str, str, int]]:
    """(number, name, status, when it changed) of surveys, those that changed last first."""
    c = survey.c
    found = select(c.id, c.name, c.status, c.updated_at).where(c.workspace_id == workspace)
    rows = session.rows(found.order_by(c.updated_at.desc(), c.id.desc()).limit(limit))
    return [(row.id, row.name, row.status, row.updated_at) for row in rows]


def completed_since(session: Session, workspace: int, survey_id: int, since: int) -> int:
    """How many completed since a moment (µs), up to `MOST`."""
    c = respondent.c
    mine = (c.workspace_id == workspace, c.survey_id == survey_id, c.completed_at >= since)
    some = select(c.completed_at).where(*mine).limit(MOST).subquery()
    row = session.row(select(func.count().label("n")).select_from(some))
    return int(row.n) if row else 0
