"""Nested form fields, from query strings, urlencoded and multipart bodies alike.

`a[b][0][c]=x` is `{"a": {"b": [{"c": "x"}]}}`, `a[]=x&a[]=y` is `{"a": ["x", "y"]}`. In `a[][b]` a new
element begins where a field would be written a second time. (dialects.md, "All dialects".)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from rejoinder.model.problems import Unreadable

MAX_DEPTH = 6
MAX_FIELDS = 400_000
FEW = 15
"""The number that a field of a short form may have all the same, where gaps are kept."""
APPEND = ""

Form = dict[str, Any]
"""Field name → text, UploadedFile, list or Form."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a multipart body; the name is what the client says, never a path to trust."""

    filename: str
    content_type: str
    body: bytes


Value = str | UploadedFile
Pairs = list[tuple[str, Value]]


class _Branch(dict[str, Any]):
    """A node while the tree grows; `kind` says which sort of key it has: name, index or append."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind


def read_pairs(data: bytes, *, plus: bool = True) -> list[tuple[str, str]]:
    """Decode an urlencoded body or query string.

    Parameters: `plus` — whether `+` means a space. Raises Unreadable: not UTF-8, too many fields.
    """
    check_count(data.count(b"&") + 1)
    if plus:
        data = data.replace(b"+", b" ")
    pairs = []
    for part in data.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            pairs.append((decode(name), decode(value)))
    return pairs


def decode(raw: bytes) -> str:
    """Undo percent-encoding. Raises Unreadable when the result is not UTF-8."""
    try:
        return (unquote_to_bytes(raw) if b"%" in raw else raw).decode()
    except UnicodeDecodeError:
        raise Unreadable(f"The text {raw[:40]!r} is not UTF-8; send UTF-8.") from None


def check_count(count: int) -> None:
    """Raises Unreadable beyond MAX_FIELDS."""
    if count > MAX_FIELDS:
        raise Unreadable(f"The form has more than {MAX_FIELDS:,} fields; send it in parts.")


def nest(pairs: Iterable[tuple[str, Value]], *, sparse: bool = False) -> Form:
    """Build the tree.

    Parameters: `sparse` — a list whose numbers leave gaps becomes a dict by number, where their places
    matter (and numbers up to `FEW` are welcome in a short form too); else its elements move up. Raises
    Unreadable naming the field that breaks a rule (depth, index, twice, shape).
    """
    fields = list(pairs)
    check_count(len(fields))
    root, limit = _Branch("name"), max(len(fields), FEW if sparse else 0)
    for name, value in fields:
        _plant(root, name, split_name(name), value, limit)
    return {key: _settle(value, sparse) for key, value in root.items()}


def split_name(name: str) -> list[str]:
    """`a[b][]` → `["a", "b", ""]`. Raises Unreadable: unbalanced brackets, too deep."""
    head, bracket, rest = name.partition("[")
    if not bracket:
        return [name]
    keys = rest[:-1].split("][")
    if not rest.endswith("]") or not head or any("[" in key or "]" in key for key in keys):
        raise Unreadable(f"The field name {name[:80]!r} has unbalanced brackets.")
    if len(keys) >= MAX_DEPTH:
        raise Unreadable(f"The field name {name[:80]!r} is nested more than {MAX_DEPTH} deep.")
    return [head, *keys]


def _plant(branch: _Branch, name: str, keys: list[str], value: Value, limit: int) -> None:
    last = len(keys) - 1
    for depth, raw in enumerate(keys):
        if depth:
            _check_kind(branch, raw, name, limit)
        key = _next_key(branch, keys, depth) if depth and raw == APPEND else raw
        if depth == last:
            if key in branch:
                raise Unreadable(f"The field {name[:80]!r} is given twice, or as a value and as a group.")
            branch[key] = value
        else:
            branch = _descend(branch, key, keys[depth + 1], name)


def _descend(branch: _Branch, key: str, following: str, name: str) -> _Branch:
    child = branch.get(key)
    if child is None:
        child = branch[key] = _Branch(_kind(following))
    elif not isinstance(child, _Branch):
        raise Unreadable(f"The field {name[:80]!r} is given once as a value and once as a group.")
    return child


def _kind(key: str) -> str:
    if key == APPEND:
        return "append"
    is_index = key.isascii() and key.isdigit() and (key == "0" or key[0] != "0")
    return "index" if is_index else "name"


def _check_kind(branch: _Branch, key: str, name: str, limit: int) -> None:
    kind = _kind(key)
    if kind != branch.kind:
        raise Unreadable(f"The field {name[:80]!r} mixes names, numbers and [] in one group.")
    if kind == "index" and (len(key) > 7 or int(key) > limit):
        raise Unreadable(f"The number in {name[:80]!r} is larger than the number of fields.")


def _next_key(branch: _Branch, keys: list[str], depth: int) -> str:
    """The element that an `[]` means: the last one while it still lacks this field, else a new one."""
    if depth + 1 < len(keys) and branch:
        newest = str(len(branch) - 1)
        if not _has(branch[newest], keys[depth + 1 :]):
            return newest
    return str(len(branch))


def _has(node: Any, keys: list[str]) -> bool:
    for key in keys:
        if key == APPEND:
            return False
        if not isinstance(node, _Branch) or key not in node:
            return False
        node = node[key]
    return True


def _settle(node: Any, sparse: bool) -> Any:
    if not isinstance(node, _Branch):
        return node
    if node.kind == "name":
        return {key: _settle(value, sparse) for key, value in node.items()}
    keys = sorted(node, key=int) if node.kind == "index" else list(node)
    if sparse and int(keys[-1]) != len(keys) - 1:
        return {int(key): _settle(node[key], sparse) for key in keys}
    return [_settle(node[key], sparse) for key in keys]
