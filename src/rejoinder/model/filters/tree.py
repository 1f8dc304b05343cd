"""The one filter tree that every dialect compiles to, before names are looked up.

Trees come from `parser.parse`, or are put together in code by dialects without a filter language:

    And((Compare("=", Path("respondent", "city"), Literal("oslo")),
         Call("ISNULL", (Path("response", "q1"),))))

Every node carries `at`, the position (from 1) of its first character in the text, or 0 when it was made
in code; `at` plays no part in equality. Chains (AND, OR, sums, products) are flat, so that a chain of
thousands is no deeper than one of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from rejoinder.model.problems import Invalid

MAX_DEPTH = 64
"""How deeply parentheses, calls and NOTs may be nested in a text."""

MAX_NODE_DEPTH = 100
"""How deep a tree may be. A walk takes at most seven Python calls per level, of the thousand there are."""

Scalar = bool | int | float | str | datetime


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant. A moment is naive UTC."""

    value: Scalar
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """A variable: `survey.level:name.field[field]`. `level`: "respondent", "response" or a loop's name."""

    level: str
    name: str
    fields: tuple[str, ...] = ()
    survey: str | None = None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """A level on its own (`response:`), as the first or last argument of a loop function."""

    level: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `functions.FUNCTIONS` or a loop function; the name's case does not matter."""

    name: str
    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """Two or more conditions that must all hold."""

    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more conditions of which one must hold."""

    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """`op` is one of `= != < <= > >=` (the text's `<>` is `!=`)."""

    op: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """A sum (`ops` of + and -) or a product (of * and /), from left to right; one op fewer than parts."""

    ops: str
    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """Minus."""

    part: Node
    at: int = field(default=0, compare=False)


Node = Literal | Path | Mark | Call | And | Or | Not | Compare | Chain | Negate


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below `node`."""
    match node:
        case Call() | And() | Or() | Chain():
            return node.parts
        case Not() | Negate():
            return (node.part,)
        case Compare():
            return (node.left, node.right)
        case _:
            return ()


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth (the root's is 1), in no promised order, without recursion."""
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in children(node))


def check_depth(root: Node) -> None:
    """Refuse a tree deeper than `MAX_NODE_DEPTH` (`Invalid`), before anything recurses over it."""
    for node, depth in walk(root):
        if depth > MAX_NODE_DEPTH:
            raise Invalid(f"The filter is nested too deeply{place(node.at)}; use fewer parentheses.")


def place(at: int) -> str:
    """` at position 17`, or nothing for a node made in code."""
    return f" at position {at}" if at else ""
