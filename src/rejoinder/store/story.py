"""What hangs on one respondent: letters, and events with their deliveries."""

from __future__ import annotations

from sqlalchemy import select

from rejoinder.model.event import EventKind
from rejoinder.model.story import Letter, Told
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import delivery, event
from rejoinder.store.tables.panel import mail

MOST = 100
"""Of each kind, the newest ones."""


def letters(session: Session, workspace: int, respondent: int) -> list[Letter]:
    """The letters to a respondent, newest first."""
    c = mail.c
    columns = (c.id, c.kind, c.status, c.mailing_id, c.reason, c.attempts, c.created_at, c.ended_at, c.detail)
    mine = (c.workspace_id == workspace, c.respondent_id == respondent)
    found = select(*columns).where(*mine).order_by(c.id.desc()).limit(MOST)
    return [Letter(*row) for row in session.rows(found)]


def told(session: Session, workspace: int, survey: int, respid: int) -> list[Told]:
    """The events of a respondent, each with a line for each webhook that was told, newest first."""
    e, d = event.c, delivery.c
    mine = (e.workspace_id == workspace, e.survey_id == survey, e.respid == respid)
    numbers = select(e.id).where(*mine).order_by(e.id.desc()).limit(MOST).subquery()
    joined = event.outerjoin(delivery, (d.workspace_id == e.workspace_id) & (d.event_id == e.id))
    found = (
        select(e.public_id, e.kind, e.created_at, d.webhook_id, d.status, d.attempts, d.finished_at)
        .select_from(joined)
        .where(e.workspace_id == workspace, e.id.in_(select(numbers.c.id)))
        .order_by(e.id.desc(), d.webhook_id)
        .limit(MOST * 3)
    )
    return [Told(row[0], EventKind(row[1]), *row[2:]) for row in session.rows(found)]
