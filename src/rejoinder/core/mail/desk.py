"""What a person does with letters: read them, decide about doubtful ones, let the outbox go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rejoinder.core.mail.message import Letter, compose
from rejoinder.core.mail.outcomes import SENT_WORD, record_delivery
from rejoinder.core.mail.recipients import address_of
from rejoinder.core.mail.waking import wake_sender
from rejoinder.core.mail.writing import write_letter
from rejoinder.core.mailings import find_mailing
from rejoinder.core.unit import Unit
from rejoinder.model.mail import Mail, MailStatus, Skip
from rejoinder.model.mailbox import Address, Mailbox
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import mail as store
from rejoinder.store.mailing_control import cancel_letter, count_statuses, readers
from rejoinder.store.mailing_control import letters_to as numbers_to

NOBODY = Mailbox("", Address("rejoinder", "localhost"))
"""Stands in a letter that is shown before a sender was chosen."""
_RESENDABLE = (MailStatus.DOUBTFUL, MailStatus.BOUNCED, MailStatus.REFUSED, MailStatus.OUTBOX)


class Reached(NamedTuple):
    """Who a letter is for; times in µs."""

    address: str
    opened_at: int | None
    completed_at: int | None


def find_letter(unit: Unit, number: int) -> Mail:
    """A letter by its number. Raises NotFound."""
    found = store.letter_by_id(unit.session, unit.workspace_id, number) if 0 < number < 1 << 62 else None
    if found is None:
        raise NotFound(f"There is no mail {number} in this workspace.")
    return found


def list_letters(
    unit: Unit,
    statuses: Sequence[MailStatus],
    mailing: int | None = None,
    limit: int = 100,
    before: int | None = None,
) -> list[Mail]:
    """Letters in these statuses, the newest first; `before` — with a lower number.

    Raises NotFound for no such mailing.
    """
    if mailing is not None:
        find_mailing(unit, mailing)
    return store.newest_letters(unit.session, unit.workspace_id, statuses, mailing, limit, before)


def show_letter(
    unit: Unit, number: int, base: str, sender: Mailbox | None
) -> tuple[Mail, str, Letter | None]:
    """A letter as it would go out now: its row, its source text, its parts; none when it would not go.

    It is written from what the store knows now; whoever has answered or opted out meanwhile gets none.
    Raises NotFound.
    """
    mail = find_letter(unit, number)
    letter = write_letter(unit, mail, base)
    if isinstance(letter, Skip):
        return mail, f"(There is no such letter any more: {letter.value}.)", None
    message_id = mail.message_id or "<chosen.when.it.is.sent@localhost>"
    message = compose(letter, sender or NOBODY, message_id, mail.ended_at or unit.now)
    return mail, message.as_string(), letter


def resend(unit: Unit, number: int) -> None:
    """Let a doubtful, bounced, refused or kept letter be sent, as a person decided.

    Raises NotFound, Invalid.
    """
    done = store.settle_letter(
        unit.session,
        unit.workspace_id,
        find_letter(unit, number).id,
        _RESENDABLE,
        MailStatus.WAITING,
        due_at=unit.now,
        ended_at=None,
    )
    if not done:
        raise _not(unit, number, "sent again")
    wake_sender(unit)


def mark_sent(unit: Unit, number: int) -> None:
    """Note that a doubtful or kept letter has reached its recipient. Raises NotFound, Invalid."""
    mail = find_letter(unit, number)
    done = store.settle_letter(
        unit.session,
        unit.workspace_id,
        mail.id,
        (MailStatus.DOUBTFUL, MailStatus.OUTBOX),
        MailStatus.SENT,
        due_at=None,
        ended_at=unit.now,
    )
    if not done:
        raise _not(unit, number, "noted as sent")
    record_delivery(unit, mail, SENT_WORD)


def _not(unit: Unit, number: int, what: str) -> Invalid:
    found = find_letter(unit, number)
    return Invalid(f"Mail {number} is {found.status.value} and cannot be {what}.")


def cancel(unit: Unit, number: int) -> None:
    """Let a letter that waits, is kept or is doubtful stay here for good. Raises NotFound, Invalid."""
    mail = find_letter(unit, number)
    if not cancel_letter(unit.session, unit.workspace_id, mail.id, unit.now):
        raise _not(unit, number, "cancelled")


def readers_of(unit: Unit, letters: Sequence[Mail]) -> dict[int, Reached]:
    """Whom letters to respondents are for, by the respondent's id, as the store knows them now."""
    wanted = [mail.respondent_id for mail in letters if mail.respondent_id is not None]
    found = readers(unit.session, unit.workspace_id, wanted)
    return {
        number: Reached(address_of(reader.doc), reader.opened_at, reader.completed_at)
        for number, reader in found.items()
    }


def count_open(unit: Unit, statuses: Sequence[MailStatus], most: int = 10_000) -> dict[str, int]:
    """How many letters are in each of some states; one more than `most` stands for more than that."""
    return count_statuses(unit.session, unit.workspace_id, [status.value for status in statuses], most)


def letters_to(unit: Unit, respondents: Sequence[int], limit: int = 50) -> list[Mail]:
    """The newest letters to some respondents, by their ids."""
    if not respondents:
        return []
    found = numbers_to(unit.session, unit.workspace_id, respondents, limit)
    return [find_letter(unit, number) for number in found]


def count_letters(unit: Unit) -> dict[str, int]:
    """How many letters of the workspace there are in each status."""
    return store.letters_by_status(unit.session, unit.workspace_id)


def release_outbox(unit: Unit, mailing: int | None = None) -> int:
    """Let all letters of the outbox be sent, or those of one mailing; gives how many. Raises NotFound."""
    if mailing is not None:
        find_mailing(unit, mailing)
    count = store.release_outbox(unit.session, unit.workspace_id, mailing, unit.now)
    if count:
        wake_sender(unit)
    return count
