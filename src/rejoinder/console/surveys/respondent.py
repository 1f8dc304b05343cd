"""One respondent: the answers, and everything that happened."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup, escape

from rejoinder.console.speech import _
from rejoinder.console.surveys.grid import state_of
from rejoinder.console.surveys.history import actor_names, history, mood
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.surveys.values import Reader, background, questions
from rejoinder.console.visit import Visit
from rejoinder.core.links import personal_link
from rejoinder.core.panel.contacts import find_contact
from rejoinder.core.respondents.story import change_answer, erase_one, story_of
from rejoinder.core.surveys import OpenSurvey, describe_survey
from rejoinder.kernel.reply import Reply
from rejoinder.model.feedback import AppliedTag
from rejoinder.model.panel import Contact
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.model.survey import Kind, Variable

_EDITABLE = (Kind.NUMERIC, Kind.TEXT, Kind.DATETIME, Kind.BOOLEAN, Kind.SINGLE, Kind.RATING, Kind.MULTI)


class Answer(NamedTuple):
    """A question with its answer. `lines` — of a compound one; `marked` — a comment with its tags' words."""

    name: str
    title: str
    text: str
    lines: list[tuple[str, str]]
    marked: Markup | None
    editable: bool


def respondent(visit: Visit) -> Reply:
    """One respondent's whole story."""
    survey = survey_of(visit)
    reader = Reader(survey.shape.schema, visit.asked("in"))
    story = story_of(visit.unit, survey, visit.number("respid"))
    record = msgspec.json.decode(story.row.doc)
    found = story.feedback
    comment = None
    if found is not None and found.comment:
        comment = highlighted(found.comment, found.tags)
    asked = [
        _answer(reader, v, record, comment if found and record.get(v.name) == found.comment else None)
        for v in questions(reader.schema)
    ]
    known = [_answer(reader, v, record, None) for v in background(reader.schema)]
    alias = describe_survey(visit.unit, str(survey.id)).aliases
    link = None
    if story.row.token and visit.who.may("editor"):  # with it one answers as this person
        link = personal_link(visit.call.base_url, alias[0] if alias else str(survey.id), story.row.token)
    decided_by = (found.decided_by if found else None) or ""
    state, kind = state_of(story.row)
    tags = (
        [(tag.tag.display_name or tag.tag.name, *mood(tag.sentiment), tag.source) for tag in found.tags]
        if found
        else []
    )
    values: dict[str, Any] = {
        "story": story,
        "person": story.row,
        "answers": asked,
        "known": [one for one in known if one.text or one.lines or one.editable],
        "state": state,
        "state_kind": kind,
        "link": link,
        "contact": _contact(visit, story.contact_id),
        "decided_by": decided_by and actor_names(visit.unit, [decided_by])(decided_by),
        "history": history(visit, story.row.id, reader),
        "tags": tags,
        "mood": mood(found.sentiment) if found else None,
        "loops": [
            (reader.title(loop), record[loop.name]) for loop in reader.schema.loops if record.get(loop.name)
        ],
        "language": reader.language,
    }
    return visit.page("surveys/respondent.html", **framed(visit, survey, "/respondents", **values))


def _contact(visit: Visit, number: int | None) -> Contact | None:
    """Whom of the panel the respondent is, if the contact is still there."""
    try:
        return None if number is None else find_contact(visit.unit, number)
    except NotFound:
        return None


def highlighted(comment: str, tags: tuple[AppliedTag, ...]) -> Markup:
    """A comment in which the words that tags were found by are marked; marks that cross are joined."""
    spans = sorted(span for tag in tags for span in tag.spans)
    parts, here = [], 0
    for first, last in spans:
        first, last = max(here, first), min(last, len(comment))
        if first < last:
            parts += [escape(comment[here:first]), Markup("<mark>{}</mark>").format(comment[first:last])]
            here = last
    return Markup("").join([*parts, escape(comment[here:])])


def edit_answer(visit: Visit) -> Reply:
    """The form of one answer, for its dialog."""
    survey = survey_of(visit)
    reader = Reader(survey.shape.schema)
    story = story_of(visit.unit, survey, visit.number("respid"))
    variable = _variable(survey, visit.asked("variable", longest=200))
    value = msgspec.json.decode(story.row.doc).get(variable.name)
    values = {
        "variable": variable,
        "title": reader.title(variable),
        "value": value,
        "labels": reader.labels(variable),
        "chosen": value.get("true", []) if isinstance(value, dict) else [],
        "action": f"/surveys/{survey.id}/respondents/{story.row.respid}/change",
    }
    return visit.fragment("surveys/answer.html", **values)


def change(visit: Visit) -> Reply:
    """Keep another answer, as core takes it."""
    survey, respid = survey_of(visit), visit.number("respid")
    variable = _variable(survey, visit.field("variable", 200))
    try:
        change_answer(visit.unit, survey, respid, variable, _value(visit, variable))
    except NotFound:
        raise
    except Invalid as error:
        told = error.message
        if error.report is not None and error.report.rows and error.report.rows[0].messages:
            told = error.report.rows[0].messages[0].message
        raise Invalid(told, fields={"value": told}) from None
    return visit.go(f"/surveys/{survey.id}/respondents/{respid}", _("The answer is changed."))


def erase(visit: Visit) -> Reply:
    """Erase one respondent."""
    survey, respid = survey_of(visit), visit.number("respid")
    if visit.field("confirmation", 40) != str(respid):
        problem = _("Type %(word)s here to confirm.", word=respid)
        raise Invalid(problem, fields={"confirmation": problem})
    erase_one(visit.unit, survey, respid)
    return visit.go(f"/surveys/{survey.id}/respondents", _("The respondent was erased."))


def _value(visit: Visit, variable: Variable) -> Any:
    """What was typed, as the record holds it; None for nothing."""
    if variable.kind is Kind.MULTI:
        chosen = visit.fields("value")
        left = [option.code for option in variable.options if option.code not in chosen]
        sides = {"true": chosen, "false": left}
        return {name: codes for name, codes in sides.items() if codes} if chosen else None
    text = visit.field("value", 100_000)
    if not text:
        return None
    if variable.kind is Kind.BOOLEAN:
        return int(text == "1")
    if variable.kind is Kind.NUMERIC:
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            problem = _("%(value)s is not a number.", value=text[:40])
            raise Invalid(problem, fields={"value": problem}) from None
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return text


def _variable(survey: OpenSurvey, name: str) -> Variable:
    for variable in (*questions(survey.shape.schema), *background(survey.shape.schema)):
        if variable.name == name and _can_edit(variable):
            return variable
    raise NotFound("There is no such answer to change.")


def _can_edit(variable: Variable) -> bool:
    return variable.kind in _EDITABLE and not variable.fields and variable.level in ("respondent", "response")


def _answer(reader: Reader, variable: Variable, record: dict[str, Any], marked: Markup | None) -> Answer:
    value = record.get(variable.name)
    compound = isinstance(value, dict) and bool(variable.fields)
    lines = reader.rows(variable, value) if compound and isinstance(value, dict) else []
    text = "" if compound else reader.shown(variable, value)
    return Answer(variable.name, reader.title(variable), text, lines, marked, _can_edit(variable))
