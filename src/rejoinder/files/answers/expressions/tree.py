"""The nodes of a SurveyJS expression."""

from __future__ import annotations

from typing import Any, NamedTuple, Union


class Constant(NamedTuple):
    """A number, text, true, false or null; a bare word is a text."""

    value: Any


class Name(NamedTuple):
    """`{name}`, or `{#name}` whose value is taken as it is (`raw`): no text becomes a number."""

    path: str
    raw: bool = False


class Listed(NamedTuple):
    """`[a, b, c]`."""

    parts: tuple[Node, ...]


class Unary(NamedTuple):
    """`empty`, `notempty` or `negate` of a part."""

    operator: str
    part: Node


class Binary(NamedTuple):
    """Two parts and an operator between them, by SurveyJS's word for it (`greaterorequal`, `plus`, …)."""

    operator: str
    left: Node
    right: Node


class Call(NamedTuple):
    """A function; its name is compared without case. `texts` are its arguments as they were written."""

    function: str
    parts: tuple[Node, ...]
    texts: tuple[str, ...]


Node = Union[Constant, Name, Listed, Unary, Binary, Call]  # noqa: UP007 - the classes name each other
