"""Mail templates and mailings, and the letters of a mailing, written in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from msgspec import json
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    text,
    update,
)

from rejoinder.model.mail import UNENDED, Kind, Mailing, MailStatus, Skip
from rejoinder.store.counters import next_id, next_ids
from rejoinder.store.letters import silent
from rejoinder.store.respids import row_number
from rejoinder.store.session import Session
from rejoinder.store.tables.panel import mail, mailing, patch
from rejoinder.store.tables.respondents import respondent

_ALIVE = tuple(status.value for status in UNENDED)
_COLUMNS = (
    mailing.c.id,
    mailing.c.survey_id,
    mailing.c.template_id,
    mailing.c.kind,
    mailing.c.batch_id,
    mailing.c.root_id,
    mailing.c.created_at,
    mailing.c.send_at,
    mailing.c.paused_at,
)
_LETTER = (
    "workspace_id",
    "id",
    "mailing_id",
    "survey_id",
    "respondent_id",
    "respid",
    "kind",
    "status",
    "reason",
    "due_at",
    "ended_at",
    "created_at",
)


class Asked(NamedTuple):
    """A letter that was just asked for, and the record that it is about."""

    id: int
    respid: int
    token: str | None
    doc: str


def add_mailing(
    session: Session,
    workspace: int,
    survey: int,
    template: int,
    kind: Kind,
    *,
    batch_id: int | None,
    root_id: int | None,
    settings: dict[str, Any],
    send_at: int | None = None,
    now: int,
) -> Mailing:
    """Insert a mailing without letters."""
    number = next_id(session, workspace, "mailing")
    new = Mailing(number, survey, template, kind, batch_id, root_id, now, send_at)
    session.run(
        insert(mailing).values(
            workspace_id=workspace,
            id=number,
            survey_id=survey,
            template_id=template,
            kind=kind,
            batch_id=batch_id,
            root_id=root_id,
            settings=json.encode(settings).decode(),
            send_at=send_at,
            created_at=now,
        )
    )
    return new


def mailing_by_id(session: Session, workspace: int, number: int) -> Mailing | None:
    """A mailing by its number."""
    row = session.row(select(*_COLUMNS).where(mailing.c.workspace_id == workspace, mailing.c.id == number))
    return row and Mailing(*row)


def newest_mailings(
    session: Session, workspace: int, survey: int | None, limit: int, before: int | None = None
) -> list[Mailing]:
    """Mailings, the newest first; of one survey or of all; `before` — only those with a lower number."""
    found = select(*_COLUMNS).where(mailing.c.workspace_id == workspace)
    if survey is not None:
        found = found.where(mailing.c.survey_id == survey)
    if before is not None:
        found = found.where(mailing.c.id < before)
    return [Mailing(*row) for row in session.rows(found.order_by(mailing.c.id.desc()).limit(limit))]


def _respid(session: Session) -> ColumnElement[int]:
    number = row_number(session)
    return (number.op("&")(4294967295) if session.engine == "sqlite" else number).label("respid")


def _of_survey(session: Session, workspace: int, survey: int) -> list[ColumnElement[bool]]:
    """The rows of a survey; on SQLite they lie together, and no index is as quick as the rows themselves."""
    if session.engine != "sqlite":
        return [respondent.c.workspace_id == workspace, respondent.c.survey_id == survey]
    row = row_number(session)
    return [row > survey << 32, row < (survey + 1) << 32, respondent.c.workspace_id.op("+")(0) == workspace]


def of_batch(workspace: int, number: int) -> ColumnElement[bool]:
    """The respondents that the patches of a batch brought."""
    patches = select(patch.c.id).where(patch.c.workspace_id == workspace, patch.c.batch_id == number)
    return respondent.c.patch_id.in_(patches)


def of_respids(session: Session, survey: int, respids: Sequence[int]) -> ColumnElement[bool]:
    """The respondents with these respids, however many, in one parameter."""
    if session.engine == "sqlite":
        given = func.json_each(json.encode(respids).decode()).table_valued("value")
        numbers = select(literal(survey << 32).op("|")(cast(given.c.value, BigInteger)))
        return column("row", BigInteger).in_(numbers)
    return respondent.c.respid == func.any(literal(list(respids), ARRAY(BigInteger)))


def of_nobody_invited(workspace: int) -> ColumnElement[bool]:
    """The respondents who were not invited, and for whom no invitation waits."""
    asked = exists().where(
        mail.c.workspace_id == workspace,
        mail.c.respondent_id == respondent.c.id,
        mail.c.kind == "invitation",
        mail.c.status.in_((*_ALIVE, MailStatus.SENT.value)),
    )
    return and_(respondent.c.invited_at.is_(None), ~asked)


@contextmanager
def _whole_tables(session: Session) -> Iterator[None]:
    """Let PostgreSQL join by hashing: a table that has just grown has no statistics, and the planner would
    look through all of it for each row."""
    lite = session.engine == "sqlite"
    if not lite:
        session.run(text("SET LOCAL enable_nestloop = off"))
    yield
    if not lite:
        session.run(text("SET LOCAL enable_nestloop TO DEFAULT"))


def _add_letters(session: Session, workspace: int, new: Mailing, people: Select[Any]) -> int:
    """Insert a letter for each of `people` (id, respid, reason), in one statement; gives how many.

    The counter is locked first and counted on afterwards, so that the numbers fit however many there are.
    """
    first = next_ids(session, workspace, "mail", 0).stop
    found = people.subquery("p")
    waits = found.c.reason.is_(None)
    number = literal(first - 1) + func.row_number().over(order_by=found.c.respid)
    letters = select(
        literal(workspace, BigInteger),
        number,
        literal(new.id, BigInteger),
        literal(new.survey_id, BigInteger),
        found.c.id,
        found.c.respid,
        literal(new.kind, Text),
        case((waits, MailStatus.WAITING.value), else_=MailStatus.SKIPPED.value),
        found.c.reason,
        case((waits, literal(new.send_at or new.created_at, BigInteger)), else_=null()),
        case((waits, null()), else_=literal(new.created_at, BigInteger)),
        literal(new.created_at, BigInteger),
    )
    added = insert(mail).from_select(_LETTER, letters)
    with _whole_tables(session):
        count = session.run(added)
    next_ids(session, workspace, "mail", count)
    return count


def add_invitations(session: Session, workspace: int, new: Mailing, who: ColumnElement[bool]) -> int:
    """A letter of an invitation for each respondent of its survey that `who` names; gives how many."""
    return _add_letters(session, workspace, new, invitable(session, workspace, new.survey_id, who))


def invitable(session: Session, workspace: int, survey: int, who: ColumnElement[bool]) -> Select[Any]:
    """Whom `add_invitations` writes to: id, respid, reason."""
    reason = case(
        (respondent.c.offline == 1, Skip.OWN_DISTRIBUTION.value),
        (respondent.c.completed_at.is_not(None), Skip.ANSWERED.value),
        else_=null(),
    )
    people = select(respondent.c.id, _respid(session), reason.label("reason")).select_from(respondent)
    return people.where(*_of_survey(session, workspace, survey), who)


def add_reminders(session: Session, workspace: int, new: Mailing, *, sent_before: int, at_most: int) -> int:
    """A letter for each respondent who got the invitation `new.root_id` and has not answered; gives how many.

    Parameters: `sent_before` — µs, the latest letter went out before it; `at_most` — reminders each.
    """
    return _add_letters(session, workspace, new, silent(session, workspace, new, sent_before, at_most))


def asked(session: Session, workspace: int, new: Mailing, size: int = 2000) -> Iterator[list[Asked]]:
    """The waiting letters of a mailing with their records, in lists of up to `size`."""
    last, survey = 0, new.survey_id
    while True:
        letters = session.rows(
            select(mail.c.id, mail.c.respid, mail.c.respondent_id, mail.c.status)
            .where(mail.c.workspace_id == workspace, mail.c.mailing_id == new.id)
            .where(mail.c.respondent_id > last)
            .order_by(mail.c.respondent_id)
            .limit(size)
        )
        if not letters:
            return
        last = letters[-1].respondent_id
        waiting = {row.respid: row.id for row in letters if row.status == MailStatus.WAITING.value}
        people = select(respondent.c.id, respondent.c.token, respondent.c.doc, _respid(session)).where(
            *_of_survey(session, workspace, survey), of_respids(session, survey, list(waiting))
        )
        yield [Asked(waiting[row.respid], row.respid, row.token, row.doc) for row in session.rows(people)]


def skip(session: Session, workspace: int, letters: Sequence[tuple[int, Skip]], now: int) -> None:
    """Note of letters why they are not sent."""
    if letters:
        session.run(
            update(mail)
            .where(mail.c.workspace_id == workspace, mail.c.id == bindparam("letter"))
            .values(status=MailStatus.SKIPPED.value, reason=bindparam("why"), ended_at=now, due_at=None),
            [{"letter": number, "why": why.value} for number, why in letters],
        )


def stop_mailing(session: Session, workspace: int, number: int, now: int) -> int:
    """Let the letters of a mailing that wait not be sent; gives how many."""
    waits = mail.c.status.in_((MailStatus.WAITING.value, MailStatus.OUTBOX.value))
    mine = (mail.c.workspace_id == workspace, mail.c.mailing_id == number, waits)
    values = {"status": MailStatus.SKIPPED.value, "reason": Skip.STOPPED.value, "ended_at": now}
    return session.run(update(mail).where(*mine).values(**values, due_at=None))


def give_tokens(session: Session, workspace: int, survey: int, tokens: Sequence[tuple[int, str]]) -> None:
    """Give respondents without a token one each; those who have got one meanwhile keep theirs."""
    if not tokens:
        return
    change = update(respondent).where(respondent.c.workspace_id == workspace, respondent.c.token.is_(None))
    if session.engine == "sqlite":
        rows = [{"number": survey << 32 | respid, "fresh": token} for respid, token in tokens]
        change = change.where(row_number(session) == bindparam("number"))
        session.run(change.values(token=bindparam("fresh")), rows)
        return
    respids, fresh = (list(values) for values in zip(*tokens, strict=True))
    given = func.unnest(literal(respids, ARRAY(BigInteger)), literal(fresh, ARRAY(Text)))
    pairs = given.table_valued(column("respid", BigInteger), column("token", Text), name="u").render_derived()
    mine = (respondent.c.survey_id == survey, respondent.c.respid == pairs.c.respid)
    session.run(change.where(*mine).values(token=pairs.c.token))


def waiting_invitations(session: Session, workspace: int, respondents: Sequence[int]) -> set[int]:
    """Which respondents (by id) have an invitation that has not ended."""
    rows = session.rows(
        select(mail.c.respondent_id).where(
            mail.c.workspace_id == workspace,
            mail.c.respondent_id.in_(respondents),
            mail.c.kind == "invitation",
            mail.c.status.in_(_ALIVE),
        )
    )
    return {row.respondent_id for row in rows}
