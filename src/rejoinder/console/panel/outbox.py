"""The outbox: letters that wait, are kept or doubtful, or did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rejoinder.console.hearing import heard
from rejoinder.console.panel.framing import framed
from rejoinder.console.panel.paging import PAGE
from rejoinder.console.speech import _, ngettext
from rejoinder.console.visit import Visit
from rejoinder.core.mail import desk
from rejoinder.kernel.reply import Reply
from rejoinder.model.mail import Mail, MailStatus, Skip
from rejoinder.model.mailbox import parse_mailbox
from rejoinder.model.problems import Invalid

COUNTED = 10_000
SHOWN = {
    "waiting": (MailStatus.WAITING, MailStatus.SENDING),
    "outbox": (MailStatus.OUTBOX,),
    "doubtful": (MailStatus.DOUBTFUL,),
    "failed": (MailStatus.BOUNCED, MailStatus.REFUSED),
}
GROUPS = {
    "all": tuple(MailStatus),
    "sent": (MailStatus.SENT,),
    "waiting": (MailStatus.WAITING, MailStatus.SENDING, MailStatus.OUTBOX),
    "failed": (MailStatus.BOUNCED, MailStatus.REFUSED, MailStatus.DOUBTFUL),
    "skipped": (MailStatus.SKIPPED,),
}
"""What a mailing's letters may be shown by."""
RESENDABLE = (MailStatus.DOUBTFUL, MailStatus.BOUNCED, MailStatus.REFUSED, MailStatus.OUTBOX)
STOPPABLE = (MailStatus.WAITING, MailStatus.OUTBOX, MailStatus.DOUBTFUL)


class Line(NamedTuple):
    """A letter as a row of a list."""

    mail: Mail
    address: str
    status: str
    kind: str
    note: str
    opened_at: int | None
    completed_at: int | None


def letter_lines(visit: Visit, letters: Sequence[Mail]) -> list[Line]:
    """Letters with whom they are for."""
    known = desk.readers_of(visit.unit, letters)
    lines = []
    for one in letters:
        reached = known.get(one.respondent_id or 0)
        words, kind = status_words(one.status)
        lines.append(
            Line(
                one,
                reached.address if reached else "",
                words,
                kind,
                reason_words(one.reason) if one.reason else heard(one.detail),
                reached.opened_at if reached and one.status is MailStatus.SENT else None,
                reached.completed_at if reached and one.status is MailStatus.SENT else None,
            )
        )
    return lines


def status_words(status: MailStatus) -> tuple[str, str]:
    """A status as people say it, and the colour of its badge."""
    return {
        MailStatus.WAITING: (_("Waiting"), "note"),
        MailStatus.SENDING: (_("Being sent"), "note"),
        MailStatus.SENT: (_("Sent"), "good"),
        MailStatus.SKIPPED: (_("Left out"), ""),
        MailStatus.OUTBOX: (_("In the outbox"), "warn"),
        MailStatus.DOUBTFUL: (_("Doubtful"), "warn"),
        MailStatus.REFUSED: (_("Put off until given up"), "bad"),
        MailStatus.BOUNCED: (_("Bounced"), "bad"),
    }[status]


def reason_words(reason: str) -> str:
    """Why a letter is not sent, as people say it."""
    told = {
        Skip.NO_ADDRESS: _("There is no address"),
        Skip.BAD_ADDRESS: _("The address cannot be written to"),
        Skip.OPTED_OUT: _("Opted out"),
        Skip.OWN_DISTRIBUTION: _("Invited by you, not by us"),
        Skip.ANSWERED: _("Has answered already"),
        Skip.DELETED: _("Was deleted before"),
        Skip.STOPPED: _("Stopped"),
        Skip.NO_OWNER: _("The workspace has no owner"),
    }
    return told[Skip(reason)] if reason in {one.value for one in Skip} else reason


def outbox(visit: Visit) -> Reply:
    """Letters that need time or a decision."""
    counts = desk.count_open(visit.unit, [one for group in SHOWN.values() for one in group], COUNTED)
    groups = {name: sum(counts[one.value] for one in statuses) for name, statuses in SHOWN.items()}
    state = visit.asked("state")
    if state not in SHOWN:
        state = next((name for name in ("doubtful", "outbox", "failed") if groups[name]), "waiting")
    before = visit.asked_number("before")
    letters = desk.list_letters(visit.unit, SHOWN[state], None, PAGE + 1, before)
    settings = visit.shell.outside.settings
    return visit.page(
        "panel/outbox.html",
        state=state,
        counts=groups,
        most=COUNTED,
        lines=letter_lines(visit, letters[:PAGE]),
        more=letters[PAGE - 1].id if len(letters) > PAGE else None,
        first=before is None,
        settings=settings,
    )


def letter(visit: Visit) -> Reply:
    """One letter, as it would go out now; viewers are told whom it is for, and what became of it.

    What it says holds links with which one answers, or opts out, in somebody else's name.
    """
    settings = visit.shell.outside.settings
    sender = parse_mailbox(settings.mail_from or "")
    mail, source, written = desk.show_letter(
        visit.unit, visit.number("letter"), settings.public_url or visit.call.base_url, sender
    )
    return visit.page(
        "panel/letter.html",
        line=letter_lines(visit, [mail])[0],
        letter=written,
        source=source,
        readable=visit.who.may("editor"),
        resendable=mail.status in RESENDABLE,
        stoppable=mail.status in STOPPABLE,
        decidable=mail.status in (MailStatus.DOUBTFUL, MailStatus.OUTBOX),
    )


def letter_html(visit: Visit) -> Reply:
    """Its HTML, for a frame."""
    settings = visit.shell.outside.settings
    _mail, _source, written = desk.show_letter(
        visit.unit, visit.number("letter"), settings.public_url or visit.call.base_url, None
    )
    return framed(written.html or "" if written else "")


def resend(visit: Visit) -> Reply:
    """Let a letter be sent, as a person decided."""
    desk.resend(visit.unit, visit.number("letter"))
    return _back(visit, _("The mail will be sent."))


def mark_sent(visit: Visit) -> Reply:
    """Note that a letter has arrived."""
    desk.mark_sent(visit.unit, visit.number("letter"))
    return _back(visit, _("The mail is noted as sent."))


def cancel(visit: Visit) -> Reply:
    """Let a letter never go out."""
    desk.cancel(visit.unit, visit.number("letter"))
    return _back(visit, _("The mail will not be sent."))


def _back(visit: Visit, said: str) -> Reply:
    return visit.go(f"/panel/outbox/{visit.number('letter')}", said)


def release(visit: Visit) -> Reply:
    """Let all that was kept in the outbox be sent."""
    if visit.shell.outside.settings.smtp_url is None:
        raise Invalid(_("There is no mail server yet, so nothing can be sent."))
    count = desk.release_outbox(visit.unit)
    return visit.go(
        "/panel/outbox", ngettext("%(num)s mail will be sent.", "%(num)s mails will be sent.", count)
    )
