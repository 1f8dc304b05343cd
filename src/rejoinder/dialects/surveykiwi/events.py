"""What a webhook is sent (SurveyKiwi 003, "Recibiendo una notificación de Webhook"; the design's "Webhooks").

Rendered once for each event, by a job, from what the event froze.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.core.unit import Unit, moment, zone
from rejoinder.core.workspaces import workspace_of
from rejoinder.model.event import EventKind, FrozenEvent
from rejoinder.model.problems import NotFound
from rejoinder.model.respondent import State
from rejoinder.model.system import EMAIL, LABELS, LIFECYCLE, RESPID
from rejoinder.store.session import Session

_ABOUT_RESPONDENTS = (EventKind.INVITED, EventKind.OPENED)


def render_event(session: Session, event: FrozenEvent) -> bytes:
    """The body of an event's deliveries: `id`, `event`, `created_at`, `campaign`, `answer` (or `respondent`).

    A survey that does not exist any more leaves `campaign` with its id alone. Raises what reading raises.
    """
    unit = Unit(session, event.workspace_id, "job", event.created_at)
    timezone = workspace_of(unit).settings.timezone
    survey = _survey(unit, event)
    subject = "respondent" if event.kind in _ABOUT_RESPONDENTS else "answer"
    body = {
        "id": event.id,
        "event": event.kind.value,
        "created_at": _text(event.created_at, timezone),
        "campaign": _campaign(survey, event),
        subject: _answer(survey, event, timezone),
    }
    return msgspec.json.encode(body)


def _survey(unit: Unit, event: FrozenEvent) -> OpenSurvey | None:
    try:
        return None if event.survey_id is None else open_survey(unit, str(event.survey_id))
    except NotFound:
        return None


def _campaign(survey: OpenSurvey | None, event: FrozenEvent) -> dict[str, Any] | None:
    if survey is None:
        return None if event.survey_id is None else {"id": event.survey_id, "name": None, "url": None}
    return {"id": survey.id, "name": survey.row.name, "url": None}


def _answer(survey: OpenSurvey | None, event: FrozenEvent, timezone: str) -> dict[str, Any] | None:
    if event.respondent_id is None:
        return None
    if event.record is None:
        return {"id": event.respondent_id}
    record: dict[str, Any] = msgspec.json.decode(event.record)
    known = survey.shape.by_name if survey else {}
    theirs = {name for name, member in known.items() if not member.answer}
    mine = {name: value for name, value in record.items() if name not in (RESPID, *LIFECYCLE)}
    participant = {name: mine[name] for name in (EMAIL, *LABELS) if name in mine}
    return {
        "id": event.respondent_id,
        "status": "active" if event.state == State.COMPLETED else "pending",
        "created_at": _text(event.respondent_created_at, timezone),
        "finished_at": _text(event.completed_at, timezone),
        "participant": participant,
        "hiddenfields": {name: value for name, value in mine.items() if name in theirs - participant.keys()},
        "answers": [{"question": n, "answer": value} for n, value in mine.items() if n not in theirs],
    }


def _text(micros: int | None, timezone: str) -> str | None:
    """`2020-12-05T14:50:28-0300` (PHP's ISO 8601)."""
    return None if micros is None else f"{moment(micros).astimezone(zone(timezone)):%Y-%m-%dT%H:%M:%S%z}"
