"""A survey's results."""

from __future__ import annotations

from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.respondents.read import count_all
from rejoinder.kernel.reply import Reply


def results(visit: Visit) -> Reply:
    """How much was answered, and each question's answers."""
    survey = survey_of(visit)
    respondents, responses = count_all(visit.unit, survey)
    values = framed(visit, survey, "", respondents=respondents, responses=responses)
    return visit.page("surveys/results.html", **values)
