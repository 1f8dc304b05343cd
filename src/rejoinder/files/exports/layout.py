"""The columns of a survey's records, and how to read records into them.

A record is nested where a file has columns: `name` for a plain variable, `name[field]` for a compound,
`name[code]` for an option of a multiple choice, `name[row][column]` in grids. These are the headings that an
import understands. A loop is one column with its iterations as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, UnsetType, structs

from rejoinder.model.exports import CellKind, Column, Manner
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Loop, Option, Schema, Texts, Variable
from rejoinder.model.system import RESPID, RESPONSEID

JOIN = "; "
"""Between the options of a multiple choice in one cell."""
_DIGITS_OF_INT64 = 18
_PLAIN: dict[Kind, CellKind] = {
    Kind.NUMERIC: "number",
    Kind.TEXT: "text",
    Kind.DATETIME: "datetime",
    Kind.BOOLEAN: "boolean",
    Kind.SINGLE: "choice",
    Kind.RATING: "choice",
    Kind.RANKING: "integer",
}

Values = list[Any]
"""The cells of one column, None for a blank."""


class Leaf(NamedTuple):
    """Where a column comes from: the attributes that lead there, and what makes cells of what is there."""

    column: Column
    path: tuple[str, ...]
    make: Callable[[Values], Values] | None = None


class _Sides(msgspec.Struct, frozen=True, gc=False, rename={"chosen": "true", "other": "false"}):
    """A multiple choice."""

    chosen: Sequence[str] = ()
    other: Sequence[str] = ()


_NO_SIDES = _Sides()
_Part = tuple[Any, Any, list[Leaf]]
"""A member of a record: its type, its value when blank, its columns (with paths from there)."""
_IDS = (RESPID, RESPONSEID)


class Layout:
    """The columns of some variables, compiled.

    Parameters: `names` — variables and loops in the order of the columns, None for all. Raises Invalid for a
    name or language that the schema does not have.
    """

    def __init__(self, schema: Schema, manner: Manner, names: Sequence[str] | None = None) -> None:
        if manner.language is not None and manner.language not in schema.languages:
            known = ", ".join(schema.languages)
            raise Invalid(f"The survey does not speak {manner.language[:35]!r}; it speaks: {known}.")
        self._schema, self._manner = schema, manner
        chosen = _chosen(schema, names)
        fields: list[Any] = [("id", int)]
        leaves: list[Leaf] = []
        rename = {"id": "respid"}
        for number, subject in enumerate(chosen):
            attribute = f"m{number}"
            rename[attribute] = subject.name
            kind, default, found = self._member(subject)
            fields.append((attribute, kind, default))
            leaves += [leaf._replace(path=(attribute, *leaf.path)) for leaf in found]
        first = Leaf(Column("respid", "integer", "respid", origin="respid"), ("id",))
        self._leaves = _apart([first, *leaves])
        self.columns = tuple(leaf.column for leaf in self._leaves)
        row = msgspec.defstruct("Row", fields, rename=rename, gc=False, frozen=True)
        self._decode = msgspec.json.Decoder(row).decode_lines
        self._getters = [(attrgetter(".".join(leaf.path)), leaf.make) for leaf in self._leaves]

    def read(self, lines: bytes) -> tuple[list[Values], int]:
        """The columns of some records, which are given as NDJSON, and how many records there are."""
        rows = self._decode(lines)
        cells = (
            list(map(get, rows)) if make is None else make(list(map(get, rows)))
            for get, make in self._getters
        )
        return list(cells), len(rows)

    def _member(self, subject: Variable | Loop) -> _Part:
        title = self._text(subject.titles, subject.name)
        if isinstance(subject, Loop):
            column = Column(subject.name, "text", title, origin=subject.name)
            return Raw | UnsetType, UNSET, [Leaf(column, (), _json_texts)]
        return self._variable(subject, Column(subject.name, "text", title, origin=subject.name))

    def _variable(self, variable: Variable, head: Column) -> _Part:
        """The part that holds a variable; `head` — the name, title and origin of what is in it."""
        if variable.kind is Kind.GRID_3D:
            return self._fields(variable, head, lambda row: self._grid_row(variable, row))
        one = self._sides if variable.kind in (Kind.MULTI, Kind.MULTI_GRID) else self._scalar
        if variable.fields:
            return self._fields(variable, head, lambda field: one(variable, field))
        return one(variable, head)

    def _fields(self, variable: Variable, head: Column, of: Callable[[Column], _Part]) -> _Part:
        """An object by field code."""
        inner = [
            (field.code, of(_below(head, field.code, self._text(field.texts, field.code))))
            for field in variable.fields
        ]
        return _object(inner)

    def _grid_row(self, grid: Variable, row: Column) -> _Part:
        """One row of a grid of unlike columns."""
        columns = [v for v in self._schema.variables if v.parent == grid.name]
        inner = [
            (v.name, self._variable(v, _below(row, v.name, self._text(v.titles, v.name)))) for v in columns
        ]
        return _object(inner)

    def _scalar(self, variable: Variable, head: Column) -> _Part:
        kind = _PLAIN[variable.kind]
        if kind == "number" and variable.scale == 0 and (variable.precision or 99) <= _DIGITS_OF_INT64:
            kind = "integer"
        labels = self._labels(variable.options) if kind == "choice" else {}
        ordered = variable.kind is Kind.RATING or any(option.score is not None for option in variable.options)
        column = structs.replace(head, kind=kind, labels=labels, ordered=ordered)
        return Any, None, [Leaf(column, ())]

    def _sides(self, variable: Variable, head: Column) -> _Part:
        """A multiple choice: a column for each option, or one for all; options that nobody lists in one."""
        labels = self._labels(variable.options)
        if self._manner.multiple == "joined" or not variable.options:
            words = labels if self._manner.values == "labels" else {}
            return _Sides, _NO_SIDES, [Leaf(head, (), _joiner(words))]
        leaves = [
            Leaf(structs.replace(_below(head, code, label), kind="boolean"), (), _chooser(code))
            for code, label in labels.items()
        ]
        return _Sides, _NO_SIDES, leaves

    def _labels(self, options: Sequence[Option]) -> dict[str, str]:
        return {option.code: self._text(option.texts, option.code) for option in options}

    def _text(self, texts: Texts, otherwise: str) -> str:
        """A text in the wanted language, else in the survey's own, else in any."""
        own = self._schema.languages[0] if self._schema.languages else "en"
        wanted = (self._manner.language, own, *texts)
        return next((texts[language] for language in wanted if language and texts.get(language)), otherwise)


def _chosen(schema: Schema, names: Sequence[str] | None) -> list[Variable | Loop]:
    """The members of the record that are wanted. Raises Invalid for an unknown name."""
    grids = {v.name for v in schema.variables if v.kind is Kind.GRID_3D}
    members: list[Variable | Loop] = [
        v for v in schema.variables if v.level in ("respondent", "response") and v.parent not in grids
    ]
    members += [loop for loop in schema.loops if loop.parent == "response"]
    members = [one for one in members if one.name not in _IDS]
    if names is None:
        return members
    by_name = {fold(one.name): one for one in members}
    found: dict[str, Variable | Loop] = {}
    for name in names:
        if fold(name) in _IDS:
            continue
        if (one := by_name.get(fold(name))) is None:
            raise Invalid(
                f"{name[:64]!r} is not a variable of this survey (of a loop, name the loop).",
                fields={"columns": f"{name[:64]!r} is not a variable of this survey"},
            )
        found.setdefault(one.name, one)
    return list(found.values())


def _below(head: Column, code: str, label: str) -> Column:
    """A column inside another: `name[code]`, `title: label`."""
    title = label if head.title in ("", label) else f"{head.title}: {label}"
    return structs.replace(head, name=f"{head.name}[{code}]", title=title)


def _object(inner: Sequence[tuple[str, _Part]]) -> _Part:
    """The struct with these members; an empty one stands for a blank, so that nobody need ask for it."""
    fields: list[Any] = [(f"f{n}", kind, default) for n, (_, (kind, default, _)) in enumerate(inner)]
    rename = {f"f{n}": code for n, (code, _) in enumerate(inner)}
    made = msgspec.defstruct("Part", fields, rename=rename, gc=False, frozen=True)
    leaves = [
        leaf._replace(path=(f"f{n}", *leaf.path))
        for n, (_, (_, _, found)) in enumerate(inner)
        for leaf in found
    ]
    return made, made(), leaves


def _apart(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Leaves whose columns' names all differ."""
    taken: set[str] = set()
    found = []
    for leaf in leaves:
        name, number = leaf.column.name, 1
        while name in taken:
            number += 1
            name = f"{leaf.column.name} ({number})"
        taken.add(name)
        found.append(leaf._replace(column=structs.replace(leaf.column, name=name)))
    return found


def _json_texts(cells: Values) -> Values:
    return [None if cell is UNSET else str(bytes(cell), "utf-8") for cell in cells]


def _chooser(code: str) -> Callable[[Values], Values]:
    """1 where the option was chosen, 0 where it was not, blank where the record does not tell."""

    def choose(cells: Values) -> Values:
        return [1 if code in c.chosen else 0 if code in c.other else None for c in cells]

    return choose


def _joiner(labels: Mapping[str, str]) -> Callable[[Values], Values]:
    def join(cells: Values) -> Values:
        return [JOIN.join([labels.get(code, code) for code in c.chosen]) or None for c in cells]

    return join
