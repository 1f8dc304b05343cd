"""Conditions of `where[]` → bounds on columns, or a filter tree on the record."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rejoinder.dialects.surveykiwi.moments import Span, micros, read_span, read_start
from rejoinder.dialects.surveykiwi.where import Condition, Value
from rejoinder.model.filters.functions import like
from rejoinder.model.filters.text import fold, number_text
from rejoinder.model.filters.tree import And, Call, Compare, Literal, Node, Not, Or, Path
from rejoinder.model.listing import Bound
from rejoinder.model.survey import Kind, Variable

_LARGEST = 2**63 - 1
_NUMBER = re.compile(r"[+-]?\d{1,300}(\.\d{1,300})?", re.ASCII)
_TRUTH = {"1": True, "true": True, "0": False, "false": False}


def number_bound(condition: Condition, column: str) -> Bound:
    """A bound on numbers. Raises Invalid for what is no number."""
    if condition.blank:
        return _blank_bound(condition, column)
    if condition.operator == "LIKE":
        raise condition.refuse(f'LIKE compara textos y "{condition.variable}" es un número.')
    numbers = [_number(condition, value) for value in condition.values]
    if condition.operator == "IN":
        return Bound(column, "in", numbers)
    return Bound(column, _plain(condition), numbers[0])


def span_bound(condition: Condition, column: str, timezone: str, end: Callable[[Any], Any] = micros) -> Bound:
    """A bound on times; `end` — a datetime as the column holds it. Raises Invalid for what is no time."""
    if condition.blank:
        return _blank_bound(condition, column)
    ranges = [tuple(map(end, _span(condition, value, timezone))) for value in condition.values]
    if condition.operator in ("IN", "LIKE", "=", "IS"):
        return Bound(column, "within", ranges)
    first, last = ranges[0]
    match condition.operator:
        case "<" | ">=":
            return Bound(column, condition.operator, first)
        case "<=":
            return Bound(column, "<", last)
        case ">":
            return Bound(column, ">=", last)
    return Bound(column, "outside", ranges)


def word_holds(condition: Condition, word: str) -> bool:
    """Whether a word, such as a status, meets a condition."""
    if condition.blank:
        return condition.negative
    folded, values = fold(word), [fold(_text(value)) for value in condition.values]
    match condition.operator:
        case "LIKE":
            return like(word, _text(condition.value))
        case "<":
            return folded < values[0]
        case "<=":
            return folded <= values[0]
        case ">":
            return folded > values[0]
        case ">=":
            return folded >= values[0]
    return (folded in values) is not condition.negative


def node_of(bound: Bound, path: Path) -> Node:
    """A bound as a filter tree over `path`."""
    match bound.operator:
        case "null":
            return Call("ISNULL", (path,))
        case "not null":
            return Call("ANSWERED", (path,))
        case "in":
            return _any([Compare("=", path, Literal(value)) for value in bound.value])
        case "within" | "outside":
            ranges = [
                And((Compare(">=", path, Literal(first)), Compare("<", path, Literal(end))))
                for first, end in bound.value
            ]
            return _any(ranges) if bound.operator == "within" else Not(_any(ranges))
    return Compare(bound.operator, path, Literal(bound.value))


def text_node(condition: Condition, path: Path) -> Node:
    """A condition on a text."""
    if condition.blank:
        return _blank_node(condition, path)
    texts = [_text(value) for value in condition.values]
    if condition.operator == "LIKE":
        return Call("LIKE", (path, Literal(texts[0])))
    if condition.operator == "IN":
        return _any([Compare("=", path, Literal(text)) for text in texts if text])
    return Compare(_plain(condition), path, Literal(texts[0]))


def absent_node(condition: Condition) -> Node:
    """A condition on a variable that the survey could have and nobody has used: it is blank everywhere."""
    return Literal(condition.negative is not condition.blank)


def variable_node(condition: Condition, variable: Variable) -> Node:
    """A condition on a variable of the record. Raises Invalid for a value that cannot be one of it.

    Dates of a record have no zone: they are compared as they are written.
    """
    path = Path(variable.level, variable.name)
    if condition.blank:
        return _blank_node(condition, path)
    if variable.fields:
        raise condition.refuse(f'"{variable.name}" tiene varias partes; solo admite IS e IS NOT con null.')
    match variable.kind:
        case Kind.NUMERIC:
            return node_of(number_bound(condition, variable.name), path)
        case Kind.DATETIME:
            return node_of(span_bound(condition, variable.name, "UTC", _naive), path)
        case Kind.BOOLEAN:
            return _boolean_node(condition, path)
        case Kind.MULTI | Kind.SINGLE | Kind.RATING if variable.options:
            return _choice_node(condition, variable, path)
        case Kind.TEXT:
            return text_node(condition, path)
    raise condition.refuse(f'"{variable.name}" solo admite IS e IS NOT con null.')


def _boolean_node(condition: Condition, path: Path) -> Node:
    if condition.operator not in ("=", "!=", "IS", "IS NOT", "IN"):
        raise condition.refuse(f'"{condition.variable}" es sí o no; usa =, != o IN con 0 o 1.')
    wanted = [_TRUTH.get(_text(value).lower()) for value in condition.values]
    if None in wanted:
        raise condition.refuse(f'"{condition.variable}" es sí o no: val debe ser 0, 1, true o false.')
    if condition.operator == "IN":
        return _any([Compare("=", path, Literal(value)) for value in wanted if value is not None])
    return Compare(_plain(condition), path, Literal(bool(wanted[0])))


def _choice_node(condition: Condition, variable: Variable, path: Path) -> Node:
    """By code; a code that is no option's is nobody's answer."""
    if condition.operator not in ("=", "!=", "IS", "IS NOT", "IN", "LIKE"):
        raise condition.refuse(f'"{variable.name}" es una elección; usa =, !=, IN o LIKE con el código.')
    if condition.operator == "LIKE":
        pattern = _text(condition.value)
        codes = [option.code for option in variable.options if like(option.code, pattern)]
    else:
        wanted = {fold(_text(value)) for value in condition.values}
        codes = [option.code for option in variable.options if fold(option.code) in wanted]
    many = variable.kind is Kind.MULTI
    chosen = _any(
        [
            Call("SELECTED", (path, Literal(code))) if many else Compare("=", path, Literal(code))
            for code in codes
        ]
    )
    return Not(chosen) if condition.negative else chosen


def _any(nodes: Sequence[Node]) -> Node:
    """One of several; nothing, where there are none."""
    if len(nodes) > 1:
        return Or(tuple(nodes))
    return nodes[0] if nodes else Literal(value=False)


def _blank_node(condition: Condition, path: Path) -> Node:
    _check_blank(condition)
    return Call("ANSWERED" if condition.negative else "ISNULL", (path,))


def _blank_bound(condition: Condition, column: str) -> Bound:
    _check_blank(condition)
    return Bound(column, "not null" if condition.negative else "null")


def _check_blank(condition: Condition) -> None:
    if condition.operator not in ("=", "!=", "IS", "IS NOT"):
        raise condition.refuse(f"{condition.operator} necesita un valor; con null usa IS o IS NOT.")


def _plain(condition: Condition) -> Any:
    """The operator without the words that SQL has for blanks."""
    return {"IS": "=", "IS NOT": "!="}.get(condition.operator, condition.operator)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else "" if value is None else number_text(value)


def _number(condition: Condition, value: Value) -> int | float:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise condition.refuse(f'"{condition.variable}" es un número; no "{_text(value)[:40]}".')
    return max(-_LARGEST, min(value, _LARGEST)) if isinstance(value, int) else value


def _span(condition: Condition, value: Value, timezone: str) -> Span:
    text = _text(value)
    found = (read_start if condition.operator == "LIKE" else read_span)(text, timezone)
    if found is None:
        raise condition.refuse(
            f'"{text[:40]}" no es una fecha; escribe 2020-12-05T14:50:28-0300 o 2020-12-05 '
            "(con LIKE, 2020-12%)."
        )
    return found


def _naive(when: datetime) -> datetime:
    return when.replace(tzinfo=None)
