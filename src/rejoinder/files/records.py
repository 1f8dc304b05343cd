"""Rows of a table → records in the stored shape, by a plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import msgspec

from rejoinder.files.cells import (
    MISSING,
    Manner,
    read_boolean,
    read_choice,
    read_number,
    read_rank,
    read_time,
)
from rejoinder.files.plan import Plan, Target
from rejoinder.files.tables import Heading, Table
from rejoinder.files.titles import folded, shown
from rejoinder.model.survey import Kind, Option, Variable

_MARKED = frozenset({"1", "x", "true", "yes", "✓", "✔", "checked", "selected", "ticked"})
_UNMARKED = frozenset({"0", "false", "no", "unchecked", "not selected", "not checked"})
_CACHED = 10_000

Reader = Callable[[str], Any]
Filler = Callable[[list[str], list["CellProblem"]], Any]


class CellProblem(msgspec.Struct, frozen=True):
    """What was wrong with a cell (or, when `column` is None, with a row).

    `row` counts the file's rows from 1, header rows included; `column` counts from 1; `heading` is the
    column's; `value` is cut for messages.
    """

    row: int
    column: int | None
    heading: str
    value: str
    reason: str

    def __str__(self) -> str:
        if self.column is None:
            return f"Row {self.row} {self.reason}."
        return f"Row {self.row}, column {self.column} ({self.heading}): {self.value} {self.reason}."


class Filled(msgspec.Struct, frozen=True):
    """A record with the file's row number (from 1, header rows included) and what was wrong with it.

    A bad cell is left out of the record, never guessed at.
    """

    row: int
    record: dict[str, Any]
    problems: tuple[CellProblem, ...] = ()


def filled(plan: Plan, table: Table) -> Iterator[Filled]:
    """Read `table` by `plan`, row by row in constant memory; blank values are left out."""
    headings = table.headings
    fillers = [(target.variable.name, _filler(target, headings)) for target in plan.targets]
    for line in table.lines():
        wrong: list[CellProblem] = []
        record = {}
        for name, fill in fillers:
            value = fill(line.cells, wrong)
            if value is not None:
                record[name] = value
        problems = [msgspec.structs.replace(problem, row=line.number) for problem in wrong]
        if line.wrong:
            problems.insert(0, CellProblem(line.number, None, "", "", line.wrong))
        yield Filled(line.number, record, tuple(problems))


def rows(
    plan: Plan, table: Table, tell: Callable[[CellProblem], None] = lambda problem: None
) -> Iterator[dict[str, Any]]:
    """Yield the records of `table`; each bad cell is left out and told to `tell`."""
    for row in filled(plan, table):
        for problem in row.problems:
            tell(problem)
        yield row.record


def is_marked(text: str, labels: Collection[str]) -> bool | None:
    """Whether a cell of a multi choice block is a tick; None for what is neither a tick nor its opposite.

    `text` and `labels` (the option's own, in its languages) are folded.
    """
    if text in labels or text in _MARKED:
        return True
    return False if text in _UNMARKED else None


def choice_codes(options: tuple[Option, ...]) -> dict[str, str]:
    """Map every folded code and label of `options` to its code; where both claim one text, the code wins."""
    codes = {folded(option.code): option.code for option in options}
    for option in options:
        for label in option.texts.values():
            codes.setdefault(folded(label), option.code)
    return codes


def _filler(target: Target, headings: tuple[Heading, ...]) -> Filler:
    if target.fill == "marks":
        return _marks(target, headings)
    if target.fill == "fields":
        return _fields(target, headings)
    column = target.sources[0].column
    read = _careful(_list_reader(target) if target.fill == "list" else _reader(target), column, headings)
    return lambda cells, wrong: read(cells[column], wrong)


def _fields(target: Target, headings: tuple[Heading, ...]) -> Filler:
    reads = [(s.column, s.part, _careful(_reader(target), s.column, headings)) for s in target.sources]

    def fill(cells: list[str], wrong: list[CellProblem]) -> dict[str, Any] | None:
        value = {}
        for column, part, read in reads:
            cell = read(cells[column], wrong)
            if cell is not None:
                value[part] = cell
        return value or None

    return fill


def _marks(target: Target, headings: tuple[Heading, ...]) -> Filler:
    labels = {o.code: frozenset(map(folded, o.texts.values())) for o in target.variable.options}
    reads = [
        (s.column, s.part, _careful(_mark_reader(labels[s.part]), s.column, headings)) for s in target.sources
    ]

    def fill(cells: list[str], wrong: list[CellProblem]) -> dict[str, Any] | None:
        marks = [(part, read(cells[column], wrong)) for column, part, read in reads]
        if all(mark is None for _, mark in marks):
            return None
        return _sides([part for part, mark in marks if mark], [part for part, mark in marks if not mark])

    return fill


def _sides(true: list[str], false: list[str]) -> dict[str, list[str]]:
    sides = {"true": true, "false": false}
    return {side: codes for side, codes in sides.items() if codes}


def _careful(
    read: Reader, column: int, headings: tuple[Heading, ...]
) -> Callable[[str, list[CellProblem]], Any]:
    """`read` with blanks as None, a memory for cells that repeat, and problems put into words."""
    memory: dict[str, Any] = {}
    heading = headings[column]

    def careful(cell: str, wrong: list[CellProblem]) -> Any:
        if cell in memory:
            return memory[cell]
        text = cell.strip()
        try:
            value = read(text) if text else None
        except ValueError as error:
            name = shown(heading.option or heading.question)
            wrong.append(CellProblem(0, column + 1, name, shown(text), str(error)))
            return None
        if len(memory) < _CACHED and len(cell) < 200:
            memory[cell] = value
        return value

    return careful


def _reader(target: Target) -> Reader:
    read = _value_reader(target)
    return (lambda text: None if text in MISSING else read(text)) if target.missing else read


def _value_reader(target: Target) -> Reader:
    variable = target.variable
    if variable.kind in (Kind.SINGLE, Kind.RATING):
        codes = choice_codes(variable.options)
        return lambda text: read_choice(text, codes, folded(text))
    return _plain_reader(variable, target.manner)


def _plain_reader(variable: Variable, manner: Manner) -> Reader:
    if variable.kind is Kind.NUMERIC:
        return lambda text: read_number(text, manner)
    if variable.kind is Kind.BOOLEAN:
        return read_boolean
    if variable.kind is Kind.DATETIME:
        return lambda text: read_time(text, manner)
    if variable.kind is Kind.RANKING:
        return lambda text: read_rank(text, len(variable.fields))
    return lambda text: _short_enough(text, variable.length)


def _short_enough(text: str, length: int | None) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    if length is not None and len(text) > length:
        raise ValueError(f"is longer than {length} characters")
    return text


def _mark_reader(labels: Collection[str]) -> Reader:
    def read(text: str) -> bool:
        mark = is_marked(folded(text), labels)
        if mark is None:
            raise ValueError("is neither the option's label nor a mark such as 1 or 0")
        return mark

    return read


def _list_reader(target: Target) -> Reader:
    codes = choice_codes(target.variable.options)

    def read(text: str) -> dict[str, list[str]]:
        key = folded(text)
        mark = ";" if ";" in text else "|"
        parts = [key] if key in codes else [folded(part) for part in text.split(mark) if part.strip()]
        chosen = {read_choice(part, codes, part) for part in parts}
        return _sides(
            [o.code for o in target.variable.options if o.code in chosen],
            [o.code for o in target.variable.options if o.code not in chosen],
        )

    return read
