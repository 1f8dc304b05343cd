"""One respondent's whole story."""

from __future__ import annotations

from rejoinder.core.audit import list_entries
from rejoinder.core.erasing import erase_chosen
from rejoinder.core.feedback.corrections import subject_of as subject_of_response
from rejoinder.core.feedback.responses import get_response
from rejoinder.core.feedback.standing import is_onboarded
from rejoinder.core.respondents.answers import subject_of
from rejoinder.core.respondents.grid import one_row
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit
from rejoinder.model.audit import Entry
from rejoinder.model.problems import NotFound
from rejoinder.model.story import Story
from rejoinder.store import story as store
from rejoinder.store.participants import coming


def story_of(unit: Unit, survey: OpenSurvey, respid: int) -> Story:
    """Everything about one respondent. Raises NotFound."""
    with unit.session.snapshot():
        row = one_row(unit, survey, respid)
        came = coming(unit.session, unit.workspace_id, survey.id, respid)
        feedback = None
        if is_onboarded(unit):
            try:
                feedback = get_response(unit, row.id)
            except NotFound:
                feedback = None
        return Story(
            row,
            *came,
            tuple(store.letters(unit.session, unit.workspace_id, row.id)),
            tuple(store.told(unit.session, unit.workspace_id, survey.id, respid)),
            feedback,
        )


def history_of(unit: Unit, respondent: int, limit: int, before: int | None = None) -> list[Entry]:
    """What people did to a respondent by hand, and to what was found in its comment: the newest first.

    Parameters: `respondent` — its id; `before` — only entries with a lower number.
    """
    subjects = (subject_of(respondent), subject_of_response(respondent))
    return list_entries(unit, limit, before, subjects=subjects)


def erase_one(unit: Unit, survey: OpenSurvey, respid: int) -> None:
    """Erase one respondent at once, with a receipt. Raises NotFound."""
    one_row(unit, survey, respid)
    erase_chosen(unit, survey, [respid])
