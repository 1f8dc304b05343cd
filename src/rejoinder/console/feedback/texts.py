"""Texts: what people said, filtered, searched, and corrected where one reads it."""

from __future__ import annotations

from collections.abc import Callable

from rejoinder.console.feedback.frame import (
    asked_wanted,
    choices,
    framed,
    kept,
    onboarded,
    words,
)
from rejoinder.console.feedback.pieces import card_words, cards
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.feedback import corrections
from rejoinder.core.feedback.browsing import LOOKED_THROUGH, READ, Place, browse
from rejoinder.core.feedback.projects import get_project
from rejoinder.core.feedback.responses import get_response
from rejoinder.core.feedback.surveys import feedback_of_survey
from rejoinder.core.feedback.tags import every_tag, get_tag, named_tags
from rejoinder.core.unit import Unit
from rejoinder.kernel.reply import Reply
from rejoinder.model.feedback import SENTIMENTS, FeedbackResponse, Tag
from rejoinder.model.problems import Invalid

FILTERS = ("q", "tag", "tag_sentiment", "sentiment", "language", "survey", "project", "since", "until")
PAGE = 25


@onboarded
def texts(visit: Visit) -> Reply:
    """Some of them, the newest first."""
    wanted, search, before = asked_wanted(visit), visit.asked("q", longest=200).strip(), _before(visit)
    if wanted.survey_id is not None:
        feedback_of_survey(visit.unit, str(wanted.survey_id))
    if wanted.project_id is not None:
        get_project(visit.unit, wanted.project_id)
    tag = get_tag(visit.unit, wanted.tag_id) if wanted.tag_id is not None else None
    problem = ""
    try:
        found = browse(visit.unit, wanted, search=search, before=before, limit=PAGE)
    except Invalid as refused:
        found, problem = browse(visit.unit, wanted, limit=0), refused.message
    query = kept(visit, FILTERS)
    known = every_tag(visit.unit)
    return visit.page(
        "feedback/texts.html",
        **framed(visit, "/texts"),
        **card_words(),
        **choices(visit),
        cards=[] if problem else cards(visit.unit, found.items, wanted.tag_id),
        problem=problem,
        query=query,
        tag=tag,
        known=known,
        tag_choices=[("", _("All tags")), *((one.id, one.display_name) for one in known)],
        after=f"{found.after.at}.{found.after.id}" if found.after and not problem else None,
        cut=found.cut,
        looked=READ if search else LOOKED_THROUGH,
        first=before is None,
        focus=None,
    )


def _before(visit: Visit) -> Place | None:
    parts = visit.asked("before", longest=40).split(".")
    if len(parts) == 2 and all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        return Place(int(parts[0]), int(parts[1]))
    return None


@onboarded
def text(visit: Visit) -> Reply:
    """One of them."""
    found = get_response(visit.unit, visit.number("response"))
    survey = feedback_of_survey(visit.unit, str(found.survey_id))
    return visit.page(
        "feedback/text.html",
        **framed(visit, "/texts"),
        **card_words(),
        card=cards(visit.unit, [found])[0],
        survey=survey,
        survey_names={survey.survey_id: survey.name},
        known=every_tag(visit.unit),
        focus=None,
    )


def correct(visit: Visit) -> Reply:
    """Correct a response's sentiment or a tag on it, or let the machine's word count again."""
    number, asked = visit.number("response"), visit.field("do", 60)
    found = _change(visit, number, asked)
    visit.toast(_("Saved. It counts from now on, and no later reading changes it."))
    return visit.fragment(
        "feedback/card.html",
        **card_words(),
        card=cards(visit.unit, [found], visit.asked_number("tag"))[0],
        survey_names={found.survey_id: feedback_of_survey(visit.unit, str(found.survey_id)).name},
        words=words(),
        may_edit=True,
        tag=None,
        focus=_focus(asked),
    )


def _focus(asked: str) -> str:
    """What the keyboard is at, once a card was changed."""
    what, _colon, rest = asked.partition(":")
    number = rest.partition(":")[0]
    if what == "take":
        return f"taken:{number}"
    return f"tag:{number}" if number.isdecimal() else "sentiment"


def _change(visit: Visit, number: int, asked: str) -> FeedbackResponse:
    what, _colon, rest = asked.partition(":")
    if what == "sentiment" and rest in SENTIMENTS:
        return corrections.set_sentiment(visit.unit, number, SENTIMENTS[rest])
    if what == "undo" and not rest:
        return corrections.revert_sentiment(visit.unit, number)
    get_response(visit.unit, number)
    if what == "add":
        return corrections.put_tag(visit.unit, number, _named(visit).id)
    which, _colon, word = rest.partition(":")
    doing: dict[str, Callable[[Unit, int, int], FeedbackResponse]] = {
        "take": corrections.take_tag,
        "undo": corrections.revert_tag,
        "put": corrections.put_tag,
    }
    if which.isascii() and which.isdecimal() and len(which) < 16:
        if what in doing:
            return doing[what](visit.unit, number, int(which))
        if what == "tag" and word in SENTIMENTS:
            return corrections.set_tag_sentiment(visit.unit, number, int(which), SENTIMENTS[word])
    raise Invalid(_("Choose what is to be corrected."))


def _named(visit: Visit) -> Tag:
    """The tag whose name was written. Raises Invalid."""
    name = visit.field("name", 200, required=True)
    for one in every_tag(visit.unit):
        if one.display_name.casefold() == name.casefold():
            return one
    try:
        return named_tags(visit.unit, [name])[0]
    except Invalid:
        sentence = _("There is no tag named %(name)s.", name=name)
        raise Invalid(sentence, fields={"name": sentence}) from None
