"""Mail templates: what a mailing says to each respondent."""

from __future__ import annotations

from rejoinder.core.mail.placeholders import SURVEY_LINK, check_content, placeholders
from rejoinder.core.unit import Unit
from rejoinder.model.mail import MailTemplate
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import mailings as store

MAX_CONTENT = 500_000
"""Characters; mail readers cut what is longer than about 100 KB."""


def create_mail_template(unit: Unit, name: str, subject: str, content: str) -> MailTemplate:
    """Keep a template; it never changes afterwards (Webankieta, mailing templates).

    Parameters: `subject` — one line; `content` — HTML. Both may hold `{email}`, `{label1}` to `{label15}` and
    `{survey_name}`, the content also `{survey_link}` and `{unsubscribe_link}`. Raises Invalid for a bad name,
    unknown placeholders, and those in a place where a respondent's own words could do harm.
    """
    name, subject = name.strip(), subject.strip()
    fields = {}
    if not 1 <= len(name) <= 200 or not name.isprintable():
        fields["name"] = "has 1 to 200 printable characters"
    if not 1 <= len(subject) <= 250 or not subject.isprintable():
        fields["subject"] = "is one line of 1 to 250 printable characters"
    if not content.strip() or len(content) > MAX_CONTENT or not _storable(content):
        fields["content"] = f"is HTML of 1 to {MAX_CONTENT:,} characters, without NUL"
    if fields:
        told = "; ".join(f"{field} {rule}" for field, rule in fields.items())
        raise Invalid(f"This mail template cannot be kept: its {told}.", fields=fields)
    check_content(subject, content)
    return store.add_mail_template(unit.session, unit.workspace_id, name, subject, content, unit.now)


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def list_mail_templates(unit: Unit) -> list[MailTemplate]:
    """The templates of a workspace, the newest first."""
    return store.mail_templates(unit.session, unit.workspace_id)


def find_mail_template(unit: Unit, reference: str | int) -> MailTemplate:
    """A template by its number or its name; of several with one name the newest. Raises NotFound."""
    text = str(reference).strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    name = None if number is not None else text.replace("\0", "")
    found = store.mail_templates(unit.session, unit.workspace_id, number=number, name=name)
    if not found:
        raise NotFound(f"There is no mail template {text[:80]!r} in this workspace.")
    return found[0]


def invites(template: MailTemplate) -> bool:
    """Whether a template leads to the survey."""
    return SURVEY_LINK in placeholders(template.content)
