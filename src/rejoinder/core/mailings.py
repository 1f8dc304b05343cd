"""Mailings: letters to many respondents of a survey, written in one transaction and sent by a job.

Whoever cannot or must not be written to gets a letter too, skipped with the reason, so that every respondent
who was asked for is accounted for.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import structs

from rejoinder.core.mail.keyring import store_key
from rejoinder.core.mail.recipients import address_of, hindrance
from rejoinder.core.mail.waking import wake_sender
from rejoinder.core.mail_templates import find_mail_template, invites
from rejoinder.core.opt_outs import opted_out
from rejoinder.core.respondents.keys import MAX_RESPID
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.mail import Mailing, MailingStats, MailStatus, MailTemplate, Skip
from rejoinder.model.mailbox import folded_address
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import letters
from rejoinder.store import mailing_control as control
from rejoinder.store import mailings as store
from rejoinder.store.batches import batch_by_id, batch_by_uuid

MAX_REMINDERS = 20
MAX_COUNTED = 100_000
"""Up to here recipients are counted before they are written to."""
MAX_LOOKED_AT = 100_000
"""Sent letters, the first ones, at whose recipients a page looks: who opened, who answered, who is due."""
_DAY = 24 * 3600 * 1_000_000
_TOKEN_BYTES = 11
_PLAIN = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
"""Base 32 without letters that are taken for others, and none that a mail reader cuts off a link's end."""


class Recipients(NamedTuple):
    """Whom a mailing is for: a batch (by its number), respondents by respid, or all who were not invited."""

    batch: int | None = None
    respids: Sequence[int] | None = None


NOT_INVITED = Recipients()


class Queued(NamedTuple):
    """A mailing that was asked for: how many letters wait, how many are skipped and why, how many respondents
    share their address with an earlier one (they are written to, at a distance)."""

    mailing: Mailing
    waiting: int
    skipped: dict[str, int]
    repeated: int


class Due(NamedTuple):
    """How many `people` are due for a reminder, among the first `looked` letters that are old enough; `whole`
    says that these are all."""

    people: int
    looked: int
    whole: bool


def new_token() -> str:
    """The token of a personal link: 88 random bits, easy to read and to type."""
    return b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode().rstrip("=").translate(_PLAIN)


def queue_mailing(
    unit: Unit,
    survey: str,
    template: str | int,
    recipients: Recipients,
    send_at: int | None = None,
) -> Queued:
    """Invite respondents: one letter for each, in the unit's transaction (Webankieta, `POST /mailing/batch`).

    Parameters: `survey` — number or alias; `template` — number or name; `send_at` — µs, not before it. Who
    has no address, has opted out, has answered or belongs to the author's own distribution is skipped. Who
    has no token is given one.
    Raises NotFound for no such survey, template or batch, Invalid for a template without `{survey_link}`.
    """
    found, chosen = open_survey(unit, survey), _inviting(unit, template)
    where = (unit.session, unit.workspace_id)
    who = asked_for(unit, found.id, recipients)
    if send_at is not None and not unit.now - _DAY < send_at < unit.now + 366 * _DAY:
        raise Invalid("A mailing is sent today or within a year.", fields={"send_at": "is too far away"})
    new = store.add_mailing(
        *where,
        found.id,
        chosen.id,
        "invitation",
        batch_id=recipients.batch,
        root_id=None,
        settings={},
        send_at=send_at,
        now=unit.now,
    )
    store.add_invitations(*where, new, who)
    return _settle(unit, new)


def remind(
    unit: Unit, mailing: int, min_days: float, max_count: int, template: str | int | None = None
) -> Queued:
    """Write once more to those who got an invitation and have not answered.

    Parameters: `mailing` — the invitations, or reminders of them; `min_days` — days since the latest letter
    that each has got, at least; `max_count` — reminders for each, at most, this one counted; `template` —
    that of the mailing when left out. Raises NotFound, Invalid.
    """
    first = _invitations(unit, mailing, min_days, max_count)
    chosen = _inviting(unit, first.template_id if template is None else template)
    new = store.add_mailing(
        unit.session,
        unit.workspace_id,
        first.survey_id,
        chosen.id,
        "reminder",
        batch_id=first.batch_id,
        root_id=first.id,
        settings={"min_days": min_days, "max_count": max_count},
        now=unit.now,
    )
    before = _reminded_before(unit, min_days)
    store.add_reminders(unit.session, unit.workspace_id, new, sent_before=before, at_most=max_count)
    return _settle(unit, new)


def count_due(unit: Unit, mailing: int, min_days: float, max_count: int, most: int = MAX_LOOKED_AT) -> Due:
    """How many respondents a reminder would be for now. Parameters and problems as of `remind`; `most` — the
    letters to look at."""
    first = _invitations(unit, mailing, min_days, max_count)
    new = structs.replace(first, id=0, root_id=first.id)
    session, workspace, before = unit.session, unit.workspace_id, _reminded_before(unit, min_days)
    people, looked = letters.count_silent(session, workspace, new, before, max_count, most)
    return Due(people, min(looked, most), whole=looked <= most)


def _invitations(unit: Unit, mailing: int, min_days: float, max_count: int) -> Mailing:
    """The invitations that a mailing belongs to."""
    if not 0 <= min_days <= 3650 or not 1 <= max_count <= MAX_REMINDERS:
        raise Invalid(f"A reminder waits 0 to 3650 days and comes 1 to {MAX_REMINDERS} times.")
    first = find_mailing(unit, mailing)
    return first if first.root_id is None else find_mailing(unit, first.root_id)


def _reminded_before(unit: Unit, min_days: float) -> int:
    return unit.now - int(min_days * _DAY) + 1


def asked_for(unit: Unit, survey_id: int, recipients: Recipients) -> Any:
    """The condition for those whom a mailing is for.

    Raises NotFound for a batch of another survey, Invalid for a bad respid.
    """
    if recipients.batch is not None:
        found = batch_by_id(unit.session, unit.workspace_id, recipients.batch)
        if found is None or found.survey_id != survey_id:
            raise NotFound("There is no such batch in this survey.")
        return store.of_batch(unit.workspace_id, recipients.batch)
    if recipients.respids is not None:
        return store.of_respids(unit.session, survey_id, _respids(recipients.respids))
    return store.of_nobody_invited(unit.workspace_id)


def _inviting(unit: Unit, reference: str | int) -> MailTemplate:
    found = find_mail_template(unit, reference)
    if not invites(found):
        raise Invalid(
            f"The mail template {found.name!r} does not lead to the survey; write {{survey_link}} into it."
        )
    return found


def _respids(given: Sequence[int]) -> list[int]:
    wanted = sorted(set(given))
    if wanted and not 1 <= wanted[0] <= wanted[-1] <= MAX_RESPID:
        raise Invalid(f"A respid is a whole number from 1 to {MAX_RESPID}.")
    return wanted


def _settle(unit: Unit, new: Mailing) -> Queued:
    """Skip letters that cannot be sent, give tokens for the others, and wake the sender."""
    session, workspace = unit.session, unit.workspace_id
    key, seen = store_key(unit), Counter[str]()
    for some in store.asked(session, workspace, new):
        addresses = [address_of(letter.doc) for letter in some]
        left = opted_out(unit, key, addresses)
        skipped: list[tuple[int, Skip]] = []
        lacking: list[tuple[int, str]] = []
        for letter, address in zip(some, addresses, strict=True):
            if why := hindrance(address, left):
                skipped.append((letter.id, why))
                continue
            seen[folded_address(address)] += 1
            if letter.token is None:
                lacking.append((letter.respid, new_token()))
        store.skip(session, workspace, skipped, unit.now)
        store.give_tokens(session, workspace, new.survey_id, lacking)
    repeated = sum(seen.values()) - len(seen)
    stats = letters.mailing_stats(session, workspace, new)
    if stats.waiting:
        wake_sender(unit, new.send_at)
    return Queued(new, stats.waiting, stats.skipped, repeated)


def find_mailing(unit: Unit, number: int) -> Mailing:
    """A mailing by its number. Raises NotFound."""
    found = store.mailing_by_id(unit.session, unit.workspace_id, number) if 0 < number < 1 << 62 else None
    if found is None:
        raise NotFound(f"There is no mailing {number} in this workspace.")
    return found


def find_batch(unit: Unit, uuid: str) -> int:
    """The number of a batch. Raises NotFound."""
    found = batch_by_uuid(unit.session, unit.workspace_id, uuid.strip().lower()[:64])
    if found is None:
        raise NotFound(f"There is no batch {uuid[:64]!r} in this workspace.")
    return found.id


def list_mailings(
    unit: Unit, survey: str | None = None, limit: int = 100, before: int | None = None
) -> list[Mailing]:
    """Mailings of a survey, or of all, the newest first; `before` — with a lower number. Raises NotFound."""
    number = open_survey(unit, survey).id if survey else None
    return store.newest_mailings(unit.session, unit.workspace_id, number, limit, before)


def going_mailings(unit: Unit, numbers: Sequence[int]) -> tuple[set[int], set[int]]:
    """Those of some mailings whose letters wait or go out, and those that have some in the outbox, unsent."""
    where = (unit.session, unit.workspace_id, numbers)
    return (
        control.mailings_with(*where, (MailStatus.WAITING, MailStatus.SENDING)),
        control.mailings_with(*where, (MailStatus.OUTBOX,)),
    )


def mailing_stats(unit: Unit, number: int, most: int | None = None) -> MailingStats:
    """What became of a mailing's letters. Raises NotFound.

    Parameters: `most` — at how many recipients is looked for who opened and answered; None for all.
    """
    found = find_mailing(unit, number)
    with unit.session.snapshot():
        return letters.mailing_stats(unit.session, unit.workspace_id, found, most)


def stop_mailing(unit: Unit, number: int) -> int:
    """Let the letters of a mailing that have not gone out stay here; gives how many. Raises NotFound."""
    return store.stop_mailing(unit.session, unit.workspace_id, find_mailing(unit, number).id, unit.now)


def pause_mailing(unit: Unit, number: int) -> int:
    """Let nothing more of a mailing go out for now; gives how many letters wait. Raises NotFound."""
    found = find_mailing(unit, number)
    return control.pause_mailing(unit.session, unit.workspace_id, found.id, unit.now)


def resume_mailing(unit: Unit, number: int) -> int:
    """Let a paused mailing go on, not before the time it is to be sent; gives how many letters wait.

    Raises NotFound.
    """
    found = find_mailing(unit, number)
    due = max(unit.now, found.send_at or 0)
    count = control.resume_mailing(unit.session, unit.workspace_id, found.id, due)
    if count:
        wake_sender(unit, due)
    return count


def waiting_invitations(unit: Unit, respondents: Sequence[int]) -> set[int]:
    """Of some respondents (by their ids), those whose invitation has not gone out yet.

    Webankieta shows `0000-00-00 00:00:00` for them; `invited_at` holds the time once it has.
    """
    return store.waiting_invitations(unit.session, unit.workspace_id, respondents) if respondents else set()
