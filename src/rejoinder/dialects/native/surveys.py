"""`/rejoinder/v1/surveys`: surveys for programs — make one of a definition, see how one is answered."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from rejoinder.core.collecting.authoring import completed_counts, intake_of
from rejoinder.core.definitions import define_survey
from rejoinder.core.links import survey_page
from rejoinder.core.respondents.read import count_all
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import moment
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.collecting import Intake
from rejoinder.store.collectors import WHOLE_SURVEY

Names = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=100)]


class NewSurvey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A SurveyJS definition; `background` — variables of the respondent, known before the interview."""

    definition: msgspec.Raw
    aliases: Names = []
    name: Annotated[str, Meta(max_length=200)] = ""
    background: Names = []


class MadeSurvey(msgspec.Struct, frozen=True):
    """A new survey: the address of its page, and what has another name here or cannot be expressed."""

    id: int
    aliases: tuple[str, ...]
    page: str
    notes: tuple[str, ...]


class ShownCollector(msgspec.Struct, frozen=True):
    """A collector with its link; times ISO in UTC; `completed` — responses counted, where it has a quota."""

    id: int
    code: str
    name: str
    kind: str
    opens_at: str | None
    closes_at: str | None
    quota: int | None
    completed: int | None
    page: str


class ShownSurvey(msgspec.Struct, frozen=True):
    """How a survey is answered; times ISO in UTC. `page` is None without a definition; `completed` —
    responses counted towards its quota, where it has one."""

    id: int
    name: str
    aliases: tuple[str, ...]
    page: str | None
    status: str
    access: str
    opens_at: str | None
    closes_at: str | None
    quota: int | None
    completed: int | None
    respondents: int
    responses: int
    definition_version: int
    languages: tuple[str, ...]
    collectors: list[ShownCollector]


def create(call: Call) -> Reply:
    """Make a survey of a definition."""
    body = call.json(NewSurvey)
    made = define_survey(call.unit, bytes(body.definition), body.aliases, body.name, body.background)
    found = intake_of(call.unit, str(made.survey.id))
    page = survey_page(call.base_url, found.reference)
    return json_reply(MadeSurvey(made.survey.id, made.survey.aliases, page, made.notes), 201)


def show(call: Call) -> Reply:
    """How a survey is answered, with its counts."""
    unit = call.unit
    with unit.session.snapshot():
        survey = open_survey(unit, call.params["survey"])
        found = intake_of(unit, str(survey.id))
        counts, total = completed_counts(unit, found), count_all(unit, survey)
    settings = found.settings
    return json_reply(
        ShownSurvey(
            found.survey_id,
            found.name,
            found.aliases,
            survey_page(call.base_url, found.reference) if found.definition_version else None,
            found.status,
            settings.access,
            _iso(found.opens_at),
            _iso(found.closes_at),
            found.quota,
            counts.get(WHOLE_SURVEY),
            *total,
            found.definition_version,
            found.languages,
            _collectors(found, counts, call.base_url),
        )
    )


def _collectors(found: Intake, counts: dict[int, int], base: str) -> list[ShownCollector]:
    return [
        ShownCollector(
            one.id,
            one.code,
            one.name,
            one.kind,
            _iso(one.opens_at),
            _iso(one.closes_at),
            one.quota,
            counts.get(one.id),
            survey_page(base, found.reference, one.code),
        )
        for one in found.collectors
    ]


def _iso(micros: int | None) -> str | None:
    return None if micros is None else moment(micros).isoformat().replace("+00:00", "Z")
