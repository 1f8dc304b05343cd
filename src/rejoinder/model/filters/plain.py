"""The plain evaluator: what expressions mean, written to be read. Tests hold every faster one to it.

| | |
|---|---|
| Levels | `respondent:name`, `:name` or `response:name`, `loop:name` (only inside a loop function) |
| Blank | a missing member, null, `""`, `[]`, `{}`, an object of blanks only; also the literal `''` |
| Comparison | with a blank on either side: false, but `!=` (`<>`) is true |
| NOT | plain negation; a blank condition counts as false, so its NOT is true |
| Arithmetic | blank if a part is blank, on division by zero, beyond finite floats or existing dates |
| `+` | adds numbers, joins texts; a date ± a number moves by days; a date - a date is days |
| Text | compared by `fold`: case and composition do not matter; `<` goes by code points |
| Conditions | TRUE and FALSE compare with numbers as 1 and 0; a boolean variable is a condition |
| Choice | `=` by code, in any case (a number literal by its text); `<` as numbers, if all codes are numbers |
| Codes that differ in case only | `=` finds either; `[code]` and SELECTED of several the exact one first |
| Multiple choice | `:q[code]` is TRUE on the true side, FALSE on the false side, else blank |
| Compound | `:q[field]`; a grid of columns `:q[row].column`; a multiple choice inside: one more `[code]` |
| ANSWERED(x), ISNULL(x) | not blank, blank; of a compound: any field has a value, none has |
| ISNULL(x, y) | `x`, or `y` when `x` is blank |
| LEN | 0 of a blank |
| CONTAINS, STARTSWITH, LIKE, IN, BETWEEN | false with a blank |
| YEAR, MONTH, DAY, LOWER, UPPER, SCORE | blank of a blank; SCORE of a multiple choice adds up |
| VSUM, VAVG, VMIN, VMAX, VCOUNT | skip blanks; of nothing blank, VCOUNT 0; a compound is all its fields |
| INMONTH(d, a, b) | a ≥ 1: calendar months a to b; a ≤ 0: months counted from the current one |
| INYEAR(d, a, b) | a ≥ 1000: years a to b; below: years counted from the current one |
| SOME, EVERY | some, every iteration meets all conditions; EVERY over none is true |
| COUNT(x, …) | iterations that meet all conditions; a value among them must not be blank |
| SUM, AVERAGE, MIN, MAX(x, cond…) | of `x` where the conditions hold, skipping blanks; of nothing blank |
| GETDATE() | the time the binder was given, one for the whole evaluation |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rejoinder.model.filters import values
from rejoinder.model.filters.bound import (
    AllOf,
    AnyOf,
    Apply,
    Arithmetic,
    Bound,
    Comparison,
    Constant,
    Gather,
    Lookup,
    OneOf,
    Opposite,
    Read,
    Type,
)
from rejoinder.model.filters.functions import SCALAR
from rejoinder.model.filters.text import fold
from rejoinder.model.filters.values import Value

Frames = Mapping[str, Mapping[str, Any]]
"""The record under "", and under its loop's name each iteration that is gone through."""


def matches(condition: Bound, record: Mapping[str, Any]) -> bool:
    """Whether a decoded record meets a bound condition."""
    return bool(evaluate(condition, {"": record}))


def evaluate(node: Bound, frames: Frames) -> Value:
    """The value of `node`: a number, boolean, text, naive UTC moment or `None` for blank.

    Reads of multiple choices and compounds give the stored value.
    """
    match node:
        case Constant():
            return node.value
        case Read():
            return _read(node, frames)
        case AllOf():
            return all(evaluate(part, frames) for part in node.parts)
        case AnyOf():
            return any(evaluate(part, frames) for part in node.parts)
        case Opposite():
            return not evaluate(node.part, frames)
        case Comparison():
            return _compare(node.op, evaluate(node.left, frames), evaluate(node.right, frames))
        case OneOf():
            item = evaluate(node.item, frames)
            return any(_compare("=", item, evaluate(other, frames)) for other in node.others)
        case Arithmetic():
            return values.arithmetic(node.ops, [evaluate(part, frames) for part in node.parts])
        case Lookup():
            return _look_up(node, evaluate(node.part, frames))
        case Apply():
            return _apply(node, [evaluate(part, frames) for part in node.parts])
        case Gather():
            return _gather(node, frames)


def _read(read: Read, frames: Frames) -> Value:
    value = frames[read.level].get(read.member)
    for key in read.keys:
        value = (value or {}).get(key)
    if values.is_blank(value):
        return None
    if read.code is not None:
        return values.selected(value, read.code)
    return values.moment(value) if read.type is Type.MOMENT else value


def _compare(op: str, left: Value, right: Value) -> bool:
    if left is None or right is None:
        return op == "!="
    if isinstance(left, str):
        left, right = fold(left), fold(right)
    match op:
        case "=":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _look_up(node: Lookup, value: Value) -> Value:
    table = dict(node.table)
    if value is None:
        return None
    if isinstance(value, str):
        return table.get(value)
    return values.total(table.get(code) for code in value.get("true") or ())


def _apply(node: Apply, given: list[Value]) -> Value:
    match node.name:
        case "ANSWERED":
            return given[0] is not None
        case "IIF":
            return given[1] if given[0] else given[2]
        case "ISNULL":
            return given[1] if given[0] is None else given[0]
        case name:
            return SCALAR[name].run(*given)


def _gather(node: Gather, frames: Frames) -> Value:
    rounds = list(_iterations(node.loops, frames, node.target))
    if node.name == "EVERY":
        return all(evaluate(one, each) for each in rounds for one in node.conditions)
    kept = [each for each in rounds if all(evaluate(one, each) for one in node.conditions)]
    if node.name == "SOME":
        return bool(kept)
    if node.value is None:
        return len(kept)
    found = [evaluate(node.value, each) for each in kept]
    gathering = {"SUM": values.total, "AVERAGE": values.average, "MIN": values.least, "MAX": values.greatest}
    return gathering[node.name](found)


def _iterations(loops: tuple[str, ...], frames: Frames, above: str) -> Iterator[Frames]:
    if not loops:
        yield frames
        return
    for iteration in frames[above].get(loops[0]) or ():
        yield from _iterations(loops[1:], {**frames, loops[0]: iteration}, loops[0])
