"""The operators of SurveyJS expressions."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from rejoinder.files.answers.expressions.dates import moment_of
from rejoinder.files.answers.expressions.scope import World
from rejoinder.files.answers.expressions.values import (
    NAN,
    equal,
    is_above,
    is_empty,
    is_true,
    to_number,
    to_text,
    with_decimals_of,
)

Operator = Callable[[World, Any, Any], Any]
LONGEST_TEXT = 100_000
LONGEST_LIST = 10_000
_LONG = 5_000


def _equal(world: World, left: Any, right: Any) -> bool:
    left, right = _as_moments(world, left, right)
    if isinstance(left, list | dict):
        world.spend(weight(left) + weight(right))
    return equal(left, right)


def equal_in_order(world: World, left: Any, right: Any) -> bool:
    """Equality with a ranking, where the order counts."""
    world.spend(weight(left) + weight(right))
    return equal(left, right, ordered=True)


def weight(value: Any) -> int:
    """About how many steps it takes to look through a value."""
    if isinstance(value, list | dict):
        if len(value) > _LONG:
            return len(value)
        parts = value.values() if isinstance(value, dict) else value
        return 1 + sum(len(p) + 1 if isinstance(p, list | dict) else 1 for p in parts)
    return 1 + len(value) // 1000 if isinstance(value, str) else 1


def _as_moments(world: World, left: Any, right: Any) -> tuple[Any, Any]:
    """A text beside a moment is read as one; only what it spells out is compared."""
    if isinstance(left, datetime) and isinstance(right, str):
        return _cut(left, right), moment_of(right, world.now)
    if isinstance(right, datetime) and isinstance(left, str):
        moment = moment_of(left, world.now)
        is_day = moment is not None and right.time().replace(microsecond=0) == time()
        return (moment.replace(hour=0, minute=0, second=0) if moment and is_day else moment), right
    return left, right


def _cut(moment: datetime, text: str) -> datetime:
    if len(text) < 11:
        return moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if len(text) < 14:
        return moment.replace(minute=0, second=0, microsecond=0)
    return moment.replace(second=0, microsecond=0) if len(text) < 17 else moment


def _greater(world: World, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        world.spend(weight(left) + weight(right))
    return is_above(*_as_moments(world, left, right))


def _less(world: World, left: Any, right: Any) -> bool:
    return _greater(world, right, left)


def _contains(world: World, left: Any, right: Any) -> bool:
    return _holds(world, left, right, True)


def _not_contains(world: World, left: Any, right: Any) -> bool:
    if not is_true(left) and not is_empty(right):
        return True
    return _holds(world, left, right, False)


def _holds(world: World, left: Any, right: Any, wanted: bool) -> bool:
    if left == [] and isinstance(left, list):
        return not wanted
    if left is None or left == "":
        return False
    if not isinstance(left, list):
        if not is_true(right):
            return False
        world.spend(weight(left))
        return (to_text(right).lower() in to_text(left).lower()) is wanted
    sought = right if isinstance(right, list) else [right]
    world.spend(len(sought) * weight(left))
    return all(any(equal(one, part) for one in left) for part in sought) is wanted


def _any_of(world: World, left: Any, right: Any) -> bool:
    if is_empty(left):
        return is_empty(right)
    if is_empty(right):
        return True
    if not isinstance(left, list):
        return _contains(world, right, left)
    sought = right if isinstance(right, list) else [right]
    return any(_contains(world, left, part) for part in sought)


def _all_of(world: World, left: Any, right: Any) -> bool:
    if not is_true(left) and not is_empty(right):
        return False
    sought = right if isinstance(right, list) else [right]
    return all(_contains(world, left, part) for part in sought)


def _arithmetic(do: Callable[[Any, Any], Any]) -> Operator:
    """Arithmetic in which a blank is nothing: 0 beside a number, "" beside a text."""

    def apply(world: World, left: Any, right: Any) -> Any:
        world.spend(weight(left) + weight(right))
        return do(_filled(left, right), _filled(right, left))

    return apply


def _filled(value: Any, beside: Any) -> Any:
    if not is_empty(value):
        return value
    if isinstance(beside, str) and not isinstance(value, str):
        return ""
    if isinstance(value, str) and not isinstance(beside, int | float):
        return value
    return [] if isinstance(beside, list) else 0


def plus(left: Any, right: Any) -> Any:
    """A sum of numbers; texts are joined. A list beside a number is the sum of its numbers."""
    if isinstance(left, list) and isinstance(right, list):
        return (left + right)[:LONGEST_LIST]
    if isinstance(left, str) or isinstance(right, str):
        return (_words(left) + _words(right))[:LONGEST_TEXT]
    if isinstance(left, list) or isinstance(right, list):
        return _with_list(*((left, right) if isinstance(left, list) else (right, left)))
    return with_decimals_of(left, right, to_number(left) + to_number(right))


def _words(value: Any) -> str:
    return ", ".join(map(to_text, value)) if isinstance(value, list) else to_text(value)


def _with_list(values: list[Any], value: Any) -> Any:
    total = value
    for part in values:
        if isinstance(part, int | float) and not isinstance(part, bool):
            total = plus(total, part)
    return total


def _minus(left: Any, right: Any) -> Any:
    return with_decimals_of(left, right, to_number(left) - to_number(right))


def _times(left: Any, right: Any) -> Any:
    found = to_number(left) * to_number(right)
    return round(found, 12) if math.isfinite(found) and abs(found) < 1e12 else found


def _over(left: Any, right: Any) -> Any:
    divisor = to_number(right)
    return None if not is_true(right) or divisor == 0 else to_number(left) / divisor


def _rest(left: Any, right: Any) -> Any:
    divisor = to_number(right)
    if not is_true(right) or divisor == 0:
        return None
    return _finite(lambda: math.fmod(to_number(left), divisor))


def _power(left: Any, right: Any) -> Any:
    return _finite(lambda: math.pow(to_number(left), to_number(right)))


def _finite(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except (OverflowError, ValueError):
        return NAN


def _both(_world: World, left: Any, right: Any) -> Any:
    return right if is_true(left) else left


def _either(_world: World, left: Any, right: Any) -> Any:
    return left if is_true(left) else right


OPERATORS: dict[str, Operator] = {
    "or": _either,
    "and": _both,
    "equal": _equal,
    "notequal": lambda world, left, right: not _equal(world, left, right),
    "greater": _greater,
    "less": _less,
    "greaterorequal": lambda w, left, right: _equal(w, left, right) or _greater(w, left, right),
    "lessorequal": lambda w, left, right: _equal(w, left, right) or _less(w, left, right),
    "plus": _arithmetic(plus),
    "minus": _arithmetic(_minus),
    "mul": _arithmetic(_times),
    "div": _arithmetic(_over),
    "mod": _arithmetic(_rest),
    "power": _arithmetic(_power),
    "contains": _contains,
    "notcontains": _not_contains,
    "anyof": _any_of,
    "allof": _all_of,
    "noneof": lambda world, left, right: not _any_of(world, left, right),
}
UNARY: dict[str, Callable[[Any], bool]] = {
    "empty": is_empty,
    "notempty": lambda value: not is_empty(value),
    "negate": lambda value: not is_true(value),
}
