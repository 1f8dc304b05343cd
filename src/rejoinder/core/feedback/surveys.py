"""Surveys as sources of feedback, and imports, which are surveys made from a CSV file (004, "Imports")."""

from __future__ import annotations

from rejoinder.core.audit import record
from rejoinder.core.feedback.onboarding import is_onboarded, require_onboarded
from rejoinder.core.feedback.roles import check_chosen, find_roles
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.event import FEEDBACK
from rejoinder.model.feedback import Chosen, Counts, FeedbackSurvey
from rejoinder.model.problems import NotFound
from rejoinder.store.feedback import surveys as store
from rejoinder.store.feedback.workspaces import lock_feedback


def list_feedback_surveys(unit: Unit) -> list[FeedbackSurvey]:
    """Every survey whose respondents are CXI responses, imports too; oldest first. Raises NotOnboarded."""
    require_onboarded(unit)
    return [found for found in store.all_surveys(unit.session, unit.workspace_id) if found.active]


def list_imports(unit: Unit, skip: int, limit: int) -> tuple[list[FeedbackSurvey], int]:
    """Some imports, newest first, and how many there are. Raises NotOnboarded."""
    require_onboarded(unit)
    with unit.session.snapshot():
        return store.page_of_imports(unit.session, unit.workspace_id, skip, limit)


def get_import(unit: Unit, number: int) -> FeedbackSurvey:
    """An import, whose number is its survey's. Raises NotOnboarded, NotFound."""
    require_onboarded(unit)
    found = store.survey_by_id(unit.session, unit.workspace_id, number)
    if found is None or not found.imported:
        raise NotFound(f"There is no import {number} in this workspace.")
    return found


def feedback_of_survey(unit: Unit, reference: str) -> FeedbackSurvey:
    """What a survey is to feedback: its roles, found or settled, and its numbers. Raises NotFound."""
    survey = open_survey(unit, reference)
    known = store.survey_by_id(unit.session, unit.workspace_id, survey.id)
    return known or FeedbackSurvey(
        survey_id=survey.id,
        name=survey.row.name,
        imported=False,
        active=False,
        roles=find_roles(survey.shape.schema, Chosen()),
        chosen=Chosen(),
        counts=Counts(),
        analysed=0,
        created_at=survey.row.created_at,
    )


def settle_survey(unit: Unit, reference: str, chosen: Chosen, *, imported: bool = False) -> FeedbackSurvey:
    """Say which variables of a survey are its score, comment and user, and what it measures.

    Parameters: `imported` — it is an import from now on. Raises NotFound, Invalid for unfit variables.
    """
    lock_feedback(unit.session, unit.workspace_id)
    before = feedback_of_survey(unit, reference)
    schema = open_survey(unit, reference).shape.schema
    check_chosen(schema, chosen)
    roles = find_roles(schema, chosen)
    active = is_onboarded(unit) and bool(roles.score or roles.comment or imported)
    after = FeedbackSurvey(
        survey_id=before.survey_id,
        name=before.name,
        imported=imported or before.imported,
        active=active,
        roles=roles,
        chosen=chosen,
        counts=before.counts,
        analysed=before.analysed,
        created_at=before.created_at,
    )
    store.put_survey(unit.session, unit.workspace_id, after)
    store.hear_feedback(unit.session, unit.workspace_id, [after.survey_id], FEEDBACK, on=active)
    record(unit, "feedback.settle", f"survey:{after.survey_id}", score=roles.score, comment=roles.comment)
    return after
