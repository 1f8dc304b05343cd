"""The slow pass over one record: bring each value into its canonical form, or say what is wrong.

Runs only for records that did not decode strictly. The messages are those of Forsta's document
(001, "Adding invalid data") and of its settled list.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rejoinder.core.records.types import (
    DEFAULT_LENGTH,
    INT64,
    MAX_ITERATIONS,
    fits_scale,
    grid_columns,
    top_variables,
    whole_digits,
)
from rejoinder.model.filters.text import fold
from rejoinder.model.survey import Kind, Loop, Schema, Variable

INVALID_NUMERIC = "Invalid Numeric."
INVALID_DATETIME = "Invalid DateTime."
INVALID_BOOLEAN = "Invalid Boolean."
INVALID_CODE = "Invalid Code."
INVALID_TEXT = "Invalid Text."
TEXT_TOO_LONG = "Text is too long."
UNKNOWN_VARIABLE = "Unknown variable."

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NUMBER = 400
"""Characters; Python reads whole numbers of up to 4,300 digits and fails on longer ones."""
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)


class Wrong(Exception):
    """A value that its variable cannot hold; the argument is the message."""


def canonical(variable: Variable, value: Any, schema: Schema) -> Any:
    """The canonical value of a variable, None for a blank.

    Parameters: `value` — decoded JSON. Raises Wrong with Forsta's message.
    """
    if value is None or value == "":
        return None
    match variable.kind:
        case Kind.GRID_3D:
            columns = {c.name: c for c in grid_columns(schema, variable)}
            return _by_field(variable, value, lambda row: _members(columns, row, schema))
        case Kind.MULTI_GRID:
            return _by_field(variable, value, lambda sides: _sides(variable, sides))
        case Kind.RANKING:
            return _by_field(variable, value, lambda rank: _rank(variable, rank))
        case Kind.MULTI if not variable.fields:
            return _sides(variable, value)
        case _ if variable.fields:
            return _by_field(variable, value, lambda part: _scalar(variable, part))
        case _:
            return _scalar(variable, value)


def canonical_loop(loop: Loop, value: Any, schema: Schema) -> list[dict[str, Any]] | None:
    """The canonical iterations of a loop. Raises Wrong."""
    if value is None or value == []:
        return None
    if not isinstance(value, list) or len(value) > MAX_ITERATIONS:
        raise Wrong(INVALID_CODE)
    return [_iteration(loop, item, number, schema) for number, item in enumerate(value, 1)]


def _iteration(loop: Loop, item: Any, number: int, schema: Schema) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise Wrong(INVALID_CODE)
    code = item.get(loop.name, str(number))
    if not isinstance(code, (str, int)) or isinstance(code, bool) or not 1 <= len(str(code)) <= 255:
        raise Wrong(INVALID_CODE)
    variables = {v.name: v for v in top_variables(schema, loop.name)}
    inner = {lp.name: lp for lp in schema.loops if lp.parent == loop.name}
    rest = {name: part for name, part in item.items() if name != loop.name and name not in inner}
    found: dict[str, Any] = {loop.name: str(code)} | (_members(variables, rest, schema) or {})
    for name, nested in inner.items():
        if (items := canonical_loop(nested, item.get(name), schema)) is not None:
            found[name] = items
    return found


def _members(variables: Mapping[str, Variable], value: Any, schema: Schema) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        raise Wrong(INVALID_CODE)
    if not value.keys() <= variables.keys():
        raise Wrong(UNKNOWN_VARIABLE)
    found = {
        name: part
        for name, variable in variables.items()
        if (part := canonical(variable, value.get(name), schema)) is not None
    }
    return found or None


def _by_field(variable: Variable, value: Any, of: Any) -> dict[str, Any] | None:
    """A compound: every member names a field; blank members are left out."""
    if not isinstance(value, dict):
        raise Wrong(_MESSAGES[variable.kind])
    own = [field.code for field in variable.fields]
    folded = {fold(code): code for code in own}
    given: dict[str, Any] = {}
    for name, part in value.items():
        code = name if name in own else folded.get(fold(name))
        if code is None or code in given:
            raise Wrong(INVALID_CODE)
        given[code] = of(part) if part is not None and part != "" else None
    ordered = {code: given[code] for code in own if given.get(code) is not None}
    return ordered or None


def _sides(variable: Variable, value: Any) -> dict[str, list[str]] | None:
    if isinstance(value, list):
        value = {"true": value}
    if not isinstance(value, dict) or not value.keys() <= {"true", "false"}:
        raise Wrong(INVALID_CODE)
    sides = {side: _code_list(variable, value.get(side)) for side in ("true", "false")}
    if set(sides["true"]) & set(sides["false"]):
        raise Wrong(INVALID_CODE)
    return {side: codes for side, codes in sides.items() if codes} or None


def _code_list(variable: Variable, value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Wrong(INVALID_CODE)
    return list(dict.fromkeys(_code(variable, code) for code in value))


def _scalar(variable: Variable, value: Any) -> Any:
    match variable.kind:
        case Kind.NUMERIC:
            return _number(variable, value)
        case Kind.TEXT:
            return _text(variable, value)
        case Kind.DATETIME:
            return moment(value)
        case Kind.BOOLEAN:
            return _boolean(value)
        case _:
            return _code(variable, value)


def _number(variable: Variable, value: Any) -> Any:
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value.strip()):
        text = value.strip()
        value = int(text) if text.lstrip("+-").isdecimal() else float(text)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Wrong(INVALID_NUMERIC)
    if abs(value) > INT64 if isinstance(value, int) else not math.isfinite(value):
        raise Wrong(INVALID_NUMERIC)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    digits = whole_digits(variable)
    top = INT64 if digits is None else min(INT64, 10**digits - 1)
    if (isinstance(value, int) and abs(value) > top) or (digits is not None and abs(value) >= 10.0**digits):
        raise Wrong(INVALID_NUMERIC)
    if variable.scale is not None and not fits_scale(value, variable.scale):
        raise Wrong(INVALID_NUMERIC)
    return value


def _text(variable: Variable, value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Wrong(INVALID_TEXT)
    if len(value) > (variable.length or DEFAULT_LENGTH):
        raise Wrong(TEXT_TOO_LONG)
    return value


def _boolean(value: Any) -> int:
    folded = fold(value) if isinstance(value, str) else value
    if folded in ("true", "1") or folded == 1:
        return 1
    if folded in ("false", "0") or folded == 0:
        return 0
    raise Wrong(INVALID_BOOLEAN)


def _code(variable: Variable, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 1 <= len(value) <= DEFAULT_LENGTH:
        raise Wrong(INVALID_CODE)
    codes = [option.code for option in variable.options]
    if not codes or value in codes:  # two codes may differ by case alone
        return value
    wanted = fold(value)
    for code in codes:
        if fold(code) == wanted:
            return code
    raise Wrong(INVALID_CODE)


def _rank(variable: Variable, value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 6:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= len(variable.fields):
        raise Wrong(INVALID_NUMERIC)
    return value


def moment(value: Any) -> str:
    """Canonical datetime text (naive; an offset is taken to UTC). Raises Wrong for what is not a date."""
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise Wrong(INVALID_DATETIME)
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        found = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "")[:6].ljust(6, "0")),
            UTC,
        )
        if offset and offset != "Z":
            found = datetime.fromisoformat(found.strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + offset)
            found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong(INVALID_DATETIME) from None
    return iso(found)


def iso(found: datetime) -> str:
    """Naive ISO text with milliseconds only where there are some."""
    text = found.replace(tzinfo=None, microsecond=0).isoformat()
    return f"{text}.{found.microsecond // 1000:03d}" if found.microsecond >= 1000 else text


_MESSAGES = {
    Kind.NUMERIC: INVALID_NUMERIC,
    Kind.RANKING: INVALID_NUMERIC,
    Kind.TEXT: INVALID_TEXT,
    Kind.DATETIME: INVALID_DATETIME,
    Kind.BOOLEAN: INVALID_BOOLEAN,
    Kind.SINGLE: INVALID_CODE,
    Kind.MULTI: INVALID_CODE,
    Kind.RATING: INVALID_CODE,
    Kind.MULTI_GRID: INVALID_CODE,
    Kind.GRID_3D: INVALID_CODE,
}
