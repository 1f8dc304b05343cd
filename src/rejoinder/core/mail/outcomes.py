"""Note what became of a letter that was claimed."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

import msgspec

from rejoinder.core.events import tell
from rejoinder.core.mail.sending import Claimed
from rejoinder.core.surveys import lock_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.event import EventKind
from rejoinder.model.mail import Mail, MailStatus
from rejoinder.model.mailbox import Address
from rejoinder.model.system import SMTP
from rejoinder.store import mail as store

SENT_WORD, BOUNCED_WORD, REFUSED_WORD = "messageSent", "messageBounced", "messageRefused"
"""Values of Forsta's `smtpStatus`; programs compare it with the first one (001)."""
PAUSES = (60, 300, 1800, 7200, 21_600)
"""Seconds between the attempts for a recipient whom the server puts off; then it counts as refused."""
MAX_WORDS = 300


class How(Enum):
    """How a delivery ended.

    LATER: the server puts this recipient off, or the connection broke before the letter was handed over.
    UNTRIED: nothing was said of this letter at all. DOUBTFUL: it was handed over, and no answer came.
    """

    SENT = auto()
    LATER = auto()
    BOUNCED = auto()
    UNTRIED = auto()
    DOUBTFUL = auto()


class Outcome(NamedTuple):
    """How a delivery ended, and the server's words or ours."""

    how: How
    words: str


def note(unit: Unit, done: Claimed, outcome: Outcome) -> bool:
    """Note an outcome with all that hangs on it, in one transaction; False when the claim was lost.

    The respondent of an invitation that went out is invited from now on, which webhooks are told.
    `smtpStatus` says how the latest letter went.
    """
    words = clean_words(outcome.words, done.letter.address)
    where = (unit.session, unit.workspace_id, done.claim)
    match outcome.how:
        case How.UNTRIED:
            return store.put_back(*where, unit.now, None, tried=False)
        case How.DOUBTFUL:
            return store.end_letter(*where, MailStatus.DOUBTFUL, words, unit.now)
        case How.LATER if done.mail.attempts < len(PAUSES):
            due = unit.now + PAUSES[done.mail.attempts] * 1_000_000
            return store.put_back(*where, due, words, tried=True)
        case How.LATER:
            status, word = MailStatus.REFUSED, REFUSED_WORD
        case How.BOUNCED:
            status, word = MailStatus.BOUNCED, BOUNCED_WORD
        case How.SENT:
            status, word = MailStatus.SENT, SENT_WORD
    if not store.end_letter(*where, status, words, unit.now):
        return False
    record_delivery(unit, done.mail, word)
    return True


def record_delivery(unit: Unit, mail: Mail, word: str) -> None:
    """Write into the respondent's record how the latest letter went, and when an invitation did."""
    if mail.respondent_id is None or mail.survey_id is None or mail.respid is None:
        return
    session, where = unit.session, (unit.workspace_id, mail.survey_id)
    survey = open_survey(unit, str(mail.survey_id))
    lock_survey(unit, survey)
    stored = session.hot.stored(session.raw, *where, [mail.respid])
    if not stored:
        return
    (record,) = survey.shape.read_all([stored[0].doc])
    setattr(record, survey.shape.attribute[SMTP], word)
    doc = msgspec.json.encode(record).decode()
    row = (doc, stored[0].state, stored[0].opened_at, stored[0].completed_at, unit.now, mail.respid)
    session.hot.update(session.raw, *where, [row])
    if word == SENT_WORD and mail.kind == "invitation":
        store.mark_invited(session, unit.workspace_id, mail.respondent_id, unit.now)
        tell(unit, mail.survey_id, EventKind.INVITED, [mail.respid])


def clean_words(words: str, address: Address) -> str:
    """A server's words as they are kept: one line, without the address, which erasure could not find."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    for part in (str(address), address.local):
        if len(part) > 2:
            whole = rf"(?<![A-Za-z0-9]){re.escape(part)}(?![A-Za-z0-9])"
            plain = re.sub(whole, "…", plain, flags=re.IGNORECASE)
    return plain[:MAX_WORDS]
