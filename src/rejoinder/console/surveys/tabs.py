"""One survey's head: what stands above each of its pages, and the tabs between them."""

from __future__ import annotations

from typing import Any

from rejoinder.console.speech import _, mark
from rejoinder.console.visit import Visit
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.model.people import ROLES

TABS: tuple[tuple[str, str, str], ...] = (
    (mark("Results"), "", "viewer"),
    (mark("Respondents"), "/respondents", "viewer"),
    (mark("Questionnaire"), "/design", "editor"),
    (mark("Collect"), "/collect", "viewer"),
    (mark("Import"), "/import", "editor"),
    (mark("Export"), "/exports", "viewer"),
    (mark("Options"), "/options", "editor"),
)
"""Title, path below the survey's, and who may go there, in the order of the tabs."""


def survey_of(visit: Visit) -> OpenSurvey:
    """The survey of the address. Raises NotFound, also for another workspace's."""
    return open_survey(visit.unit, str(visit.number("survey")))


def framed(visit: Visit, survey: OpenSurvey, tab: str, **values: Any) -> dict[str, Any]:
    """What `surveys/frame.html` needs beside a page's own values; `tab` — the path of the lit one."""
    start = f"/surveys/{survey.id}"
    mine = ROLES.index(visit.who.role)
    tabs = [
        (_(title), visit.to(start + path), path == tab)
        for title, path, role in TABS
        if mine <= ROLES.index(role)
    ]
    return {"survey": survey, "row": survey.row, "tabs": tabs, "start": start, **values}
