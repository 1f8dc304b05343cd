"""Tree → expression text, such that `parse(print_tree(tree)) == tree` for every tree a parser can make."""

from __future__ import annotations

import re

from rejoinder.model.filters.text import iso_text
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
    Scalar,
    check_depth,
)

_WORD = re.compile(r"\w+")
# How tightly each form binds; a part that binds no tighter than its place asks for gets parentheses.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _UNARY, _PRIMARY = range(8)


def print_tree(tree: Node) -> str:
    """The expression text of a tree. Raises `Invalid` if the tree is too deep."""
    check_depth(tree)
    return _printed(tree)


def _printed(node: Node) -> str:
    match node:
        case Literal():
            return _literal(node.value)
        case Path():
            return _path(node)
        case Mark():
            return f"{_name(node.level)}:"
        case Call():
            return f"{node.name}({', '.join(map(_printed, node.parts))})"
        case And() | Or() | Chain():
            return _chain(node)
        case Not():
            return f"NOT {_within(node.part, _NOT)}"
        case Compare():
            return f"{_within(node.left, _SUM)} {node.op} {_within(node.right, _SUM)}"
        case Negate():
            # Minus and a bare number would read back as one negative number.
            bare = isinstance(node.part, Literal)
            return f"-({_printed(node.part)})" if bare else f"-{_within(node.part, _PRIMARY)}"


def _chain(node: And | Or | Chain) -> str:
    tight = _binding(node) + 1
    parts = [_within(part, tight) for part in node.parts]
    if isinstance(node, Chain):
        return parts[0] + "".join(f" {op} {part}" for op, part in zip(node.ops, parts[1:], strict=True))
    return (" AND " if isinstance(node, And) else " OR ").join(parts)


def _within(part: Node, least: int) -> str:
    text = _printed(part)
    return text if _binding(part) >= least else f"({text})"


def _binding(node: Node) -> int:
    match node:
        case Or():
            return _OR
        case And():
            return _AND
        case Not():
            return _NOT
        case Compare():
            return _COMPARE
        case Chain():
            return _SUM if node.ops[0] in "+-" else _PRODUCT
        case Negate():
            return _UNARY
        case Literal() if isinstance(node.value, int | float) and node.value < 0:
            return _UNARY
        case _:
            return _PRIMARY


def _literal(value: Scalar) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    return _quoted(value) if isinstance(value, str) else iso_text(value)


def _path(path: Path) -> str:
    survey = f"{_name(path.survey)}." if path.survey is not None else ""
    level = "" if path.level == "response" else _name(path.level)
    fields = "".join(f".{code}" if _WORD.fullmatch(code) else f"[{_quoted(code)}]" for code in path.fields)
    return f"{survey}{level}:{_name(path.name)}{fields}"


def _name(name: str) -> str:
    return name if _WORD.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
