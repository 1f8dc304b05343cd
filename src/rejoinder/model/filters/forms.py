"""Functions whose arguments have rules of their own: call with bound arguments → bound node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rejoinder.model.filters.bound import (
    AllOf,
    Apply,
    Bound,
    Comparison,
    Constant,
    Lookup,
    OneOf,
    Opposite,
    Read,
    Type,
)
from rejoinder.model.filters.coerce import code_of, common_type, nth_argument, to_compare, to_type
from rejoinder.model.filters.functions import SPECIAL
from rejoinder.model.filters.tree import Call, place
from rejoinder.model.problems import Invalid

Parts = tuple[Bound, ...]


def bind_form(call: Call, parts: Parts) -> Bound:
    """The bound node of a function in `functions.SPECIAL`, except GETDATE.

    Raises `Invalid` with the position: wrong number or types of arguments, an unknown code.
    """
    least, most, make = _FORMS[call.name.upper()]
    check_count(call, least, most, SPECIAL[call.name.upper()])
    return make(call, parts)


def selected_ones(multi: Read) -> list[Bound]:
    """For each option of a multiple choice, 1 if it is selected, else blank: what VCOUNT counts."""
    one, blank = Constant(1, Type.NUMBER), Constant(None, Type.NUMBER)
    picks = (replace(multi, code=option.code, type=Type.BOOLEAN) for option in multi.leaf.options)
    return [Apply("IIF", (pick, one, blank), Type.NUMBER, multi.at) for pick in picks]


def check_count(call: Call, least: int, most: int, usage: str) -> None:
    """Refuse a call with too few or too many arguments, saying how it is written."""
    if not least <= len(call.parts) <= most:
        raise Invalid(f"{call.name}{place(call.at)} has {len(call.parts)} arguments; write {usage}.")


def _in(call: Call, parts: Parts) -> Bound:
    compared = [to_compare(parts[0], other, ordered=False) for other in parts[1:]]
    kinds = {by for _, _, by in compared}
    if len(kinds) > 1 and not kinds <= {Type.CHOICE, Type.TEXT}:
        raise Invalid(f"The values of IN{place(call.at)} must be of one type.")
    by = kinds.pop() if len(kinds) == 1 else Type.TEXT
    if by is Type.CHOICE and isinstance(parts[0], Constant):
        by = Type.TEXT
    return OneOf(compared[0][0], tuple(other for _, other, _ in compared), by, at=call.at)


def _selected(call: Call, parts: Parts) -> Bound:
    read, code = parts
    if not isinstance(read, Read) or read.type not in (Type.MULTI, Type.CHOICE):
        raise Invalid(f"SELECTED{place(call.at)} asks about a choice variable, but this is {read.type}.")
    if not isinstance(code, Constant) or code.type not in (Type.TEXT, Type.NUMBER) or code.value is None:
        raise Invalid(f"The second argument of SELECTED{place(code.at or call.at)} must be a code.")
    if read.type is Type.CHOICE:
        return Comparison("=", *to_compare(read, code, ordered=False), at=call.at)
    wanted = code_of(read, code)
    # A conjunction of one: what is on neither side is not selected, rather than blank.
    return AllOf((replace(read, code=str(wanted.value), type=Type.BOOLEAN),), at=call.at)


def _answered(call: Call, parts: Parts) -> Bound:
    return Apply("ANSWERED", parts, Type.BOOLEAN, call.at)


def _between(call: Call, parts: Parts) -> Bound:
    value, low, by_low = to_compare(parts[0], parts[1], ordered=True)
    value, high, by_high = to_compare(parts[0], parts[2], ordered=True)
    if by_low is not by_high:
        raise Invalid(f"The limits of BETWEEN{place(call.at)} must be of one type.")
    return Apply("BETWEEN", (value, low, high), Type.BOOLEAN, call.at)


def _isnull(call: Call, parts: Parts) -> Bound:
    if len(parts) == 1:
        return Opposite(_answered(call, parts), at=call.at)
    return Apply("ISNULL", parts, common_type(parts[0], parts[1], "ISNULL"), call.at)


def _iif(call: Call, parts: Parts) -> Bound:
    condition = to_type(parts[0], Type.BOOLEAN, nth_argument(1, "IIF"))
    return Apply("IIF", (condition, *parts[1:]), common_type(parts[1], parts[2], "IIF"), call.at)


def _score(call: Call, parts: Parts) -> Bound:
    read = parts[0]
    if not isinstance(read, Read) or read.type not in (Type.MULTI, Type.CHOICE):
        raise Invalid(f"SCORE{place(call.at)} asks about a choice variable, but this is {read.type}.")
    table = tuple((option.code, option.score) for option in read.leaf.options if option.score is not None)
    return Lookup(read, table, at=call.at)


_MANY = 1_000_000
_FORMS: dict[str, tuple[int, int, Callable[[Call, Parts], Bound]]] = {
    "IN": (2, _MANY, _in),
    "SELECTED": (2, 2, _selected),
    "ANSWERED": (1, 1, _answered),
    "BETWEEN": (3, 3, _between),
    "ISNULL": (1, 2, _isnull),
    "IIF": (3, 3, _iif),
    "SCORE": (1, 1, _score),
}
