"""SurveyKiwi's campaigns: one as it is shown, and what is known of its questions."""

from __future__ import annotations

from typing import Any

from rejoinder.core.definitions import facts_of
from rejoinder.core.surveys import OpenSurvey, schema_of
from rejoinder.core.unit import Unit
from rejoinder.dialects.surveykiwi.answers import Renderer
from rejoinder.dialects.surveykiwi.kinds import is_file
from rejoinder.dialects.surveykiwi.moments import time_text
from rejoinder.dialects.surveykiwi.questions import question_list
from rejoinder.kernel.call import Call
from rejoinder.model.survey import Survey

TYPE = "survey"
"""The type of every campaign."""
_KEPT = 256
"""Renderers kept compiled."""


def campaign_url(survey: Survey) -> str:
    """The "URL name" of a campaign: its first alias, or its number."""
    return survey.aliases[0] if survey.aliases else str(survey.id)


def render_campaign(survey: Survey, timezone: str) -> dict[str, Any]:
    """A campaign without its questions (003, "Lista de encuestas")."""
    return {
        "id": survey.id,
        "name": survey.name,
        "url": campaign_url(survey),
        "language": survey.languages[0],
        "type": TYPE,
        "status": campaign_status(survey),
        "created_at": time_text(survey.created_at, timezone),
        "updated_at": time_text(survey.updated_at, timezone),
    }


def campaign_status(survey: Survey) -> str:
    """Whether a campaign takes answers."""
    return "active" if survey.status == "open" else "closed"


def questions_of_survey(
    unit: Unit, survey: OpenSurvey, *, options: bool, only: int | None = None
) -> list[dict[str, Any]]:
    """Every question of a survey, or the one with a number."""
    return question_list(schema_of(survey), facts_of(unit, survey), options=options, only=only)


def renderer_of(unit: Unit, survey: OpenSurvey, base_url: str) -> Renderer:
    """The compiled renderer of a survey's answers, made once for each version of the survey."""
    cache: dict[Any, Renderer] = unit.session.cache.setdefault("surveykiwi", {})
    key = (survey.id, survey.row.schema_version, survey.timezone, base_url)
    found = cache.get(key)
    if found is None:
        if len(cache) >= _KEPT:
            cache.clear()
        cache[key] = found = Renderer(schema_of(survey), survey.timezone, base_url)
    return found


def files_at(call: Call, survey: OpenSurvey) -> str:
    """Where the links of a survey's files begin; asked of the request only where there can be files."""
    return call.base_url if any(map(is_file, schema_of(survey).variables)) else ""
