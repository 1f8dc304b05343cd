"""Variables as msgspec types: decoding a record with them is validating it.

These types are strict and canonical: what decodes is stored as it came. Anything else (`"23"` for a
number, a date without a time, an empty text) goes through `lenient`, which says what is wrong or brings
the value into its canonical form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from rejoinder.model.survey import Kind, Loop, Schema, Variable

INT64 = 2**63 - 1
DATETIME_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.(?!000)[0-9]{3})?\Z"
"""Naive ISO text, just as `model.filters.text.iso_text` writes it, so that equal moments have equal keys."""
DEFAULT_LENGTH = 100_000
"""Characters of a text whose variable names no length."""
MAX_ITERATIONS = 1000
"""Iterations of one loop in one record."""

Check = Callable[[Any], bool]
"""What a type cannot say; False sends the record through the slow pass."""


def annotation(variable: Variable, columns: Iterable[Variable] = ()) -> Any:
    """The msgspec type of a variable's value; `columns` are a grid3D's own variables."""
    match variable.kind:
        case Kind.MULTI:
            return _sides(_codes(variable))
        case Kind.RANKING:
            rank = Annotated[int, Meta(ge=1, le=max(1, len(variable.fields)))]
            return _compound(variable, rank)
        case Kind.MULTI_GRID:
            return _compound(variable, _sides(_codes(variable)))
        case Kind.GRID_3D:
            members = {column.name: annotation(column) for column in columns}
            return _compound(variable, _object(members))
        case _:
            value = _scalar(variable)
            return _compound(variable, value) if variable.fields else value


def _scalar(variable: Variable) -> Any:
    match variable.kind:
        case Kind.NUMERIC:
            return _number(variable)
        case Kind.TEXT:
            return Annotated[str, Meta(min_length=1, max_length=variable.length or DEFAULT_LENGTH)]
        case Kind.DATETIME:
            return Annotated[str, Meta(pattern=DATETIME_PATTERN)]
        case Kind.BOOLEAN:
            return Literal[0, 1]
        case _:
            return _codes(variable)


def whole_digits(variable: Variable) -> int | None:
    """How many digits may stand before the decimal point; None for no limit of its own."""
    return None if variable.precision is None else max(0, variable.precision - (variable.scale or 0))


def _number(variable: Variable) -> Any:
    digits = whole_digits(variable)
    top = INT64 if digits is None else min(INT64, 10**digits - 1)
    whole = Annotated[int, Meta(ge=-top, le=top)]
    if variable.scale == 0:
        return whole
    if digits is None:
        return whole | float
    return whole | Annotated[float, Meta(gt=-(10.0**digits), lt=10.0**digits)]


@cache
def _literal(codes: tuple[str, ...]) -> Any:
    return Literal[codes]


def _codes(variable: Variable) -> Any:
    codes = tuple(option.code for option in variable.options)
    return _literal(codes) if codes else Annotated[str, Meta(min_length=1, max_length=DEFAULT_LENGTH)]


def _sides(code: Any) -> Any:
    side = Annotated[list[code], Meta(min_length=1)]
    return _object({"true": side, "false": side})


def _compound(variable: Variable, value: Any) -> Any:
    return _object({field.code: value for field in variable.fields})


def _object(members: Mapping[str, Any]) -> type[msgspec.Struct]:
    """A struct with optional members of these names, in this order; unknown ones are refused."""
    names = {f"f{n}": name for n, name in enumerate(members)}
    fields: list[tuple[str, Any, Any]] = [
        (attribute, members[name] | None, None) for attribute, name in names.items()
    ]
    return msgspec.defstruct(
        "Value", fields, rename=names, omit_defaults=True, forbid_unknown_fields=True, gc=False
    )


def loop_annotation(schema: Schema, loop: Loop) -> Any:
    """The type of a loop: a list of objects whose first member is the iteration's code."""
    members: dict[str, Any] = {
        v.name: annotation(v, grid_columns(schema, v)) for v in top_variables(schema, loop.name)
    }
    for inner in schema.loops:
        if inner.parent == loop.name:
            members[inner.name] = loop_annotation(schema, inner)
    names = {"code": loop.name} | {f"f{n}": name for n, name in enumerate(members)}
    fields: list[Any] = [("code", Annotated[str, Meta(min_length=1, max_length=255)])]
    fields += [(f"f{n}", kind | None, None) for n, kind in enumerate(members.values())]
    item = msgspec.defstruct(
        "Iteration", fields, rename=names, omit_defaults=True, forbid_unknown_fields=True
    )
    return Annotated[list[item], Meta(min_length=1, max_length=MAX_ITERATIONS)]  # type: ignore[valid-type]


def top_variables(schema: Schema, *levels: str) -> list[Variable]:
    """Variables that are members of the record (or iteration) themselves, in canonical order."""
    grids = {v.name for v in schema.variables if v.kind is Kind.GRID_3D}
    return [v for v in schema.variables if v.level in levels and v.parent not in grids]


def grid_columns(schema: Schema, grid: Variable) -> list[Variable]:
    """The variables that are the columns of a grid3D."""
    if grid.kind is not Kind.GRID_3D:
        return []
    return [v for v in schema.variables if v.parent == grid.name]


def check(variable: Variable) -> Check | None:
    """What must hold beyond the type: calendar dates, decimals, each code once, no empty compound."""
    if variable.kind in (Kind.GRID_3D, Kind.MULTI_GRID):
        return _never  # rare and nested: the slow pass is their only door
    inner = _inner_check(variable)
    if not variable.fields:
        return inner
    return lambda value: _each_field(value, inner)


def _inner_check(variable: Variable) -> Check | None:
    match variable.kind:
        case Kind.DATETIME:
            return is_calendar
        case Kind.MULTI:
            return _each_code_once
        case Kind.NUMERIC if variable.scale:
            scale = variable.scale
            return lambda number: fits_scale(number, scale)
        case _:
            return None


def _never(_value: Any) -> bool:
    return False


def _each_field(value: Any, inner: Check | None) -> bool:
    given = [part for name in value.__struct_fields__ if (part := getattr(value, name)) is not None]
    return bool(given) and (inner is None or all(map(inner, given)))


def _each_code_once(value: Any) -> bool:
    codes = (value.f0 or []) + (value.f1 or [])
    return bool(codes) and len(set(codes)) == len(codes)


def is_calendar(text: str) -> bool:
    """Whether canonical datetime text names a real moment."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def fits_scale(number: float, scale: int) -> bool:
    """Whether a number has at most `scale` decimals."""
    return round(number, scale) == number
