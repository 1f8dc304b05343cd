"""One respondent's whole story, and the change of single answers by hand."""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.core.audit import list_entries, record
from rejoinder.core.erasing import erase_chosen
from rejoinder.core.feedback.corrections import subject_of as subject_of_response
from rejoinder.core.feedback.responses import get_response
from rejoinder.core.feedback.standing import is_onboarded
from rejoinder.core.respondents.grid import one_row
from rejoinder.core.respondents.write import Batch, update
from rejoinder.core.surveys import OpenSurvey, lock_survey
from rejoinder.core.unit import Unit
from rejoinder.model.audit import Entry
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.model.respondent import Level
from rejoinder.model.story import Story
from rejoinder.model.survey import Variable
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


def subject_of(respondent: int) -> str:
    """What the audit log calls the respondent with this id."""
    return f"respondent:{respondent}"


def history_of(unit: Unit, respondent: int, limit: int, before: int | None = None) -> list[Entry]:
    """What people did to a respondent by hand, and to what was found in its comment: the newest first.

    Parameters: `respondent` — its id; `before` — only entries with a lower number.
    """
    subjects = (subject_of(respondent), subject_of_response(respondent))
    return list_entries(unit, limit, before, subjects=subjects)


def change_answer(unit: Unit, survey: OpenSurvey, respid: int, variable: Variable, value: Any) -> None:
    """Set one variable of a respondent; None clears it. The audit log says who did, and never what.

    `value` — as the record holds it, or as lenient forms write it. Raises NotFound, Invalid with a sentence
    about the value.
    """
    lock_survey(unit, survey)
    row = one_row(unit, survey, respid)
    level: Level = "respondent" if variable.level == "respondent" else "response"
    if level == "response" and not row.state:
        raise Invalid("This respondent has no response yet.")
    data = msgspec.json.encode([{"respid": respid, variable.name: value}])
    outcome = update(unit, str(survey.id), level, Batch(data, ("respid",), (variable.name,)))
    if outcome.report is not None:
        raise Invalid("This answer cannot be kept.")
    record(
        unit, "respondent.change", subject_of(row.id), survey=survey.id, respid=respid, variable=variable.name
    )


def erase_one(unit: Unit, survey: OpenSurvey, respid: int) -> None:
    """Erase one respondent at once, with a receipt. Raises NotFound."""
    one_row(unit, survey, respid)
    erase_chosen(unit, survey, [respid])
