"""Look ahead at a mailing, hold it up, and look at its letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, select, update

from rejoinder.model.mail import MailStatus, Skip
from rejoinder.store.chunks import chunks
from rejoinder.store.session import Session
from rejoinder.store.tables.panel import mail, mailing
from rejoinder.store.tables.respondents import respondent


class Reader(NamedTuple):
    """A letter's recipient, as the record stands; times in µs."""

    doc: str
    opened_at: int | None
    completed_at: int | None


def count_up_to(session: Session, people: Select[Any], most: int) -> int:
    """How many rows a selection has, counted up to one more than `most`."""
    row = session.row(select(func.count().label("n")).select_from(people.limit(most + 1).subquery()))
    return int(row.n) if row else 0


def some_of(session: Session, workspace: int, people: Select[Any], most: int) -> list[tuple[str | None, str]]:
    """(reason not to write, record) of up to `most` rows of a selection of `invitable`."""
    found = people.limit(most).subquery()
    docs = select(found.c.reason, respondent.c.doc).select_from(
        found.join(respondent, respondent.c.id == found.c.id)
    )
    return [(row.reason, row.doc) for row in session.rows(docs.where(respondent.c.workspace_id == workspace))]


def pause_mailing(session: Session, workspace: int, number: int, now: int) -> int:
    """Let the letters of a mailing that wait be due at no time; gives how many."""
    mine = (mailing.c.workspace_id == workspace, mailing.c.id == number)
    session.run(update(mailing).where(*mine, mailing.c.paused_at.is_(None)).values(paused_at=now))
    return session.run(update(mail).where(*_waiting(workspace, number)).values(due_at=None))


def resume_mailing(session: Session, workspace: int, number: int, due_at: int) -> int:
    """Let them be due again; gives how many."""
    mine = (mailing.c.workspace_id == workspace, mailing.c.id == number)
    session.run(update(mailing).where(*mine).values(paused_at=None))
    held = mail.c.due_at.is_(None)
    return session.run(update(mail).where(*_waiting(workspace, number), held).values(due_at=due_at))


def _waiting(workspace: int, number: int) -> tuple[Any, ...]:
    waits = mail.c.status == MailStatus.WAITING.value
    return mail.c.workspace_id == workspace, mail.c.mailing_id == number, waits


def mailings_with(
    session: Session, workspace: int, numbers: Sequence[int], statuses: Sequence[MailStatus]
) -> set[int]:
    """Those of some mailings that have a letter in one of the states; a search in the index for each."""
    found = exists().where(
        mail.c.workspace_id == workspace,
        mail.c.mailing_id == mailing.c.id,
        mail.c.status.in_([status.value for status in statuses]),
    )
    mine = (mailing.c.workspace_id == workspace, mailing.c.id.in_(numbers))
    return {row.id for row in session.rows(select(mailing.c.id).where(*mine, found))} if numbers else set()


def is_paused(session: Session, workspace: int, number: int) -> bool:
    """Whether a mailing is held up."""
    mine = (mailing.c.workspace_id == workspace, mailing.c.id == number)
    row = session.row(select(mailing.c.paused_at).where(*mine))
    return row is not None and row.paused_at is not None


def cancel_letter(session: Session, workspace: int, letter: int, now: int) -> bool:
    """Let a letter that has not gone out stay here; False when it is in no such state."""
    kept = (MailStatus.WAITING.value, MailStatus.OUTBOX.value, MailStatus.DOUBTFUL.value)
    values = {"status": MailStatus.SKIPPED.value, "reason": Skip.STOPPED.value, "ended_at": now}
    mine = (mail.c.workspace_id == workspace, mail.c.id == letter, mail.c.status.in_(kept))
    return bool(session.run(update(mail).where(*mine).values(**values, due_at=None)))


def readers(session: Session, workspace: int, respondents: Sequence[int]) -> dict[int, Reader]:
    """Respondents by id, as letters are about them."""
    columns = (respondent.c.id, respondent.c.doc, respondent.c.opened_at, respondent.c.completed_at)
    found: dict[int, Reader] = {}
    for some in chunks(respondents):
        mine = (respondent.c.workspace_id == workspace, respondent.c.id.in_(some))
        rows = session.rows(select(*columns).where(*mine))
        found |= {row.id: Reader(row.doc, row.opened_at, row.completed_at) for row in rows}
    return found


def count_statuses(session: Session, workspace: int, statuses: Sequence[str], most: int) -> dict[str, int]:
    """How many letters are in each of some states, each counted up to one more than `most`."""
    counts = {}
    for status in statuses:
        mine = (mail.c.workspace_id == workspace, mail.c.status == status)
        counts[status] = count_up_to(session, select(mail.c.id).where(*mine), most)
    return counts


def letters_to(session: Session, workspace: int, respondents: Sequence[int], limit: int) -> list[int]:
    """Numbers of the newest letters to some respondents."""
    mine = (mail.c.workspace_id == workspace, mail.c.respondent_id.in_(respondents))
    newest = select(mail.c.id).where(*mine).order_by(mail.c.id.desc()).limit(limit)
    return [row.id for row in session.rows(newest)]
