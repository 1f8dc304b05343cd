"""Projects: responses that belong together."""

from __future__ import annotations

from rejoinder.console.feedback.frame import framed, onboarded, survey_names
from rejoinder.console.feedback.pieces import card_words, cards
from rejoinder.console.speech import _, ngettext
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.browsing import browse
from rejoinder.core.feedback.projects import (
    add_survey_to_project,
    create_project,
    get_project,
    list_projects,
    rename_project,
)
from rejoinder.core.feedback.responses import Wanted
from rejoinder.core.feedback.surveys import feedback_of_survey
from rejoinder.core.feedback.tags import every_tag
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid

LATEST = 5


@onboarded
def projects(visit: Visit) -> Reply:
    """All of them."""
    return visit.page(
        "feedback/projects.html", **framed(visit, "/projects"), projects=list_projects(visit.unit)
    )


@onboarded
def project(visit: Visit) -> Reply:
    """One of them, with what was said lately."""
    found = get_project(visit.unit, visit.number("project"))
    latest = (
        browse(visit.unit, Wanted(project_id=found.id), limit=LATEST).items if found.response_count else []
    )
    surveys = survey_names(visit.unit)
    return visit.page(
        "feedback/project.html",
        **framed(visit, "/projects"),
        **card_words(),
        project=found,
        cards=cards(visit.unit, latest),
        survey_names=surveys,
        surveys=list(surveys.items()),
        known=every_tag(visit.unit),
        tag=None,
        focus=None,
    )


def create(visit: Visit) -> Reply:
    """Make one."""
    made = create_project(visit.unit, visit.field("name", 200, required=True))
    return visit.go(f"/feedback/projects/{made.id}", _("The project is made. Put responses into it."))


def rename(visit: Visit) -> Reply:
    """Give it another name."""
    number = visit.number("project")
    rename_project(visit.unit, number, visit.field("name", 200, required=True))
    return visit.go(f"/feedback/projects/{number}", _("Saved."))


def fill(visit: Visit) -> Reply:
    """Put all responses of a survey or import into it."""
    number = visit.number("project")
    get_project(visit.unit, number)
    chosen = visit.field("survey", 16)
    if not (chosen.isascii() and chosen.isdecimal()):
        sentence = _("Choose a survey or an import.")
        raise Invalid(sentence, fields={"survey": sentence})
    survey = feedback_of_survey(visit.unit, chosen)
    added = add_survey_to_project(visit.unit, number, survey.survey_id)
    said = ngettext(
        "%(num)s response came into the project.", "%(num)s responses came into the project.", added
    )
    return visit.go(f"/feedback/projects/{number}", said)
