"""SurveyJS questions that are one variable each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rejoinder.files.surveyjs_choices import fields_of, has_other, options_of, rate_options
from rejoinder.files.surveyjs_choices import items_as_options as _as_options
from rejoinder.files.surveyjs_reading import At, Element, Reading, element_of, items_of
from rejoinder.model.survey import METRICS, Field, Kind, Option, Variable

Reader = Callable[[Reading, Element, At], None]

_INPUT_KINDS = {
    "number": Kind.NUMERIC,
    "range": Kind.NUMERIC,
    "date": Kind.DATETIME,
    "datetime": Kind.DATETIME,
    "datetime-local": Kind.DATETIME,
}


def add_question(reading: Reading, question: Element, at: At, kind: Kind, **parts: Any) -> Variable:
    """Add the variable of a question, and the one of its comment box when it has one.

    `parts` are further members of the variable.
    """
    variable = Variable(
        reading.name(question, at, "valueName"),
        kind,
        level=at.level,
        parent=at.parent,
        titles=reading.languages.texts(question.get("title"), str(question.get("name", ""))),
        texts=reading.languages.texts(question.get("description")),
        hidden=question.get("visible") is False,
        metric=_metric(question),
        **{"element": str(question.get("type")), **parts},
    )
    reading.add(variable)
    if question.get("showCommentArea") is True or question.get("hasComment") is True:
        _add_text(reading, question, at, variable, "comment", "commentText", "Comment")
    return variable


def _metric(question: Element) -> str | None:
    """What the survey measures with a question, when it says so: a property of ours, `metric`."""
    written = question.get("metric")
    return written if written in METRICS else None


def read_text(reading: Reading, element: Element, at: At) -> None:
    """A single line: text, number or date by its `inputType`."""
    written = element.get("inputType")
    kind = _input_kind(element)
    name = f"text/{written}" if isinstance(written, str) and written not in ("", "text") else "text"
    longest = element.get("maxLength")
    length = longest if isinstance(longest, int) and 0 < longest < 1_000_000 and kind is Kind.TEXT else None
    add_question(reading, element, at, kind, length=length, element=name[:64])


def read_long_text(reading: Reading, element: Element, at: At) -> None:
    """A comment, an uploaded file's name, a drawn signature: text."""
    add_question(reading, element, at, Kind.TEXT)


def read_single(reading: Reading, element: Element, at: At) -> None:
    """One choice out of several."""
    _read_select(reading, element, at, Kind.SINGLE)


def read_multi(reading: Reading, element: Element, at: At) -> None:
    """Any number of choices out of several."""
    _read_select(reading, element, at, Kind.MULTI)


def read_pictures(reading: Reading, element: Element, at: At) -> None:
    """Pictures to choose from, one or (`multiSelect`) several."""
    _read_select(reading, element, at, Kind.MULTI if element.get("multiSelect") is True else Kind.SINGLE)


def read_boolean(reading: Reading, element: Element, at: At) -> None:
    """Yes or no; a choice of two when the answers have values of their own."""
    values = element.get("valueTrue", True), element.get("valueFalse", False)
    if values == (True, False):
        add_question(reading, element, at, Kind.BOOLEAN)
        return
    items = [
        {"value": value, "text": element.get(label, caption)}
        for value, label, caption in zip(values, ("labelTrue", "labelFalse"), ("Yes", "No"), strict=True)
    ]
    options = tuple(_as_options(reading, items, at.down("values")))
    add_question(reading, element, at, Kind.SINGLE, options=options)


def read_rating(reading: Reading, element: Element, at: At) -> None:
    """A scale of numbers (or of words): one choice with scores."""
    add_question(reading, element, at, Kind.SINGLE, options=rate_options(reading, element, at))


def read_ranking(reading: Reading, element: Element, at: At) -> None:
    """Items to be put in order."""
    source = reading.elements.get(str(element.get("choicesFromQuestion")), element)
    fields = fields_of(reading, items_of(source, "choices", at), at.down("choices"))
    if not fields:
        reading.note(element.get("name"), "was left out: the items to rank are not in the definition.")
        return
    add_question(reading, element, at, Kind.RANKING, fields=fields)


def read_slider(reading: Reading, element: Element, at: At) -> None:
    """A number, or with `sliderType` "range" its two ends."""
    ends = (Field("from"), Field("to")) if element.get("sliderType") == "range" else ()
    add_question(reading, element, at, Kind.NUMERIC, fields=ends)


def read_texts(reading: Reading, element: Element, at: At) -> None:
    """Several lines under one title (`multipletext`): a compound of texts, or of numbers or dates when all
    its items are."""
    items = [
        element_of(item, at.down(f"items[{n}]")) for n, item in enumerate(items_of(element, "items", at))
    ]
    listed = [{"value": item.get("name"), "text": item.get("title")} for item in items]
    fields = fields_of(reading, listed, at.down("items"))
    kinds = {_input_kind(item) for item in items}
    if not fields:
        reading.note(element.get("name"), "was left out: it has no items.")
        return
    if len(kinds) > 1:
        reading.note(
            element.get("name"), "mixes texts with numbers or dates; all its items are kept as text."
        )
    add_question(reading, element, at, kinds.pop() if len(kinds) == 1 else Kind.TEXT, fields=fields)


def _input_kind(element: Element) -> Kind:
    if element.get("maskType") in ("numeric", "currency"):
        return Kind.NUMERIC
    written = element.get("inputType")
    return _INPUT_KINDS.get(written, Kind.TEXT) if isinstance(written, str) else Kind.TEXT


def _read_select(reading: Reading, element: Element, at: At, kind: Kind) -> None:
    options = options_of(reading, element, at)
    if not options:
        reading.note(element.get("name"), "is kept as text: its choices are not in the definition.")
        add_question(reading, element, at, Kind.TEXT)
        return
    variable = add_question(reading, element, at, kind, options=_titled(reading, options))
    if has_other(element):
        _add_text(reading, element, at, variable, "other", "otherText", "Other (describe)")


def _titled(reading: Reading, options: tuple[Option, ...]) -> tuple[Option, ...]:
    return tuple(o if o.texts else Option(o.code, reading.languages.texts(o.code), o.score) for o in options)


def _add_text(
    reading: Reading, element: Element, at: At, question: Variable, ending: str, key: str, caption: str
) -> None:
    """The text that goes with a question: `<name>_other`, `<name>_comment`."""
    name = reading.names.take(f"{question.name[:54]}_{ending}")
    reading.placed[f"{at.place}.{ending}"] = name
    titles = reading.languages.texts(element.get(key), caption)
    reading.add(
        Variable(name, Kind.TEXT, level=at.level, titles=titles, parent=question.name, element=ending)
    )
