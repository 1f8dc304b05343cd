"""What a webhook is sent (SurveyKiwi 003, "Recibiendo una notificación de Webhook"; the design's "Webhooks").

Rendered once for each event, by a job, from what the event froze.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from rejoinder.core.surveys import OpenSurvey, describe_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import workspace_of
from rejoinder.dialects.surveykiwi.moments import time_text
from rejoinder.dialects.surveykiwi.wire import render_campaign, renderer_of
from rejoinder.model.event import EventKind, FrozenEvent
from rejoinder.model.problems import NotFound
from rejoinder.store.session import Session

_ABOUT_RESPONDENTS = (EventKind.INVITED, EventKind.OPENED)
_encode = msgspec.json.Encoder().encode


class _Frozen(NamedTuple):
    """A respondent as an event froze it."""

    id: int
    state: int
    created_at: int
    completed_at: int | None
    doc: str


def render_event(session: Session, event: FrozenEvent, base_url: str = "") -> bytes:
    """The body of an event's deliveries: `id`, `event`, `created_at`, `campaign`, `answer` (or `respondent`).

    `answer` is what `campaign/answers` gives for the frozen record, `respondent` the same without what was
    answered; after a deletion both are the id alone. A survey that does not exist any more leaves
    `campaign` with its id alone.
    Parameters: `base_url` — where files are served, the public address of this server. Raises what reading
    raises.
    """
    unit = Unit(session, event.workspace_id, "job", event.created_at)
    timezone = workspace_of(unit).settings.timezone
    survey = _survey(unit, event)
    about_respondent = event.kind in _ABOUT_RESPONDENTS
    subject = _subject(unit, survey, event, base_url, answers=not about_respondent)
    return b'{"id":%b,"event":%b,"created_at":%b,"campaign":%b,"%b":%b}' % (
        _encode(event.id),
        _encode(event.kind.value),
        _encode(time_text(event.created_at, timezone)),
        _campaign(unit, survey, event, timezone),
        b"respondent" if about_respondent else b"answer",
        subject,
    )


def _survey(unit: Unit, event: FrozenEvent) -> OpenSurvey | None:
    try:
        return None if event.survey_id is None else open_survey(unit, str(event.survey_id))
    except NotFound:
        return None


def _campaign(unit: Unit, survey: OpenSurvey | None, event: FrozenEvent, timezone: str) -> bytes:
    if survey is None:
        return b"null" if event.survey_id is None else _encode({"id": event.survey_id})
    return _encode(render_campaign(describe_survey(unit, str(survey.id)), timezone))


def _subject(
    unit: Unit, survey: OpenSurvey | None, event: FrozenEvent, base_url: str, *, answers: bool
) -> bytes:
    if event.respondent_id is None:
        return b"null"
    if event.record is None or survey is None or event.state is None:
        return _encode({"id": event.respondent_id})
    created = event.created_at if event.respondent_created_at is None else event.respondent_created_at
    frozen = _Frozen(event.respondent_id, event.state, created, event.completed_at, event.record)
    return renderer_of(unit, survey, base_url).render([frozen], answers=answers)[0]
