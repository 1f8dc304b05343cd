"""The form of one answer, whatever its question is: made of inputs, and read back as a record holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rejoinder.console.speech import _, mark
from rejoinder.console.surveys.files import files_of
from rejoinder.console.surveys.values import Reader
from rejoinder.console.visit import Visit
from rejoinder.core.records.lenient import (
    INVALID_BOOLEAN,
    INVALID_CODE,
    INVALID_DATETIME,
    INVALID_NUMERIC,
    TEXT_TOO_LONG,
)
from rejoinder.core.respondents.answers import FILES, RANK_TWICE, Path, wrong_parts
from rejoinder.model.survey import Kind, Variable

_SENTENCES = {
    INVALID_NUMERIC: mark("A number is expected here, of the size that the question allows."),
    INVALID_DATETIME: mark("A date is expected here, such as 2026-05-31 or 2026-05-31 14:30."),
    INVALID_CODE: mark("This is none of the question’s answers."),
    INVALID_BOOLEAN: mark("This is none of the question’s answers."),
    TEXT_TOO_LONG: mark("This text is longer than the question allows."),
    RANK_TWICE: mark("Each rank can be given once."),
}
"""What core says of a value → what people are told."""
_SHAPES = {Kind.TEXT: "text", Kind.NUMERIC: "number", Kind.DATETIME: "moment"}


class Leaf(NamedTuple):
    """A part of an answer that has an input of its own. `row` and `column` — the titles of its place."""

    name: str
    path: Path
    row: str
    column: str
    variable: Variable


class Cell(NamedTuple):
    """An input. `shape` — text, number, moment, line, choice, ticks; `problem` — what is wrong with it."""

    name: str
    label: str
    shape: str
    value: str
    chosen: Sequence[str]
    options: Sequence[tuple[str, str]]
    problem: str


class Line(NamedTuple):
    """A row of a grid with its inputs; `label` is empty where there is one input only."""

    label: str
    cells: list[Cell]


def leaves(reader: Reader, variable: Variable) -> Iterator[Leaf]:
    """The parts of a variable's value, in their order."""
    title = reader.title(variable)
    if not variable.fields:
        yield Leaf("value", (), "", title, variable)
        return
    columns = [v for v in reader.schema.variables if v.parent == variable.name]
    for n, field in enumerate(variable.fields):
        row = reader.field(field)
        if variable.kind is not Kind.GRID_3D:
            yield Leaf(f"value-{n}", (field.code,), "", row, variable)
            continue
        for m, column in enumerate(columns):
            path, named = (field.code, column.name), reader.title(column)
            if not column.fields:
                yield Leaf(f"value-{n}-{m}", path, row, named, column)
            for k, inner in enumerate(column.fields):
                of_row = f"{named} – {reader.field(inner)}"
                yield Leaf(f"value-{n}-{m}-{k}", (*path, inner.code), row, of_row, column)


def lines(reader: Reader, variable: Variable, value: Any, problems: Mapping[str, str]) -> list[Line]:
    """The form of a value. Parameters: `problems` — what is wrong, by the input's name."""
    found: list[Line] = []
    for leaf in leaves(reader, variable):
        cell = _cell(reader, leaf, _part(value, leaf.path), problems.get(leaf.name, ""))
        if not leaf.row or not found or found[-1].label != leaf.row:
            found.append(Line(leaf.row, []))
        found[-1].cells.append(cell)
    return found


def _cell(reader: Reader, leaf: Leaf, value: Any, problem: str) -> Cell:
    variable = leaf.variable
    options: list[tuple[str, str]] = []
    chosen: Sequence[str] = ()
    if variable.element in FILES and not leaf.path:
        files = files_of(value)
        options = [(one.line, one.name) for one in files]
        return Cell(leaf.name, leaf.column, "files", "", (), options, problem)
    if variable.kind in (Kind.MULTI, Kind.MULTI_GRID):
        shape, options = "ticks", list(reader.labels(variable).items())
        chosen = value.get("true", ()) if isinstance(value, dict) else ()
    elif variable.kind is Kind.BOOLEAN:
        shape, options = "choice", [("1", _("Yes")), ("0", _("No"))]
    elif variable.kind is Kind.RANKING:
        shape, options = "choice", [(str(n), str(n)) for n in range(1, len(variable.fields) + 1)]
    elif labels := reader.labels(variable):
        shape, options = "choice", list(labels.items())
    else:
        shape = _SHAPES.get(variable.kind, "line")
    text = "" if value is None or isinstance(value, dict) else str(value)
    return Cell(leaf.name, leaf.column, shape, text, chosen, options, problem)


def typed(visit: Visit, reader: Reader, variable: Variable, before: Any) -> Any:
    """What was typed, as the record holds it or lenient forms write it; None for nothing.

    Parameters: `before` — the value that is there: what no input shows of it stays. Raises Invalid.
    """
    if variable.element in FILES and not variable.fields:
        gone = {*visit.fields("value")}
        return "\n".join(one.line for one in files_of(before) if one.line not in gone) or None
    found: dict[str, Any] = {}
    for leaf in leaves(reader, variable):
        value = _typed(visit, leaf)
        if not leaf.path:
            return value
        inner = found
        for step in leaf.path[:-1]:
            inner = inner.setdefault(step, {})
        if value is not None:
            inner[leaf.path[-1]] = value
    return _without_blanks(found) or None


def _typed(visit: Visit, leaf: Leaf) -> Any:
    variable = leaf.variable
    if variable.kind in (Kind.MULTI, Kind.MULTI_GRID):
        chosen = visit.fields(leaf.name)
        left = [option.code for option in variable.options if option.code not in chosen]
        sides = {"true": chosen, "false": left}
        return {name: codes for name, codes in sides.items() if codes} if chosen else None
    text = visit.field(leaf.name, 100_000).replace("\r\n", "\n")
    if variable.kind is Kind.NUMERIC:
        text = text.replace(",", ".")
    return text or None


def _without_blanks(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: part for name, inner in value.items() if (part := _without_blanks(inner)) not in (None, {})}


def problems_of(reader: Reader, variable: Variable, value: Any) -> dict[str, str]:
    """What is wrong with what was typed, by the input's name, in the visitor's language."""
    known = {leaf.path: leaf.name for leaf in leaves(reader, variable)}
    found = wrong_parts(reader.schema, variable, value, list(known))
    return {known[path]: _(_SENTENCES[told]) if told in _SENTENCES else told for path, told in found.items()}


def _part(value: Any, path: Path) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
