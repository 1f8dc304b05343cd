"""What all pages about feedback share: tabs, what can be filtered by, where to go before onboarding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any

from rejoinder.console.speech import _, language_name, mark
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.onboarding import is_onboarded
from rejoinder.core.feedback.projects import list_projects
from rejoinder.core.feedback.responses import NO_SENTIMENT, Wanted
from rejoinder.core.feedback.surveys import list_feedback_surveys
from rejoinder.core.unit import Unit
from rejoinder.kernel.reply import Reply
from rejoinder.model.analysis import LANGUAGES
from rejoinder.model.feedback import SENTIMENTS, FeedbackSurvey, Sentiment

TABS: tuple[tuple[str, str], ...] = (
    (mark("Overview"), ""),
    (mark("Texts"), "/texts"),
    (mark("Tags"), "/tags"),
    (mark("Projects"), "/projects"),
    (mark("Imports"), "/imports"),
    (mark("Learning"), "/learning"),
)
"""Title and path below `/feedback`."""
NONE = "none"
"""How addresses write "no sentiment"."""
MICROS = 1_000_000
Show = Callable[[Visit], Reply]


def onboarded(show: Show) -> Show:
    """A page that is only there once a category was chosen; before, the visitor is sent to choose one."""

    @wraps(show)
    def page(visit: Visit) -> Reply:
        return show(visit) if is_onboarded(visit.unit) else visit.go("/feedback")

    return page


def framed(visit: Visit, tab: str, **values: Any) -> dict[str, Any]:
    """What `feedback/frame.html` needs beside a page's own values; `tab` — the path of the lit one."""
    tabs = [(_(title), visit.to("/feedback" + path), path == tab) for title, path in TABS]
    return {"parts": tabs, "may_edit": visit.who.may("editor"), "words": words(), **values}


def words() -> dict[str, str]:
    """Sentiments as people read them; `none` stands for no sentiment."""
    return {
        "positive": _("Positive"),
        "neutral": _("Neutral"),
        "negative": _("Negative"),
        NONE: _("No sentiment"),
    }


def word_of(sentiment: Sentiment | None) -> str:
    """A sentiment as addresses and classes write it."""
    return NONE if sentiment is None else sentiment.word


def asked_day(visit: Visit, name: str) -> date | None:
    """A date of the query, None for none and for what is no date."""
    try:
        return date.fromisoformat(visit.asked(name, longest=10))
    except ValueError:
        return None


def asked_sentiment(visit: Visit, name: str) -> int | None:
    """A sentiment of the query."""
    word = visit.asked(name, longest=10)
    return NO_SENTIMENT if word == NONE else int(SENTIMENTS[word]) if word in SENTIMENTS else None


def asked_wanted(visit: Visit) -> Wanted:
    """The responses that the query asks for."""
    since, until = asked_day(visit, "since"), asked_day(visit, "until")
    language = visit.asked("language", longest=3)
    return Wanted(
        survey_id=visit.asked_number("survey"),
        tag_id=visit.asked_number("tag"),
        tag_sentiment=asked_sentiment(visit, "tag_sentiment"),
        sentiment=asked_sentiment(visit, "sentiment"),
        language=language if language in LANGUAGES else None,
        project_id=visit.asked_number("project"),
        since=None if since is None else micros(since),
        until=None if until is None else micros(until) + 86_400 * MICROS,
    )


def kept(visit: Visit, names: Sequence[str]) -> dict[str, str]:
    """The parts of the query that links keep, those that say something."""
    return {name: value for name in names if (value := visit.asked(name, longest=200).strip())}


def micros(day: date) -> int:
    """The beginning of a day (UTC)."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * MICROS


def survey_names(unit: Unit) -> dict[int, str]:
    """What the surveys and imports with feedback are called, the oldest first."""
    return {one.survey_id: one.name for one in list_feedback_surveys(unit)}


def project_names(unit: Unit) -> list[tuple[int, str]]:
    """The projects with what they are called, as fields offer them."""
    return [(one.id, one.name) for one in list_projects(unit)]


def choices(visit: Visit) -> dict[str, Any]:
    """What can be filtered by: (value, words) of each filter."""
    surveys = survey_names(visit.unit)
    return {
        "survey_names": surveys,
        "survey_choices": [("", _("All surveys and imports")), *surveys.items()],
        "project_choices": [("", _("All projects")), *project_names(visit.unit)],
        "language_choices": [("", _("All languages")), *((code, language_name(code)) for code in LANGUAGES)],
    }


def metric_words() -> dict[str, str]:
    """What scores measure."""
    return {"nps": _("NPS"), "ces": _("CES"), "csat": _("CSAT"), "other": _("Another score")}


def analysed_share(survey: FeedbackSurvey) -> float:
    """How much of a survey has been read, 0 to 1."""
    return min(1.0, survey.analysed / survey.counts.responses) if survey.counts.responses else 1.0
