"""A SurveyJS definition compiled for checking answers: once for each version of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from rejoinder.files.answers.beside import display_of
from rejoinder.files.answers.builder import Builder, lists
from rejoinder.files.answers.expressions.compile import Names
from rejoinder.files.answers.expressions.scope import Evaluate
from rejoinder.files.answers.level import COMMENT, questions_of
from rejoinder.files.answers.questions import elements_of, group_of
from rejoinder.files.answers.routes import Jump, jumps_of, set_by_triggers, shown_by_triggers
from rejoinder.files.answers.run import Group, Question
from rejoinder.files.surveyjs import PANELS, lists_of, read_definition
from rejoinder.files.surveyjs_reading import MAX_DEPTH, At, Element
from rejoinder.model.filters.text import fold
from rejoinder.model.survey import Schema, Variable

MOST_COMPUTED = 1_000


class Questionnaire(NamedTuple):
    """A compiled definition; safe to share between threads.

    `pages` are its questions; `keys` the names that its answers may have; `computed` its calculated values
    and expressions by their names in lower case; `background` the respondent's variables by folded name.
    """

    schema: Schema
    pages: tuple[Group, ...]
    keys: frozenset[str]
    questions: tuple[Question, ...]
    computed: Mapping[str, Evaluate]
    displays: Mapping[str, Callable[[Any], str]]
    background: Mapping[str, Variable]
    jumps: tuple[Jump, ...]
    clears: bool
    own: str


def compile_questionnaire(document: Mapping[str, Any], schema: Schema) -> Questionnaire:
    """Compile a definition that `read_survey` has read.

    Parameters: `schema` — the survey's own, whose variables may have become background ones since.
    Raises Invalid for what is no definition.
    """
    placed = read_definition(document).placed
    found = list(_found(document))
    elements = {str(element["name"]): element for element, _ in found if isinstance(element.get("name"), str)}
    builder = Builder(document, schema, placed, _names(found), elements)
    builder.triggered = shown_by_triggers(builder, document)
    pages = _pages(builder, document)
    questions = tuple(question for page in pages for question in questions_of(page))
    return Questionnaire(
        schema,
        pages,
        frozenset(key for question in questions for key in (question.key, question.key + COMMENT)),
        questions,
        _computed(builder, document, found),
        _displays(builder, found),
        {fold(v.name): v for v in schema.variables if v.level == "respondent" and v.origin != "system"},
        jumps_of(builder, document, pages),
        document.get("clearInvisibleValues") in ("onHidden", "onHiddenContainer")
        or any(q.clears for q in questions),
        builder.own,
    )


def _pages(builder: Builder, document: Mapping[str, Any]) -> tuple[Group, ...]:
    pages = []
    for number, page in enumerate(document.get("pages") or ()):
        pages.append(group_of(builder, page, At(f"pages[{number}]"), number))
    for items, at in lists_of(document, At("")):
        pages.append(Group("", elements_of(builder, items, at), number=len(pages)))
    return tuple(pages)


def _found(document: Element) -> Iterator[tuple[Element, At]]:
    """Every question outside repeated panels, with its place."""
    starts = [(page, At(f"pages[{n}]")) for n, page in enumerate(document.get("pages") or ())]
    for holder, at in [*starts, (document, At(""))]:
        yield from _inside(holder, at)


def _inside(holder: Element, at: At) -> Iterator[tuple[Element, At]]:
    if at.depth > MAX_DEPTH * 2:
        return
    for items, place in lists_of(holder, at):
        for number, item in enumerate(items):
            here = At(f"{place.place}[{number}]", depth=place.depth)
            if item.get("type") in PANELS:
                yield from _inside(item, here)
            else:
                yield item, here


def _names(found: list[tuple[Element, At]]) -> Names:
    known: dict[str, str] = {}
    ordered = set()
    for element, _ in found:
        name = element.get("name")
        key = element.get("valueName") or name
        if isinstance(name, str) and isinstance(key, str):
            known.setdefault(key.lower(), key)
            known.setdefault((key + COMMENT).lower(), key + COMMENT)
            if element.get("type") == "ranking":
                ordered.add(key.lower())
    return Names(known, frozenset(ordered))


def _computed(builder: Builder, document: Element, found: list[tuple[Element, At]]) -> dict[str, Evaluate]:
    """Calculated values and questions of the type expression."""
    listed = [item for item in lists(document, "calculatedValues") if isinstance(item, Mapping)]
    listed += [element for element, _ in found if element.get("type") == "expression"]
    computed: dict[str, Evaluate] = {}
    for item in listed[:MOST_COMPUTED]:
        evaluate = builder.value(item, "expression")
        if evaluate is not None and isinstance(name := item.get("name"), str):
            computed.setdefault(name.lower(), evaluate)
    return {**set_by_triggers(builder, document), **computed}


def _displays(builder: Builder, found: list[tuple[Element, At]]) -> dict[str, Callable[[Any], str]]:
    return {
        str(element.get("name")).lower(): display_of(builder, builder.variable(at), element)
        for element, at in found
    }
