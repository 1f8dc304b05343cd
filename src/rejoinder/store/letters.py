"""The letters of a mailing beside their recipients: counted, and searched for those who have not answered.

What is counted is read off `ix_mail_of_mailing`, which knows all that is asked of a letter here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, func, null, or_, select, text

from rejoinder.model.mail import UNENDED, Mailing, MailingStats, MailStatus
from rejoinder.store.mailing_control import count_up_to
from rejoinder.store.respids import row_number
from rejoinder.store.session import Session
from rejoinder.store.tables.panel import mail, mailing
from rejoinder.store.tables.respondents import respondent

_OPEN = (*(status.value for status in UNENDED), MailStatus.BOUNCED.value)


def mailing_stats(session: Session, workspace: int, one: Mailing, most: int | None = None) -> MailingStats:
    """What became of a mailing's letters.

    Parameters: `most` — at how many recipients of sent letters is looked for who opened and answered, the
    first ones; None for all.
    """
    mine = (mail.c.workspace_id == workspace, mail.c.mailing_id == one.id)
    states = select(mail.c.status, func.count().label("n")).where(*mine).group_by(mail.c.status)
    counts: dict[str, int] = {row.status: row.n for row in session.rows(states)}
    reasons = select(mail.c.reason, func.count().label("n")).group_by(mail.c.reason)
    reasons = reasons.where(*mine, mail.c.status == MailStatus.SKIPPED.value)
    sent = counts.get("sent", 0)
    letters = select(mail.c.respid).where(*mine, mail.c.status == MailStatus.SENT.value)
    if most is not None:
        letters = letters.order_by(mail.c.id).limit(most)
    opened, answered = _reached(session, workspace, one.survey_id, letters) if sent else (0, 0)
    return MailingStats(
        total=sum(counts.values()),
        sent=sent,
        waiting=counts.get("waiting", 0) + counts.get("sending", 0),
        outbox=counts.get("outbox", 0),
        doubtful=counts.get("doubtful", 0),
        bounced=counts.get("bounced", 0),
        refused=counts.get("refused", 0),
        skipped={row.reason: row.n for row in session.rows(reasons)} if "skipped" in counts else {},
        looked=sent if most is None else min(sent, most),
        opened=opened,
        answered=answered,
    )


def _reached(session: Session, workspace: int, survey: int, letters: Select[Any]) -> tuple[int, int]:
    """How many of those whom letters are for have opened their survey, and have answered."""
    found = letters.subquery("l")
    counts = select(func.count(respondent.c.opened_at), func.count(respondent.c.completed_at))
    joined = found.join(respondent, _recipient(session, workspace, survey, found.c.respid))
    row = session.row(counts.select_from(joined))
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _recipient(
    session: Session, workspace: int, survey: int, respid: ColumnElement[int]
) -> ColumnElement[bool]:
    """The respondent of a letter; on SQLite found where it lies, without an index between."""
    mine, row = respondent.c.workspace_id, row_number(session)
    if session.engine == "sqlite":
        return and_(row == (survey << 32) + respid, mine.op("+")(0) == workspace)
    return and_(mine == workspace, respondent.c.survey_id == survey, row == respid)


def old_enough(workspace: int, root: int, sent_before: int, most: int | None = None) -> Select[Any]:
    """The letters of a mailing that went out before a time (µs), of which a reminder may be; up to `most`."""
    sent = (mail.c.status == MailStatus.SENT.value, mail.c.ended_at < sent_before)
    mine = (mail.c.workspace_id == workspace, mail.c.mailing_id == root)
    found = select(mail.c.respid).where(*mine, *sent)
    return found if most is None else found.order_by(mail.c.id).limit(most)


def silent(
    session: Session,
    workspace: int,
    new: Mailing,
    sent_before: int,
    at_most: int,
    looked: int | None = None,
) -> Select[Any]:
    """Whom a reminder `new` of the invitations `new.root_id` is for: id, respid, reason (none).

    Nobody is reminded who did not get the invitation, so that its letters are where to begin.
    Parameters: `sent_before` — µs, the latest letter went out before it; `at_most` — reminders each;
    `looked` — of how many letters that are old enough; None for all.
    """
    letters = old_enough(workspace, new.root_id or 0, sent_before, looked).subquery("l")
    spared = _spared(workspace, new, sent_before, at_most).subquery("a")
    people = letters.join(
        respondent, _recipient(session, workspace, new.survey_id, letters.c.respid)
    ).outerjoin(spared, spared.c.respid == letters.c.respid)
    found = select(respondent.c.id.label("id"), letters.c.respid, null().cast(Text).label("reason"))
    return found.select_from(people).where(
        respondent.c.completed_at.is_(None), respondent.c.offline == 0, spared.c.respid.is_(None)
    )


def _spared(workspace: int, new: Mailing, sent_before: int, at_most: int) -> Select[Any]:
    """Whom the reminders before let nobody remind again: the latest went out too late, there were enough, or
    one is on its way or bounced."""
    family = select(mailing.c.id).where(
        mailing.c.workspace_id == workspace, mailing.c.root_id == new.root_id, mailing.c.id != new.id
    )
    lately = and_(mail.c.status == MailStatus.SENT.value, mail.c.ended_at >= sent_before)
    tried = mail.c.status != MailStatus.SKIPPED.value
    return (
        select(mail.c.respid)
        .where(mail.c.workspace_id == workspace, mail.c.mailing_id.in_(family))
        .group_by(mail.c.respid)
        .having(or_(_any(lately), _many(tried) >= at_most, _any(mail.c.status.in_(_OPEN))))
    )


def _many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return _many(condition) > 0


def count_silent(
    session: Session, workspace: int, new: Mailing, sent_before: int, at_most: int, most: int
) -> tuple[int, int]:
    """How many a reminder `new` is for, of the first `most` letters that are old enough, and how many letters
    those are; one more than `most` stands for more. Parameters as of `silent`."""
    with session.snapshot():
        if session.engine != "sqlite":  # a plan for any mailing takes twice as long as one for this
            session.run(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        people = count_up_to(session, silent(session, workspace, new, sent_before, at_most, most), most)
        looked = count_up_to(session, old_enough(workspace, new.root_id or 0, sent_before), most)
    return people, looked
