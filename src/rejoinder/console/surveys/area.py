"""Surveys: their list, and each one with its results, respondents, design and files."""

from __future__ import annotations

from rejoinder.console.area import Area, Page
from rejoinder.console.speech import mark
from rejoinder.console.surveys.listing import survey_list
from rejoinder.console.surveys.results import results

SURVEYS = Area(
    name="surveys",
    title=mark("Surveys"),
    icon="survey",
    path="/surveys",
    pages=(
        Page(path="/surveys", show=survey_list, summary="The surveys of a workspace"),
        Page(path="/surveys/{survey}", show=results, summary="A survey's results"),
    ),
)
