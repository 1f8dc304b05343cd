"""A survey ready to take answers: found by its public reference, compiled, kept in memory.

Whatever a page or a submission needs of a survey hangs on one number, the schema's version, which every
change of variables, definition, settings or collectors renews. A reader compares it; a writer has it
compared under the survey's lock, and so can begin with what this process remembers.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.core.collecting.front import with_front_page
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import workspace_of
from rejoinder.files.answers.questionnaire import Questionnaire, compile_questionnaire
from rejoinder.model.collecting import Intake
from rejoinder.model.problems import NotFound
from rejoinder.store import public as store
from rejoinder.store.failures import Outdated
from rejoinder.store.session import Session

_REMEMBERED = 512


class Ready(msgspec.Struct, frozen=True):
    """A survey that can be answered.

    `definition` — what the page renders: the author's SurveyJS JSON with the page about the person in front;
    `title` — by language; `row_class` — the struct of a whole new row; `takes_files` — some question may ask
    for files.
    """

    intake: Intake
    survey: OpenSurvey
    questionnaire: Questionnaire
    definition: bytes
    title: dict[str, str]
    row_class: Any
    takes_files: bool


def public_survey(session: Session, reference: str) -> tuple[int, int]:
    """(workspace, survey) behind a public reference, from memory where it is known: it never changes.

    Raises NotFound.
    """
    known: dict[str, tuple[int, int]] = session.cache.setdefault("public", {})
    found = known.get(reference)
    if found is None:
        found = store.public_survey(session, reference)
        if found is None:
            raise NotFound(f"There is no survey at {reference[:100]!r}.")
        if len(known) >= _REMEMBERED:
            known.clear()
        known[reference] = found
    return found


def own_survey(unit: Unit, reference: str) -> tuple[int, int]:
    """(workspace, survey) behind a reference in the unit's workspace. Raises NotFound."""
    row = unit.session.hot.survey(unit.session.raw, unit.workspace_id, reference)
    if row is None:
        raise NotFound(f"Survey {reference[:100]!r} was not found in this workspace.")
    return unit.workspace_id, row.id


def ready(unit: Unit, survey_id: int) -> Ready:
    """A survey of the unit's workspace as it stands now. Raises NotFound: no survey, or none with a page."""
    survey = open_survey(unit, str(survey_id))
    kept = _kept(unit.session).get(survey_id)
    if kept is None or kept.intake.schema_version != survey.row.schema_version:
        with unit.session.snapshot():  # all of it as it stands at one moment
            kept = _remember(unit, _load(unit, open_survey(unit, str(survey_id))))
    return kept


def remembered(unit: Unit, survey_id: int) -> Ready:
    """As `ready`, from memory where this process knows the survey; whoever writes must find out under the
    survey's lock whether it still holds."""
    kept = _kept(unit.session).get(survey_id)
    if kept is None:
        return ready(unit, survey_id)
    timezone = workspace_of(unit).settings.timezone
    if timezone != kept.survey.timezone:
        kept = msgspec.structs.replace(kept, survey=kept.survey._replace(timezone=timezone))
    return kept


def forget(session: Session, survey_id: int) -> None:
    """Load a survey anew the next time."""
    _kept(session).pop(survey_id, None)


def _kept(session: Session) -> dict[int, Ready]:
    found: dict[int, Ready] = session.cache.setdefault("ready", {})
    return found


def _remember(unit: Unit, loaded: Ready) -> Ready:
    kept = _kept(unit.session)
    if len(kept) >= _REMEMBERED:
        kept.clear()
    kept[loaded.intake.survey_id] = loaded
    return loaded


def _load(unit: Unit, survey: OpenSurvey) -> Ready:
    intake = store.intake(unit.session, unit.workspace_id, survey.id)
    if intake is None:
        raise NotFound("This survey does not exist any more.")
    if intake.schema_version != survey.row.schema_version:
        raise Outdated  # changed between two reads
    text = store.definition(unit.session, unit.workspace_id, survey.id, intake.definition_version)
    if text is None:
        raise NotFound(
            f"Survey {intake.reference} has no page: it was made without a SurveyJS definition. Give it one "
            "with: rejoinder survey define"
        )
    document: dict[str, Any] = msgspec.json.decode(text)
    schema = survey.shape.schema
    return Ready(
        intake,
        survey,
        compile_questionnaire(document, schema),
        msgspec.json.encode(with_front_page(document, intake.settings.asks, schema)),
        _title(document, intake),
        survey.shape.new_rows(None).cls,
        '"file"' in text or '"signaturepad"' in text,
    )


def _title(document: dict[str, Any], intake: Intake) -> dict[str, str]:
    """A definition's title by language; the survey's name where it has none."""
    found, own = document.get("title"), intake.languages[0]
    if isinstance(found, str) and found.strip():
        return {own: found.strip()}
    if isinstance(found, dict):
        texts = {own if lang == "default" else lang: text for lang, text in found.items()}
        texts = {lang: text.strip() for lang, text in texts.items() if isinstance(text, str) and text.strip()}
        if texts:
            return texts
    return {own: intake.name}
