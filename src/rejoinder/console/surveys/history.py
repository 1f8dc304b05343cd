"""What people did to a respondent by hand, told in words: answers, tags, sentiments, anonymising."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rejoinder.console.doings import actor_names
from rejoinder.console.speech import _, mark
from rejoinder.console.surveys.values import Reader
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.tags import tag_names
from rejoinder.core.respondents.story import history_of
from rejoinder.model.audit import Entry
from rejoinder.model.feedback import SENTIMENTS

PAGE = 50
"""Entries on a page."""

_MOODS = {1: (mark("Positive"), "good"), 0: (mark("Neutral"), ""), -1: (mark("Negative"), "bad")}
_TAGGED: dict[str, str] = {
    "put": mark("Tag put on: %(tag)s"),
    "taken": mark("Tag taken off: %(tag)s"),
    "tag": mark("Sentiment of a tag corrected: %(tag)s"),
    "reverted": mark("Tag left to the text engine again: %(tag)s"),
}
"""What the log says was done to a tag → the sentence about it."""


class Event(NamedTuple):
    """One thing that was done. `was` and `now` — a sentiment before and after, each its word and its badge's
    kind, empty where there is none; `about` — a question's title."""

    at: int
    who: str
    what: str
    about: str = ""
    was: tuple[str, str] = ("", "")
    now: tuple[str, str] = ("", "")


class History(NamedTuple):
    """A page of events, the newest first. `earlier` — where to go on, None at the end."""

    events: list[Event]
    earlier: int | None


def history(visit: Visit, respondent: int, reader: Reader) -> History:
    """What was done to the respondent with this id, from where the address says."""
    found = history_of(visit.unit, respondent, PAGE + 1, visit.asked_number("earlier"))
    shown = found[:PAGE]
    people = actor_names(visit.unit, [entry.actor for entry in shown])
    tags = tag_names(visit.unit, [n for entry in shown if (n := _tag_of(entry)[1]) is not None])
    return History(
        [_event(entry, people(entry.actor), tags, reader) for entry in shown],
        shown[-1].id if len(found) > PAGE else None,
    )


def mood(sentiment: int | None) -> tuple[str, str]:
    """A sentiment in words, and its badge's kind."""
    if sentiment is None:
        return "", ""
    text, kind = _MOODS[int(sentiment)]
    return _(text), kind


def _tag_of(entry: Entry) -> tuple[str, int | None]:
    """What was done to a tag, and its number; None where the entry is about none."""
    for done in _TAGGED:
        if isinstance(number := entry.detail.get(done), int):
            return done, number
    return "", None


def _event(entry: Entry, who: str, tags: Mapping[int, str], reader: Reader) -> Event:
    detail = entry.detail
    if entry.action == "respondent.change":
        name = str(detail.get("variable", ""))
        what = _("Answer deleted") if detail.get("cleared") else _("Answer changed")
        return Event(entry.at, who, what, _title(name, reader))
    if entry.action == "respondent.anonymise":
        return Event(entry.at, who, _("Address and labels anonymised"))
    if entry.action != "feedback.correct":
        return Event(entry.at, who, entry.action)
    was, now = (mood(SENTIMENTS.get(str(detail.get(name)))) for name in ("was", "now"))
    done, number = _tag_of(entry)
    if number is not None:
        tag = tags.get(number) or _("a tag that was deleted")
        if done in ("put", "taken"):
            was = ("", "")
        return Event(entry.at, who, _(_TAGGED[done], tag=tag), "", was, now)
    if (word := detail.get("sentiment")) is None:
        return Event(entry.at, who, _("Sentiment left to the text engine again"), "", was, now)
    return Event(entry.at, who, _("Sentiment corrected"), "", was, mood(SENTIMENTS.get(str(word))))


def _title(name: str, reader: Reader) -> str:
    variable = reader.variables.get(name)
    if variable is not None:
        return reader.title(variable)
    return reader.loop(name)
