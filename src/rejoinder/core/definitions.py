"""Surveys made from a SurveyJS definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from rejoinder.core.surveys import OpenSurvey, create_survey
from rejoinder.core.unit import Unit
from rejoinder.files.surveyjs import read_survey
from rejoinder.files.surveyjs_facts import facts_of_definition
from rejoinder.model.facts import Facts
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import Invalid, Unreadable
from rejoinder.model.survey import Survey, Variable
from rejoinder.store.public import definition as stored_definition
from rejoinder.store.surveys import add_definition, survey_by_id

MAX_DEFINITION = 16_000_000
"""Bytes of a definition."""
_REMEMBERED = 256


class Defined(NamedTuple):
    """A survey made from a definition, and what could not be taken over as it was."""

    survey: Survey
    notes: tuple[str, ...]


def define_survey(
    unit: Unit,
    definition: bytes,
    aliases: Sequence[str] = (),
    name: str = "",
    background: Sequence[str] = (),
) -> Defined:
    """Make a survey with the typed variables of a SurveyJS definition, and keep the definition.

    Parameters: `definition` — its JSON; `name` — its title when left out; `background` — variables that
    belong to the respondent, known before the interview, and not to the answers.
    Raises Unreadable for what is no JSON, Invalid for what is no definition (the place is named) and for bad
    aliases, AlreadyExists for taken ones.
    """
    document = decoded(definition)
    schema, notes = read_survey(document)
    name = name or _title(document, schema.languages[0])
    variables = _with_background(schema.variables, background)
    survey = create_survey(unit, name, aliases, variables, schema.loops, schema.languages)
    text = msgspec.json.encode(document).decode()
    add_definition(unit.session, unit.workspace_id, survey.id, text, notes, unit.now)
    return Defined(survey, tuple(notes))


def facts_of(unit: Unit, survey: OpenSurvey) -> dict[str, Facts]:
    """What the survey's definition says of its questions, by variable; nothing where it has none."""
    cache: dict[int, tuple[int, dict[str, Facts]]] = unit.session.cache.setdefault("facts", {})
    kept = cache.get(survey.id)
    if kept is None or kept[0] != survey.row.schema_version:
        if len(cache) >= _REMEMBERED:
            cache.clear()
        kept = cache[survey.id] = (survey.row.schema_version, _load_facts(unit, survey.id))
    return kept[1]


def _load_facts(unit: Unit, survey_id: int) -> dict[str, Facts]:
    survey = survey_by_id(unit.session, unit.workspace_id, survey_id)
    version = survey.definition_version if survey else 0
    text = stored_definition(unit.session, unit.workspace_id, survey_id, version) if version else None
    return facts_of_definition(msgspec.json.decode(text)) if text else {}


def _with_background(variables: Sequence[Variable], names: Sequence[str]) -> list[Variable]:
    """Move variables to the respondent. Raises Invalid for a name that is not there or stands in a loop."""
    wanted = {fold(name) for name in names}
    known = {fold(v.name) for v in variables if v.level == "response" and v.parent is None}
    if unknown := [name for name in names if fold(name) not in known]:
        raise Invalid(f"{unknown[0]!r} is not a variable of this definition that can be background.")
    return [
        msgspec.structs.replace(v, level="respondent", origin="background") if fold(v.name) in wanted else v
        for v in variables
    ]


def decoded(definition: bytes) -> Any:
    """A definition's JSON. Raises Unreadable."""
    if len(definition) > MAX_DEFINITION:
        raise Unreadable(f"The definition is larger than {MAX_DEFINITION:,} bytes.")
    try:
        return msgspec.json.decode(definition.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable(f"The definition is not valid JSON: {error}.") from None


def _title(document: Any, language: str) -> str:
    """A definition's title: a text, or one for each language."""
    title = document.get("title")
    if isinstance(title, dict):
        title = title.get(language) or title.get("default") or next(iter(title.values()), "")
    return title.strip()[:200] if isinstance(title, str) else ""
