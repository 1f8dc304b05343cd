"""What expressions compute with: numbers, moments and blanks.

A value is a number, a boolean, a text, a naive UTC moment, or `None` for blank.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Value = Any


def is_blank(value: Any) -> bool:
    """Whether a stored value counts as no answer: null, empty text, or a container of nothing else."""
    if isinstance(value, dict):
        return all(is_blank(part) for part in value.values())
    return value is None or value == "" or value == []


def moment(stored: Any) -> datetime | None:
    """The moment that a stored ISO text means, as naive UTC; blank if there is none."""
    if not stored:
        return None
    try:
        parsed = datetime.fromisoformat(stored)
    except (TypeError, ValueError):
        return None
    if parsed.tzinfo is None:
        return parsed
    try:
        return parsed.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return None


def selected(stored: Any, code: str) -> bool | None:
    """Whether a multiple choice's stored value has `code` on its true side; blank if on neither side."""
    if not stored:
        return None
    if code in (stored.get("true") or ()):
        return True
    return False if code in (stored.get("false") or ()) else None


def finite(number: float) -> float | None:
    """A result as it is kept: whole numbers beyond 64 bits become floats, infinities become blank."""
    if isinstance(number, int) and -(2**63) <= number < 2**63:
        return number
    try:
        number = float(number)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def arithmetic(ops: str, values: Sequence[Value]) -> Value:
    """`values` joined by `ops` (of `+ - * /`) from left to right; blank if any step has no result.

    Numbers; texts (`+` joins them); a moment and a number of days; two moments (`-`: days between).
    """
    total = values[0]
    for op, value in zip(ops, values[1:], strict=True):
        if total is None or value is None:
            return None
        try:
            total = _step(total, op, value)
        except (OverflowError, ZeroDivisionError):
            return None
    return total


def _of_two(operate: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Value]:
    def run(left: Value, right: Value) -> Value:
        if left is None or right is None:
            return None
        try:
            return finite(operate(left, right))
        except (OverflowError, ZeroDivisionError):
            return None

    return run


OF_TWO = {
    "+": _of_two(operator.add),
    "-": _of_two(operator.sub),
    "*": _of_two(operator.mul),
    "/": _of_two(operator.truediv),
}
"""By operator, `arithmetic` of exactly two numbers, which is what most expressions have."""


def _step(left: Value, op: str, right: Value) -> Value:
    if isinstance(left, str):
        return left + right
    if isinstance(left, datetime):
        return _step_from_moment(left, op, right)
    if isinstance(right, datetime):
        return right + timedelta(days=left)
    if op == "+":
        return finite(left + right)
    if op == "-":
        return finite(left - right)
    return finite(left * right if op == "*" else left / right)


def _step_from_moment(left: datetime, op: str, right: Value) -> Value:
    if isinstance(right, datetime):
        return (left - right) / timedelta(days=1)
    days = timedelta(days=right)
    return left + days if op == "+" else left - days


def total(values: Iterable[Value]) -> Value:
    """The sum of the values that are not blank; blank if there are none."""
    given = present(values)
    return arithmetic("+" * (len(given) - 1), given) if given else None


def average(values: Iterable[Value]) -> Value:
    """The mean of the values that are not blank; blank if there are none."""
    given = present(values)
    return arithmetic("/", (total(given), len(given))) if given else None


def least(values: Iterable[Value]) -> Value:
    """The smallest value that is not blank; blank if there are none."""
    return min(present(values), default=None)


def greatest(values: Iterable[Value]) -> Value:
    """The largest value that is not blank; blank if there are none."""
    return max(present(values), default=None)


def present(values: Iterable[Value]) -> list[Value]:
    """The values that are not blank."""
    return [value for value in values if value is not None]
