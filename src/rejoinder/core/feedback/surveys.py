"""Surveys as sources of feedback, and imports, which are surveys made from a CSV file (004, "Imports")."""

from __future__ import annotations

from rejoinder.core.audit import record
from rejoinder.core.feedback.noticing import describe, settle
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Chosen, Counts, FeedbackSurvey
from rejoinder.model.problems import NotFound
from rejoinder.model.survey import Survey
from rejoinder.store.feedback import surveys as store
from rejoinder.store.surveys import all_surveys


def list_feedback_surveys(unit: Unit) -> list[FeedbackSurvey]:
    """Every survey whose respondents are CXI responses, imports too; oldest first. Raises NotOnboarded."""
    require_onboarded(unit)
    return [found for found in store.all_surveys(unit.session, unit.workspace_id) if found.active]


def list_imports(unit: Unit, skip: int, limit: int) -> tuple[list[FeedbackSurvey], int]:
    """Some imports, newest first, and how many there are. Raises NotOnboarded."""
    require_onboarded(unit)
    with unit.session.snapshot():
        return store.page_of_imports(unit.session, unit.workspace_id, skip, limit)


def asking_surveys(unit: Unit) -> list[Survey]:
    """The surveys that people can be asked to answer, oldest first: all but imports of feedback."""
    with unit.session.snapshot():
        imports = store.imported_surveys(unit.session, unit.workspace_id)
        return [one for one in all_surveys(unit.session, unit.workspace_id) if one.id not in imports]


def get_import(unit: Unit, number: int) -> FeedbackSurvey:
    """An import, whose number is its survey's. Raises NotOnboarded, NotFound."""
    require_onboarded(unit)
    found = store.survey_by_id(unit.session, unit.workspace_id, number)
    if found is None or not found.imported:
        raise NotFound(f"There is no import {number} in this workspace.")
    return found


def feedback_of_survey(unit: Unit, reference: str) -> FeedbackSurvey:
    """What a survey is to feedback: its roles, found or settled, and its numbers. Raises NotFound."""
    return describe(unit, open_survey(unit, reference).id)


def settle_survey(unit: Unit, reference: str, chosen: Chosen, *, imported: bool = False) -> FeedbackSurvey:
    """Say which variables of a survey are its score, comment and user, and what it measures.

    What is None is found by type and position. Where this changes what a response is, a job goes
    through the respondents. Parameters: `imported` — it is an import from now on. Call it before rows are
    written, and they are responses at once. Raises NotFound, Invalid for unfit variables.
    """
    after = settle(unit, open_survey(unit, reference).id, chosen, imported=imported)
    roles = after.roles
    record(unit, "feedback.settle", f"survey:{after.survey_id}", score=roles.score, comment=roles.comment)
    return after


def totals(unit: Unit) -> tuple[Counts, int]:
    """All responses of the workspace by sentiment, and how many of them are analysed. Raises NotOnboarded."""
    require_onboarded(unit)
    return store.totals(unit.session, unit.workspace_id)
