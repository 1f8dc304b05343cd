"""Reading a few variables of a record: a narrow struct that copies their JSON as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from rejoinder.core.records.shape import Shape
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import Invalid
from rejoinder.model.respondent import Level
from rejoinder.model.survey import Loop, Schema
from rejoinder.model.system import RESPID, RESPONSEID


class Projection:
    """Some variables of each record, in the order they were asked for.

    Parameters: `names` — canonical top-level names, or (loop, variables) for a part of a loop.
    """

    def __init__(self, id_name: str, wanted: Sequence[tuple[str, Any]]) -> None:
        fields: list[Any] = [("id", int)]
        fields += [(f"p{n}", kind | UnsetType, UNSET) for n, (_, kind) in enumerate(wanted)]
        names = {"id": id_name} | {f"p{n}": name for n, (name, _) in enumerate(wanted)}
        self._cls = msgspec.defstruct("Projected", fields, rename=names, gc=False)
        self._decode_one = msgspec.json.Decoder(self._cls).decode
        self._decode_many = msgspec.json.Decoder(list[self._cls]).decode  # type: ignore[name-defined]
        self._encoder = msgspec.json.Encoder()

    def one(self, record: str | bytes) -> bytes:
        """One record's part, as JSON."""
        return self._encoder.encode(self._decode_one(record))

    def joined(self, records: bytes, separator: bytes) -> bytes:
        """Many records' parts. `records` — joined by commas; the result is joined by `separator`."""
        rows = self._decode_many(b"[" + records + b"]")
        if separator == b",":
            return self._encoder.encode(rows)[1:-1]
        return self._encoder.encode_lines(rows)[:-1]


def projection(shape: Shape, names: Sequence[str], level: Level) -> Projection:
    """Compile the wanted variables. Raises Invalid for a name that the survey does not have."""
    tops: dict[str, Any] = {}
    parts: dict[str, list[str]] = {}
    for name in names:
        _want(shape, name, tops, parts)
    for loop, wanted in parts.items():
        tops.setdefault(loop, _loop_part(loop, wanted))
    id_name = RESPID if level == "respondent" else RESPONSEID
    tops.pop(id_name, None)
    return Projection(id_name, list(tops.items()))


def _want(shape: Shape, name: str, tops: dict[str, Any], parts: dict[str, list[str]]) -> None:
    folded = fold(name)
    if folded in (RESPID, RESPONSEID):
        tops[folded] = Raw
    elif member := shape.find(name):
        tops[member.name] = Raw
    elif inner := _inside_loop(shape.schema, folded):
        loop, variable = inner
        parts.setdefault(loop, []).append(variable)
        tops.pop(loop, None)
    else:
        raise Invalid(f"Unknown variable. {name[:64]!r} is not a variable of this survey.")


def _inside_loop(schema: Schema, folded: str) -> tuple[str, str] | None:
    """The outermost loop that holds a variable (or inner loop), and the member to keep there."""
    parents: dict[str, Loop] = {loop.name: loop for loop in schema.loops}
    levels = [(v.name, v.level) for v in schema.variables if v.level in parents]
    levels += [(lp.name, lp.parent) for lp in schema.loops if lp.parent in parents]
    for name, level in levels:
        if fold(name) == folded:
            while parents[level].parent in parents:
                name, level = level, parents[level].parent
            return level, name
    return None


def _loop_part(loop: str, wanted: Sequence[str]) -> Any:
    names = {"code": loop} | {f"p{n}": name for n, name in enumerate(wanted)}
    fields: list[Any] = [("code", Raw)] + [(f"p{n}", Raw | UnsetType, UNSET) for n in range(len(wanted))]
    return list[msgspec.defstruct("Part", fields, rename=names, gc=False)]  # type: ignore[misc]
