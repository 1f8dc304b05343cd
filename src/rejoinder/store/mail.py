"""Letters: claimed before they are sent, noted afterwards; each by one worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import json
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, union_all, update

from rejoinder.model.mail import Kind, Mail, MailStatus, Skip
from rejoinder.store.counters import next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.access import user_account
from rejoinder.store.tables.panel import mail
from rejoinder.store.tables.respondents import respondent
from rejoinder.store.tables.surveys import survey

_COLUMNS = (
    mail.c.id,
    mail.c.kind,
    mail.c.status,
    mail.c.mailing_id,
    mail.c.survey_id,
    mail.c.respondent_id,
    mail.c.respid,
    mail.c.user_id,
    mail.c.reason,
    mail.c.attempts,
    mail.c.due_at,
    mail.c.claimed_at,
    mail.c.ended_at,
    mail.c.message_id,
    mail.c.detail,
    mail.c.created_at,
    mail.c.content,
)


class Person(NamedTuple):
    """The respondent of a letter, as it stands; times in µs."""

    respid: int
    token: str | None
    completed_at: int | None
    offline: int
    doc: str


class Claim(NamedTuple):
    """A letter that one worker alone may send. `at` in µs."""

    letter: int
    worker: str
    at: int


def _mail(row: Any) -> Mail:
    return Mail(row[0], row[1], MailStatus(row[2]), *row[3:])


EXPORT: Kind = "export"
"""A letter that says that an export is there."""


def add_notices(
    session: Session,
    workspace: int,
    users: Sequence[int],
    content: dict[str, str],
    now: int,
    *,
    kind: Kind = "notice",
) -> None:
    """A letter with its own text (or what it is made of) for each user; without any user one that says so."""
    numbers = next_ids(session, workspace, "mail", max(1, len(users)))
    text = json.encode(content).decode()
    shared = {"workspace_id": workspace, "kind": kind, "content": text, "created_at": now}
    waits = {"status": MailStatus.WAITING.value, "reason": None, "due_at": now, "ended_at": None}
    rows: list[dict[str, Any]] = [
        {**shared, **waits, "id": number, "user_id": user}
        for number, user in zip(numbers, users, strict=False)
    ]
    if not users:
        skipped = {"status": MailStatus.SKIPPED.value, "reason": Skip.NO_OWNER.value, "ended_at": now}
        rows = [{**shared, **skipped, "id": numbers[0], "user_id": None, "due_at": None}]
    session.run(insert(mail), rows)


def due_letters(
    session: Session, workspace: int, now: int, limit: int, *, notices: bool = False
) -> list[Mail]:
    """Letters whose time has come, the longest waiting first; no other worker gets them meanwhile.

    Parameters: `notices` — only those without links.
    """
    waits = [mail.c.status == MailStatus.WAITING.value, mail.c.due_at <= now]
    if notices:
        waits.append(mail.c.kind == "notice")
    found = select(*_COLUMNS).where(mail.c.workspace_id == workspace, *waits)
    # By the index alone: all letters of a mailing are due at once, and are not to be sorted each time.
    found = found.order_by(mail.c.due_at).limit(limit).with_for_update(skip_locked=True)
    return [_mail(row) for row in session.rows(found)]


def next_due(session: Session, workspace: int) -> int | None:
    """When the next letter is due (µs), None when none waits."""
    mine = (mail.c.workspace_id == workspace, mail.c.status == MailStatus.WAITING.value)
    row = session.row(select(func.min(mail.c.due_at).label("at")).where(*mine))
    return row and row.at


def workspaces_with_mail(session: Session) -> list[int]:
    """Workspaces in which letters wait, or were claimed."""
    open_ = mail.c.status.in_((MailStatus.WAITING.value, MailStatus.SENDING.value))
    return [row.workspace_id for row in session.rows(select(mail.c.workspace_id).where(open_).distinct())]


def claim_letter(session: Session, workspace: int, claim: Claim, message_id: str) -> None:
    """Let one worker alone send a letter."""
    values = {"claimed_at": claim.at, "claimed_by": claim.worker, "message_id": message_id}
    _change(session, workspace, claim.letter, status=MailStatus.SENDING.value, **values)


def postpone(session: Session, workspace: int, letter: int, due_at: int | None) -> None:
    """Let a letter wait longer; None until its mailing is resumed."""
    _change(session, workspace, letter, due_at=due_at)


def keep_in_outbox(session: Session, workspace: int, letter: int) -> None:
    """Let a letter be read instead of sent."""
    _change(session, workspace, letter, status=MailStatus.OUTBOX.value, due_at=None)


def _change(session: Session, workspace: int, letter: int, **values: Any) -> int:
    mine = (mail.c.workspace_id == workspace, mail.c.id == letter)
    return session.run(update(mail).where(*mine).values(**values))


def _claimed(workspace: int, claim: Claim) -> ColumnElement[bool]:
    """The letter of a claim, also when it was taken for doubtful meanwhile."""
    return and_(
        mail.c.workspace_id == workspace,
        mail.c.id == claim.letter,
        mail.c.claimed_by == claim.worker,
        mail.c.claimed_at == claim.at,
        mail.c.status.in_((MailStatus.SENDING.value, MailStatus.DOUBTFUL.value)),
    )


def end_letter(
    session: Session, workspace: int, claim: Claim, status: MailStatus, detail: str | None, now: int
) -> bool:
    """Note what became of a claimed letter; False when the claim was lost."""
    values: dict[str, Any] = {"status": status.value, "detail": detail, "ended_at": now, "due_at": None}
    values["attempts"] = mail.c.attempts + 1
    return bool(session.run(update(mail).where(_claimed(workspace, claim)).values(**values)))


def put_back(
    session: Session, workspace: int, claim: Claim, due_at: int, detail: str | None, *, tried: bool
) -> bool:
    """Let a claimed letter that has certainly not gone out wait again; `tried` — this was an attempt."""
    values: dict[str, Any] = {"status": MailStatus.WAITING.value, "detail": detail, "due_at": due_at}
    values["attempts"] = mail.c.attempts + int(tried)
    return bool(session.run(update(mail).where(_claimed(workspace, claim)).values(**values)))


def doubt(session: Session, workspace: int, before: int, now: int) -> int:
    """Take letters for doubtful that were claimed before a time (µs) and never noted; gives how many."""
    values = {"status": MailStatus.DOUBTFUL.value, "ended_at": now, "due_at": None}
    values["detail"] = "Rejoinder stopped while it was sending this mail."
    old = (mail.c.status == MailStatus.SENDING.value, mail.c.claimed_at < before)
    return session.run(update(mail).where(mail.c.workspace_id == workspace, *old).values(**values))


def oldest_claim(session: Session, workspace: int) -> int | None:
    """When the oldest letter that is being sent was claimed (µs)."""
    mine = (mail.c.workspace_id == workspace, mail.c.status == MailStatus.SENDING.value)
    row = session.row(select(func.min(mail.c.claimed_at).label("at")).where(*mine))
    return row and row.at


def settle_letter(
    session: Session,
    workspace: int,
    letter: int,
    old: Sequence[MailStatus],
    new: MailStatus,
    *,
    due_at: int | None,
    ended_at: int | None,
) -> bool:
    """Change a letter's status as a person decided; False when it is not in one of the `old` ones."""
    mine = (mail.c.workspace_id == workspace, mail.c.id == letter)
    fits = mail.c.status.in_([status.value for status in old])
    values: dict[str, Any] = {"status": new.value, "due_at": due_at, "ended_at": ended_at, "reason": None}
    return bool(session.run(update(mail).where(*mine, fits).values(**values, attempts=0)))


def release_outbox(session: Session, workspace: int, mailing: int | None, now: int) -> int:
    """Let the letters of the outbox be sent, of one mailing or all of a workspace; gives how many."""
    mine = [mail.c.workspace_id == workspace, mail.c.status == MailStatus.OUTBOX.value]
    if mailing is not None:
        mine.append(mail.c.mailing_id == mailing)
    values = {"status": MailStatus.WAITING.value, "due_at": now, "ended_at": None}
    return session.run(update(mail).where(*mine).values(**values))


def letter_by_id(session: Session, workspace: int, letter: int) -> Mail | None:
    """A letter by its number."""
    row = session.row(select(*_COLUMNS).where(mail.c.workspace_id == workspace, mail.c.id == letter))
    return row and _mail(row)


def newest_letters(
    session: Session,
    workspace: int,
    statuses: Sequence[MailStatus],
    mailing: int | None,
    limit: int,
    before: int | None = None,
) -> list[Mail]:
    """Letters in these statuses, the newest first; `before` — only those with a lower number.

    Each status is read off an index in this order, and what is too much of them is left out again.
    """
    mine = [mail.c.workspace_id == workspace]
    if mailing is not None:
        mine.append(mail.c.mailing_id == mailing)
    if before is not None:
        mine.append(mail.c.id < before)
    parts = [
        select(mail.c.id)
        .where(*mine, mail.c.status == status.value)
        .order_by(mail.c.id.desc())
        .limit(limit)
        .subquery()
        for status in statuses
    ]
    newest = union_all(*(select(part.c.id) for part in parts)).subquery("n")
    some = select(newest.c.id).order_by(newest.c.id.desc()).limit(limit)
    found = select(*_COLUMNS).where(mail.c.workspace_id == workspace, mail.c.id.in_(some))
    return [_mail(row) for row in session.rows(found.order_by(mail.c.id.desc()))]


def count_letters(session: Session) -> dict[str, int]:
    """How many letters of the whole store are in each status that somebody should know of."""
    watched = (MailStatus.WAITING, MailStatus.OUTBOX, MailStatus.DOUBTFUL)
    rows = session.rows(
        select(mail.c.status, func.count().label("n"))
        .where(or_(*(mail.c.status == status.value for status in watched)))
        .group_by(mail.c.status)
    )
    return {row.status: row.n for row in rows}


def letters_by_status(session: Session, workspace: int) -> dict[str, int]:
    """How many letters of a workspace are in each status."""
    statement = select(mail.c.status, func.count().label("n")).where(mail.c.workspace_id == workspace)
    return {row.status: row.n for row in session.rows(statement.group_by(mail.c.status))}


def person(session: Session, workspace: int, respondent_id: int) -> Person | None:
    """A respondent by id."""
    row = session.row(
        select(
            respondent.c.respid,
            respondent.c.token,
            respondent.c.completed_at,
            respondent.c.offline,
            respondent.c.doc,
        ).where(respondent.c.workspace_id == workspace, respondent.c.id == respondent_id)
    )
    return row and Person(*row)


def mark_invited(session: Session, workspace: int, respondent_id: int, at: int) -> None:
    """Note when the invitation went out (µs)."""
    mine = (respondent.c.workspace_id == workspace, respondent.c.id == respondent_id)
    session.run(update(respondent).where(*mine).values(invited_at=at))


def survey_name(session: Session, workspace: int, number: int) -> str:
    """The name of a survey."""
    row = session.row(select(survey.c.name).where(survey.c.workspace_id == workspace, survey.c.id == number))
    return str(row.name) if row else ""


def owners(session: Session, workspace: int) -> list[int]:
    """The users who own a workspace and may sign in."""
    mine = (user_account.c.workspace_id == workspace, user_account.c.role == "owner")
    found = select(user_account.c.id).where(*mine, user_account.c.disabled_at.is_(None))
    return [row.id for row in session.rows(found.order_by(user_account.c.id))]


def user_email(session: Session, workspace: int, user: int) -> str | None:
    """The address of a user."""
    row = session.row(
        select(user_account.c.email).where(
            user_account.c.workspace_id == workspace, user_account.c.id == user
        )
    )
    return row and str(row.email)
