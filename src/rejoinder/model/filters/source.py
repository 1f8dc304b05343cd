"""The Python source of a bound tree, for `compile`.

Every expression is written for a place where `s` (the record), `i0`, `i1`, … (the iterations of the loops
gone through) and `m` (results kept during one test) are in scope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rejoinder.model.filters.bound import (
    AllOf,
    AnyOf,
    Apply,
    Arithmetic,
    Bound,
    Comparison,
    Constant,
    Gather,
    Lookup,
    OneOf,
    Opposite,
    Read,
    Type,
)
from rejoinder.model.filters.text import fold
from rejoinder.model.filters.values import OF_TWO

Loops = tuple[str, ...]
"""The loops gone through, outermost first; iteration number n is the variable `i{n}`."""

_OUTLINE = 20
"""How deep an expression grows before it becomes a function of its own."""

_PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Code:
    """A Python expression, and how many nodes deep it is."""

    text: str
    depth: int = 0


class Writer:
    """Writes expressions; gathers the constants and functions that they refer to."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self._attributes = attributes
        self._counter = 0
        self.constants: dict[str, Any] = {}
        self.functions: list[str] = []
        self.remembers = False

    def truth(self, node: Bound, loops: Loops) -> Code:
        """An expression that is `True` or `False`: whether a condition holds (blank does not)."""
        match node:
            case Constant():
                return Code(str(bool(node.value)))
            case AllOf():
                return self._joined(" and ", node.parts, loops)
            case AnyOf():
                return self._joined(" or ", node.parts, loops)
            case Opposite():
                part = self.truth(node.part, loops)
                return self._done(f"(not {part.text})", (part,), loops)
            case Comparison():
                return self._comparison(node, loops)
            case OneOf():
                return self._one_of(node, loops)
            case Apply(name="ANSWERED"):
                return self._answered(node.parts[0], loops)
            case Read() | Apply(name="IIF" | "ISNULL"):
                value = self.value(node, loops)
                return self._done(f"(not not {value.text})", (value,), loops)
            case _:
                # Functions that answer with a condition never answer blank.
                return self.value(node, loops)

    def value(self, node: Bound, loops: Loops) -> Code:
        """An expression for a node's value, `None` for blank."""
        match node:
            case Constant():
                return Code("None" if node.value is None else self._constant(node.value))
            case Read():
                return self._read(node, loops)
            case Arithmetic():
                return self._arithmetic(node, loops)
            case Lookup():
                return self._lookup(node, loops)
            case Apply(name="IIF"):
                return self._iif(node, loops)
            case Apply(name="ISNULL"):
                first, second = (self.value(part, loops) for part in node.parts)
                t = self._fresh("t")
                text = f"({t} if ({t} := {first.text}) is not None else {second.text})"
                return self._done(text, (first, second), loops)
            case Apply() if node.name != "ANSWERED":
                parts = [self.value(part, loops) for part in node.parts]
                given = ", ".join(part.text for part in parts)
                return self._done(f"do_{node.name}({given})", parts, loops)
            case Gather():
                return self._gather(node, loops)
            case _:
                return self.truth(node, loops)

    def _arithmetic(self, node: Arithmetic, loops: Loops) -> Code:
        parts = [self.value(part, loops) for part in node.parts]
        given = ", ".join(part.text for part in parts)
        if len(parts) == 2 and all(part.type in (Type.NUMBER, Type.BOOLEAN) for part in node.parts):
            return self._done(f"{self._constant(OF_TWO[node.ops])}({given})", parts, loops)
        return self._done(f"arithmetic({self._constant(node.ops)}, ({given},))", parts, loops)

    def _joined(self, word: str, nodes: tuple[Bound, ...], loops: Loops) -> Code:
        parts = [self.truth(node, loops) for node in nodes]
        return self._done(f"({word.join(part.text for part in parts)})", parts, loops)

    def _read(self, read: Read, loops: Loops) -> Code:
        if read.level:
            text = f"i{loops.index(read.level)}.get({self._constant(read.member)})"
        else:
            text = f"s.{self._attributes[read.member]}"
        for key in read.keys:
            t = self._fresh("t")
            text = f"({t}.get({self._constant(key)}) if ({t} := {text}) else None)"
        if read.code is not None:
            text = f"selected({text}, {self._constant(read.code)})"
        elif read.type is Type.MOMENT:
            text = f"moment({text})"
        elif read.type in (Type.TEXT, Type.CHOICE, Type.MULTI):
            text = f"({text} or None)"
        return Code(text, len(read.keys))

    def _comparison(self, node: Comparison, loops: Loops) -> Code:
        if _is_blank(node.left) or _is_blank(node.right):
            return Code(str(node.op == "!="))
        sides = [self._side(side, node.by, loops) for side in (node.left, node.right)]
        held = f"{sides[0].given} {_PYTHON[node.op]} {sides[1].given}"
        # Testing for blank is also what puts a side into the variable that `held` compares.
        word, test = (" or ", "is None") if node.op == "!=" else (" and ", "is not None")
        text = word.join([*(f"{side.first} {test}" for side in sides if side.name), held])
        return self._done(f"({text})", [side.code for side in sides], loops)

    def _side(self, node: Bound, by: Type, loops: Loops) -> _Side:
        if isinstance(node, Constant):
            value = fold(str(node.value)) if by is Type.TEXT else node.value
            return _Side(Code(""), "", "", self._constant(value))
        code = self.value(node, loops)
        t = self._fresh("t")
        return _Side(code, t, f"({t} := {code.text})", _folded(t) if by is Type.TEXT else t)

    def _one_of(self, node: OneOf, loops: Loops) -> Code:
        if _is_blank(node.item):
            return Code("False")
        if not all(isinstance(other, Constant) for other in node.others):
            return self._one_of_values(node, loops)
        known = [other.value for other in node.others if isinstance(other, Constant)]
        given = {fold(str(value)) if node.by is Type.TEXT else value for value in known if value is not None}
        item = self._side(node.item, node.by, loops)
        text = (
            f"({item.first or item.given} is not None and {item.given} in {self._constant(frozenset(given))})"
        )
        return self._done(text, (item.code,), loops)

    def _one_of_values(self, node: OneOf, loops: Loops) -> Code:
        item = self._side(node.item, node.by, loops)
        others = [self._side(other, node.by, loops) for other in node.others if not _is_blank(other)]
        tests = [
            f"({other.first} is not None and {item.given} == {other.given})"
            if other.first
            else f"{item.given} == {other.given}"
            for other in others
        ]
        text = f"({item.first or item.given} is not None and ({' or '.join(tests)}))"
        return self._done(text, [item.code, *(other.code for other in others)], loops)

    def _answered(self, node: Bound, loops: Loops) -> Code:
        value = self.value(node, loops)
        if node.type in (Type.COMPOUND, Type.MULTI):
            return self._done(f"(not is_blank({value.text}))", (value,), loops)
        return self._done(f"({value.text} is not None)", (value,), loops)

    def _lookup(self, node: Lookup, loops: Loops) -> Code:
        part = self.value(node.part, loops)
        table = f"{self._constant(dict(node.table))}.get"
        if node.part.type is Type.MULTI:
            t = self._fresh("t")
            text = f"(total(map({table}, {t}.get('true') or ())) if ({t} := {part.text}) else None)"
        else:
            text = f"{table}({part.text})"
        return self._done(text, (part,), loops)

    def _iif(self, node: Apply, loops: Loops) -> Code:
        condition = self.truth(node.parts[0], loops)
        first, second = (self.value(part, loops) for part in node.parts[1:])
        text = f"({first.text} if {condition.text} else {second.text})"
        return self._done(text, (condition, first, second), loops)

    def _gather(self, node: Gather, loops: Loops) -> Code:
        above = loops[: loops.index(node.target) + 1] if node.target else ()
        inside = (*above, *node.loops)
        lines = [f"def {(name := self._fresh('f'))}({_arguments(above)}):"]
        body = _BODIES[node.name](self, node, inside)
        lines += ["    " + line for line in body.before]
        for depth, loop in enumerate(node.loops, start=1):
            lines.append(
                "    " * depth + f"for i{len(above) + depth - 1} in {self._rows(loop, inside)} or ():"
            )
        lines += ["    " * (len(node.loops) + 1) + line for line in body.each]
        lines += ["    " + line for line in body.after]
        self.functions.append("\n".join(lines) + "\n")
        if above == loops:
            return Code(f"{name}({_arguments(above)})")
        return self._kept(name, above)

    def _rows(self, loop: str, inside: Loops) -> str:
        place = inside.index(loop)
        if place:
            return f"i{place - 1}.get({self._constant(loop)})"
        return f"s.{self._attributes[loop]}"

    def _kept(self, name: str, above: Loops) -> Code:
        """A call whose result is the same for every iteration here: worked out once for each of `above`."""
        self.remembers = True
        frame = f"i{len(above) - 1}" if above else "s"
        key = f"({self._constant(name)}, id({frame}))"
        t = self._fresh("t")
        call = f"m.setdefault({key}, [{name}({_arguments(above)})])"
        return Code(f"({t} if ({t} := m.get({key})) else {call})[0]", 2)

    def _done(self, text: str, parts: Any, loops: Loops) -> Code:
        """The code of a node; as a call of a function of its own once it is deep."""
        depth = 1 + max((part.depth for part in parts), default=0)
        if depth < _OUTLINE:
            return Code(text, depth)
        name = self._fresh("f")
        self.functions.append(f"def {name}({_arguments(loops)}):\n    return {text}\n")
        return Code(f"{name}({_arguments(loops)})")

    def _constant(self, value: Any) -> str:
        name = self._fresh("k")
        self.constants[name] = value
        return name

    def _fresh(self, letter: str) -> str:
        self._counter += 1
        return f"{letter}{self._counter}"


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a comparison: put into the variable `name` by `first`, compared as `given`."""

    code: Code
    name: str
    first: str
    given: str


@dataclass(frozen=True, slots=True)
class _Body:
    before: tuple[str, ...]
    each: tuple[str, ...]
    after: tuple[str, ...]


def _some(writer: Writer, node: Gather, loops: Loops) -> _Body:
    return _Body((), (f"if {_all(writer, node, loops)}: return True",), ("return False",))


def _every(writer: Writer, node: Gather, loops: Loops) -> _Body:
    return _Body((), (f"if not ({_all(writer, node, loops)}): return False",), ("return True",))


def _count(writer: Writer, node: Gather, loops: Loops) -> _Body:
    return _Body(("n = 0",), (f"if {_all(writer, node, loops)}: n += 1",), ("return n",))


def _over(function: str) -> Callable[[Writer, Gather, Loops], _Body]:
    def write(writer: Writer, node: Gather, loops: Loops) -> _Body:
        assert node.value is not None, "the binder gives a value to each of these"
        value = writer.value(node.value, loops)
        each = f"if {_all(writer, node, loops)}: found.append({value.text})"
        return _Body(("found = []",), (each,), (f"return {function}(found)",))

    return write


_BODIES: dict[str, Callable[[Writer, Gather, Loops], _Body]] = {
    "SOME": _some,
    "EVERY": _every,
    "COUNT": _count,
    "SUM": _over("total"),
    "AVERAGE": _over("average"),
    "MIN": _over("least"),
    "MAX": _over("greatest"),
}


def _all(writer: Writer, node: Gather, loops: Loops) -> str:
    return " and ".join(writer.truth(part, loops).text for part in node.conditions) or "True"


def _arguments(loops: Loops) -> str:
    return ", ".join(["s", *(f"i{number}" for number in range(len(loops))), "m"])


def _folded(name: str) -> str:
    """`fold(name)` with the common case in place, which saves a call."""
    return f"({name}.lower() if {name}.isascii() else fold({name}))"


def _is_blank(node: Bound) -> bool:
    return isinstance(node, Constant) and node.value is None
