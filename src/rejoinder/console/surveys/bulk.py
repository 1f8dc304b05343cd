"""Erase or anonymise all whom the filter finds: ask before it, and tell how far it is and what it did."""

from __future__ import annotations

from rejoinder.console.speech import _
from rejoinder.console.surveys.grid import whole_expression
from rejoinder.console.surveys.grid_actions import confirmed
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.surveys.values import Reader
from rejoinder.console.visit import Visit
from rejoinder.core.bulk import Bulk, Deed, ask_for_all, find_bulk, stop_bulk
from rejoinder.core.respondents.read import count_all
from rejoinder.core.respondents.selecting import Found, count_found, filter_of
from rejoinder.core.surveys import OpenSurvey
from rejoinder.kernel.reply import Reply
from rejoinder.model.job import JobStatus
from rejoinder.model.problems import Invalid, NotFound

SECONDS = 0.06
"""How long the page counts before it says "more than"."""
_DEEDS: dict[str, Deed] = {"erase": "erase", "anonymise": "anonymise"}


def bulk(visit: Visit) -> Reply:
    """Whom the filter finds, how many they are, and what can be done with all of them."""
    survey = survey_of(visit)
    expression, words = visit.asked("f", longest=20_000).strip(), visit.asked("q", longest=200).strip()
    whole = whole_expression(Reader(survey.shape.schema), expression, words)
    values = {
        "expression": whole,
        "words": words,
        "found": _count(visit, survey, whole),
        "back": visit.to(f"/surveys/{survey.id}/respondents", f=expression or None, q=words or None),
    }
    return visit.page("surveys/bulk.html", **framed(visit, survey, "/respondents", **values))


def _count(visit: Visit, survey: OpenSurvey, expression: str) -> Found:
    if not expression:
        return Found(count_all(visit.unit, survey)[0], True)
    try:
        return count_found(visit.unit, survey, filter_of(visit.unit, survey, expression), SECONDS)
    except Invalid as problem:
        raise NotFound(problem.message) from None


def do_all(visit: Visit) -> Reply:
    """Ask for it, once the word was typed."""
    survey = survey_of(visit)
    deed = _DEEDS.get(visit.field("deed", 20))
    if deed is None:
        raise Invalid(_("Choose what is to be done."))
    confirmed(visit, deed)
    number = ask_for_all(visit.unit, survey, deed, visit.field("expression", 24_000))
    return visit.go(f"/surveys/{survey.id}/respondents/bulk/{number}")


def bulk_job(visit: Visit) -> Reply:
    """How far it is, and in the end what it did."""
    survey = survey_of(visit)
    values = _progress(visit, survey)
    return visit.page("surveys/bulk_job.html", **framed(visit, survey, "/respondents", **values))


def stop_all(visit: Visit) -> Reply:
    """Stop it where it is."""
    survey = survey_of(visit)
    found = stop_bulk(visit.unit, survey, visit.number("job"))
    return visit.go(f"/surveys/{survey.id}/respondents/bulk/{found.job.id}", _("It is stopped."))


def bulk_progress(visit: Visit) -> Reply:
    """The same as a part of the page, which asks for it while the job runs."""
    survey = survey_of(visit)
    return visit.fragment(
        "surveys/bulk_progress.html", start=f"/surveys/{survey.id}", **_progress(visit, survey)
    )


def _progress(visit: Visit, survey: OpenSurvey) -> dict[str, object]:
    found: Bulk = find_bulk(visit.unit, survey, visit.number("job"))
    running = found.job.status in (JobStatus.WAITING, JobStatus.RUNNING)
    counts = found.job.outcome or {}
    named = (
        ("letters", _("Mails")),
        ("events", _("Events")),
        ("files", _("Files")),
        ("contacts", _("Contacts")),
    )
    hung = [(title, counts[name]) for name, title in named if counts.get(name)]
    failed = found.job.status is JobStatus.FAILED
    stopped = found.job.status is JobStatus.CANCELLED
    return {"bulk": found, "running": running, "failed": failed, "stopped": stopped, "hung": hung}
