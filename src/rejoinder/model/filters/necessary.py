"""What must hold for a record to match: the part of a filter that the store can use before decoding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rejoinder.model.filters import patterns
from rejoinder.model.filters.bound import AllOf, AnyOf, Apply, Bound, Comparison, Constant, OneOf, Read, Type
from rejoinder.model.filters.patterns import Bytes
from rejoinder.model.filters.text import key_text
from rejoinder.model.filters.tree import Scalar
from rejoinder.model.survey import Variable

MAX_CHOICES = 64
"""How many byte searches an alternative may become before it is cheaper to decode the record."""


@dataclass(frozen=True, slots=True)
class Anything:
    """No condition."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Necessary, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One part holds; of no parts, nothing matches."""

    parts: tuple[Necessary, ...]


@dataclass(frozen=True, slots=True)
class Keyed:
    """The key table has one of `values` (see `text.key_text`) for this indexed variable."""

    variable: Variable
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Range:
    """A number or moment of the record lies between `low` and `high`; a missing limit is `None`.

    `member`: the variable's name in the record. Blank lies nowhere.
    """

    member: str
    low: int | float | datetime | None = None
    high: int | float | datetime | None = None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Respids:
    """The record's respid is one of these."""

    values: frozenset[int]


Necessary = Anything | All | Any | Keyed | Range | Respids | Bytes


@dataclass(frozen=True, slots=True)
class Needs:
    """`exact`: every record that meets `condition` matches, so that the filter need not be run."""

    condition: Necessary
    exact: bool


def necessary(condition: Bound) -> Needs:
    """The condition that follows from a bound filter and that indexes and byte searches can answer."""
    match condition:
        case Constant(value=value):
            return Needs(Anything(), True) if value else _NOTHING
        case AllOf(parts=parts):
            return _all([necessary(part) for part in parts])
        case AnyOf(parts=parts):
            return _any([necessary(part) for part in parts])
        case Comparison(op=op, left=Read() as read, right=Constant() as constant):
            return _compared(read, op, constant)
        case Comparison(op=op, left=Constant() as constant, right=Read() as read):
            return _compared(read, _TURNED[op], constant)
        case OneOf(item=Read() as read, others=others) if all(isinstance(one, Constant) for one in others):
            return _equal(read, [one.value for one in others if isinstance(one, Constant)])
        case Apply(parts=parts):
            return _applied(condition.name, parts)
        case _:
            return _ANYTHING


_ANYTHING = Needs(Anything(), False)
_NOTHING = Needs(Any(()), True)
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _all(parts: list[Needs]) -> Needs:
    kept = tuple(part.condition for part in parts if not isinstance(part.condition, Anything))
    exact = all(part.exact for part in parts)
    if len(kept) == 1:
        return Needs(kept[0], exact)
    return Needs(All(kept) if kept else Anything(), exact)


def _any(parts: list[Needs]) -> Needs:
    if any(isinstance(part.condition, Anything) for part in parts):
        return Needs(Anything(), any(part.exact and isinstance(part.condition, Anything) for part in parts))
    kept = tuple(part.condition for part in parts if part.condition != Any(()))
    exact = all(part.exact for part in parts)
    return Needs(kept[0] if len(kept) == 1 else Any(kept), exact)


def _compared(read: Read, op: str, constant: Constant) -> Needs:
    if constant.value is None:
        return Needs(Anything(), True) if op == "!=" else _NOTHING
    if op == "=":
        return _equal(read, [constant.value])
    if op == "!=" or not _is_ranged(read):
        return _ANYTHING
    value, exact = constant.value, read.member == "respid"
    if isinstance(value, str):
        return _ANYTHING
    if op in ("<", "<="):
        return Needs(Range(read.member, high=value, with_high=op == "<="), exact)
    return Needs(Range(read.member, low=value, with_low=op == ">="), exact)


def _is_ranged(read: Read) -> bool:
    return not read.level and not read.keys and read.type in (Type.NUMBER, Type.MOMENT)


def _equal(read: Read, values: Iterable[Scalar | None]) -> Needs:
    """`read` equals one of `values`; blanks among them match nothing."""
    given = [value for value in values if value is not None]
    if not given:
        return _NOTHING
    if read.level or read.keys or read.code is not None:
        return _ANYTHING
    if read.member == "respid":
        return Needs(Respids(frozenset(_whole(given))), True)
    if read.variable.indexed:
        return Needs(Keyed(read.variable, frozenset(map(key_text, given))), True)
    if read.type in (Type.TEXT, Type.CHOICE) and len(given) <= MAX_CHOICES:
        spelled = [spelling for value in given for spelling in _spellings(read, value)]
        return _any([Needs(spelling, False) for spelling in spelled])
    if _is_ranged(read) and len(given) == 1 and not isinstance(given[0], str):
        return Needs(Range(read.member, given[0], given[0]), False)
    return _ANYTHING


def _whole(numbers: Iterable[Scalar]) -> Iterable[int]:
    """Those numbers that a respid can be, which is a whole number of 64 bits."""
    for number in numbers:
        if isinstance(number, int | float) and number == int(number) and abs(number) < 2**63:
            yield int(number)


def _spellings(read: Read, value: Scalar) -> list[Bytes]:
    if read.type is Type.TEXT:
        return [patterns.equals_text(read.member, str(value))]
    wanted = key_text(str(value))
    same = (option.code for option in read.leaf.options if key_text(option.code) == wanted)
    return [patterns.equals_code(read.member, code) for code in same]


def _applied(name: str, parts: tuple[Bound, ...]) -> Needs:
    match name, parts:
        case "BETWEEN", (Read() as read, Constant() as low, Constant() as high):
            return _all([_compared(read, ">=", low), _compared(read, "<=", high)])
        case ("CONTAINS" | "STARTSWITH") as name, (Read() as read, Constant(value=value)):
            if value is None:
                return _NOTHING
            if read.level or read.keys or read.type is not Type.TEXT:
                return _ANYTHING
            make = patterns.holds if name == "CONTAINS" else patterns.begins_with
            return Needs(make(read.member, str(value)), False)
        case _:
            return _ANYTHING
