"""Drawn schemas, records and conditions (`filters.py`), as a survey in the store can have them.

A survey's names differ everywhere, while the drawn loops share theirs: those of the inner loop get a 2.
A rank is a number of the ranking's items.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from msgspec import structs

from rejoinder.model.filters.tree import And, Call, Chain, Compare, Negate, Node, Not, Or, Path
from rejoinder.model.survey import Schema
from strategies import filters

INNER = "leg"
_SHARED = ("cost", "note", "day")


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """A schema from `filters.schemas()` whose names all differ."""
    schema = draw(filters.schemas())
    variables = (
        structs.replace(v, name=_apart(v.level, v.name)) if v.level == INNER else v for v in schema.variables
    )
    return structs.replace(schema, variables=tuple(variables))


@st.composite
def records(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    """A canonical record of such a schema, without a respid."""
    record = draw(filters.records(schema))
    if "rank" in record:
        record["rank"] = {field: int(abs(rank) > 3) + 1 for field, rank in record["rank"].items()}
    return {name: value for name, value in record.items() if name != "respid"}


@st.composite
def conditions(draw: st.DrawFn, schema: Schema) -> Node:
    """A condition that binds to such a schema."""
    return renamed(draw(filters.conditions(schema)))


def renamed(node: Node) -> Node:
    """A drawn tree with the names that the store's schema has."""
    match node:
        case Path():
            return replace(node, name=_apart(node.level, node.name))
        case And() | Or() | Call() | Chain():
            return replace(node, parts=tuple(map(renamed, node.parts)))
        case Not() | Negate():
            return replace(node, part=renamed(node.part))
        case Compare():
            return replace(node, left=renamed(node.left), right=renamed(node.right))
    return node


def _apart(level: str, name: str) -> str:
    return f"{name}2" if level == INNER and name in _SHARED else name
