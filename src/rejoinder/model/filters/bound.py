"""The filter tree after names are looked up: every node knows its type, every variable where it is read.

Made by `bind.bind` only, so evaluators need no checks: types fit, constants are folded, depth is limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from rejoinder.model.filters.tree import Scalar
from rejoinder.model.survey import Variable


class Type(StrEnum):
    """What a node's value is (each may also be blank, `None`); the words are for error messages."""

    NUMBER = "a number"
    TEXT = "a text"
    MOMENT = "a date"
    BOOLEAN = "a condition"
    CHOICE = "a choice"
    MULTI = "a multiple choice"
    COMPOUND = "a variable with several fields"


@dataclass(frozen=True, slots=True)
class Constant:
    """A value known before the first record; `None` is blank. A choice: the code as its options spell it."""

    value: Scalar | None
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Read:
    """A variable's value.

    `member`: its name in the record (`level` "") or in an iteration of the loop `level`; `keys`: the way
    down inside a compound value; `leaf`: the variable whose options the value obeys (a column of a grid3D,
    else `variable`); `code`: of a multiple choice, the option asked about (the value is then a condition).
    """

    variable: Variable
    leaf: Variable
    level: str
    member: str
    keys: tuple[str, ...]
    type: Type
    code: str | None = None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AllOf:
    """AND."""

    parts: tuple[Bound, ...]
    type: Type = Type.BOOLEAN
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """OR."""

    parts: tuple[Bound, ...]
    type: Type = Type.BOOLEAN
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Opposite:
    """NOT: plain negation; a blank condition counts as false."""

    part: Bound
    type: Type = Type.BOOLEAN
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right`, both sides of the sort `by`: NUMBER, TEXT (folded), MOMENT, or CHOICE.

    By CHOICE, `left` is a variable read and `right` a constant code; `op` is then `=` or `!=`.
    """

    op: str
    left: Bound
    right: Bound
    by: Type
    type: Type = Type.BOOLEAN
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """IN: `item` equals one of `others`, compared as in `Comparison`."""

    item: Bound
    others: tuple[Bound, ...]
    by: Type
    type: Type = Type.BOOLEAN
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A chain of `+ -` or `* /` from left to right."""

    ops: str
    parts: tuple[Bound, ...]
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A number for each choice code: scores, or the codes themselves as numbers. Several codes add up."""

    part: Bound
    table: tuple[tuple[str, float], ...]
    type: Type = Type.NUMBER
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """A function not over a loop: one of `functions.SCALAR`, or `ANSWERED`, `IIF`, `ISNULL` (of two)."""

    name: str
    parts: tuple[Bound, ...]
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Gather:
    """A function over iterations: `SOME, EVERY, COUNT, SUM, AVERAGE, MIN, MAX`.

    `target`: the loop in whose iteration the result stands, "" for the record; `loops`: the loops gone
    through below it, outermost first. `value` is taken from the iterations in which all `conditions` hold.
    """

    name: str
    target: str
    loops: tuple[str, ...]
    value: Bound | None
    conditions: tuple[Bound, ...]
    type: Type
    at: int = field(default=0, compare=False)


Bound = Constant | Read | AllOf | AnyOf | Opposite | Comparison | OneOf | Arithmetic | Lookup | Apply | Gather


def below(node: Bound) -> tuple[Bound, ...]:
    """The nodes directly below `node`."""
    match node:
        case AllOf() | AnyOf() | Arithmetic() | Apply():
            return node.parts
        case Opposite() | Lookup():
            return (node.part,)
        case Comparison():
            return (node.left, node.right)
        case OneOf():
            return (node.item, *node.others)
        case Gather():
            return node.conditions if node.value is None else (node.value, *node.conditions)
        case Constant() | Read():
            return ()


def everything(root: Bound) -> Iterator[Bound]:
    """Every node, left to right, without recursion."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(below(node)))
