"""The faster readings of a filter against the plain one, on drawn schemas, records and expressions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from types import SimpleNamespace
from typing import Any as AnyValue

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.model.filters.bind import bind
from rejoinder.model.filters.bound import Bound
from rejoinder.model.filters.compile import compile_filter
from rejoinder.model.filters.necessary import All, Any, Anything, Keyed, Necessary, Range, Respids, necessary
from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.patterns import Bytes
from rejoinder.model.filters.plain import matches
from rejoinder.model.filters.printer import print_tree
from rejoinder.model.filters.text import key_text
from rejoinder.model.filters.tree import And, Call, Chain, Compare, Negate, Node, Not, Or
from rejoinder.model.filters.values import moment
from strategies.filters import NOW, conditions, records, schemas

Case = tuple[Node, Bound, list[dict[str, AnyValue]]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A condition, bound to its schema, and records of that schema."""
    schema = draw(schemas())
    tree = draw(conditions(schema))
    rows = draw(st.lists(records(schema), min_size=1, max_size=4))
    return tree, bind(tree, schema, now=NOW), rows


@given(cases())
def test_the_compiled_filter_agrees_with_the_plain_one(case: Case) -> None:
    _, bound, rows = case
    compiled = compile_filter(bound)
    for row in rows:
        narrow = SimpleNamespace(**{f"v{at}": row.get(name) for at, name in enumerate(compiled.names)})
        assert compiled.test(narrow) is matches(bound, row)


@given(cases())
def test_printing_and_parsing_gives_the_same_tree(case: Case) -> None:
    tree = _upper(case[0])
    assert parse(print_tree(tree)) == tree


@given(cases())
def test_what_is_necessary_never_excludes_a_match(case: Case) -> None:
    _, bound, rows = case
    needs = necessary(bound)
    for row in rows:
        passes = _passes(needs.condition, row)
        assert passes or not matches(bound, row)
        assert not (needs.exact and passes) or matches(bound, row)


def _upper(tree: Node) -> Node:
    """The tree with its functions' names as the parser writes them."""
    match tree:
        case Call(name, parts):
            return Call(name.upper(), tuple(map(_upper, parts)))
        case And(parts) | Or(parts):
            return type(tree)(tuple(map(_upper, parts)))
        case Chain(ops, parts):
            return Chain(ops, tuple(map(_upper, parts)))
        case Compare(op, left, right):
            return Compare(op, _upper(left), _upper(right))
        case Not(part) | Negate(part):
            return type(tree)(_upper(part))
    return tree


def _passes(condition: Necessary, row: dict[str, AnyValue]) -> bool:
    match condition:
        case Anything():
            return True
        case All(parts):
            return all(_passes(part, row) for part in parts)
        case Any(parts):
            return any(_passes(part, row) for part in parts)
        case Keyed(variable, values):
            return variable.name in row and key_text(row[variable.name]) in values
        case Respids(values):
            return row["respid"] in values
        case Bytes():
            return _found(condition, msgspec.json.encode(row).decode())
        case Range():
            return _in_range(condition, row.get(condition.member))


def _in_range(limits: Range, value: AnyValue) -> bool:
    if isinstance(value, str):
        value = moment(value)
    if value is None:
        return False
    low = limits.low is None or value > limits.low or (limits.with_low and value == limits.low)
    high = limits.high is None or value < limits.high or (limits.with_high and value == limits.high)
    return low and high


def _found(pattern: Bytes, text: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as database:
        (liked,) = database.execute("select ? like ? escape '\\'", (text, pattern.like)).fetchone()
    return bool(liked) and (pattern.exact_text is None or pattern.exact_text in text)
