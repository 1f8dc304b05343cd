"""The functions of expressions: their names, what they take and give, and those that only need values.

Documented in dialects.md, "Filter expressions", which names Forsta's functions. `LIKE` is ours, for dialects
whose filters have SQL's LIKE.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from rejoinder.model.filters import values
from rejoinder.model.filters.bound import Type
from rejoinder.model.filters.text import fold
from rejoinder.model.filters.values import Value

LOOP_FUNCTIONS = frozenset({"SOME", "EVERY", "COUNT", "SUM", "AVERAGE", "MIN", "MAX"})
"""Evaluated over the iterations of a loop."""

V_FUNCTIONS = frozenset({"VAVG", "VSUM", "VMIN", "VMAX", "VCOUNT"})
"""Over any number of values and fields, skipping blanks; over nothing blank (VCOUNT: 0)."""

SPECIAL = {
    "IN": "IN(variable, value, value, …)",
    "SELECTED": "SELECTED(variable, code)",
    "ANSWERED": "ANSWERED(variable)",
    "BETWEEN": "BETWEEN(value, lowest, highest)",
    "ISNULL": "ISNULL(value) or ISNULL(value, replacement)",
    "IIF": "IIF(condition, value, otherwise)",
    "GETDATE": "GETDATE()",
    "SCORE": "SCORE(variable)",
}
"""Functions with rules of their own about arguments (`forms.py`), and how each is written."""


@dataclass(frozen=True, slots=True)
class Function:
    """`takes`: the types of its arguments; `run`: from their values to the result.

    `clock`: `run` is given the time of the evaluation as one more argument.
    """

    takes: tuple[Type, ...]
    gives: Type
    run: Callable[..., Value]
    clock: bool = False


def contains(text: str | None, part: str | None) -> bool:
    """Whether `part` stands anywhere in `text`, whatever the case; false if either is blank."""
    return bool(text and part) and fold(part or "") in fold(text or "")


def starts_with(text: str | None, part: str | None) -> bool:
    """Whether `text` begins with `part`, whatever the case; false if either is blank."""
    return bool(text and part) and fold(text or "").startswith(fold(part or ""))


def like(text: str | None, pattern: str | None) -> bool:
    """SQL's LIKE, whatever the case: `%` any characters, `_` one, a backslash before either for itself."""
    if not text or not pattern:
        return False
    folded = fold(text)
    first, *rest = _like_segments(pattern)
    here = first.match(folded)
    if not rest:
        return here is not None and here.end() == len(folded)
    # Between two % the earliest place is always as good as any other, so nothing is tried twice.
    for segment in rest[:-1]:
        here = here and segment.search(folded, here.end())
    last = rest[-1]
    return here is not None and any(last.fullmatch(folded, at) for at in _ends(last, folded, here.end()))


@lru_cache(maxsize=256)
def _like_segments(pattern: str) -> tuple[re.Pattern[str], ...]:
    """One expression for each run between `%`s; its characters and `_`s have a fixed length."""
    segments = [""]
    for escaped, percent, one, plain in re.findall(r"\\([%_\\])|(%)|(_)|(.)", fold(pattern), re.DOTALL):
        if percent:
            segments.append("")
        else:
            segments[-1] += "." if one else re.escape(escaped or plain)
    return tuple(re.compile(segment, re.DOTALL) for segment in segments)


def _ends(last: re.Pattern[str], folded: str, least: int) -> range:
    """Where the last segment, of fixed length, would have to begin to end with the text."""
    length = len(re.sub(r"\\(.)", r"\1", last.pattern, flags=re.DOTALL))
    at = len(folded) - length
    return range(at, at + 1) if at >= least else range(0)


def _in_months(day: datetime | None, first: Value, last: Value, now: datetime) -> bool:
    """From 1 up, `first` to `last` are calendar months; from 0 down, months counted from the current one."""
    if day is None or first is None or last is None:
        return False
    if first >= 1:
        return bool(first <= day.month <= last)
    return bool(first <= (day.year - now.year) * 12 + day.month - now.month <= last)


def _in_years(day: datetime | None, first: Value, last: Value, now: datetime) -> bool:
    """From 1000 up, `first` to `last` are years; below, years counted from the current one."""
    if day is None or first is None or last is None:
        return False
    return bool(first <= (day.year if first >= 1000 else day.year - now.year) <= last)


def _between(value: Value, low: Value, high: Value) -> bool:
    if value is None or low is None or high is None:
        return False
    if isinstance(value, str):
        return fold(low) <= fold(value) <= fold(high)
    return bool(low <= value <= high)


def _part(name: str) -> Callable[[datetime | None], int | None]:
    return lambda day: None if day is None else getattr(day, name)


def _count(*given: Value) -> int:
    return len(values.present(given))


_N, _T, _D, _B = Type.NUMBER, Type.TEXT, Type.MOMENT, Type.BOOLEAN

SCALAR: dict[str, Function] = {
    "CONTAINS": Function((_T, _T), _B, contains),
    "STARTSWITH": Function((_T, _T), _B, starts_with),
    "LIKE": Function((_T, _T), _B, like),
    "LEN": Function((_T,), _N, lambda text: len(text or "")),
    "LOWER": Function((_T,), _T, lambda text: text and text.lower()),
    "UPPER": Function((_T,), _T, lambda text: text and text.upper()),
    "YEAR": Function((_D,), _N, _part("year")),
    "MONTH": Function((_D,), _N, _part("month")),
    "DAY": Function((_D,), _N, _part("day")),
    "INMONTH": Function((_D, _N, _N), _B, _in_months, clock=True),
    "INYEAR": Function((_D, _N, _N), _B, _in_years, clock=True),
    # The ones below are bound by forms.py, which settles the types of their arguments itself.
    "BETWEEN": Function((), _B, _between),
    "VSUM": Function((), _N, lambda *given: values.total(given)),
    "VAVG": Function((), _N, lambda *given: values.average(given)),
    "VMIN": Function((), _N, lambda *given: values.least(given)),
    "VMAX": Function((), _N, lambda *given: values.greatest(given)),
    "VCOUNT": Function((), _N, _count),
}
"""Functions of values alone, by name."""

KNOWN = LOOP_FUNCTIONS | V_FUNCTIONS | SPECIAL.keys() | SCALAR.keys()
"""Every function's name."""
