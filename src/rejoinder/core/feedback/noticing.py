"""Keep what surveys are to feedback in line with their variables and with what people settled."""

from __future__ import annotations

from msgspec import structs

from rejoinder.core.feedback.categories import category, smart_tags
from rejoinder.core.feedback.queueing import ask_for_index, ask_for_reanalysis
from rejoinder.core.feedback.roles import check_chosen, find_roles
from rejoinder.core.feedback.standing import is_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.event import FEEDBACK
from rejoinder.model.feedback import Chosen, Counts, FeedbackSurvey
from rejoinder.model.survey import Schema
from rejoinder.store import surveys as survey_store
from rejoinder.store.feedback import surveys as store
from rejoinder.store.feedback import tags
from rejoinder.store.feedback.workspaces import lock_feedback, tags_changed


def notice_survey(unit: Unit, survey_id: int) -> None:
    """Look at a survey that is new, or whose variables were changed, where the workspace is onboarded."""
    if is_onboarded(unit):
        lock_feedback(unit.session, unit.workspace_id)
        before = _known(unit, survey_id)
        _put(unit, before, before.chosen, before.imported)


def settle(unit: Unit, survey_id: int, chosen: Chosen, *, imported: bool = False) -> FeedbackSurvey:
    """Settle the roles of a survey; `imported` — it is an import from now on. Raises Invalid."""
    lock_feedback(unit.session, unit.workspace_id)
    before = _known(unit, survey_id)
    check_chosen(_schema(unit, survey_id), chosen)
    second = chosen.secondary_product_category_id
    if second is not None and second != before.chosen.secondary_product_category_id:
        _bring_tags(unit, second)
    after = _put(unit, before, chosen, imported or before.imported)
    if second != before.chosen.secondary_product_category_id and after.counts.responses:
        ask_for_reanalysis(unit, survey_id, every=True)
    return after


def describe(unit: Unit, survey_id: int) -> FeedbackSurvey:
    """What a survey is to feedback, looked at now where it was not before."""
    return _known(unit, survey_id)


def _put(unit: Unit, before: FeedbackSurvey, chosen: Chosen, imported: bool) -> FeedbackSurvey:
    schema = _schema(unit, before.survey_id)
    roles = find_roles(schema, chosen)
    asks = chosen.enabled and bool(roles.score or roles.comment or imported)
    after = structs.replace(
        before, roles=roles, chosen=chosen, imported=imported, active=asks and is_onboarded(unit)
    )
    session, where = unit.session, (unit.workspace_id, before.survey_id)
    store.put_survey(session, unit.workspace_id, after)
    store.hear_feedback(session, unit.workspace_id, [before.survey_id], FEEDBACK, on=after.active)
    moved = (after.active, after.roles) != (before.active, before.roles)
    if moved and (after.active or before.active) and store.has_respondents(session, *where):
        ask_for_index(unit, [before.survey_id], again=before.active)
    return after


def _known(unit: Unit, survey_id: int) -> FeedbackSurvey:
    found = store.survey_by_id(unit.session, unit.workspace_id, survey_id)
    if found is not None:
        return found
    survey = survey_store.survey_by_id(unit.session, unit.workspace_id, survey_id)
    assert survey is not None  # callers found it
    return FeedbackSurvey(
        survey_id=survey_id,
        name=survey.name,
        imported=False,
        active=False,
        roles=find_roles(_schema(unit, survey_id), Chosen()),
        chosen=Chosen(),
        counts=Counts(),
        analysed=0,
        created_at=survey.created_at,
    )


def _schema(unit: Unit, survey_id: int) -> Schema:
    return survey_store.load_schema(unit.session, unit.workspace_id, survey_id, 0)


def _bring_tags(unit: Unit, number: int) -> None:
    """Make the smart tags of a category that the workspace has not. Raises Invalid for an unknown one."""
    names = {tag.name for tag in tags.tags(unit.session, unit.workspace_id)}
    new = [tag for tag in smart_tags(category(number)) if tag.name not in names]
    if new:
        tags.add_tags(unit.session, unit.workspace_id, new, unit.now)
        tags_changed(unit.session, unit.workspace_id)


def notice_all(unit: Unit) -> None:
    """Look at every survey of a workspace that was just onboarded."""
    for number in survey_store.numbers(unit.session, unit.workspace_id):
        before = _known(unit, number)
        _put(unit, before, before.chosen, before.imported)
