"""What is told of a mailing's letters, against a plain look at all of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from rejoinder.core.mail.desk import list_letters
from rejoinder.core.mailings import count_due, mailing_stats, remind
from rejoinder.model.mail import UNENDED, Mail, MailStatus, Skip
from rejoinder.store.engine import Database
from rejoinder.store.mail import letter_by_id
from rejoinder.store.tables.panel import mail
from rejoinder.store.tables.respondents import respondent
from servers.post import DAY, Office

PEOPLE = 40
STATES = (*MailStatus, MailStatus.SENT, MailStatus.SENT, MailStatus.SENT)
"""Most are sent."""


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    opened = Database(database_url, synchronous="OFF")
    yield Office.open(opened)
    opened.close()


@pytest.fixture(params=[1, 2, 3])
def chance(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)


def shuffled(office: Office, chance: random.Random, mailing: int, days: int) -> None:
    """Let anything become of a mailing's letters, at most so many days ago."""
    for one in letters(office, mailing):
        status = chance.choice(STATES)
        values: dict[str, Any] = {"status": status.value, "due_at": None}
        values["reason"] = chance.choice(list(Skip)).value if status is MailStatus.SKIPPED else None
        values["ended_at"] = None if status in UNENDED else office.now - chance.randrange(days) * DAY
        this = (mail.c.workspace_id == office.workspace, mail.c.id == one.id)
        office.do(
            lambda u, this=this, values=values: u.session.run(update(mail).where(*this).values(**values))
        )


def answers(office: Office, chance: random.Random) -> None:
    """Let some open the survey and answer it, and take some away from us."""
    for respid in range(1, PEOPLE + 1):
        this = (respondent.c.workspace_id == office.workspace, respondent.c.respid == respid)
        opened = chance.choice([None, office.now])
        values = {
            "opened_at": opened,
            "completed_at": opened and chance.choice([None, office.now]),
            "offline": int(chance.random() < 0.1),
        }
        office.do(
            lambda u, this=this, values=values: u.session.run(
                update(respondent).where(*this).values(**values)
            )
        )


def letters(office: Office, mailing: int) -> list[Mail]:
    """All letters of a mailing, the newest first."""
    mine = (mail.c.workspace_id == office.workspace, mail.c.mailing_id == mailing)
    found = office.see(lambda u: u.session.rows(select(mail.c.id).where(*mine).order_by(mail.c.id.desc())))
    kept = [office.see(lambda u, n=row.id: letter_by_id(u.session, u.workspace_id, n)) for row in found]
    return [one for one in kept if one is not None]


def people(office: Office) -> dict[int, Any]:
    """Respid → the respondent."""
    columns = (respondent.c.respid, respondent.c.opened_at, respondent.c.completed_at, respondent.c.offline)
    mine = respondent.c.workspace_id == office.workspace
    return {row.respid: row for row in office.see(lambda u: u.session.rows(select(*columns).where(mine)))}


def due(office: Office, family: list[int], days: float, most: int) -> set[int]:
    """Whom a reminder would be for: some sent letter, none of late, none open or bounced, and no answer."""
    by_person: dict[int, list[Mail]] = {}
    for one in (one for number in family for one in letters(office, number)):
        by_person.setdefault(one.respid or 0, []).append(one)
    found, known = set(), people(office)
    for respid, some in by_person.items():
        dates = [one.ended_at for one in some if one.status is MailStatus.SENT]
        tried = [one for one in some if one.kind == "reminder" and one.status is not MailStatus.SKIPPED]
        open_ = [one for one in some if one.status in (*UNENDED, MailStatus.BOUNCED)]
        person = known[respid]
        silent = person.completed_at is None and not person.offline
        old = bool(dates) and max(at for at in dates if at is not None) <= office.now - days * DAY
        if old and silent and len(tried) < most and not open_:
            found.add(respid)
    return found


def test_who_is_due_is_whom_a_reminder_is_for(office: Office, chance: random.Random) -> None:
    office.people(*(f"p{n}@example.org" for n in range(PEOPLE)))
    family = [office.invite().mailing.id]
    shuffled(office, chance, family[0], 20)
    for most in (3, 2, 2):
        answers(office, chance)
        right = due(office, family, 4, most)
        found = office.see(lambda u, most=most: count_due(u, family[0], 4, most))
        assert (found.people, found.whole) == (len(right), True)
        made = office.do(lambda u, most=most: remind(u, family[0], 4, most)).mailing.id
        assert {one.respid for one in letters(office, made)} == right
        family.append(made)
        shuffled(office, chance, made, 8)


def test_a_look_at_some_says_so(office: Office) -> None:
    office.people(*(f"p{n}@example.org" for n in range(5)))
    number = office.invite().mailing.id
    mine = (mail.c.workspace_id == office.workspace, mail.c.mailing_id == number)
    sent = {"status": "sent", "ended_at": office.now - 9 * DAY}
    office.do(lambda u: u.session.run(update(mail).where(*mine).values(**sent)))
    assert office.see(lambda u: count_due(u, number, 1, 1)) == (5, 5, True)
    assert office.see(lambda u: count_due(u, number, 1, 1, most=5)) == (5, 5, True)
    assert office.see(lambda u: count_due(u, number, 1, 1, most=3)) == (3, 3, False)
    office.do(lambda u: u.session.run(update(respondent).values(opened_at=1, completed_at=1)))
    assert office.see(lambda u: count_due(u, number, 1, 1, most=3)) == (0, 3, False)
    some, every = (office.see(lambda u, most=most: mailing_stats(u, number, most)) for most in (3, None))
    assert (some.sent, some.looked, some.opened, some.answered) == (5, 3, 3, 3)
    assert (every.sent, every.looked, every.opened, every.answered) == (5, 5, 5, 5)


def test_a_mailing_is_what_its_letters_are(office: Office, chance: random.Random) -> None:
    office.people(*(f"p{n}@example.org" for n in range(PEOPLE)))
    number = office.invite().mailing.id
    shuffled(office, chance, number, 20)
    answers(office, chance)
    known, every = people(office), letters(office, number)
    by_status = Counter(one.status.value for one in every)
    sent = [known[one.respid or 0] for one in every if one.status is MailStatus.SENT]
    stats = office.see(lambda u: mailing_stats(u, number))
    assert stats.total == len(every)
    assert stats.waiting == by_status["waiting"] + by_status["sending"]
    told = {name: getattr(stats, name) for name in ("sent", "outbox", "doubtful", "bounced", "refused")}
    assert told == {name: by_status[name] for name in told}
    assert stats.skipped == Counter(one.reason for one in every if one.status is MailStatus.SKIPPED)
    assert stats.looked == stats.sent
    assert stats.opened == sum(one.opened_at is not None for one in sent)
    assert stats.answered == sum(one.completed_at is not None for one in sent)


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_letters_are_listed_newest_first(office: Office, chance: random.Random, limit: int) -> None:
    office.people(*(f"p{n}@example.org" for n in range(PEOPLE)))
    first = office.invite().mailing.id
    shuffled(office, chance, first, 20)
    office.people(*(f"q{n}@example.org" for n in range(PEOPLE)))
    second = office.invite().mailing.id
    shuffled(office, chance, second, 20)
    for mailings in ([first], [second], [first, second]):
        asked = mailings[0] if len(mailings) == 1 else None
        every = [one for number in reversed(mailings) for one in letters(office, number)]
        for statuses in (list(MailStatus), [MailStatus.SENT], [MailStatus.BOUNCED, MailStatus.REFUSED]):
            right = [one for one in every if one.status in statuses]
            for before in (None, right[len(right) // 2].id if right else 5):
                fits = [one for one in right if before is None or one.id < before][:limit]
                assert office.see(lambda u: list_letters(u, statuses, asked, limit, before)) == fits  # noqa: B023
