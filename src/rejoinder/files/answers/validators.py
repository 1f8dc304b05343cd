"""The validators of a question: number, length, count, pattern, email, expression.

They run on answers that are there. A validator whose `notificationType` is not an error only warns on the
page; here it does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rejoinder.files.answers.builder import Builder, lists, whole
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.expressions.values import number_of, to_text
from rejoinder.files.answers.patterns import Unmatchable, matcher
from rejoinder.files.answers.run import Run, Validate, Wrong
from rejoinder.files.answers.texts import is_email
from rejoinder.files.surveyjs_reading import Element

Texts = Mapping[str, str]


def validators_of(builder: Builder, element: Element) -> tuple[Validate, ...]:
    """The validators of an element; one that cannot be read is left out (the survey's notes say so)."""
    found = []
    for item in lists(element, "validators")[:50]:
        if not isinstance(item, Mapping) or item.get("notificationType", "error") != "error":
            continue
        make = _MAKERS.get(str(item.get("type")).lower().removesuffix("validator"))
        made = make(builder, item, builder.texts(item, "text")) if make else None
        if made is not None:
            found.append(made)
    return tuple(found)


def _numeric(builder: Builder, item: Element, texts: Texts) -> Validate:
    least, most = number_of(item.get("minValue")), number_of(item.get("maxValue"))

    def validate(run: Run, scope: Scope, value: Any, place: str) -> None:
        number = number_of(value)
        if number is None:
            raise Wrong("number", texts=texts)
        if least is not None and number < least:
            raise Wrong("min", to_text(least), texts)
        if most is not None and number > most:
            raise Wrong("max", to_text(most), texts)

    return validate


def _text(builder: Builder, item: Element, texts: Texts) -> Validate:
    least, most = whole(item, "minLength"), whole(item, "maxLength")
    digits = item.get("allowDigits") is not False

    def validate(run: Run, scope: Scope, value: Any, place: str) -> None:
        text = to_text(value)
        if not digits and "0" <= text[-1:] <= "9":  # the page looks at the end only
            raise Wrong("no_digits", texts=texts)
        if least and len(text) < least:
            raise Wrong("too_short", least, texts)
        if most and len(text) > most:
            raise Wrong("too_long", most, texts)

    return validate


def _count(builder: Builder, item: Element, texts: Texts) -> Validate:
    least, most = whole(item, "minCount"), whole(item, "maxCount")

    def validate(run: Run, scope: Scope, value: Any, place: str) -> None:
        if not isinstance(value, list):
            return
        if least and len(value) < least and run.demanding:
            raise Wrong("min_selected", least, texts)
        if most and len(value) > most:
            raise Wrong("max_selected", most, texts)

    return validate


def _pattern(builder: Builder, item: Element, texts: Texts) -> Validate | None:
    pattern = item.get("regex")
    if not isinstance(pattern, str) or not pattern:
        return None
    ignore_case = item.get("caseInsensitive") is True or item.get("insensitive") is True
    try:
        matches = matcher(pattern, ignore_case)
    except Unmatchable:
        return None

    def validate(run: Run, scope: Scope, value: Any, place: str) -> None:
        for part in value if isinstance(value, list) else [value]:
            if not matches(to_text(part)):
                raise Wrong("pattern", texts=texts)

    return validate


def _email(builder: Builder, item: Element, texts: Texts) -> Validate:
    def validate(run: Run, scope: Scope, value: Any, place: str) -> None:
        if not is_email(to_text(value)):
            raise Wrong("email", texts=texts)

    return validate


def _expression(builder: Builder, item: Element, texts: Texts) -> Validate | None:
    holds = builder.condition(item, "expression", True)
    if holds is None:
        return None

    def validate(run: Run, scope: Scope, value: Any, place: str) -> None:
        if run.demanding and not holds(scope):
            raise Wrong("expression", texts=texts)

    return validate


_MAKERS: dict[str, Callable[[Builder, Element, Texts], Validate | None]] = {
    "numeric": _numeric,
    "text": _text,
    "answercount": _count,
    "regex": _pattern,
    "email": _email,
    "expression": _expression,
}
