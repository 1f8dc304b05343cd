"""Mail templates: what a mailing says to each respondent."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rejoinder.core.mail.placeholders import SURVEY_LINK, check_content, placeholders
from rejoinder.core.unit import Unit
from rejoinder.model.mail import MailTemplate, Variant
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import mail_templates as store

MAX_CONTENT = 500_000
"""Characters; mail readers cut what is longer than about 100 KB."""
MAX_LANGUAGES = 40
"""Languages of one template."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}")


def create_mail_template(
    unit: Unit, name: str, subject: str, content: str, variants: Mapping[str, Variant] | None = None
) -> MailTemplate:
    """Keep a template; it never changes afterwards (Webankieta, mailing templates).

    Parameters: `subject` — one line; `content` — HTML. Both may hold `{email}`, `{label1}` to `{label15}` and
    `{survey_name}`, the content also `{survey_link}` and `{unsubscribe_link}`. `variants` — language → what
    is said to respondents of that language instead. Raises Invalid for a bad name, unknown placeholders,
    and those in a place where a respondent's own words could do harm.
    """
    name = name.strip()
    fields = {}
    if not 1 <= len(name) <= 200 or not name.isprintable():
        fields["name"] = "has 1 to 200 printable characters"
    said = Variant(subject.strip(), content)
    fields |= _wrong(said)
    others = {}
    for language, variant in (variants or {}).items():
        others[language.lower()] = Variant(variant.subject.strip(), variant.content)
        if not _LANGUAGE.fullmatch(language.lower()) or len(others) > MAX_LANGUAGES:
            raise Invalid(f"{language[:40]!r} is no language, or there are more than {MAX_LANGUAGES}.")
        fields |= {
            f"{key}_{language.lower()}": rule for key, rule in _wrong(others[language.lower()]).items()
        }
    if fields:
        told = "; ".join(f"{field} {rule}" for field, rule in fields.items())
        raise Invalid(f"This mail template cannot be kept: its {told}.", fields=fields)
    for variant in (said, *others.values()):
        check_content(variant.subject, variant.content)
    if any(_leads(said) != _leads(variant) for variant in others.values()):
        raise Invalid(
            "The template leads to the survey in some languages only; write {survey_link} into all."
        )
    return store.add_mail_template(unit.session, unit.workspace_id, name, said, others, unit.now)


def _wrong(said: Variant) -> dict[str, str]:
    fields = {}
    if not 1 <= len(said.subject) <= 250 or not said.subject.isprintable():
        fields["subject"] = "is one line of 1 to 250 printable characters"
    if not said.content.strip() or len(said.content) > MAX_CONTENT or not _storable(said.content):
        fields["content"] = f"is HTML of 1 to {MAX_CONTENT:,} characters, without NUL"
    return fields


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def list_mail_templates(
    unit: Unit, *, before: int | None = None, limit: int | None = None
) -> list[MailTemplate]:
    """The templates of a workspace, the newest first; `before` — only those with a lower number."""
    return store.mail_templates(unit.session, unit.workspace_id, before=before, limit=limit)


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
    return _leads(Variant(template.subject, template.content))


def _leads(said: Variant) -> bool:
    return SURVEY_LINK in placeholders(said.content)
