"""Find responses to work on, some at a time; clear what deleted tags and surveys left."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, func, select

from rejoinder.store.chunks import chunks
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback, response_tag


def due(session: Session, workspace: int, limit: int) -> list[int]:
    """Responses that are to be analysed, oldest numbers first."""
    mine = and_(feedback.c.workspace_id == workspace, feedback.c.due.is_not(None))
    return _numbers(session, mine, limit)


def count_due(session: Session, workspace: int) -> int:
    """How many responses are to be analysed."""
    mine = and_(feedback.c.workspace_id == workspace, feedback.c.due.is_not(None))
    row = session.row(select(func.count().label("n")).select_from(feedback).where(mine))
    return int(row.n) if row else 0


def after(
    session: Session, workspace: int, number: int, limit: int, survey_id: int | None = None
) -> list[int]:
    """Responses behind a number, of a survey or of all, in order."""
    mine = and_(feedback.c.workspace_id == workspace, feedback.c.respondent_id > number)
    if survey_id is not None:
        mine = and_(mine, feedback.c.survey_id == survey_id)
    return _numbers(session, mine, limit)


def _numbers(session: Session, mine: ColumnElement[bool], limit: int) -> list[int]:
    number = feedback.c.respondent_id
    return [row[0] for row in session.rows(select(number).where(mine).order_by(number).limit(limit))]


def forget_tag(session: Session, workspace: int, tag: int, limit: int) -> int:
    """Delete what responses carry of a tag that is gone, up to `limit` of them; gives how many."""
    mark = response_tag.c
    mine = and_(mark.workspace_id == workspace, mark.tag_id == tag)
    some = [row[0] for row in session.rows(select(mark.respondent_id).where(mine).limit(limit))]
    for part in chunks(some):
        session.run(delete(response_tag).where(mine, mark.respondent_id.in_(part)))
    return len(some)


def respids_after(session: Session, workspace: int, survey_id: int, respid: int, limit: int) -> list[int]:
    """Respondents of a survey behind a respid, in order."""
    hot = session.hot.records(session.raw, workspace, survey_id, respid, limit)
    return [number for number, _ in hot]
