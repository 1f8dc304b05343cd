"""Send at most once: a letter is claimed and the claim committed before anything goes out; what became of it
is noted afterwards. A claim that was never noted is doubtful, and only a person decides about it.
"""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.core.mail.keyring import store_key
from rejoinder.core.mail.message import Letter, new_message_id
from rejoinder.core.mail.pacing import Limits, server_turn, take_slots, take_turn
from rejoinder.core.mail.writing import write_letter
from rejoinder.core.mailings import new_token
from rejoinder.core.unit import Unit
from rejoinder.model.mail import Mail, Skip
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import mail as store
from rejoinder.store import mailings
from rejoinder.store.mail import Claim
from rejoinder.store.mailing_control import is_paused

LEASE = 600_000_000
"""Microseconds after which a claim that was not noted is doubtful; no delivery lasts as long."""
LOOK, LOOK_WHILE_KEEPING = 10, 200
"""Letters looked at in one transaction, at the most; more of them where none is sent."""
NO_ADDRESS_OF_OURS = (
    "Mails wait, for their links would lead nowhere: set REJOINDER_PUBLIC_URL to the address that "
    "respondents use, such as https://surveys.example.org, and start Rejoinder again."
)


class Terms(NamedTuple):
    """How mail goes out: `base` — the public address; `outbox` — there is no mail server, keep it to be read;
    `domain` — of message ids."""

    base: str | None
    outbox: bool
    limits: Limits
    domain: str


class Claimed(NamedTuple):
    """A letter that this worker, and no other, may send now."""

    claim: Claim
    mail: Mail
    letter: Letter
    message_id: str


class Wait(NamedTuple):
    """Nothing to send before this time (µs); None: nothing at all."""

    until: int | None


def next_letter(unit: Unit, worker: str, terms: Terms) -> Claimed | Wait:
    """Claim the letter that has waited longest and may go now, skipping those that must not go.

    Raises Invalid when letters with links wait and this server's public address is not known.
    """
    session, workspace = unit.session, unit.workspace_id
    store.doubt(session, workspace, unit.now - LEASE, unit.now)
    turn = None if terms.outbox else server_turn(session, terms.limits, unit.now)
    limit = LOOK_WHILE_KEEPING if terms.outbox else LOOK
    due = store.due_letters(session, workspace, unit.now, limit, notices=terms.base is None)
    if not due:
        if terms.base is None and store.due_letters(session, workspace, unit.now, 1):
            raise Invalid(NO_ADDRESS_OF_OURS)
        return Wait(_later(unit))
    if turn is not None and turn.at > unit.now:
        return Wait(turn.at)
    for mail in due:
        if mail.mailing_id is not None and is_paused(session, workspace, mail.mailing_id):
            store.postpone(session, workspace, mail.id, None)  # it was put off before
            continue
        letter = _written(unit, mail, terms)
        if isinstance(letter, Skip):
            mailings.skip(session, workspace, [(mail.id, letter)], unit.now)
        elif terms.outbox:
            store.keep_in_outbox(session, workspace, mail.id)
        elif slot := take_slots(session, terms.limits, store_key(unit), letter.address, unit.now):
            store.postpone(session, workspace, mail.id, slot)
        else:
            take_turn(session, turn)
            claim, message_id = Claim(mail.id, worker, unit.now), new_message_id(terms.domain)
            store.claim_letter(session, workspace, claim, message_id)
            return Claimed(claim, mail, letter, message_id)
    return Wait(unit.now)


def _written(unit: Unit, mail: Mail, terms: Terms) -> Letter | Skip:
    if mail.respondent_id is not None and mail.respid is not None and mail.survey_id is not None:
        token = (mail.respid, new_token())
        mailings.give_tokens(unit.session, unit.workspace_id, mail.survey_id, [token])
    try:
        return write_letter(unit, mail, terms.base or "")
    except NotFound:
        return Skip.DELETED


def _later(unit: Unit) -> int | None:
    """When there is something to do again: a letter is due, or a claim becomes doubtful."""
    due = store.next_due(unit.session, unit.workspace_id)
    claimed = store.oldest_claim(unit.session, unit.workspace_id)
    times = [due, None if claimed is None else claimed + LEASE + 1]
    return min((at for at in times if at is not None), default=None)
