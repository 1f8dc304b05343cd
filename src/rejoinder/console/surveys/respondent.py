"""One respondent: the answers, and everything that happened."""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.console.doings import actor_names
from rejoinder.console.feedback.pieces import marked, pieces
from rejoinder.console.speech import _
from rejoinder.console.surveys.answers import answer_of, loops_of
from rejoinder.console.surveys.grid import state_of
from rejoinder.console.surveys.history import history, mood
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.surveys.values import Reader, background, questions
from rejoinder.console.visit import Visit
from rejoinder.core.anonymise import anonymise_one
from rejoinder.core.links import personal_link
from rejoinder.core.panel.contacts import find_contact
from rejoinder.core.respondents.story import erase_one, story_of
from rejoinder.core.surveys import describe_survey
from rejoinder.kernel.reply import Reply
from rejoinder.model.panel import Contact
from rejoinder.model.problems import Invalid, NotFound


def respondent(visit: Visit) -> Reply:
    """One respondent's whole story."""
    survey = survey_of(visit)
    reader = Reader(survey.shape.schema, visit.asked("in"))
    story = story_of(visit.unit, survey, visit.number("respid"))
    record = msgspec.json.decode(story.row.doc)
    found = story.feedback
    comment = None
    if found is not None and found.comment:
        comment = marked(pieces(found.comment, found.tags))
    asked = [
        answer_of(reader, v, record, comment if found and record.get(v.name) == found.comment else None)
        for v in questions(reader.schema)
    ]
    known = [answer_of(reader, v, record) for v in background(reader.schema)]
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
        "loops": loops_of(reader, record),
        "language": reader.language,
    }
    return visit.page("surveys/respondent.html", **framed(visit, survey, "/respondents", **values))


def _contact(visit: Visit, number: int | None) -> Contact | None:
    """Whom of the panel the respondent is, if the contact is still there."""
    try:
        return None if number is None else find_contact(visit.unit, number)
    except NotFound:
        return None


def anonymise(visit: Visit) -> Reply:
    """Take the address and the labels from one respondent."""
    survey, respid = survey_of(visit), visit.number("respid")
    _typed_number(visit, respid)
    anonymise_one(visit.unit, survey, respid)
    return visit.go(f"/surveys/{survey.id}/respondents/{respid}", _("The respondent is anonymised."))


def erase(visit: Visit) -> Reply:
    """Erase one respondent."""
    survey, respid = survey_of(visit), visit.number("respid")
    _typed_number(visit, respid)
    erase_one(visit.unit, survey, respid)
    return visit.go(f"/surveys/{survey.id}/respondents", _("The respondent was erased."))


def _typed_number(visit: Visit, respid: int) -> None:
    """Raises Invalid where the number was not typed."""
    if visit.field("confirmation", 40) != str(respid):
        problem = _("Type %(word)s here to confirm.", word=respid)
        raise Invalid(problem, fields={"confirmation": problem})
