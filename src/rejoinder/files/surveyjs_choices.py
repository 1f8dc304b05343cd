"""Choices, rows and rate values of SurveyJS elements → options and fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rejoinder.files.surveyjs_reading import At, Element, Reading, items_of, refuse
from rejoinder.model.survey import Field, Option, Texts

MAX_CODE = 250
"""Longest code, in characters."""
_MOST_STEPS = 1_000

# Items that SurveyJS adds by a switch: (switch, older name, value in the answers, caption's key, caption).
_SPECIAL = (
    ("showNoneItem", "hasNone", "none", "noneText", "None"),
    ("showRefuseItem", "", "refused", "refuseText", "Refuse to answer"),
    ("showDontKnowItem", "", "dontknow", "dontKnowText", "Don't know"),
    ("showOtherItem", "hasOther", "other", "otherText", "Other (describe)"),
)


def options_of(reading: Reading, element: Element, at: At) -> tuple[Option, ...]:
    """Return the options of a select question: its choices (its own, or carried forward from another
    question), then "none", "other" and their like when switched on."""
    source, key = _carried(reading, element), "choices"
    options = [*items_as_options(reading, items_of(source, key, at), at.down(key)), *_numbered(source, at)]
    if options:
        options += _special(reading, element, {option.code for option in options})
    reading.count("options", len(options))
    return tuple(options)


def has_other(element: Element) -> bool:
    """Whether the question lets people write an answer of their own."""
    return element.get("showOtherItem") is True or element.get("hasOther") is True


def items_as_options(reading: Reading, items: Iterable[Any], at: At, scored: bool = False) -> list[Option]:
    """Return item values as options; with `scored`, a number is its own score. Of two equal values the
    second is left out with a note."""
    options: dict[str, Option] = {}
    for number, item in enumerate(items):
        code, texts, score = _item(reading, item, At(f"{at.place}[{number}]"))
        if score is None and scored:
            score = _score(code)
        if code in options:
            reading.note(code, f"comes twice in {at.place}; the first is kept.")
            continue
        options[code] = Option(code, texts, score)
    return list(options.values())


def fields_of(reading: Reading, items: Iterable[Any], at: At) -> tuple[Field, ...]:
    """Return item values as fields (rows of a matrix, items of a ranking)."""
    fields = tuple(Field(option.code, option.texts) for option in items_as_options(reading, items, at))
    reading.count("options", len(fields))
    return fields


def rate_options(reading: Reading, element: Element, at: At) -> tuple[Option, ...]:
    """Return the scored options of a rating: `rateValues`, else the numbers from `rateMin` (1) to `rateMax`
    (5) by `rateStep` (1), or `rateCount` of them."""
    values = items_of(element, "rateValues", at)
    if not values:
        values = _steps(element, at)
    options = items_as_options(reading, values, at.down("rateValues"), scored=True)
    reading.count("options", len(options))
    return tuple(options)


def _carried(reading: Reading, element: Element) -> Element:
    name = element.get("choicesFromQuestion")
    return reading.elements.get(name, element) if isinstance(name, str) else element


def _special(reading: Reading, element: Element, taken: set[str]) -> list[Option]:
    return [
        Option(value, reading.languages.texts(element.get(key), caption))
        for switch, older, value, key, caption in _SPECIAL
        if (element.get(switch) is True or element.get(older) is True) and value not in taken
    ]


def _item(reading: Reading, item: Any, at: At) -> tuple[str, Texts, float | None]:
    """One item value: plain, `"value|text"`, or `{"value", "text", "score"}`."""
    if not isinstance(item, Mapping):
        value, _, text = item.partition("|") if isinstance(item, str) else (item, "", "")
        code = code_of(value, at)
        return code, reading.languages.texts(text, code), None
    code = code_of(item.get("value"), at.down("value"))
    score = item.get("score")
    return code, reading.languages.texts(item.get("text"), code), _as_number(score, 1e15)


def code_of(value: object, at: At) -> str:
    """Return a value as a code, a text. Raises `Invalid` for values that cannot be one."""
    if isinstance(value, bool):
        return str(value).lower()
    if _as_number(value, 1e15) is not None:
        value = f"{value:.15g}"
    code = value.strip() if isinstance(value, str) else ""
    if not code or len(code) > MAX_CODE or not code.isprintable():
        refuse(at, f"must be a number or a text of 1 to {MAX_CODE} printable characters")
    return code


def _score(code: str) -> float | None:
    try:
        return _as_number(float(code), 1e15)
    except ValueError:
        return None


def _as_number(value: object, limit: float) -> float | None:
    """`value` when it is a number within the limit."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < limit:
        return None
    return float(value)


def _number(element: Element, key: str, at: At, otherwise: float) -> float:
    number = _as_number(element.get(key, otherwise), 1e9)
    if number is None:
        refuse(at.down(key), "must be a number")
    return number


def _steps(element: Element, at: At) -> list[float]:
    first, step = _number(element, "rateMin", at, 1), _number(element, "rateStep", at, 1)
    if step <= 0:
        refuse(at.down("rateStep"), "must be above 0")
    counted = (
        first + step * (_number(element, "rateCount", at, 5) - 1) if "rateCount" in element else max(first, 5)
    )
    last = _number(element, "rateMax", at, counted)
    count = int((last - first) / step + 1e-9) + 1
    if not 0 < count <= _MOST_STEPS:
        refuse(at.down("rateMax"), f"must leave 1 to {_MOST_STEPS} steps from rateMin")
    return [round(first + step * number, 9) for number in range(count)]


def _numbered(element: Element, at: At) -> list[Option]:
    """The numbers from `choicesMin` to `choicesMax` that a dropdown may list after its choices."""
    if not element.get("choicesMin") and not element.get("choicesMax"):
        return []
    first, last = int(_number(element, "choicesMin", at, 0)), int(_number(element, "choicesMax", at, 0))
    step = max(1, int(_number(element, "choicesStep", at, 1)))
    if (last - first) // step >= _MOST_STEPS * 5:
        refuse(at.down("choicesMax"), f"must leave at most {_MOST_STEPS * 5} choices from choicesMin")
    return [Option(str(number), {}, float(number)) for number in range(first, last + 1, step)]
