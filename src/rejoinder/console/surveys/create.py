"""A new survey: blank, from a template, from a SurveyJS definition. (From a file: `importing.py`.)"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from rejoinder.console.hearing import heard
from rejoinder.console.speech import LANGUAGES, _, language_name, mark
from rejoinder.console.visit import Visit
from rejoinder.core.definitions import define_survey
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid, Problem, Unreadable

STARTERS: dict[str, tuple[str, str]] = {
    "blank": (mark("Blank"), mark("Begin with an empty page")),
    "nps": (mark("Recommendation (NPS)"), mark("How likely people recommend you, 0 to 10, and why")),
    "csat": (mark("Satisfaction (CSAT)"), mark("How satisfied people are, 1 to 5, and why")),
    "ces": (mark("Effort (CES)"), mark("How easy it was, 1 to 7, and why")),
}
"""What to begin with: its title and what it is."""


def new_survey(visit: Visit) -> Reply:
    """The ways to make a survey."""
    starters = [(code, _(title), _(about)) for code, (title, about) in STARTERS.items()]
    chosen = visit.asked("from") if visit.asked("from") in STARTERS else "blank"
    names = {code: language_name(code) for code in LANGUAGES}
    own = visit.who.language if visit.who.language in LANGUAGES else "en"
    return visit.page("surveys/create.html", starters=starters, chosen=chosen, names=names, own=own)


def create_from_starter(visit: Visit) -> Reply:
    """Make a survey of a template, in the languages that were ticked."""
    name = visit.field("name", 200, required=True)
    kind = visit.field("starter", 20)
    if kind not in STARTERS:
        raise Invalid(_("Choose what to begin with."))
    own = visit.field("language", 8)
    if own not in LANGUAGES:
        raise Invalid(_("This language is not offered."))
    others = [code for code in LANGUAGES if code != own and code in visit.fields("others")]
    definition = msgspec.json.encode(starter(kind, name, own, others))
    alias = visit.field("alias", 100)
    return _made(visit, definition, name, alias)


def create_from_definition(visit: Visit) -> Reply:
    """Make a survey of SurveyJS JSON, pasted or in a file."""
    file = visit.file("file")
    definition = file.body if file else visit.field("definition", 16_000_000).encode()
    if not definition:
        why = _("Paste a definition, or choose its file.")
        raise Invalid(why, fields={"definition": why})
    try:
        return _made(visit, definition, "", visit.field("alias", 100))
    except (Invalid, Unreadable) as problem:
        if isinstance(problem, Invalid) and "alias" in problem.fields:
            raise
        raise Invalid(problem.message, fields={"definition": problem.message}) from None


def _made(visit: Visit, definition: bytes, name: str, alias: str) -> Reply:
    aliases = [alias] if alias else []
    try:
        made = define_survey(visit.unit, definition, aliases, name)
    except Problem as problem:
        if alias and "alias" in problem.message:
            raise Invalid(problem.message, fields={"alias": problem.message}) from None
        raise
    said = (
        _("The survey is there. %(notes)s", notes=" ".join(map(heard, made.notes[:3]))) if made.notes else ""
    )
    return visit.go(f"/surveys/{made.survey.id}/design", (said or _("The survey is there."))[:600])


def starter(kind: str, title: str, own: str, others: list[str]) -> dict[str, Any]:
    """The definition of a template. Parameters: `own` — the survey's language; `others` — further ones."""
    pages = _starters().get(kind, [{"name": "page1", "elements": []}])
    definition: dict[str, Any] = _spoken({"title": title, "pages": pages}, own, others)
    return {"locale": own, **definition} if own != "en" else definition


def _spoken(node: Any, own: str, others: list[str]) -> Any:
    """The same with texts in the chosen languages only, the own one's as the default."""
    if isinstance(node, list):
        return [_spoken(one, own, others) for one in node]
    if not isinstance(node, dict):
        return node
    if own in node:
        return {"default": node[own], **{code: node[code] for code in others}} if others else node[own]
    return {key: _spoken(value, own, others) for key, value in node.items()}


@cache
def _starters() -> dict[str, Any]:
    text = (files("rejoinder.console.surveys") / "starters.json").read_bytes()
    found: dict[str, Any] = msgspec.json.decode(text)
    return found
