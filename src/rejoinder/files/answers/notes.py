"""What the server cannot check of a definition, said when the survey is created.

Whatever is named here takes the lenient direction when answers come: shown, not required, accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rejoinder.files.answers.expressions.compile import NO_NAMES, compile_expression
from rejoinder.files.answers.expressions.parse import Unreadable
from rejoinder.files.answers.patterns import Unmatchable, matcher
from rejoinder.files.titles import shown

EXPRESSIONS = (
    "visibleIf",
    "requiredIf",
    "enableIf",
    "choicesVisibleIf",
    "rowsVisibleIf",
    "columnsVisibleIf",
    "templateVisibleIf",
    "minValueExpression",
    "maxValueExpression",
    "expression",
)
"""Properties that hold expressions which the server evaluates."""
MOST_NOTES = 200
_MOST_PARTS = 200_000
_DEEPEST = 60


def notes_of(document: Mapping[str, Any]) -> list[str]:
    """A sentence for each expression, pattern and rule of a definition that the server cannot check."""
    found: dict[str, None] = {}
    for name, part in _parts(document):
        for sentence in _about(name, part):
            found.setdefault(sentence)
        if len(found) >= MOST_NOTES:
            break
    return list(found)


def _parts(document: Mapping[str, Any]) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Every object of a definition, with the name of the element that it belongs to."""
    waiting: list[tuple[Any, Any, int]] = [(None, document, 0)]
    count = 0
    while waiting and count < _MOST_PARTS:
        name, part, depth = waiting.pop()
        count += 1
        if isinstance(part, Mapping):
            own = part.get("name") or part.get("value")
            name = own if isinstance(own, str) and own else name
            yield name, part
            inside: list[Any] = list(part.values())
        else:
            inside = part
        if depth < _DEEPEST:
            waiting += [(name, p, depth + 1) for p in reversed(inside) if isinstance(p, Mapping | list)]


def _about(name: Any, part: Mapping[str, Any]) -> Iterator[str]:
    for key in EXPRESSIONS:
        text = part.get(key)
        if isinstance(text, str) and text.strip() and (why := _unreadable(text)):
            yield f"{shown(name)}: the server does not follow its {key}, because {why}; {_direction(key)}."
    pattern = part.get("regex")
    if isinstance(pattern, str) and pattern:
        try:
            matcher(pattern)
        except Unmatchable:
            yield f"{shown(name)}: the server cannot match its regular expression; only the page checks it."
    choices = part.get("choices")
    if isinstance(choices, list) and any(
        isinstance(c, Mapping) and c.get("showCommentArea") is True for c in choices
    ):
        yield f"{shown(name)}: texts beside single choices are not kept."
    if part.get("allowCustomChoices") is True:
        yield f"{shown(name)}: answers that are not among its choices are refused."


def _unreadable(text: str) -> str:
    try:
        compile_expression(text, NO_NAMES)
    except Unreadable as error:
        return str(error)
    return ""


def _direction(key: str) -> str:
    if key in ("requiredIf", "enableIf"):
        return "nobody is required to answer because of it"
    if key.endswith("VisibleIf") or key == "visibleIf":
        return "what it would hide counts as shown"
    return "it counts as not there"
