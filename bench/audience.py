"""People who are written to: contacts, a large batch, mailings with letters in every state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import text

from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import Recipients, queue_mailing, remind
from rejoinder.core.opt_outs import add_opt_outs
from rejoinder.core.panel.batches import add_patch, create_batch
from rejoinder.core.panel.contacts import keep_contacts
from rejoinder.core.surveys import create_survey
from rejoinder.core.unit import Unit
from rejoinder.model.panel import Entry
from rejoinder.store.session import Session

CONTACTS, MAILS, OPT_OUTS = 200_000, 60_000, 50_000
PART = 10_000
DAY = 86_400_000_000
Do = Callable[[Callable[[Unit], Any]], Any]
"""Runs a verb in a transaction of its own."""


class Audience(NamedTuple):
    """What pages are asked for: numbers of mailings, the batch's UUID, a contact, a letter."""

    mailing: int
    reminders: int
    waiting: int
    batch: str
    contact: int
    letter: int


_STATES = """
UPDATE mail SET due_at = CASE WHEN id % 100 >= 81 THEN due_at END, attempts = 1,
  status = CASE WHEN id % 100 < 70 THEN 'sent' WHEN id % 100 < 72 THEN 'bounced'
    WHEN id % 100 < 73 THEN 'refused' WHEN id % 100 < 74 THEN 'doubtful'
    WHEN id % 100 < 76 THEN 'outbox' WHEN id % 100 < 80 THEN 'skipped'
    WHEN id % 100 < 81 THEN 'sending' ELSE 'waiting' END,
  reason = CASE WHEN id % 100 = 76 THEN 'answered' WHEN id % 100 = 77 THEN 'opted out'
    WHEN id % 100 IN (78, 79) THEN 'bad address' END,
  claimed_at = CASE WHEN id % 100 = 80 THEN {later} END,
  ended_at = CASE WHEN id % 100 < 80 AND id % 100 NOT IN (74, 75) THEN {long_ago} END
WHERE mailing_id = {mailing}"""
# What is being sent was claimed in the future, so that no job takes it for doubtful meanwhile.
_REACHED = """
UPDATE respondent SET invited_at = {long_ago}, opened_at = CASE WHEN id % 5 < 3 THEN {ago} END,
  completed_at = CASE WHEN id % 5 < 2 THEN {ago} END,
  state = CASE WHEN id % 5 < 2 THEN 3 WHEN id % 5 < 3 THEN 1 ELSE 0 END
WHERE workspace_id = {workspace} AND id IN (
  SELECT respondent_id FROM mail
  WHERE workspace_id = {workspace} AND mailing_id = {mailing} AND status = 'sent'
)"""
_REMINDED = """
UPDATE mail SET due_at = NULL, attempts = 1, ended_at = {ago},
  status = CASE WHEN id % 20 = 0 THEN 'bounced' ELSE 'sent' END WHERE mailing_id = {mailing}"""


def gather(do: Do, now: int) -> Audience:
    """Make all of it in a workspace, by verbs; then states and dates, as months would have left them."""
    for first in range(0, CONTACTS, PART):
        some = [_person(n) for n in range(first, first + PART)]
        do(lambda u, some=some: keep_contacts(u, some))
    do(lambda u: add_opt_outs(u, (_person(CONTACTS + n).email for n in range(OPT_OUTS))))
    do(lambda u: create_mail_template(u, "Ask", "How are we doing?", "<p>{survey_link}</p>"))
    batch, mailing = _mailing(do, "people", now)
    _, waiting = _mailing(do, "later", now)
    do(lambda u: u.session.run(text("ANALYZE mail")))
    dates = {"later": now + DAY, "long_ago": now - 10 * DAY, "ago": now - 5 * DAY}
    dates |= {"mailing": mailing, "workspace": do(lambda u: u.workspace_id)}
    do(lambda u: _run(u.session, _STATES, dates))
    do(lambda u: _run(u.session, _REACHED, dates))
    reminders = do(lambda u: remind(u, mailing, 3, 2).mailing.id)
    do(lambda u: _run(u.session, _REMINDED, {**dates, "mailing": reminders}))
    return Audience(mailing, reminders, waiting, batch, CONTACTS // 2, MAILS // 2)


def _run(session: Session, sql: str, values: dict[str, int]) -> None:
    session.run(text(sql.format(**values)))


def _person(n: int) -> Entry:
    return Entry(f"u{n:07}@example{n % 977}.org", {1: f"City {n % 1000}", 2: "Support", 3: f"Plan {n % 5}"})


def _mailing(do: Do, alias: str, now: int) -> tuple[str, int]:
    """A survey with a batch whose people are all invited, in a hundred days; the batch and the mailing."""
    do(lambda u: create_survey(u, alias.title(), [alias], []))
    batch = do(lambda u: create_batch(u, alias))
    for first in range(0, MAILS, PART):
        some = [_person(n) for n in range(first, first + PART)]
        do(lambda u, some=some: add_patch(u, batch.uuid, some))
    recipients = Recipients(batch=batch.id)
    made = do(lambda u: queue_mailing(u, alias, "Ask", recipients, now + 100 * DAY))
    return batch.uuid, made.mailing.id
