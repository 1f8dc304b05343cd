"""What hangs on respondents outside their own rows: found and deleted for erasure, in whole lists.

Whoever adds a table that holds something of a respondent adds it here; a test that looks for a planted word
in every column of every table finds what was forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct, json, structs
from sqlalchemy import ColumnElement, and_, delete, exists, select, update

from rejoinder.model.event import EventKind
from rejoinder.model.incoming import BUSY
from rejoinder.store.chunks import chunks
from rejoinder.store.contacts import change_contacts, contacts_by_ids
from rejoinder.store.exports import withdraw_exports
from rejoinder.store.feedback.marking import ask_for_analysis
from rejoinder.store.hot import KEEP_REPLIES
from rejoinder.store.incoming import drop_incoming
from rejoinder.store.jobs import UNDONE
from rejoinder.store.participants import forget_partials
from rejoinder.store.respids import row_number, these_rows
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import delivery, event, idempotency, incoming, job
from rejoinder.store.tables.feedback import feedback, response_tag
from rejoinder.store.tables.panel import contact, mail
from rejoinder.store.tables.respondents import respondent
from rejoinder.store.tables.surveys import survey
from rejoinder.store.uploads import forget_uploads


class _Reply(Struct):
    """What says whom a kept reply is about."""

    id: int = 0


class Who(NamedTuple):
    """A respondent whose traces are meant; `updated_at` in µs."""

    respid: int
    id: int
    contact_id: int | None
    updated_at: int


def who(session: Session, workspace: int, survey_id: int, respids: Sequence[int]) -> list[Who]:
    """Respondents by their respids, those that are there."""
    found = []
    for some in chunks(respids):
        where = these_rows(session, workspace, survey_id, some)
        columns = (respondent.c.respid, respondent.c.id, respondent.c.contact_id, respondent.c.updated_at)
        found += [Who(*row) for row in session.rows(select(*columns).where(where))]
    return found


def forget_events(session: Session, workspace: int, survey_id: int, respids: Sequence[int]) -> int:
    """Delete the events of respondents, with what was sent of them and what receivers replied.

    An `answer.deleted` stays: it holds ids only, and its receivers must hear it.
    """
    count = 0
    for some in chunks(respids):
        mine = and_(_events(workspace, survey_id, some), event.c.kind != EventKind.DELETED.value)
        count += _drop_events(session, workspace, mine)
    return count


def renew_events(session: Session, workspace: int, survey_id: int, respids: Sequence[int]) -> int:
    """As `forget_events`, for respondents who stay: what is still to be sent is sent as they now are."""
    count = 0
    for some in chunks(respids):
        mine = _events(workspace, survey_id, some)
        owed = exists().where(
            delivery.c.workspace_id == workspace,
            delivery.c.event_id == event.c.id,
            delivery.c.due_at.is_not(None),
        )
        count += _drop_events(session, workspace, and_(mine, ~owed))
        now = select(respondent.c.doc).where(_as_told(session, survey_id)).scalar_subquery()
        fresh = {"record": now, "body": None}
        session.run(update(event).where(mine, event.c.record.is_not(None)).values(fresh))
        open_ = select(event.c.id).where(mine)
        theirs = (delivery.c.workspace_id == workspace, delivery.c.event_id.in_(open_))
        session.run(update(delivery).where(*theirs).values(tries="[]"))
    return count


def _as_told(session: Session, survey_id: int) -> ColumnElement[bool]:
    """The condition for the row that an event of a survey is about."""
    if session.engine == "sqlite":
        place = row_number(session) == event.c.respid.op("|")(survey_id << 32)
    else:
        place = and_(respondent.c.survey_id == survey_id, respondent.c.respid == event.c.respid)
    return and_(respondent.c.workspace_id == event.c.workspace_id, place)


def _events(workspace: int, survey_id: int, respids: Sequence[int]) -> ColumnElement[bool]:
    return and_(
        event.c.workspace_id == workspace, event.c.survey_id == survey_id, event.c.respid.in_(respids)
    )


def _drop_events(session: Session, workspace: int, mine: ColumnElement[bool]) -> int:
    theirs = (delivery.c.workspace_id == workspace, delivery.c.event_id.in_(select(event.c.id).where(mine)))
    session.run(delete(delivery).where(*theirs))
    return session.run(delete(event).where(mine))


def renew_feedback(session: Session, workspace: int, people: Sequence[Who], now: int) -> None:
    """Forget what was made of the comments of respondents who stay, and let it be found out anew."""
    due = 0
    for some in chunks(people):
        ids = [one.id for one in some]
        spans = (response_tag.c.workspace_id == workspace, response_tag.c.respondent_id.in_(ids))
        session.run(update(response_tag).where(*spans, response_tag.c.spans.is_not(None)).values(spans=None))
        mine = (feedback.c.workspace_id == workspace, feedback.c.respondent_id.in_(ids))
        values = {"translated": None, "fingerprint": None, "due": 1, "revision": feedback.c.revision + 1}
        due += session.run(update(feedback).where(*mine).values(values))
    if due:
        ask_for_analysis(session, workspace, now)


def forget_mail(session: Session, workspace: int, people: Sequence[Who], *, keep_rows: bool) -> int:
    """Delete the letters to respondents; with `keep_rows` only what they said and what servers replied."""
    count = 0
    for some in chunks(people):
        ids = [one.id for one in some]
        mine = and_(mail.c.workspace_id == workspace, mail.c.respondent_id.in_(ids))
        if keep_rows:
            told = mail.c.content.is_not(None) | mail.c.detail.is_not(None)
            count += session.run(update(mail).where(mine, told).values(content=None, detail=None))
        else:
            count += session.run(delete(mail).where(mine))
    return count


def forget_answers(session: Session, workspace: int, survey_id: int, respids: Sequence[int]) -> int:
    """Delete what answers left beside the record: those that were put off, and files; gives how many."""
    count = 0
    for some in chunks(respids):
        count += forget_partials(session, workspace, survey_id, some)
        count += forget_uploads(session, workspace, survey_id, some)
    return count


def forget_replies(session: Session, workspace: int, scope: str, people: Sequence[Who], now: int) -> int:
    """Delete what was replied to requests about respondents, kept under idempotency keys."""
    recent = {one.id for one in people if one.updated_at > now - KEEP_REPLIES}
    if not recent:
        return 0
    mine = (idempotency.c.workspace_id == workspace, idempotency.c.scope == scope)
    found = session.rows(select(idempotency.c.key, idempotency.c.reply).where(*mine))
    keys = [row.key for row in found if row.reply and json.decode(row.reply, type=_Reply).id in recent]
    return sum(
        session.run(delete(idempotency).where(*mine, idempotency.c.key.in_(some))) for some in chunks(keys)
    )


def lonely_contacts(
    session: Session, workspace: int, contacts: Sequence[int], besides: int | None = None
) -> list[int]:
    """Those of the contacts that no respondent of any survey belongs to; of `besides` they may."""
    lonely = []
    for some in chunks(sorted(set(contacts))):
        used = exists().where(
            survey.c.workspace_id == workspace,
            respondent.c.workspace_id == workspace,
            respondent.c.survey_id == survey.c.id,
            respondent.c.contact_id == contact.c.id,
        )
        if besides is not None:
            used = used.where(survey.c.id != besides)
        mine = (contact.c.workspace_id == workspace, contact.c.id.in_(some))
        lonely += [row.id for row in session.rows(select(contact.c.id).where(*mine, ~used))]
    return lonely


def unlink_contacts(session: Session, workspace: int, survey_id: int, respids: Sequence[int]) -> None:
    """Let respondents belong to no contact any more."""
    for some in chunks(respids):
        mine = these_rows(session, workspace, survey_id, some)
        session.run(update(respondent).where(mine).values(contact_id=None))


def replace_labels(
    session: Session, workspace: int, contacts: Sequence[int], labels: Sequence[int], text: str
) -> int:
    """Put a text in place of labels of contacts, where they have them; gives how many contacts changed."""
    changed = []
    for some in chunks(contacts):
        for one in contacts_by_ids(session, workspace, some):
            fresh = one.labels | {number: text for number in labels if number in one.labels}
            if fresh != one.labels:
                changed.append(structs.replace(one, labels=fresh))
    change_contacts(session, workspace, changed)
    return len(changed)


def contacts_of(session: Session, workspace: int, folded: str) -> list[int]:
    """The contacts that have an address, which is given folded."""
    mine = (contact.c.workspace_id == workspace, contact.c.folded_email == folded)
    return [row.id for row in session.rows(select(contact.c.id).where(*mine))]


def forget_put_off(session: Session, workspace: int, survey_id: int, respids: Sequence[int]) -> int:
    """Delete the answers that respondents put off; what was valid of them is in their records."""
    return sum(forget_partials(session, workspace, survey_id, some) for some in chunks(respids))


def forget_failed(session: Session, workspace: int, kind: str, survey_id: int) -> int:
    """Take out of jobs of a kind that ended undone what they were asked to do to respondents of a survey."""
    mine = (job.c.workspace_id == workspace, job.c.kind == kind, job.c.status.in_(UNDONE))
    asked = json.encode({"survey": survey_id}).decode()
    count = 0
    for row in session.rows(select(job.c.id, job.c.arguments).where(*mine)):
        if json.decode(row.arguments).get("survey") == survey_id and row.arguments != asked:
            count += session.run(update(job).where(*mine, job.c.id == row.id).values(arguments=asked))
    return count


def forget_exports(session: Session, workspace: int, survey_id: int, now: int) -> int:
    """Delete the finished exports in which respondents of a survey may be; those that run begin anew, without
    whoever is gone. Nobody knows which rows a file has without reading it, so it goes whole."""
    why = "Somebody who was in this file was erased or anonymised; ask for the export again."
    return withdraw_exports(session, workspace, survey_id, now, why)


def forget_files(session: Session, workspace: int, survey_id: int) -> int:
    """Delete the files that came to be imported into a survey, which show their first rows, but for those
    that are being imported just now; gives how many. Nobody knows who is in one, so it goes whole."""
    mine = (incoming.c.workspace_id == workspace, incoming.c.survey_id == survey_id)
    rested = incoming.c.status.not_in([one.value for one in BUSY])
    rows = session.rows(select(incoming.c.id).where(*mine, rested))
    for row in rows:
        drop_incoming(session, workspace, row.id)
    return len(rows)
