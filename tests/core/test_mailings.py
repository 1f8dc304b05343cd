"""Mailings: who is written to, who is not and why; reminders; that workspaces are walls."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import insert, select, update

from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import (
    NOT_INVITED,
    Recipients,
    find_batch,
    list_mailings,
    mailing_stats,
    queue_mailing,
    remind,
    stop_mailing,
    waiting_invitations,
)
from rejoinder.core.opt_outs import add_opt_outs
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.unit import Unit
from rejoinder.model.mail import MailStatus
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import jobs
from rejoinder.store.engine import Database
from rejoinder.store.tables.panel import batch, mail, patch
from rejoinder.store.tables.respondents import respondent
from servers.post import DAY, Office


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    opened = Database(database_url, synchronous="NORMAL")
    yield Office.open(opened)
    opened.close()


def mark(office: Office, respids: list[int], **values: object) -> None:
    """Change columns of respondents."""
    mine = (respondent.c.workspace_id == office.workspace, respondent.c.respid.in_(respids))
    office.do(lambda unit: unit.session.run(update(respondent).where(*mine).values(**values)))


def sent(office: Office, mailing: int, days_ago: float, *skip: int) -> None:
    """Pretend that the letters of a mailing went out, but for those to some respids."""
    mine = (mail.c.mailing_id == mailing, mail.c.status == "waiting", mail.c.respid.not_in(skip))
    values = {"status": "sent", "ended_at": office.now - int(days_ago * DAY)}
    office.do(lambda unit: unit.session.run(update(mail).where(*mine).values(**values)))


def test_everyone_is_accounted_for(office: Office) -> None:
    office.people("a@example.org", "b@example.org", "c@example.org", "d@example.org", "A@example.org")
    office.people({"label1": "no address"}, {"email": "not an address"}, {"email": "x@erased.invalid"})
    mark(office, [2], offline=1)
    mark(office, [3], completed_at=office.now)
    office.do(lambda unit: add_opt_outs(unit, ["D@Example.org"]))
    queued = office.invite()
    assert (queued.waiting, queued.repeated) == (2, 1)
    assert queued.skipped == {
        "own distribution": 1,
        "answered": 1,
        "opted out": 1,
        "no address": 2,
        "bad address": 1,
    }
    stats = office.see(lambda unit: mailing_stats(unit, queued.mailing.id))
    assert (stats.total, stats.waiting, stats.skipped) == (8, 2, queued.skipped)


def test_letters_tokens_and_the_job_are_of_one_transaction(office: Office) -> None:
    office.people("a@example.org", "b@example.org")
    mark(office, [2], token="kept")

    def fail(unit: Unit) -> None:
        queue_mailing(unit, "visits", "hello", NOT_INVITED)
        raise Invalid("no")

    with pytest.raises(Invalid):
        office.do(fail)
    assert office.letters() == []
    office.invite()
    tokens = office.see(lambda u: u.session.rows(select(respondent.c.token).order_by(respondent.c.respid)))
    assert len(tokens[0].token) == 18
    assert tokens[1].token == "kept"
    waiting = office.see(lambda unit: jobs.unfinished(unit.session, unit.workspace_id, "send_mail"))
    assert [job.run_at for job in waiting] == [office.now]
    office.invite(Recipients(respids=[1]))
    again = office.see(lambda unit: jobs.unfinished(unit.session, unit.workspace_id, "send_mail"))
    assert [job.id for job in again] == [job.id for job in waiting]


def test_all_who_were_not_invited_are_invited_once(office: Office) -> None:
    office.people("a@example.org", "b@example.org")
    first = office.invite()
    office.people("c@example.org")
    assert office.invite().waiting == 1
    sent(office, first.mailing.id, 0)
    mark(office, [1, 2], invited_at=office.now)
    assert office.invite().waiting == 0


def test_a_batch_is_those_that_its_patches_brought(office: Office) -> None:
    office.people("a@example.org", "b@example.org", "c@example.org")

    def make(unit: Unit) -> None:
        shared = {"workspace_id": unit.workspace_id, "created_at": 0}
        unit.session.run(insert(batch).values(**shared, id=4, uuid="u-4", survey_id=1))
        rows = {"received": 1, "first_respid": 1}
        for number in (7, 8):
            new = insert(patch).values(**shared, **rows, id=number, uuid=f"p{number}", batch_id=4)
            unit.session.run(new)

    office.do(make)
    mark(office, [1], patch_id=7)
    mark(office, [3], patch_id=8)
    number = office.see(lambda unit: find_batch(unit, "u-4"))
    assert office.invite(Recipients(batch=number)).waiting == 2
    assert [letter.respid for letter in office.letters()] == [1, 3]
    with pytest.raises(NotFound):
        office.see(lambda unit: find_batch(unit, "u-5"))
    with pytest.raises(NotFound):
        office.invite(Recipients(batch=5))


def test_respids_are_taken_once_and_unknown_ones_are_nobody(office: Office) -> None:
    office.people("a@example.org", "b@example.org")
    assert office.invite(Recipients(respids=[2, 2, 99])).waiting == 1
    assert office.invite(Recipients(respids=[])).waiting == 0
    with pytest.raises(Invalid):
        office.invite(Recipients(respids=[0]))


def test_a_template_must_lead_to_the_survey(office: Office) -> None:
    office.people("a@example.org")
    office.do(lambda unit: create_mail_template(unit, "empty", "Hello", "<p>Nothing</p>"))
    with pytest.raises(Invalid, match="survey_link"):
        office.invite(template="empty")
    with pytest.raises(NotFound):
        office.invite(template="nope")


def test_reminders_go_to_the_silent_after_some_days_and_so_many_times(office: Office) -> None:
    office.people(*(f"p{n}@example.org" for n in range(1, 6)))
    first = office.invite().mailing.id
    sent(office, first, 3, 5)  # the fifth letter still waits
    mark(office, [2], completed_at=office.now)
    assert office.do(lambda unit: remind(unit, first, 3.5, 2)).waiting == 0
    office.do(lambda unit: add_opt_outs(unit, ["p3@example.org"]))
    second = office.do(lambda unit: remind(unit, first, 3, 2))
    assert (second.waiting, second.skipped) == (2, {"opted out": 1})
    assert second.mailing.root_id == first
    assert office.do(lambda unit: remind(unit, first, 0, 2)).waiting == 0, "their reminder still waits"
    sent(office, second.mailing.id, 1)
    third = office.do(lambda unit: remind(unit, second.mailing.id, 1, 2))
    assert third.waiting == 2
    sent(office, third.mailing.id, 1)
    assert office.do(lambda unit: remind(unit, first, 0, 2)).waiting == 0, "two reminders each"
    assert office.do(lambda unit: remind(unit, first, 0, 3)).waiting == 2
    with pytest.raises(Invalid):
        office.do(lambda unit: remind(unit, first, -1, 2))


def test_a_page_of_respondents_knows_whose_invitation_waits(office: Office) -> None:
    office.people("a@example.org", "b@example.org", {"label1": "x"})
    ids = [row.id for row in office.see(lambda u: u.session.rows(select(respondent.c.id)))]
    assert office.see(lambda unit: waiting_invitations(unit, ids)) == set()
    queued = office.invite()
    assert len(office.see(lambda unit: waiting_invitations(unit, ids))) == 2
    sent(office, queued.mailing.id, 0)
    assert office.see(lambda unit: waiting_invitations(unit, ids)) == set()


def test_a_mailing_is_stopped(office: Office) -> None:
    office.people("a@example.org", "b@example.org")
    number = office.invite().mailing.id
    assert office.do(lambda unit: stop_mailing(unit, number)) == 2
    assert [one.status for one in office.letters()] == [MailStatus.SKIPPED] * 2


def test_workspaces_are_walls(office: Office) -> None:
    other = Office.open(office.database, "other")
    other.people("a@example.org")
    number = other.invite().mailing.id
    other.do(lambda unit: create_mail_template(unit, "theirs", "x", "{survey_link}"))
    office.people("b@example.org")
    for verb in (mailing_stats, stop_mailing):
        with pytest.raises(NotFound):
            office.do(lambda unit, verb=verb: verb(unit, number))
    with pytest.raises(NotFound):
        office.do(lambda unit: remind(unit, number, 0, 1))
    with pytest.raises(NotFound):
        office.invite(template="theirs")
    assert office.see(list_mailings) == []
    office.invite()
    assert {one.mailing_id for one in office.letters()} == {1}
    assert office.see(list_mailings)[0].survey_id != other.see(list_mailings)[0].survey_id


def test_twenty_thousand_are_one_statement(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"email": f"p{n}@example.org"} for n in range(20_000)]
    new = Batch(msgspec.json.encode(rows), (), ("email",))
    office.do(lambda unit: add(unit, "visits", "respondent", new))
    statements: list[str] = []
    run = type(office.do(lambda unit: unit.session)).run

    def watched(session: object, statement: object, *rest: object) -> int:
        statements.append(str(statement))
        return run(session, statement, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("rejoinder.store.session.Session.run", watched)
    assert office.invite().waiting == 20_000
    assert sum("INSERT INTO mail " in one for one in statements) == 1
    assert len(statements) < 60
