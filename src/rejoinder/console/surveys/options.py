"""What is settled of a survey as a whole: its name, its part in feedback, how long it keeps people."""

from __future__ import annotations

from rejoinder.console.speech import _
from rejoinder.console.surveys.collect import number_field
from rejoinder.console.surveys.exporting import title_of
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.anonymise import Scope
from rejoinder.core.erasing import erase
from rejoinder.core.feedback.surveys import feedback_of_survey, settle_survey
from rejoinder.core.naming import rename_survey
from rejoinder.core.respondents.read import count_all
from rejoinder.core.retention import MOST_DAYS, Retention, retention_of, set_retention
from rejoinder.kernel.reply import Reply
from rejoinder.model.feedback import METRIC_TYPES, Chosen
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Variable

FOUND = "*"
"""In a form: what is found by type and position."""


def options(visit: Visit) -> Reply:
    """All options with their forms."""
    survey = survey_of(visit)
    feedback = feedback_of_survey(visit.unit, str(survey.id))
    language = survey.shape.schema.languages[0]
    asked = [
        one
        for one in survey.shape.schema.variables
        if one.level in ("respondent", "response") and one.origin != "system" and not one.compound
    ]
    respondents, responses = count_all(visit.unit, survey)
    values = framed(
        visit,
        survey,
        "/options",
        feedback=feedback,
        retention=retention_of(visit.unit, str(survey.id)),
        languages_of=survey.shape.schema.languages,
        respondents=respondents,
        responses=responses,
        scores=_offers(asked, (Kind.NUMERIC, Kind.SINGLE, Kind.RATING, Kind.TEXT), language),
        comments=_offers(asked, (Kind.TEXT,), language),
        people=_offers(asked, tuple(Kind), language),
        metrics={"nps": "NPS", "csat": "CSAT", "ces": "CES", "other": _("Something else")},
        found=FOUND,
    )
    return visit.page("surveys/options.html", **values)


def _offers(asked: list[Variable], kinds: tuple[Kind, ...], language: str) -> list[tuple[str, str]]:
    return [
        (one.name, f"{one.name} — {title[:60]}" if (title := title_of(one, language)) else one.name)
        for one in asked
        if one.kind in kinds
    ]


def set_name(visit: Visit) -> Reply:
    """Give the survey another name."""
    survey = survey_of(visit)
    rename_survey(visit.unit, str(survey.id), visit.field("name", required=True))
    return visit.go(f"/surveys/{survey.id}/options", _("Saved."))


def set_feedback(visit: Visit) -> Reply:
    """Settle which questions are the score and the comment."""
    survey = survey_of(visit)
    before = feedback_of_survey(visit.unit, str(survey.id)).chosen
    metric = visit.field("metric_type", 20)
    after = Chosen(
        score=_role(visit, "score"),
        comment=_role(visit, "comment"),
        user=_role(visit, "user"),
        metric_type=metric if metric in METRIC_TYPES else None,
        enabled=visit.ticked("enabled"),
        source=before.source,
        language=before.language,
        secondary_product_category_id=before.secondary_product_category_id,
    )
    settle_survey(visit.unit, str(survey.id), after)
    return visit.go(f"/surveys/{survey.id}/options", _("Saved. Earlier responses are looked at again."))


def _role(visit: Visit, name: str) -> str | None:
    """What a form says of a role: None — find it, empty — there is none."""
    value = visit.field(name, 100)
    return None if value == FOUND else value


def set_keeping(visit: Visit) -> Reply:
    """Settle how long those who answered are kept."""
    survey = survey_of(visit)
    days = number_field(visit, "days", MOST_DAYS)
    action = "anonymise" if visit.field("action") == "anonymise" else "erase"
    set_retention(visit.unit, str(survey.id), Retention(days, action))  # type: ignore[arg-type]
    return visit.go(f"/surveys/{survey.id}/options", _("Saved."))


def delete_survey(visit: Visit) -> Reply:
    """Delete the survey with everybody in it, once its name was typed."""
    survey = survey_of(visit)
    if visit.field("typed") != survey.row.name.strip():
        why = _("This is not the survey’s name.")
        raise Invalid(why, fields={"typed": why})
    erase(visit.unit, survey, Scope("survey"), drop=True)
    return visit.go("/surveys", _("The survey is being deleted with all its answers."), kind="note")
