"""An expression's text → a function of a scope.

A condition never fails: what cannot be read is refused when it is compiled, and what takes too long
gives the lenient answer of whoever asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rejoinder.files.answers.expressions.functions import FUNCTIONS, IN_ARRAY, Function, Member
from rejoinder.files.answers.expressions.names import finder
from rejoinder.files.answers.expressions.operators import OPERATORS, UNARY, Operator, equal_in_order
from rejoinder.files.answers.expressions.parse import Unreadable, parse
from rejoinder.files.answers.expressions.scope import Evaluate, OutOfFuel, Scope
from rejoinder.files.answers.expressions.tree import Binary, Call, Constant, Listed, Name, Node, Unary
from rejoinder.files.answers.expressions.values import is_empty, is_true

Condition = Callable[[Scope], bool]
_MOST_ROWS = 2_000


class Names:
    """How a survey's questions are called: lower-case name → name in the data; `ordered` are the rankings,
    also in lower case, whose answers are compared in their order."""

    __slots__ = ("known", "ordered")

    def __init__(self, known: Mapping[str, str], ordered: frozenset[str] = frozenset()) -> None:
        self.known = known
        self.ordered = ordered


NO_NAMES = Names({})


def compile_condition(text: str, names: Names, otherwise: bool) -> Condition:
    """A condition; `otherwise` is its answer when it takes too long. Raises Unreadable."""
    evaluate = compile_expression(text, names)

    def holds(scope: Scope) -> bool:
        try:
            return is_true(evaluate(scope))
        except (OutOfFuel, RecursionError):
            return otherwise

    return holds


def compile_value(text: str, names: Names) -> Evaluate:
    """An expression whose value is used; None when it takes too long. Raises Unreadable."""
    evaluate = compile_expression(text, names)

    def value(scope: Scope) -> Any:
        try:
            return evaluate(scope)
        except (OutOfFuel, RecursionError):
            return None

    return value


def compile_expression(text: str, names: Names) -> Evaluate:
    """The function of an expression; it raises OutOfFuel. Raises Unreadable."""
    return _compiled(parse(text), names)


def _compiled(node: Node, names: Names) -> Evaluate:
    match node:
        case Constant(value):
            return lambda scope: value
        case Name(path):
            if path.startswith("$"):
                raise Unreadable("it asks for a property of an element")
            return finder(node, names.known)
        case Listed(parts):
            found = [_compiled(part, names) for part in parts]
            return lambda scope: [part(scope) for part in found]
        case Unary(operator, part):
            apply, inner = UNARY[operator], _compiled(part, names)
            return lambda scope: apply(inner(scope))
        case Binary():
            return _chain(node, names)
        case Call():
            return _call(node, names)


def _chain(node: Binary, names: Names) -> Evaluate:
    """Operators that bind from the left: one loop, so that a long chain does not nest."""
    links: list[tuple[Operator, Evaluate]] = []
    first: Node = node
    while isinstance(first, Binary):
        links.append((_operator(first, names), _compiled(first.right, names)))
        first = first.left
    start = _compiled(first, names)
    links.reverse()
    if len(links) == 1:
        operator, right = links[0]
        return partial(_single, operator, start, right)
    return partial(_several, start, tuple(links))


def _single(operator: Operator, left: Evaluate, right: Evaluate, scope: Scope) -> Any:
    world = scope.world
    world.spend(1)
    return operator(world, left(scope), right(scope))


def _several(start: Evaluate, links: tuple[tuple[Operator, Evaluate], ...], scope: Scope) -> Any:
    world = scope.world
    world.spend(len(links))
    value = start(scope)
    for operator, right in links:
        value = operator(world, value, right(scope))
    return value


def _operator(node: Binary, names: Names) -> Operator:
    sides = (node.left, node.right)
    if any(isinstance(side, Name) and side.path.lower() in names.ordered for side in sides):
        if node.operator == "equal":
            return equal_in_order
        if node.operator == "notequal":
            return lambda world, left, right: not equal_in_order(world, left, right)
    return OPERATORS[node.operator]


def _call(node: Call, names: Names) -> Evaluate:
    if node.function in IN_ARRAY:
        return _aggregate(node, names)
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise Unreadable(f"it calls {node.function[:40]}(), which is not known here")
    return partial(_called, function, [_compiled(part, names) for part in node.parts])


def _called(function: Function, parts: list[Evaluate], scope: Scope) -> Any:
    scope.world.spend(1 + len(parts))
    return function(scope.world, [part(scope) for part in parts])


def _aggregate(node: Call, names: Names) -> Evaluate:
    """`sumInArray({matrix}, 'column'[, 'other column'][, condition])` and its like."""
    rest, texts = list(node.parts[2:]), list(node.texts[2:])
    column = ""
    if rest and isinstance(first := rest[0], Constant) and _is_column(first.value):
        column = str(first.value)
        del rest[0], texts[0]
    condition = _row_condition(rest[0], texts[0], names) if rest else None
    if len(node.parts) < 2:
        return lambda scope: None
    return partial(
        _aggregated,
        IN_ARRAY[node.function],
        _compiled(node.parts[0], names),
        _compiled(node.parts[1], names),
        column,
        condition,
    )


def _is_column(value: Any) -> bool:
    return isinstance(value, str) and not any(letter in value for letter in "{}><=!")


def _row_condition(node: Node, text: str, names: Names) -> Evaluate:
    """A condition of which `{column}` is the row's own; it may stand in quotes."""
    if isinstance(node, Constant) and isinstance(node.value, str):
        text = node.value
    return compile_expression(text, NO_NAMES)


def _aggregated(
    reduce: Callable[[list[Member], str], Any],
    rows: Evaluate,
    name: Evaluate,
    column: str,
    condition: Evaluate | None,
    scope: Scope,
) -> Any:
    found, key = rows(scope), name(scope)
    listed = list(found.values()) if isinstance(found, Mapping) else found
    members = []
    for row in listed[:_MOST_ROWS] if isinstance(listed, list) else ():
        scope.world.spend(2)
        if not isinstance(row, Mapping) or is_empty(row.get(key)):
            continue
        if condition is None or is_true(condition(scope.within(row=row))):
            members.append(Member(row, row[key]))
    return reduce(members, column)
