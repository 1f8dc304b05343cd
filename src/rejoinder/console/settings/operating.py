"""What an operator looks at: mail, and the audit log."""

from __future__ import annotations

from rejoinder.console.doings import nouns, tell
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.audit import list_entries, verify
from rejoinder.core.mail.desk import count_letters
from rejoinder.core.people.accounts import emails_by_actor
from rejoinder.kernel.reply import Reply
from rejoinder.model.smtp import parse_smtp_url

PAGE = 50


def mail(visit: Visit) -> Reply:
    """Whether mail can be sent, and what waits."""
    settings = visit.shell.outside.settings
    smtp = parse_smtp_url(settings.smtp_url) if settings.smtp_url else None
    return visit.page("settings/mail.html", settings=settings, smtp=smtp, counts=count_letters(visit.unit))


def send_test_mail(visit: Visit) -> str:
    """Send one mail, outside the writer. Raises Invalid, Unavailable."""
    return visit.shell.outside.send_mail(visit.field("address", 320, required=True))


def mail_sent(visit: Visit) -> Reply:
    """What the mail server said."""
    return visit.go("/settings/mail", _("The mail server took it: %(words)s", words=visit.prepared[:300]))


def audit(visit: Visit) -> Reply:
    """Who did what, and when."""
    before = visit.asked_number("before")
    about, actor = visit.asked("about", longest=40), visit.asked("actor", longest=80)
    found = list_entries(visit.unit, PAGE + 1, before, about=about, actor=actor)
    return visit.page(
        "settings/audit.html",
        entries=list(zip(found[:PAGE], tell(visit, found[:PAGE]), strict=True)),
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        first=before is None,
        about=about,
        actor=actor,
        nouns=nouns(),
        emails=emails_by_actor(visit.unit),
    )


def verified(visit: Visit) -> Reply:
    """Read the whole log and work out its hashes again."""
    return visit.fragment("settings/verified.html", verdict=verify(visit.unit))
