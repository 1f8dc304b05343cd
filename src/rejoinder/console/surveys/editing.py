"""The change of one answer: its form, in a dialog or as a page, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from rejoinder.console.speech import _
from rejoinder.console.surveys.answering import lines, problems_of, typed
from rejoinder.console.surveys.answers import can_edit
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.surveys.values import Reader, background, questions
from rejoinder.console.visit import Visit
from rejoinder.core.respondents.answers import Round, change_answer, drop_round, known_place
from rejoinder.core.respondents.grid import one_row
from rejoinder.core.surveys import OpenSurvey
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.model.survey import Schema, Variable

LONGEST = 8_000
"""Characters of a place in loops."""
_decode = msgspec.json.Decoder(tuple[Round, ...]).decode


def edit_answer(visit: Visit) -> Reply:
    """The form of one answer: the fragment for a dialog, or a page of its own."""
    survey = survey_of(visit)
    at = visit.asked("at", longest=LONGEST)
    variable = _variable(survey.shape.schema, visit.asked("variable", longest=200), at)
    value = _value(visit, survey, variable, at)
    return _form(visit, survey, variable, at, value, {}, 200)


def _form(
    visit: Visit,
    survey: OpenSurvey,
    variable: Variable,
    at: str,
    value: Any,
    problems: Mapping[str, str],
    status: int,
) -> Reply:
    reader = Reader(survey.shape.schema)
    inside = place_of(at)
    values = {
        "variable": variable,
        "title": reader.title(variable),
        "lines": lines(reader, variable, value, problems),
        "at": at,
        "rounds": [(reader.loop(one.loop), one.code) for one in inside],
        "respid": visit.number("respid"),
        "back": f"/surveys/{survey.id}/respondents/{visit.number('respid')}",
    }
    if visit.is_htmx:
        return visit.fragment("surveys/answer_form.html", status, **values, start="", alone=False)
    whole = framed(visit, survey, "/respondents", **values, alone=True)
    return visit.page("surveys/answer.html", status, **whole)


def change(visit: Visit) -> Reply:
    """Keep another answer, as core takes it; what does not fit is said at its input."""
    survey, respid = survey_of(visit), visit.number("respid")
    at = visit.field("at", LONGEST)
    variable = _variable(survey.shape.schema, visit.field("variable", 200), at)
    reader = Reader(survey.shape.schema)
    value = typed(visit, reader, variable, _value(visit, survey, variable, at))
    if problems := problems_of(reader, variable, value):
        if visit.is_htmx:
            raise Invalid(next(iter(problems.values())), fields=problems)
        return _form(visit, survey, variable, at, value, problems, 422)
    change_answer(visit.unit, survey, respid, variable, value, place_of(at))
    return visit.go(f"/surveys/{survey.id}/respondents/{respid}", _("The answer is changed."))


def drop(visit: Visit) -> Reply:
    """Delete a round of a loop."""
    survey, respid = survey_of(visit), visit.number("respid")
    inside = place_of(visit.field("at", LONGEST, required=True))
    known_place(survey.shape.schema, inside)
    drop_round(visit.unit, survey, respid, inside)
    return visit.go(f"/surveys/{survey.id}/respondents/{respid}", _("The round is deleted."))


def place_of(at: str) -> tuple[Round, ...]:
    """The place in loops that an address names. Raises NotFound for what is none."""
    if not at:
        return ()
    try:
        return _decode(at)
    except msgspec.MsgspecError:
        raise NotFound("There is no such place in the answers.") from None


def _variable(schema: Schema, name: str, at: str) -> Variable:
    level = known_place(schema, place_of(at))
    known = questions(schema, level) if at else [*questions(schema), *background(schema)]
    for variable in known:
        if variable.name == name and can_edit(variable):
            return variable
    raise NotFound("There is no such answer to change.")


def _value(visit: Visit, survey: OpenSurvey, variable: Variable, at: str) -> Any:
    """What is stored. Raises NotFound."""
    record = msgspec.json.decode(one_row(visit.unit, survey, visit.number("respid")).doc)
    for loop, code in place_of(at):
        found = [one for one in record.get(loop, []) if one.get(loop) == code]
        if not found:
            raise NotFound("This round of the loop is not there any more.")
        record = found[0]
    return record.get(variable.name)
