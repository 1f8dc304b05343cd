"""Schemas of an OpenAPI document as lines of a table, and as made-up values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
DEEPEST = 4
MOST_LINES = 80


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter or a field: `depth` — how deep it lies; `place` — path or query, for parameters."""

    name: str
    kind: str
    required: bool
    about: str
    depth: int
    place: str = ""


def resolved(schema: Json, components: Json) -> Json:
    """The schema that a reference leads to; of several, the first that is not null."""
    for _ in range(8):
        if "$ref" in schema:
            schema = components.get(schema["$ref"].rpartition("/")[2], {})
        elif "anyOf" in schema or "oneOf" in schema:
            some = schema.get("anyOf") or schema["oneOf"]
            schema = next((one for one in some if one.get("type") != "null"), some[0])
        else:
            break
    return schema


def lines_of(schema: Json, components: Json, depth: int = 0) -> tuple[Line, ...]:
    """The fields of an object, those of inner objects behind them."""
    found = resolved(schema, components)
    if found.get("type") == "array":
        found = resolved(found.get("items") or {}, components)
    needed = set(found.get("required", ()))
    lines: list[Line] = []
    for name, field in found.get("properties", {}).items():
        inner = resolved(field, components)
        about = field.get("description", inner.get("description", ""))
        lines.append(
            Line(name, kind_of(field, components), name in needed, about.partition("\n\n")[0], depth)
        )
        if depth < DEEPEST:
            lines += lines_of(field, components, depth + 1)
    return tuple(lines[:MOST_LINES])


def kind_of(schema: Json, components: Json) -> str:
    """A type in a word or two."""
    found = resolved(schema, components)
    if "enum" in found:
        return " | ".join(map(str, found["enum"][:8]))
    kind = found.get("type", "any")
    if kind == "array":
        return f"{kind_of(found.get('items') or {}, components)}[]"
    return str(kind) if isinstance(kind, str) else " | ".join(map(str, kind))


def made_up(schema: Json | None, components: Json, depth: int = 0) -> Any:
    """A value that fits a schema."""
    found = resolved(schema or {}, components)
    if "enum" in found:
        return found["enum"][0]
    if found.get("default") not in (None, [], {}):
        return found["default"]
    kind = found.get("type")
    if kind == "object":
        if depth > DEEPEST:
            return {}
        return {
            name: made_up(field, components, depth + 1) for name, field in found.get("properties", {}).items()
        }
    if kind == "array":
        return [] if depth > DEEPEST else [made_up(found.get("items") or {}, components, depth + 1)]
    return {"integer": 1, "number": 1.5, "boolean": True, "string": "text", "null": None}.get(str(kind))
