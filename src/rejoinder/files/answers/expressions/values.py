"""How SurveyJS sees values: what is empty, what is a number, what is equal, what is true.

Its expressions were made for JavaScript's loose values, so that `"5" = 5`, `[1, 2] = [2, 1]` and
`"Yes" = "yes"` hold. Here null stands for undefined too, and a moment is a naive `datetime` in the
survey's time zone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

NAN = math.nan
DEEPEST = 24
"""Levels of nested values that are compared; what is deeper differs."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive on purpose, as JavaScript's local time
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_HEX = re.compile(r"0x[0-9a-fA-F]{1,16}", re.ASCII)
_LONGEST_NUMBER = 400
_BLANKS = " \t\n\r\v\f\u00a0\ufeff"


def is_empty(value: Any, depth: int = 0) -> bool:
    """Whether a value counts as no answer: null, "", [], an object of empty members."""
    kind = type(value)
    if kind is str or kind is list or value is None:
        return not value
    if kind is int or kind is bool:
        return False
    if isinstance(value, Mapping):
        return depth > DEEPEST or all(is_empty(part, depth + 1) for part in value.values())
    return isinstance(value, float) and math.isnan(value)


def is_true(value: Any) -> bool:
    """JavaScript's truth: 0, NaN, "" and null are false, an empty list is true."""
    if isinstance(value, str | bool | int | type(None)):
        return bool(value)
    return not isinstance(value, float) or not (value == 0 or math.isnan(value))


def number_of(value: Any) -> int | float | None:
    """A number, or a text that spells one; None otherwise. `true` is no number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _spelled(value) if isinstance(value, str) else None


def _spelled(text: str) -> int | float | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    text = text.strip(_BLANKS)
    if _HEX.fullmatch(text):
        return int(text, 16)
    if text.isdecimal() and len(text) > 15:
        return None  # an identifier, not an amount: a double would change its digits
    if text.count(",") == 1:
        text = text.replace(",", ".")
    return plain_number(text)


def plain_number(text: str) -> int | float | None:
    """A decimal number as JSON spells it (signs and exponents allowed)."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    if text.lstrip("+-").isdecimal():
        return int(text)
    found = float(text)
    if not math.isfinite(found):
        return None
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def to_number(value: Any) -> float:
    """JavaScript's `Number(value)`: "" and null are 0, what is no number is NaN."""
    if value is None or value == "" or value == []:
        return 0.0
    if isinstance(value, datetime):
        return (value - _EPOCH) / timedelta(milliseconds=1)
    if isinstance(value, bool | int | float):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list):
        return to_number(value[0])
    found = plain_number(value.strip(_BLANKS)) if isinstance(value, str) else None
    return NAN if found is None else float(found)


def to_text(value: Any, depth: int = 0) -> str:
    """JavaScript's `String(value)`."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**300 else "Infinity"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, list):
        return ",".join(to_text(part, depth + 1) for part in value) if depth < DEEPEST else ""
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else "[object Object]"


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def equal(one: Any, other: Any, ordered: bool = False, depth: int = 0) -> bool:
    """SurveyJS's loose equality; lists are equal in any order unless `ordered`."""
    if one is other:
        return True
    kinds = type(one), type(other)
    if kinds == (str, str):
        return _same_text(one, other)
    if one is None or other is None:
        present = other if one is None else one
        return isinstance(present, str) and present == ""
    first, second = _amount(one), _amount(other)
    if first is not None and second is not None:
        return first == second
    if bool in kinds:
        return _equal_truth(one, other)
    return _equal_inside(one, other, ordered, depth)


def _same_text(one: str, other: str) -> bool:
    return one == other or one.strip(_BLANKS).lower() == other.strip(_BLANKS).lower()


def _amount(value: Any) -> int | float | None:
    if isinstance(value, bool | list | dict | datetime):
        return None
    return plain_number(value.strip(_BLANKS)) if isinstance(value, str) else number_of(value)


def _equal_truth(one: Any, other: Any) -> bool:
    truth, value = (one, other) if isinstance(one, bool) else (other, one)
    if isinstance(value, str):
        return value.lower() == ("true" if truth else "false")
    return isinstance(value, bool | int | float) and float(value) == float(truth)


def _equal_inside(one: Any, other: Any, ordered: bool, depth: int) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return False
        if not ordered:
            one, other = sorted(one, key=to_text), sorted(other, key=to_text)
        return all(equal(a, b, ordered, depth + 1) for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.keys() != other.keys():
            return False
        return all(equal(part, other[name], ordered, depth + 1) for name, part in one.items())
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one == other
    return isinstance(one, list | Mapping) and isinstance(other, list | Mapping) and not one and not other


def is_above(one: Any, other: Any) -> bool:
    """JavaScript's `one > other`: two texts by their letters, all else by their numbers."""
    one, other = _primitive(one), _primitive(other)
    if isinstance(one, str) and isinstance(other, str):
        return one > other
    return to_number(one) > to_number(other)


def _primitive(value: Any) -> Any:
    return to_text(value) if isinstance(value, list | dict) else value


def with_decimals_of(one: Any, other: Any, result: float) -> float:
    """A sum or difference rounded to the decimals of its operands, so that 0.1 + 0.2 is 0.3."""
    digits = max(_decimals(one), _decimals(other))
    if not digits or not math.isfinite(result):
        return result
    return round(result, min(digits, 15))


def _decimals(value: Any) -> int:
    if not isinstance(value, float) or value.is_integer() or not math.isfinite(value):
        return 0
    return len(repr(value).partition(".")[2].partition("e")[0])
