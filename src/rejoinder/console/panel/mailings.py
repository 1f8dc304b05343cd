"""Mailings: compose one, look at what became of it, hold it up, remind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from rejoinder.console.panel.batches import survey_names
from rejoinder.console.panel.funnel import funnel_chart, progress_of
from rejoinder.console.panel.mail_templates import samples
from rejoinder.console.panel.outbox import GROUPS, letter_lines, reason_words
from rejoinder.console.panel.paging import PAGE
from rejoinder.console.speech import _, ngettext, number_text
from rejoinder.console.visit import Visit
from rejoinder.core import mailings as core
from rejoinder.core.feedback.surveys import asking_surveys
from rejoinder.core.mail.desk import list_letters
from rejoinder.core.mail.planning import Plan, plan_mailing, preview_letter, respids_of_filter
from rejoinder.core.mail_templates import find_mail_template, invites, list_mail_templates
from rejoinder.core.mailings import MAX_COUNTED, MAX_LOOKED_AT, Recipients
from rejoinder.core.panel.batches import find_batch, list_batches
from rejoinder.core.respondents.keys import MAX_RESPID
from rejoinder.core.surveys import describe_survey
from rejoinder.core.unit import zone
from rejoinder.kernel.reply import Reply
from rejoinder.model.mail import Mailing, MailTemplate, Variant
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.model.survey import Survey


class Composed(NamedTuple):
    """A mailing as it was composed in the form; `send_at` in µs, None for at once."""

    survey: Survey
    template: MailTemplate
    recipients: Recipients
    send_at: int | None
    plan: Plan


def mailings(visit: Visit) -> Reply:
    """All mailings, the newest first."""
    before = visit.asked_number("before")
    found = core.list_mailings(visit.unit, None, PAGE + 1, before)
    going, kept = core.going_mailings(visit.unit, [one.id for one in found[:PAGE]])
    return visit.page(
        "panel/mailings.html",
        mailings=found[:PAGE],
        going=going,
        kept=kept,
        surveys=survey_names(visit),
        templates={one.id: one.name for one in list_mail_templates(visit.unit)},
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        first=before is None,
        now=visit.now,
    )


def compose(visit: Visit) -> Reply:
    """Choose survey, people, template and time."""
    surveys = list(reversed(asking_surveys(visit.unit)))
    batch = visit.asked("batch", longest=64)
    chosen = str(find_batch(visit.unit, batch).survey_id) if batch else visit.asked("survey", longest=20)
    survey = next((one for one in surveys if str(one.id) == chosen), surveys[0] if surveys else None)
    found = list_batches(visit.unit, str(survey.id), 200) if survey else []
    return visit.page(
        "panel/compose.html",
        surveys=[(one.id, one.name) for one in surveys],
        survey=survey,
        batches=found,
        batch=batch,
        templates=_inviting(visit),
        timezone=visit.who.timezone,
    )


def _inviting(visit: Visit) -> list[tuple[int, str]]:
    """Templates that lead to a survey, of one name the newest."""
    found: dict[str, int] = {}
    for one in list_mail_templates(visit.unit):
        if invites(one):
            found.setdefault(one.name, one.id)
    return [(number, name) for name, number in found.items()]


def composed(visit: Visit) -> Composed:
    """What the form says, checked, with whom it would be for. Raises Invalid at its fields, NotFound."""
    survey = describe_survey(visit.unit, visit.field("survey", 20, required=True))
    template = find_mail_template(visit.unit, visit.field("template", 20, required=True))
    recipients = _recipients(visit, survey)
    return Composed(
        survey, template, recipients, _send_at(visit), plan_mailing(visit.unit, str(survey.id), recipients)
    )


def _recipients(visit: Visit, survey: Survey) -> Recipients:
    people = visit.field("people", 20)
    if people == "batch":
        batch = visit.field("batch", 64, required=True)
        return Recipients(batch=find_batch(visit.unit, batch).id)
    if people == "filter":
        expression = visit.field("filter", 4000, required=True)
        try:
            return Recipients(respids=respids_of_filter(visit.unit, str(survey.id), expression))
        except Invalid as problem:
            raise Invalid(problem.message, fields={"filter": problem.message}) from None
    return core.NOT_INVITED


def _send_at(visit: Visit) -> int | None:
    """The time of the form, in the workspace's zone; None for at once."""
    text = visit.field("send_at", 40)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=zone(visit.who.timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    micros = int(at.timestamp() * 1_000_000) if at else 0
    if not visit.now <= micros < visit.now + 366 * 24 * 3600 * 1_000_000:
        sentence = _("Choose a time between now and a year from now.")
        raise Invalid(sentence, fields={"send_at": sentence})
    return micros


def check(visit: Visit) -> Reply:
    """Show what would be sent to how many, before it is."""
    found: Composed = visit.prepared
    said = Variant(found.template.subject, found.template.content)
    kept = {
        name: visit.field(name, 4000)
        for name in ("survey", "people", "batch", "filter", "template", "send_at")
    }
    return visit.page(
        "panel/check.html",
        found=found,
        plan=found.plan,
        more_than=found.plan.asked > MAX_COUNTED,
        left_out=[(reason_words(why), count) for why, count in found.plan.left_out.items()],
        letter=preview_letter(said, samples()),
        kept=kept,
        smtp=visit.shell.outside.settings.smtp_url is not None,
    )


def create(visit: Visit) -> Reply:
    """Make the mailing; nothing is made when nobody would be written to."""
    found: Composed = visit.prepared
    if found.plan.letters == 0:
        raise Invalid(_("Nobody would be written to, so no mailing was made."))
    made = core.queue_mailing(
        visit.unit, str(found.survey.id), found.template.id, found.recipients, found.send_at
    )
    said = ngettext("%(num)s mail waits to be sent.", "%(num)s mails wait to be sent.", made.waiting)
    return visit.go(f"/panel/mailings/{made.mailing.id}", said)


def mailing(visit: Visit) -> Reply:
    """One mailing: what became of it, its letters, reminders."""
    found = core.find_mailing(visit.unit, visit.number("mailing"))
    group = visit.asked("state")
    group = group if group in GROUPS else "all"
    before = visit.asked_number("before")
    letters = list_letters(visit.unit, GROUPS[group], found.id, PAGE + 1, before)
    related = core.list_mailings(visit.unit, str(found.survey_id), 200)
    return visit.page(
        "panel/mailing.html",
        mailing=found,
        survey=describe_survey(visit.unit, str(found.survey_id)),
        template=_template(visit, found),
        reminders=[one for one in related if one.root_id == found.id],
        lines=letter_lines(visit, letters[:PAGE]),
        state=group,
        more=letters[PAGE - 1].id if len(letters) > PAGE else None,
        first=before is None,
        most_reminders=core.MAX_REMINDERS,
    )


def _template(visit: Visit, found: Mailing) -> MailTemplate | None:
    try:
        return find_mail_template(visit.unit, found.template_id)
    except NotFound:
        return None


def funnel(visit: Visit) -> Reply:
    """What became of a mailing, watched while letters wait."""
    found = core.find_mailing(visit.unit, visit.number("mailing"))
    stats = core.mailing_stats(visit.unit, found.id, MAX_LOOKED_AT)
    return visit.fragment(
        "panel/funnel.html",
        mailing=found,
        stats=stats,
        chart=funnel_chart(stats),
        left_out=[(reason_words(why), count) for why, count in stats.skipped.items()],
        going=progress_of(stats, found, visit.shell.outside.settings.mail_per_minute, visit.now),
        now=visit.now,
    )


def pause(visit: Visit) -> Reply:
    """Hold a mailing up."""
    count = core.pause_mailing(visit.unit, visit.number("mailing"))
    return _back(visit, ngettext("Paused; %(num)s mail waits.", "Paused; %(num)s mails wait.", count))


def resume(visit: Visit) -> Reply:
    """Let it go on."""
    count = core.resume_mailing(visit.unit, visit.number("mailing"))
    return _back(visit, ngettext("It goes on with %(num)s mail.", "It goes on with %(num)s mails.", count))


def stop(visit: Visit) -> Reply:
    """Let what has not gone out stay here for good."""
    count = core.stop_mailing(visit.unit, visit.number("mailing"))
    return _back(visit, ngettext("%(num)s mail will not be sent.", "%(num)s mails will not be sent.", count))


def _back(visit: Visit, said: str) -> Reply:
    return visit.go(f"/panel/mailings/{visit.number('mailing')}", said)


def _terms(visit: Visit, asked: Any) -> tuple[float, int]:
    """How long a reminder waits and how often it comes. Raises Invalid at the fields."""
    try:
        days, times = float(asked("min_days", 20) or 3), int(asked("max_count", 20) or 2)
    except ValueError:
        days, times = -1.0, -1
    fields = {}
    if not 0 <= days <= 3650:
        fields["min_days"] = _("Choose 0 to 3650 days.")
    if not 1 <= times <= core.MAX_REMINDERS:
        fields["max_count"] = _("Choose 1 to %(most)s times.", most=core.MAX_REMINDERS)
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    return days, times


def due(visit: Visit) -> Reply:
    """How many a reminder would be for now."""
    days, times = _terms(visit, lambda name, most: visit.asked(name, longest=most))
    number = visit.number("mailing")
    found = core.count_due(visit.unit, number, days, times)
    if found.whole:
        text = ngettext("%(num)s person is due.", "%(num)s people are due.", found.people)
    else:
        text = ngettext(
            "At least %(num)s person is due; only the first %(most)s mails were looked at.",
            "At least %(num)s people are due; only the first %(most)s mails were looked at.",
            found.people,
            most=number_text(found.looked),
        )
    return visit.fragment("panel/due.html", found=found, text=text)


def remind(visit: Visit) -> Reply:
    """Write again to those who have not answered; nothing is made when nobody is due."""
    days, times = _terms(visit, visit.field)
    number = visit.number("mailing")
    if not core.count_due(visit.unit, number, days, times, most=MAX_RESPID).people:
        raise Invalid(_("Nobody is due now, so no reminder was made."))
    made = core.remind(visit.unit, number, days, times, visit.field("template", 20) or None)
    said = ngettext("%(num)s reminder waits to be sent.", "%(num)s reminders wait to be sent.", made.waiting)
    return visit.go(f"/panel/mailings/{made.mailing.id}", said)
