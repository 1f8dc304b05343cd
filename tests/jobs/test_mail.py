"""The job that sends mail: each letter once, at its pace, whatever happens to the server and to us."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from rejoinder.core.mail.outcomes import PAUSES
from rejoinder.core.mail.sending import LEASE
from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import mailing_stats, remind, stop_mailing
from rejoinder.core.notices import tell_owner
from rejoinder.core.opt_outs import add_opt_outs
from rejoinder.jobs import mail as module
from rejoinder.jobs.mail import Sender
from rejoinder.jobs.runner import Runner
from rejoinder.model.job import JobStatus
from rejoinder.model.mail import MailStatus
from rejoinder.settings import Settings
from rejoinder.store import jobs
from rejoinder.store.engine import Database
from rejoinder.store.session import Session
from rejoinder.store.tables.panel import mail
from rejoinder.store.tables.respondents import respondent
from servers import smtp
from servers.post import SECOND, Office

SETTINGS = Settings(
    public_url="https://surveys.example.org",
    mail_from="Zespół Żółw <surveys@example.org>",
    mail_per_minute=0,
    mail_address_gap=0,
    smtp_timeout=20,
)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    opened = Database(database_url, synchronous="NORMAL")
    yield Office.open(opened, owners=["owner@example.org"])
    opened.close()


@pytest.fixture
def server() -> Iterator[smtp.Server]:
    with smtp.running() as found:
        yield found


def work(office: Office, server: smtp.Server | None, **settings: Any) -> int:
    """Run the mail jobs that are due; gives how many."""
    chosen = msgspec.structs.replace(SETTINGS, smtp_url=server.url() if server else None, **settings)
    sender = Sender(chosen, lambda: office.now)
    crew = Runner(office.database, {"send_mail": sender}, clock=lambda: office.now)
    return crew.run_due()


def job(office: Office) -> Any:
    """The workspace's newest mail job."""
    return office.see(lambda unit: jobs.newest_jobs(unit.session, workspace=unit.workspace_id)[0])


def rows(office: Office) -> list[Any]:
    found = select(respondent.c.invited_at, respondent.c.doc, respondent.c.token)
    return office.see(lambda u: u.session.rows(found.order_by(respondent.c.respid)))


def status(office: Office, place: int) -> str | None:
    """A respondent's `smtpStatus`."""
    found: str | None = msgspec.json.decode(rows(office)[place].doc).get("smtpStatus")
    return found


def test_an_invitation_arrives_as_it_should(office: Office, server: smtp.Server) -> None:
    office.people({"email": "jan@żółw.pl", "label1": '<b>Łódź</b> "&'})
    office.invite()
    office.now += 5 * SECOND
    assert work(office, server) == 1
    (letter,) = server.taken
    (row,) = rows(office)
    message = letter.message
    assert letter.recipient == "jan@xn--w-uga1v8h.pl"
    assert message["From"].addresses[0].display_name == "Zespół Żółw"
    assert message["Subject"] == 'Hello <b>Łódź</b> "&'
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == office.letters()[0].message_id
    assert message["Date"].datetime.timestamp() == office.now // SECOND
    link = f"https://surveys.example.org/s/visits/{row.token}"
    assert f'href="{link}"' in letter.part("html")
    assert "&lt;b&gt;Łódź&lt;/b&gt; &quot;&amp;" in letter.part("html")
    assert f"Begin ({link})" in letter.part("plain")
    assert '<b>Łódź</b> "&' in letter.part("plain")
    stop = re.fullmatch(r"<(https://surveys\.example\.org/u/[\w-]{72})>", message["List-Unsubscribe"])
    assert stop
    assert stop[1] in letter.part("html")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert max(len(line) for line in letter.data.split(b"\r\n")) <= 150
    assert letter.data.isascii()
    assert row.invited_at == office.now
    assert status(office, 0) == "messageSent"
    assert job(office).status is JobStatus.DONE
    assert office.letters()[0].status is MailStatus.SENT


def test_headers_cannot_be_broken_into(office: Office, server: smtp.Server) -> None:
    hostile = "x\r\nBcc: victim@example.org\r\n\r\n<p>no\x00\u2028Bcc: y@example.org"
    office.people({"email": "a@example.org", "label1": hostile})
    office.people({"email": "b@example.org", "label1": "\ud7ff\u202e" * 400})
    office.invite()
    assert work(office, server) == 1
    assert len(server.taken) == 2
    for letter in server.taken:
        assert set(letter.message.keys()) == {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe",
            "List-Unsubscribe-Post", "Content-Type", "MIME-Version",
        }  # fmt: skip
    assert "Bcc: victim@example.org" in server.taken[0].message["Subject"]


def test_hostile_addresses_reach_nobody(office: Office, server: smtp.Server) -> None:
    hostile = ["a@example.org>\r\nRCPT TO:<b@example.org", "a@b@c d", "@x.org", "a@", "a b@x.org", "a@-x.org"]
    office.people(*({"email": one} for one in hostile))
    assert office.invite().skipped == {"bad address": len(hostile)}


def test_replies_are_noted_on_letter_and_respondent(office: Office, server: smtp.Server) -> None:
    office.people("ok@example.org", "gone@example.org", "late@example.org")
    server.refuse["gone@example.org"] = "550 5.1.1 <GONE@example.org> gone: no such user"
    server.refuse["late@example.org"] = "450 4.2.1 Later"
    number = office.invite().mailing.id
    work(office, server)
    ok, gone, late = office.letters()
    assert (ok.status, gone.status, late.status) == (MailStatus.SENT, MailStatus.BOUNCED, MailStatus.WAITING)
    assert gone.detail == "550 5.1.1 <…> …: no such user"
    assert [status(office, n) for n in range(3)] == ["messageSent", "messageBounced", None]
    assert [bool(row.invited_at) for row in rows(office)] == [True, False, False]
    for pause in PAUSES:
        assert job(office).run_at == office.now + pause * SECOND
        office.now = job(office).run_at
        assert work(office, server) == 1
    assert office.letters()[2].status is MailStatus.REFUSED
    assert status(office, 2) == "messageRefused"
    assert job(office).status is JobStatus.DONE
    stats = office.see(lambda unit: mailing_stats(unit, number))
    assert (stats.sent, stats.bounced, stats.refused, stats.waiting) == (1, 1, 1, 0)


@pytest.mark.parametrize("stage", ["data", "end", "stall"])
def test_a_letter_without_an_answer_is_doubtful_and_stays_so(
    office: Office, server: smtp.Server, stage: str
) -> None:
    office.people("bad@example.org", "ok@example.org")
    server.stages["bad@example.org"] = stage
    office.invite()
    work(office, server, smtp_timeout=1 if stage == "stall" else 20)
    bad, ok = office.letters()
    assert (bad.status, ok.status) == (MailStatus.DOUBTFUL, MailStatus.SENT)
    office.now += 10 * LEASE
    office.invite()
    work(office, server)
    assert office.letters()[0].status is MailStatus.DOUBTFUL
    assert len(server.letters("bad@example.org")) == (stage != "data")


def test_a_claim_whose_worker_died_is_doubtful(office: Office, server: smtp.Server) -> None:
    office.people("a@example.org", "b@example.org")
    office.invite()
    first = office.letters()[0].id
    claimed = update(mail).where(mail.c.id == first)
    values = {"status": "sending", "claimed_at": office.now, "claimed_by": "dead"}
    office.do(lambda unit: unit.session.run(claimed.values(**values)))
    work(office, server)
    assert [one.status for one in office.letters()] == [MailStatus.SENDING, MailStatus.SENT]
    assert job(office).run_at == office.now + LEASE + 1, "somebody looks after it"
    office.now += LEASE + 1
    work(office, server)
    assert office.letter(first).status is MailStatus.DOUBTFUL
    assert len(server.taken) == 1


def test_an_outcome_that_comes_late_is_noted_all_the_same(office: Office, server: smtp.Server) -> None:
    """Doubtful while its worker was only slow: what the worker knows counts."""
    from rejoinder.core.mail.outcomes import How, Outcome, note
    from rejoinder.core.mail.pacing import Limits
    from rejoinder.core.mail.sending import Claimed, Terms, next_letter

    office.people("a@example.org")
    office.invite()
    terms = Terms("https://s.example.org", False, Limits(), "example.org")
    claimed = office.do(lambda unit: next_letter(unit, "slow", terms))
    assert isinstance(claimed, Claimed)
    office.now += 2 * LEASE
    work(office, server)
    assert office.letters()[0].status is MailStatus.DOUBTFUL
    assert office.do(lambda unit: note(unit, claimed, Outcome(How.SENT, "250 ok")))
    assert office.letters()[0].status is MailStatus.SENT
    assert not office.do(lambda unit: note(unit, claimed, Outcome(How.BOUNCED, "550 no")))
    assert office.letters()[0].status is MailStatus.SENT


def test_a_server_that_is_away_is_waited_for(office: Office, server: smtp.Server) -> None:
    office.people("a@example.org")
    office.invite()
    server.sender_reply = "451 4.3.2 Not now"
    work(office, server)
    assert (job(office).status, job(office).attempts) == (JobStatus.WAITING, 1)
    assert "451 4.3.2 Not now" in job(office).error
    assert (office.letters()[0].status, office.letters()[0].attempts) == (MailStatus.WAITING, 0)
    server.sender_reply = ""
    office.now = job(office).run_at
    work(office, server)
    assert len(server.taken) == 1


def test_a_server_that_refuses_us_ends_the_job_and_no_letter(office: Office, server: smtp.Server) -> None:
    office.people("a@example.org")
    office.invite()
    server.sender_reply = "553 5.7.1 Not yours"
    work(office, server)
    assert job(office).status is JobStatus.FAILED
    assert "REJOINDER_MAIL_FROM" in job(office).error
    assert office.letters()[0].status is MailStatus.WAITING
    server.sender_reply = ""
    module.schedule(office.database)
    office.now = job(office).run_at
    work(office, server)
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("name", "word"), [("public_url", "REJOINDER_PUBLIC_URL"), ("mail_from", "REJOINDER_MAIL_FROM")]
)
def test_without_a_setting_mails_wait_and_the_job_says_why(
    office: Office, server: smtp.Server, name: str, word: str
) -> None:
    office.people("a@example.org")
    office.invite()
    work(office, server, **{name: None})
    assert job(office).status is JobStatus.FAILED
    assert word in job(office).error
    assert office.letters()[0].status is MailStatus.WAITING
    assert server.taken == []


def test_a_notice_needs_no_public_address(office: Office, server: smtp.Server) -> None:
    office.people("a@example.org")
    office.invite()
    office.do(lambda unit: tell_owner(unit, "Hello", "A webhook was disabled.\n.\nSee the console."))
    work(office, server, public_url=None)
    (letter,) = server.taken
    assert letter.recipient == "owner@example.org"
    assert letter.message.get_content_type() == "text/plain"
    assert letter.part("plain").splitlines() == ["A webhook was disabled.", ".", "See the console."]
    assert "List-Unsubscribe" not in letter.message
    assert "REJOINDER_PUBLIC_URL" in job(office).error


def test_without_a_server_mails_are_kept_to_be_read(office: Office, server: smtp.Server) -> None:
    office.people("a@example.org", {"email": "nobody"})
    office.invite()
    work(office, None)
    kept, skipped = office.letters()
    assert (kept.status, skipped.status) == (MailStatus.OUTBOX, MailStatus.SKIPPED)
    assert rows(office)[0].invited_at is None
    office.now += 10 * LEASE
    office.people("b@example.org")
    office.invite()
    work(office, server)
    assert [one.recipient for one in server.taken] == ["b@example.org"], "what is kept does not go by itself"


def test_who_answered_left_or_vanished_meanwhile_gets_nothing(office: Office, server: smtp.Server) -> None:
    office.people(*(f"p{n}@example.org" for n in range(1, 6)))
    office.invite()
    mine = respondent.c.workspace_id == office.workspace

    def meanwhile(unit: Any) -> None:
        session: Session = unit.session
        one = update(respondent).where(mine)
        session.run(one.where(respondent.c.respid == 1).values(completed_at=1))
        session.run(one.where(respondent.c.respid == 2).values(offline=1))
        session.run(respondent.delete().where(mine, respondent.c.respid == 3))
        session.run(one.where(respondent.c.respid == 4).values(token=None))
        add_opt_outs(unit, ["P5@example.org"])

    office.do(meanwhile)
    work(office, server)
    assert [one.reason for one in office.letters()] == [
        "answered",
        "own distribution",
        "deleted",
        None,
        "opted out",
    ]
    assert [one.recipient for one in server.taken] == ["p4@example.org"]
    assert re.search(r"/s/visits/[0-9A-HJKMNP-TV-Z]{18}", server.taken[0].part("html"))


def test_reminders_do_not_change_the_invitations_date(office: Office, server: smtp.Server) -> None:
    office.people("a@example.org")
    first = office.invite().mailing.id
    work(office, server)
    invited = rows(office)[0].invited_at
    office.now += 3 * 24 * 3600 * SECOND
    office.do(lambda unit: create_mail_template(unit, "again", "Again", "{survey_link}"))
    assert office.do(lambda unit: remind(unit, first, 3, 1, "again")).waiting == 1
    work(office, server)
    assert [one.message["Subject"] for one in server.taken] == ["Hello a", "Again"]
    assert rows(office)[0].invited_at == invited


def test_one_address_gets_its_letters_at_a_distance(office: Office, server: smtp.Server) -> None:
    office.people(*["same@example.org"] * 3, "other@example.org", "Same@EXAMPLE.org")
    office.invite()
    begun, times = office.now, []
    for _ in range(10):
        before = len(server.taken)
        work(office, server, mail_address_gap=30)
        times += [(office.now - begun) // SECOND] * (len(server.taken) - before)
        if job(office).status is JobStatus.DONE:
            break
        office.now = job(office).run_at
    assert times == [0, 0, 30, 60, 90]


def test_so_many_a_minute_and_no_more(office: Office, server: smtp.Server) -> None:
    """Over all workspaces together, and over the processes: the rows decide."""
    other = Office.open(office.database, "other")
    other.now = office.now
    for one in (office, other):
        one.people(*(f"p{n}@example.org" for n in range(8)))
        one.invite()
    begun, times = office.now, []
    while len(server.taken) < 16:
        before = len(server.taken)
        work(office, server, mail_per_minute=6)
        times += [(office.now - begun) / SECOND] * (len(server.taken) - before)
        office.now = other.now = office.now + SECOND
        assert office.now < begun + 300 * SECOND
    for place in range(len(times) - 6):
        assert times[place + 6] - times[place] >= 60
    assert times[-1] <= 180


def test_so_many_a_minute_to_one_domain(office: Office, server: smtp.Server) -> None:
    office.people("a@one.example", "b@one.example", "c@two.example")
    office.invite()
    work(office, server, mail_domain_per_minute=2)
    assert [one.recipient for one in server.taken] == ["a@one.example", "c@two.example"]
    assert 30 * SECOND <= job(office).run_at - office.now <= 31 * SECOND


def test_a_stopped_mailing_sends_no_more(office: Office, server: smtp.Server) -> None:
    office.people("a@example.org")
    number = office.invite().mailing.id
    office.do(lambda unit: stop_mailing(unit, number))
    work(office, server)
    assert server.taken == []


def test_one_connection_for_a_whole_mailing(office: Office, server: smtp.Server) -> None:
    office.people(*(f"p{n}@example.org" for n in range(40)))
    office.invite()
    work(office, server)
    assert len({one.recipient for one in server.taken}) == 40
    assert server.connections == 1


def test_workspaces_take_turns(office: Office, server: smtp.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE", 0.0)
    other = Office.open(office.database, "other")
    for one in (office, other):
        one.people(*(f"{one.workspace}-{n}@example.org" for n in range(3)))
        one.invite()
    ticks = itertools.count(office.now)
    sender = Sender(msgspec.structs.replace(SETTINGS, smtp_url=server.url()), lambda: next(ticks))
    Runner(office.database, {"send_mail": sender}, clock=lambda: next(ticks)).run_due()
    assert len(server.taken) == 6
    assert {one.recipient[0] for one in server.taken[:2]} == {"1", "2"}
