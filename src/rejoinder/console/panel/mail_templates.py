"""Mail templates: what mailings say, in one language or several."""

from __future__ import annotations

from typing import Any

from babel import Locale, UnknownLocaleError

from rejoinder.console.panel.framing import framed
from rejoinder.console.panel.paging import PAGE
from rejoinder.console.speech import LANGUAGES, VOICE, _
from rejoinder.console.visit import Visit
from rejoinder.core import mail_templates as core
from rejoinder.core.mail.message import Letter
from rejoinder.core.mail.placeholders import KNOWN
from rejoinder.core.mail.planning import preview_letter
from rejoinder.kernel.reply import Reply
from rejoinder.model.mail import MailTemplate, Variant
from rejoinder.model.problems import Invalid
from rejoinder.model.system import LABELS

DRAFT = """<p>%(hello)s</p>

<p>%(ask)s</p>

<p><a href="{survey_link}">%(begin)s</a></p>

<p>%(thanks)s</p>

<p><small><a href="{unsubscribe_link}">%(stop)s</a></small></p>
"""
MAX_SUBJECT = 400


def templates(visit: Visit) -> Reply:
    """All templates, the newest first."""
    before = visit.asked_number("before")
    found = core.list_mail_templates(visit.unit, before=before, limit=PAGE + 1)
    seen: set[str] = set()
    newest = set()
    for one in found if before is None else ():
        if one.name not in seen:
            seen.add(one.name)
            newest.add(one.id)
    return visit.page(
        "panel/templates.html",
        templates=found[:PAGE],
        newest=newest,
        language_of=language_word,
        invites={one.id: core.invites(one) for one in found},
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        first=before is None,
    )


def template(visit: Visit) -> Reply:
    """One template, in each of its languages."""
    found = core.find_mail_template(visit.unit, visit.number("template"))
    language = visit.asked("language", longest=40)
    said = found.variants.get(language) or Variant(found.subject, found.content)
    return visit.page(
        "panel/template.html",
        template=found,
        chosen=language if language in found.variants else "",
        letter=preview_letter(said, samples()),
        invites=core.invites(found),
        language_tabs=[
            (language_word(code), visit.to(f"/panel/templates/{found.id}", language=code), code == language)
            for code in found.variants
        ],
    )


def template_html(visit: Visit) -> Reply:
    """A template's HTML, for a frame."""
    found = core.find_mail_template(visit.unit, visit.number("template"))
    language = visit.asked("language", longest=40)
    said = found.variants.get(language) or Variant(found.subject, found.content)
    return framed(preview_letter(said, samples()).html or "")


def editor(visit: Visit) -> Reply:
    """Write a template, from nothing or from another one."""
    number = visit.asked_number("from")
    given = core.find_mail_template(visit.unit, number) if number is not None else None
    start = given or _draft(visit)
    return visit.page(
        "panel/template_editor.html",
        given=given,
        start=start,
        languages=list(dict.fromkeys((*start.variants, *LANGUAGES))),
        placeholders=placeholder_names(),
        language_of=language_word,
    )


def _draft(visit: Visit) -> MailTemplate:
    """What a new template begins with, in the visitor's language: it could be sent as it is. Its name is left
    open where a template has it, for templates of one name are versions of each other."""
    content = DRAFT % {
        "hello": _("Hello,"),
        "ask": _("We would like to hear what you think. It takes about three minutes."),
        "begin": _("Begin the survey"),
        "thanks": _("Thank you!"),
        "stop": _("No more mails"),
    }
    name, subject = _("Invitation"), _("Your opinion, please: {survey_name}")
    taken = any(one.name == name for one in core.list_mail_templates(visit.unit))
    return MailTemplate(0, "" if taken else name, subject, content, 0)


def language_word(code: str) -> str:
    """A language as the visitor's language calls it; its code where nobody knows it."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(VOICE.get().language)
    except (ValueError, UnknownLocaleError):
        name = None
    return name[:1].upper() + name[1:] if name else code


def placeholder_names() -> list[tuple[str, str]]:
    """What may stand in a template, with what each is."""
    told = {
        "survey_link": _("Survey link"),
        "unsubscribe_link": _("Opt-out link"),
        "survey_name": _("Survey name"),
        "email": _("Address"),
    }
    names = [*told, *(name for name in KNOWN if name in LABELS)]
    return [(f"{{{name}}}", told.get(name) or _("Label %(number)s", number=name[5:])) for name in names]


def samples() -> dict[str, str]:
    """What stands in a preview in place of the placeholders."""
    return {
        "email": "anna@example.org",
        "survey_name": _("Our survey"),
        "survey_link": "https://example.org/s/visits/9F3K",
        "unsubscribe_link": "https://example.org/u/9F3K",
        **{name: _("Label %(number)s", number=name[5:]) for name in LABELS},
        "label1": "Anna",
    }


def _said(visit: Visit, suffix: str = "") -> Variant:
    return Variant(
        visit.field(f"subject{suffix}", MAX_SUBJECT), visit.field(f"content{suffix}", core.MAX_CONTENT)
    )


def _variants(visit: Visit) -> dict[str, Variant]:
    """The languages of the form in which something was written."""
    found = {}
    for language in visit.fields("languages"):
        said = _said(visit, f"_{language[:40]}")
        if said.subject or said.content:
            found[language[:40]] = said
    return found


def create(visit: Visit) -> Reply:
    """Keep a template."""
    said = _said(visit)
    name = visit.field("name", 400, required=True)
    try:
        made = core.create_mail_template(visit.unit, name, said.subject, said.content, _variants(visit))
    except Invalid as problem:
        raise Invalid(problem.message, fields=_beside(problem)) from None
    return visit.go(f"/panel/templates/{made.id}", _("The template is saved."))


def _beside(problem: Invalid) -> dict[str, str]:
    """Sentences for the fields of the form."""
    told = {
        "name": _("A name has 1 to 200 printable characters."),
        "subject": _("A subject is one line of 1 to 250 printable characters."),
        "content": _("Write the text of the mail: HTML of up to 500,000 characters."),
    }
    return {field: told[field.partition("_")[0]] for field in problem.fields}


def preview(visit: Visit) -> Reply:
    """What is being written, as a recipient would read it: subject and text."""
    shown: dict[str, Any] = {"letter": None, "problem": ""}
    try:
        shown["letter"] = _previewed(visit)
    except Invalid as problem:
        shown["problem"] = problem.message
    return visit.fragment("panel/preview.html", **shown)


def preview_html(visit: Visit) -> Reply:
    """What is being written, for a frame."""
    try:
        return framed(_previewed(visit).html or "")
    except Invalid:
        return framed("")


def _previewed(visit: Visit) -> Letter:
    language = visit.field("shown", 40)
    return preview_letter(_said(visit, f"_{language}" if language else ""), samples())


def send_test(visit: Visit) -> str:
    """Send a template to oneself, outside the writer. Raises Invalid, Unavailable."""
    found = core.find_mail_template(visit.unit, visit.number("template"))
    said = found.variants.get(visit.field("language", 40)) or Variant(found.subject, found.content)
    return visit.shell.outside.send_letter(visit.who.email, preview_letter(said, samples()))


def test_sent(visit: Visit) -> Reply:
    """What the mail server said."""
    words = _(
        "Sent to %(email)s; the mail server said: %(words)s",
        email=visit.who.email,
        words=visit.prepared[:200],
    )
    return visit.go(f"/panel/templates/{visit.number('template')}", words)
