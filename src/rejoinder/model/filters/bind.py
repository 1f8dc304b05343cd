"""Tree → bound tree: names looked up in one survey's schema, types checked, constants folded."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from rejoinder.model.filters import coerce, forms, plain
from rejoinder.model.filters.bound import (
    AllOf,
    AnyOf,
    Apply,
    Arithmetic,
    Bound,
    Comparison,
    Constant,
    Gather,
    Opposite,
    Read,
    Type,
    below,
)
from rejoinder.model.filters.functions import KNOWN, LOOP_FUNCTIONS, SCALAR, SPECIAL, V_FUNCTIONS
from rejoinder.model.filters.names import Names, fields_of
from rejoinder.model.filters.scopes import scope_of
from rejoinder.model.filters.tree import (
    And,
    Call,
    Chain,
    Compare,
    Literal,
    Mark,
    Negate,
    Node,
    Not,
    Or,
    Path,
    check_depth,
    place,
)
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Schema

MAX_FIELDS = 5_000
"""How many fields the V-functions of one filter may stand for together."""


def bind(tree: Node, schema: Schema, *, now: datetime, references: Collection[str] = ()) -> Bound:
    """The condition that `tree` is for records of `schema`.

    `now`: what GETDATE() gives, in UTC; `references`: the survey's id and aliases, which a path may begin
    with. Raises `Invalid`, naming the position: an unknown survey, level, variable, field, option or
    function, types that do not fit, a wrong number of arguments, a tree that is too deep.
    """
    check_depth(tree)
    binder = _Binder(Names(schema, references), now.replace(tzinfo=None))
    return _condition(binder.bind(tree))


class _Binder:
    """One walk over one tree; `_open` is the loop in whose iteration the walk stands."""

    def __init__(self, names: Names, now: datetime) -> None:
        self._names = names
        self._now = now
        self._open = ""
        self._fields = 0

    def bind(self, node: Node) -> Bound:
        """The bound node, with whatever is constant in it worked out."""
        bound = self._bind(node)
        parts = below(bound)
        if isinstance(bound, Gather) or not parts or not all(isinstance(part, Constant) for part in parts):
            return bound
        return Constant(plain.evaluate(bound, {}), bound.type, bound.at)

    def _bind(self, node: Node) -> Bound:
        match node:
            case Literal():
                return _constant(node)
            case Path():
                return self._read(node)
            case Mark():
                raise Invalid(f"{node.level}:{place(node.at)} needs a variable's name, like {node.level}:q1.")
            case And():
                return AllOf(tuple(_condition(self.bind(part)) for part in node.parts), at=node.at)
            case Or():
                return AnyOf(tuple(_condition(self.bind(part)) for part in node.parts), at=node.at)
            case Not():
                return Opposite(_condition(self.bind(node.part)), at=node.at)
            case Compare():
                return _compare(node, self.bind(node.left), self.bind(node.right))
            case Chain():
                return _chain(node, tuple(self.bind(part) for part in node.parts))
            case Negate():
                minus = Constant(-1, Type.NUMBER, node.at)
                return Arithmetic("*", (minus, coerce.to_number(self.bind(node.part))), Type.NUMBER, node.at)
            case Call():
                return self._call(node)

    def _read(self, path: Path) -> Read:
        read = self._names.find(path)
        if read.level and read.level not in self._names.chain(self._open):
            raise Invalid(
                f"{path.level}:{path.name}{place(path.at)} has a value for each iteration; "
                f"use it in a loop function, like SOME({path.level}:{path.name} = …, response:)."
            )
        return read

    def _call(self, call: Call) -> Bound:
        name = call.name.upper()
        if name not in KNOWN:
            raise Invalid(f"There is no function {call.name[:40]!r}{place(call.at)}.")
        if name in LOOP_FUNCTIONS:
            return self._gather(name, call)
        parts = tuple(self.bind(part) for part in call.parts)
        if name == "GETDATE":
            forms.check_count(call, 0, 0, SPECIAL[name])
            return Constant(self._now, Type.MOMENT, call.at)
        if name in V_FUNCTIONS:
            return self._over_values(name, call, parts)
        return forms.bind_form(call, parts) if name in SPECIAL else self._scalar(name, call, parts)

    def _scalar(self, name: str, call: Call, parts: tuple[Bound, ...]) -> Apply:
        function = SCALAR[name]
        usage = f"{name}({', '.join(str(kind) for kind in function.takes)})"
        forms.check_count(call, len(function.takes), len(function.takes), usage)
        given = [
            coerce.to_type(part, kind, coerce.nth_argument(number, name))
            for number, (part, kind) in enumerate(zip(parts, function.takes, strict=True), start=1)
        ]
        if function.clock:
            given.append(Constant(self._now, Type.MOMENT, call.at))
        return Apply(name, tuple(given), function.gives, call.at)

    def _over_values(self, name: str, call: Call, parts: tuple[Bound, ...]) -> Apply:
        forms.check_count(call, 1, 1_000_000, f"{name}(variable, …)")
        given = [field for part in parts for field in self._spread(name, part)]
        if name != "VCOUNT":
            given = [coerce.to_type(field, Type.NUMBER, coerce.each_argument(name)) for field in given]
        return Apply(name, tuple(given), Type.NUMBER, call.at)

    def _spread(self, name: str, part: Bound) -> list[Bound]:
        """The fields of a compound; the part itself if it is one value. VCOUNT counts selected options."""
        if not isinstance(part, Read) or part.type not in (Type.COMPOUND, Type.MULTI):
            return [part]
        spread: list[Bound] = []
        for field in fields_of(part) if part.type is Type.COMPOUND else [part]:
            self._spend(len(field.leaf.options) if field.type is Type.MULTI else 1, part.at)
            spread += forms.selected_ones(field) if field.type is Type.MULTI and name == "VCOUNT" else [field]
        if not spread:
            raise Invalid(f"{part.variable.name!r}{place(part.at)} needs a row and a column here.")
        return spread

    def _spend(self, fields: int, at: int) -> None:
        self._fields += fields
        if self._fields > MAX_FIELDS:
            raise Invalid(f"The filter asks about too many fields{place(at)}; name single fields.")

    def _gather(self, name: str, call: Call) -> Gather:
        scope = scope_of(call, self._names, self._open)
        outside, self._open = self._open, scope.loops[-1]
        parts = tuple(self.bind(part) for part in scope.parts)
        self._open = outside
        value, conditions = _split(name, call, parts)
        kind = Type.BOOLEAN if name in ("SOME", "EVERY") else Type.NUMBER if value is None else value.type
        return Gather(name, scope.target, scope.loops, value, conditions, kind, call.at)


def _split(name: str, call: Call, parts: tuple[Bound, ...]) -> tuple[Bound | None, tuple[Bound, ...]]:
    """The value and the conditions of a loop function."""
    if name in ("SOME", "EVERY"):
        forms.check_count(call, 1, 1_000_000, f"{name}(loop:variable = …, response:)")
        return None, tuple(map(_condition, parts))
    if name == "COUNT":
        return None, tuple(_counted(part) for part in parts)
    if not parts:
        raise Invalid(f"{name}{place(call.at)} needs a value; write {name}(loop:variable, response:).")
    value = parts[0]
    if value.type is not Type.MOMENT or name not in ("MIN", "MAX"):
        value = coerce.to_type(value, Type.NUMBER, coerce.nth_argument(1, name))
    return value, tuple(map(_condition, parts[1:]))


def _counted(part: Bound) -> Bound:
    return part if part.type is Type.BOOLEAN else Apply("ANSWERED", (part,), Type.BOOLEAN, part.at)


def _constant(literal: Literal) -> Constant:
    value = literal.value
    if isinstance(value, bool):
        return Constant(value, Type.BOOLEAN, literal.at)
    if isinstance(value, str):
        return Constant(value or None, Type.TEXT, literal.at)
    if isinstance(value, datetime):
        return Constant(value, Type.MOMENT, literal.at)
    return Constant(value, Type.NUMBER, literal.at)


def _condition(node: Bound) -> Bound:
    if node.type is not Type.BOOLEAN:
        raise Invalid(f"Expected a condition{place(node.at)}, but this is {node.type}; compare it.")
    return node


def _compare(node: Compare, left: Bound, right: Bound) -> Comparison:
    left, right, by = coerce.to_compare(left, right, ordered=node.op not in ("=", "!="))
    if by is Type.CHOICE and isinstance(left, Constant):
        left, right = right, left
    return Comparison(node.op, left, right, by, at=node.at)


def _chain(node: Chain, parts: tuple[Bound, ...]) -> Arithmetic:
    if node.ops[0] in "*/":
        return Arithmetic(node.ops, tuple(map(coerce.to_number, parts)), Type.NUMBER, node.at)
    parts = tuple(coerce.to_number(part) if part.type is Type.CHOICE else part for part in parts)
    kind = _addend(parts[0])
    for op, part in zip(node.ops, parts[1:], strict=True):
        found = _SUMS.get((kind, op, _addend(part)))
        if found is None:
            raise Invalid(f"Cannot join {kind} and {part.type} with {op!r}{place(part.at)}.")
        kind = found
    return Arithmetic(node.ops, parts, kind, node.at)


def _addend(part: Bound) -> Type:
    return Type.NUMBER if part.type is Type.BOOLEAN else part.type


_SUMS = {
    (Type.NUMBER, "+", Type.NUMBER): Type.NUMBER,
    (Type.NUMBER, "-", Type.NUMBER): Type.NUMBER,
    (Type.TEXT, "+", Type.TEXT): Type.TEXT,
    (Type.MOMENT, "+", Type.NUMBER): Type.MOMENT,
    (Type.MOMENT, "-", Type.NUMBER): Type.MOMENT,
    (Type.NUMBER, "+", Type.MOMENT): Type.MOMENT,
    (Type.MOMENT, "-", Type.MOMENT): Type.NUMBER,
}
"""What a step of a sum gives; a number beside a date counts days."""
