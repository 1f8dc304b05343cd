"""The public page of a survey: what somebody meets who opens its address."""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.core.collecting import intake as surveys
from rejoinder.core.collecting.participants import find_participant
from rejoinder.core.collecting.states import has_quota, page_state
from rejoinder.core.unit import Unit
from rejoinder.files.answers.restore import restore_answers
from rejoinder.model.collecting import Collector, PageState, Participant, SurveyPageSettings
from rejoinder.store import participants
from rejoinder.store.collectors import completions
from rejoinder.store.session import Session


class PublicPage(msgspec.Struct, frozen=True):
    """A survey's page as one visitor finds it.

    `definition` — SurveyJS JSON with the page about the person in front; `answers` and `page` — what a
    personal respondent gave before they put it off; `language` — theirs, where it is known; `collector` —
    the one of the link's code, when there is such a one.
    """

    state: PageState
    workspace_id: int
    survey_id: int
    reference: str
    title: dict[str, str]
    languages: tuple[str, ...]
    definition: bytes
    version: int
    answers: dict[str, Any] | None
    page: int | None
    language: str | None
    settings: SurveyPageSettings
    collector: Collector | None


def public_page(
    session: Session, reference: str, now: int, token: str | None = None, collector: str | None = None
) -> PublicPage:
    """The page behind a public address.

    Parameters: `reference` — public alias or number; `now` in µs; `token` — of a personal link;
    `collector` — the code in the link.
    Raises NotFound: no such survey, a survey without a definition, an unknown token.
    """
    workspace, survey_id = surveys.public_survey(session, reference)
    unit = Unit(session, workspace, "respondent", now)
    ready = surveys.ready(unit, survey_id)
    intake = ready.intake
    person = None if token is None else find_participant(unit, survey_id, token)
    through = _collector(ready.intake.collectors, collector, person)
    counts = completions(session, workspace, survey_id) if has_quota(intake, through) else {}
    state = page_state(intake, through, person, counts, now)
    answers, page = _answers(unit, ready, person) if person and state == "open" else (None, None)
    return PublicPage(
        state,
        workspace,
        survey_id,
        intake.reference,
        ready.title,
        intake.languages,
        ready.definition,
        intake.definition_version,
        answers,
        page,
        person.language if person else None,
        intake.settings,
        through,
    )


def _collector(
    known: tuple[Collector, ...], code: str | None, person: Participant | None
) -> Collector | None:
    """The collector of a link; a personal respondent's own one counts first."""
    if person and person.collector_id:
        return next((found for found in known if found.id == person.collector_id), None)
    return next((found for found in known if found.code == code), None)


def _answers(
    unit: Unit, ready: surveys.Ready, person: Participant
) -> tuple[dict[str, Any] | None, int | None]:
    """What the respondent gave before: as the page kept it, or as the record has it."""
    where = (unit.workspace_id, ready.intake.survey_id, person.respid)
    if kept := participants.partial_of(unit.session, *where):
        return dict(kept.answers), kept.page
    values = msgspec.json.decode(person.doc)
    known = {
        asked.question: values[asked.name] for asked in ready.intake.settings.asks if asked.name in values
    }
    answers = restore_answers(ready.questionnaire, values) | known
    return answers or None, None
