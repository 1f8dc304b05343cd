"""Give properties to many responses at once, wherever they came from; all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from rejoinder.core.audit import record
from rejoinder.core.feedback.importing import column_variable
from rejoinder.core.feedback.onboarding import require_onboarded
from rejoinder.core.feedback.reading import property_key
from rejoinder.core.respondents.rows import change_rows
from rejoinder.core.surveys import MAX_COLUMNS, OpenSurvey, lock_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.files.csv_rows import Wrongs
from rejoinder.files.names import Names
from rejoinder.files.property_csv import PropertyFile, PropertyRow, TypedHeading
from rejoinder.files.property_types import PropertyType, fits, values_of
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Variable
from rejoinder.model.system import RESERVED, on_demand
from rejoinder.store.feedback.responses import places_of
from rejoinder.store.surveys import add_variables

CHUNK = 1000
"""Responses changed together."""


class Placed(NamedTuple):
    """A row, and the respondent that it is about."""

    row: PropertyRow
    survey_id: int
    respid: int


def update_properties(unit: Unit, file: PropertyFile) -> int:
    """Give responses the properties of a file; gives how many responses.

    A property that a survey does not have is made, with the file's type. Raises NotOnboarded, and Invalid for
    responses that are not there, for names that are no properties and for values that do not fit.
    """
    require_onboarded(unit)
    by_survey: dict[int, list[Placed]] = {}
    for placed in _placed(unit, file.rows):
        by_survey.setdefault(placed.survey_id, []).append(placed)
    for survey_id in sorted(by_survey):
        _update(unit, survey_id, file.headings, by_survey[survey_id])
    record(unit, "responses.properties", f"workspace:{unit.workspace_id}", responses=len(file.rows))
    return len(file.rows)


def _placed(unit: Unit, rows: Sequence[PropertyRow]) -> list[Placed]:
    """Where the responses are. Raises Invalid for those that are nowhere."""
    places = places_of(unit.session, unit.workspace_id, [row.response for row in rows])
    wrongs = Wrongs()
    for row in rows:
        if row.response not in places:
            wrongs.add(row.row, "response_id", f"there is no response {row.response} in this workspace")
    wrongs.refuse()
    return [Placed(row, *places[row.response]) for row in rows]


def _update(unit: Unit, survey_id: int, headings: Sequence[TypedHeading], placed: Sequence[Placed]) -> None:
    """Change the responses of one survey."""
    survey = open_survey(unit, str(survey_id))
    lock_survey(unit, survey)
    if new := list(_missing(survey, headings)):
        add_variables(unit.session, unit.workspace_id, survey_id, new)
        survey = open_survey(unit, str(survey_id))
        lock_survey(unit, survey)
    variables = [_variable(survey, heading) for heading in headings]
    wrongs = Wrongs()
    fitted = {one.respid: _fitted(one.row, headings, variables, wrongs) for one in placed}
    wrongs.refuse()
    names = [variable.name for variable in variables if variable]
    numbers = iter(sorted(fitted))
    while some := list(islice(numbers, CHUNK)):
        _write(unit, survey, names, {respid: fitted[respid] for respid in some})


def _write(unit: Unit, survey: OpenSurvey, names: Sequence[str], values: dict[int, list[Any]]) -> None:
    """Write the values of some respondents."""
    cls = survey.shape.changed_rows(names).cls
    attributes = [survey.shape.attribute[name] for name in names]
    stored = unit.session.hot.stored(unit.session.raw, unit.workspace_id, survey.id, list(values))
    stored.sort(key=lambda row: row.respid)
    sent = [cls(**dict(zip(attributes, values[row.respid], strict=True))) for row in stored]
    change_rows(unit, survey, sent, stored, responses=False, names=names)


def _variable(survey: OpenSurvey, heading: TypedHeading) -> Variable | None:
    """The variable that a heading means, None when the survey has none of this name.

    Raises Invalid for a variable that is no property of a person.
    """
    folded = fold(heading.name)
    known = survey.shape.schema.variables
    found = [v for v in known if fold(property_key(v)) == folded] or [
        v for v in known if fold(v.name) == folded
    ]
    if not found:
        return None
    own = found[0].origin == "user" or on_demand(found[0].name) is not None
    if not own or found[0].compound:
        raise Invalid(f"{heading.name!r} is no property in survey {survey.row.name!r}; choose another name.")
    return found[0]


def _missing(survey: OpenSurvey, headings: Iterable[TypedHeading]) -> Iterator[Variable]:
    """Variables to be made. Raises Invalid when there would be too many."""
    schema = survey.shape.schema
    names = Names(
        {*RESERVED, *(fold(v.name) for v in schema.variables), *(fold(lp.name) for lp in schema.loops)}
    )
    room = MAX_COLUMNS - sum(v.level == "respondent" for v in schema.variables)
    for heading in headings:
        if _variable(survey, heading) is None:
            room -= 1
            if room < 0:
                raise Invalid(f"Survey {survey.row.name!r} has {MAX_COLUMNS} columns, which is the limit.")
            yield column_variable(names, heading.name, heading.kind)


def _fitted(
    row: PropertyRow, headings: Sequence[TypedHeading], variables: Sequence[Variable | None], wrongs: Wrongs
) -> list[Any]:
    """The values as the survey's own variables hold them; those that do not fit are noted."""
    fitted = []
    for heading, variable, value in zip(headings, variables, row.values, strict=True):
        assert variable is not None  # the missing ones were made
        kind = _kind_of(variable)
        if (
            value is None
            or kind is heading.kind
            or (kind is PropertyType.DOUBLE and heading.kind is PropertyType.INTEGER)
        ):
            fitted.append(value)
        elif heading.kind is PropertyType.STRING and kind and fits(kind, value):
            fitted.append(values_of(kind, [value])[0])
        else:
            wrongs.add(row.row, heading.name, f"{heading.name} is of the type {kind or variable.kind} there")
            fitted.append(None)
    return fitted


def _kind_of(variable: Variable) -> PropertyType | None:
    match variable.kind:
        case Kind.TEXT:
            return PropertyType.STRING
        case Kind.NUMERIC:
            return PropertyType.INTEGER if variable.scale == 0 else PropertyType.DOUBLE
        case Kind.DATETIME:
            return PropertyType.DATETIME
        case Kind.BOOLEAN:
            return PropertyType.BOOLEAN
    return None
