"""Neighbouring columns under one question → one compound variable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rejoinder.files.columns import Column
from rejoinder.files.draft import Draft
from rejoinder.files.kinds import kind_of, lacks_values, manner_of
from rejoinder.files.options import options_from, options_of
from rejoinder.files.plan import Fill, Source, Target
from rejoinder.files.records import is_marked
from rejoinder.files.singles import single_target
from rejoinder.files.titles import folded
from rejoinder.model.survey import Field, Kind, Option, Variable

Columns = Sequence[tuple[int, str]]
"""Places of columns (from 0), each with its option."""

_MOST_SCALE = 25
_MOST_NUMBERS = 11


def block_target(draft: Draft, columns: Columns, question: str, number: int) -> str | None:
    """Decide on the columns of one question; return the variable's name, or None
    when there are several or none.

    Ticks make a multiple choice, ranks a ranking, one shared scale a grid, numbers or texts a compound;
    columns that have nothing in common become variables of their own.
    """
    known = [draft.column(place) for place, _ in columns]
    if not any(column.filled for column in known):
        for place, option in columns:
            draft.skip(place, f"{question} - {option}", "is empty")
        return None
    if _are_ticks(known, columns):
        return _add_choice(draft, columns, question, number)
    if len(columns) > 1:
        kind = _shared_kind(draft, known, number)
        if kind is not None:
            return _add_fields(draft, kind, columns, question, number)
    for place, option in columns:
        single_target(draft, place, f"{question} - {option}" if question else option, number)
    return None


def _are_ticks(known: Sequence[Column], columns: Columns) -> bool:
    """Whether each cell is blank, its option's own label, or a mark such as 1 or 0.

    "Yes" beside "No" is an answer, not a mark.
    """
    return all(
        not column.many
        and "no" not in column.counts
        and all(is_marked(key, [folded(option)]) is not None for key in column.counts)
        for column, (_, option) in zip(known, columns, strict=True)
    )


def _shared_kind(draft: Draft, known: Sequence[Column], number: int) -> Kind | None:
    used = [column for column in known if column.filled]
    if _are_ranks(draft, used, len(known), number):
        return Kind.RANKING
    if _share_a_scale(used):
        return Kind.RATING
    kinds = {kind_of(column) for column in used}
    if len({manner_of(column, kind_of(column)) for column in used}) > 1:
        return None
    if kinds <= {Kind.NUMERIC, Kind.BOOLEAN} and Kind.NUMERIC in kinds:
        return Kind.NUMERIC
    return kinds.pop() if kinds in ({Kind.DATETIME}, {Kind.TEXT}) else None


def _are_ranks(draft: Draft, used: Sequence[Column], size: int, number: int) -> bool:
    """Whether the values are 1…size, each once in most rows."""
    ranked = draft.facts.ranked[number]
    if not all("rank" in column.looks and not column.many and not column.missing for column in used):
        return False
    highest = max(int(key) for column in used for key in column.counts)
    return highest <= size and ranked > 0 and draft.facts.different[number] >= 0.8 * ranked


def _share_a_scale(used: Sequence[Column]) -> bool:
    """Whether the columns draw their values from one short list."""
    if any(column.many for column in used):
        return False
    union = set().union(*(column.counts for column in used))
    numbers = all("number" in column.looks for column in used)
    widest = max(len(column.counts) for column in used)
    answers = sum(column.filled for column in used)
    return (
        1 < len(union) <= (_MOST_NUMBERS if numbers else _MOST_SCALE)
        and len(union) <= max(3, 1.5 * widest)
        and answers >= 2 * len(union)
    )


def _add_choice(draft: Draft, columns: Columns, question: str, number: int) -> str:
    name = draft.name(question, number)
    options = tuple(Option(str(at), draft.texts(option)) for at, (_, option) in enumerate(columns, 1))
    counts = {
        o.code: _ticks(draft.column(place), option)
        for o, (place, option) in zip(options, columns, strict=True)
    }
    variable = Variable(name, Kind.MULTI, titles=draft.texts(question), options=options)
    _add(draft, variable, "marks", columns, number, counts)
    return name


def _ticks(column: Column, option: str) -> int:
    return sum(count for key, count in column.counts.items() if is_marked(key, [folded(option)]))


def _add_fields(draft: Draft, kind: Kind, columns: Columns, question: str, number: int) -> str:
    name = draft.name(question, number)
    fields = tuple(Field(str(at), draft.texts(option)) for at, (_, option) in enumerate(columns, 1))
    options = _scale(draft, columns) if kind is Kind.RATING else ()
    variable = Variable(name, kind, titles=draft.texts(question), fields=fields, options=options)
    _add(draft, variable, "fields", columns, number, {})
    return name


LONGEST_SCALE = 101
"""Steps up to which a scale is filled up: 0 to 100 is one, a block of large numbers is none."""


def _scale(draft: Draft, columns: Columns) -> tuple[Option, ...]:
    """The options of a grid: what was observed in any of its rows, and the steps between numbers."""
    labels: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for place, _ in columns:
        for key, label in draft.column(place).labels.items():
            labels.setdefault(key, label)
        counts += draft.column(place).counts
    if all(key.isascii() and key.isdigit() for key in labels):
        steps = sorted({int(key) for key in labels})
        if steps[-1] - steps[0] < LONGEST_SCALE:
            steps = list(range(steps[0], steps[-1] + 1))
        return options_of([str(step) for step in steps], draft.language)
    return options_from(labels, counts, draft.language)


def _add(
    draft: Draft, variable: Variable, fill: Fill, columns: Columns, number: int, counts: dict[str, int]
) -> None:
    codes = [part.code for part in (variable.fields or variable.options)]
    sources = tuple(Source(place, code) for code, (place, _) in zip(codes, columns, strict=True))
    filled = draft.facts.touched[number] or draft.column(columns[0][0]).filled
    used = [column for column in (draft.column(place) for place, _ in columns) if column.filled]
    manner = manner_of(used[0], variable.kind)
    missing = any(lacks_values(column, variable.kind) for column in used)
    draft.add(Target(variable, fill, sources, "", manner, missing, filled, counts))
