"""A SurveyJS JSON definition → a survey's schema.

The definition is somebody else's file: whatever is in it, the answer is a schema with notes, or a problem
that names the place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple, cast

from rejoinder.files.answers.notes import notes_of
from rejoinder.files.names import Names
from rejoinder.files.surveyjs_elements import (
    Reader,
    read_boolean,
    read_long_text,
    read_multi,
    read_pictures,
    read_ranking,
    read_rating,
    read_single,
    read_slider,
    read_text,
    read_texts,
)
from rejoinder.files.surveyjs_matrices import read_grid, read_matrix, read_panels, read_rows
from rejoinder.files.surveyjs_pictures import picture_notes
from rejoinder.files.surveyjs_reading import MAX_DEPTH, At, Element, Reading, element_of, items_of, refuse
from rejoinder.files.surveyjs_texts import Languages, is_language
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Schema
from rejoinder.model.system import RESERVED

_CELLS: dict[str, Reader] = {
    "text": read_text,
    "comment": read_long_text,
    "file": read_long_text,
    "signaturepad": read_long_text,
    "microphone": read_long_text,
    "radiogroup": read_single,
    "dropdown": read_single,
    "buttongroup": read_single,
    "checkbox": read_multi,
    "tagbox": read_multi,
    "imagepicker": read_pictures,
    "boolean": read_boolean,
    "rating": read_rating,
    "ranking": read_ranking,
    "slider": read_slider,
    "multipletext": read_texts,
    "matrix": read_matrix,
}
PANELS = ("panel", "flowpanel")
"""Types of elements that only hold others."""
_SILENT = ("html", "image", "linkvalue", "empty")
_IGNORED = {"calculatedValues": "Calculated values", "triggers": "Triggers"}


class Definition(NamedTuple):
    """What was read: the schema, the notes, and which variable or loop each element became, by its place in
    the document (`pages[0].elements[3]`; the text of an "other" choice is at `….other`, a comment box's at
    `….comment`)."""

    schema: Schema
    notes: list[str]
    placed: dict[str, str]


def read_survey(document: object, *, reserved: Set[str] = frozenset()) -> tuple[Schema, list[str]]:
    """Read a decoded SurveyJS definition: the schema and notes of `read_definition`, and notes of what the
    server cannot check in answers."""
    found = read_definition(document, reserved=reserved)
    return found.schema, [*found.notes, *notes_of(cast("Element", document))]


def read_definition(document: object, *, reserved: Set[str] = frozenset()) -> Definition:
    """Read a decoded SurveyJS definition.

    Parameters: `reserved` — names that variables may not have, beside the store's own, compared without case.

    Returns the schema (variables, loops, languages), notes: a sentence for everything that has another
    name here or cannot be expressed, and the places. Read again, a definition gives the same names.

    Raises `Invalid`, naming the place (`pages[0].elements[3].choices`), for what is no survey and for
    duplicate names; `TooLarge` for more elements or options than a survey may have.
    """
    if not isinstance(document, Mapping):
        raise Invalid("This is not a SurveyJS definition: it must be a JSON object with pages or elements.")
    locale = document.get("locale")
    own = locale if isinstance(locale, str) and is_language(locale) else "en"
    reading = Reading(Languages(own), Names(RESERVED | reserved))
    tops = list(tops_of(document))
    if not tops:
        raise Invalid("This is not a SurveyJS definition: it has neither pages nor elements.")
    for items, _ in tops:
        _index(reading, items, 0)
    for items, at in tops:
        _walk(reading, items, at)
    for key, words in _IGNORED.items():
        if document.get(key):
            reading.notes.append(
                f"{words} of the definition are ignored: answers are stored as they are sent."
            )
    reading.notes += picture_notes(document)
    schema = Schema(tuple(reading.variables), tuple(reading.loops), reading.languages.all())
    return Definition(schema, reading.notes, reading.placed)


def tops_of(document: Element) -> Iterator[tuple[list[Any], At]]:
    """The lists of elements of the pages, or of a definition without pages; `questions` is an older word."""
    start = At("")
    for number, page in enumerate(items_of(document, "pages", start)):
        at = At(f"pages[{number}]")
        yield from lists_of(element_of(page, at), at)
    yield from lists_of(document, start)


def lists_of(element: Element, at: At) -> Iterator[tuple[list[Any], At]]:
    """The lists of elements of a page or panel."""
    for key in ("elements", "questions"):
        if key in element:
            yield items_of(element, key, at), at.down(key)


def _index(reading: Reading, items: list[Any], depth: int) -> None:
    """Remember questions by name, so that choices can be carried forward from any of them."""
    for item in items if depth <= MAX_DEPTH else ():
        if not isinstance(item, Mapping):
            continue
        name, inside = item.get("name"), item.get("elements")
        if isinstance(name, str) and item.get("type") not in PANELS:
            reading.elements.setdefault(name, item)
        if isinstance(inside, list):
            _index(reading, inside, depth + 1)


def _walk(reading: Reading, items: list[Any], at: At) -> None:
    if at.depth > MAX_DEPTH:
        refuse(at, f"is nested deeper than {MAX_DEPTH} panels")
    for number, item in enumerate(items):
        place = At(f"{at.place}[{number}]", at.level, at.parent, at.depth)
        reading.count("elements")
        _read(reading, element_of(item, place), place)


def _read(reading: Reading, element: Element, at: At) -> None:
    kind = element.get("type")
    if not isinstance(kind, str):
        refuse(at.down("type"), "must name the element's type, such as text or radiogroup")
    if kind in PANELS:
        for items, place in lists_of(element, at):
            _walk(reading, items, place)
    elif kind == "paneldynamic":
        read_panels(reading, element, at, _walk)
    elif kind == "matrixdynamic":
        read_rows(reading, element, at, _CELLS)
    elif kind == "matrixdropdown":
        read_grid(reading, element, at, _CELLS)
    elif kind in _CELLS:
        _CELLS[kind](reading, element, at)
    elif kind == "expression":
        reading.note(element.get("name"), "was left out: it is computed, not answered.")
    elif kind not in _SILENT:
        reading.note(element.get("name"), f"was left out: it is of the unknown type {kind:.40}.")
