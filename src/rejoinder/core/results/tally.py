"""Count answers in one pass.

Records are read into narrow structs, some thousands at a time, and each question looks at its column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Protocol

import msgspec

from rejoinder.core.records.types import grid_columns, top_variables
from rejoinder.model.results import Numbers, Question, Results
from rejoinder.model.survey import Kind, Schema, Variable
from rejoinder.model.system import ENDED
from rejoinder.text.words import words_of

MOST_BINS, MOST_DAYS, MOST_CODES = 400, 4000, 2000
"""Bins of a histogram, days of a date, different codes: beyond, they become coarser, or are left out."""
WORDS_SHOWN, WORDS_KEPT = 60, 100_000
LONGEST_VALUE, LEAST_EACH = 30, 3
"""Texts that are all this short, and of which each is met so often on the average, are names of something."""
TEXTS_READ = 200_000
"""Texts of one question whose words are counted; of more, the first ones stand for all."""
_WORD = re.compile(r"[^\W\d_][\w'’-]+")

Cells = list[Any]


class _Column(Protocol):
    """Counts one variable."""

    def add(self, cells: Cells) -> None: ...
    def question(self) -> Question: ...


class Tally:
    """Counts the records of one survey. Give it NDJSON by `add`, and take `results`."""

    def __init__(self, schema: Schema) -> None:
        asked = [v for v in top_variables(schema, "respondent", "response") if v.origin != "system"]
        stop = _stop_words(schema.languages)
        self._columns = [(f"v{n}", v.name, _column(schema, v, stop)) for n, v in enumerate(asked)]
        fields: list[Any] = [("ended", str | None, None)]
        fields += [(attribute, Any, None) for attribute, _, _ in self._columns]
        rename = {attribute: name for attribute, name, _ in self._columns} | {"ended": ENDED}
        row = msgspec.defstruct("Counted", fields, rename=rename, gc=False)
        self._decode = msgspec.json.Decoder(row).decode_lines
        self._days: Counter[str] = Counter()
        self._responses = 0

    def add(self, lines: bytes) -> int:
        """Count some records, which are given as NDJSON; gives how many."""
        rows: list[Any] = self._decode(lines)
        for attribute, _, column in self._columns:
            column.add([cell for row in rows if (cell := getattr(row, attribute)) is not None])
        self._days.update([row.ended[:10] for row in rows if row.ended])
        self._responses += len(rows)
        return len(rows)

    def results(self) -> Results:
        """What was counted so far."""
        questions = {name: column.question() for _, name, column in self._columns}
        return Results(self._responses, dict(_few(self._days)), questions)


class _Codes:
    """Single choices, scales, yes and no."""

    def __init__(self) -> None:
        self._counts: Counter[Any] = Counter()
        self._base = 0

    def add(self, cells: Cells) -> None:
        self._counts.update(cells)
        self._base += len(cells)

    def question(self) -> Question:
        kept = self._counts.most_common(MOST_CODES)
        return Question(self._base, {str(code): count for code, count in kept})


class _Chosen:
    """Multiple choices."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._base = 0

    def add(self, cells: Cells) -> None:
        self._counts.update(chain.from_iterable([cell.get("true", ()) for cell in cells]))
        self._base += len(cells)

    def question(self) -> Question:
        return Question(self._base, dict(self._counts.most_common(MOST_CODES)))


class _Rows:
    """An object by row: each row is counted as if it were a question."""

    def __init__(self, rows: dict[str, _Column]) -> None:
        self._rows = rows
        self._base = 0

    def add(self, cells: Cells) -> None:
        self._base += len(cells)
        for code, column in self._rows.items():
            column.add([inner for cell in cells if (inner := cell.get(code)) is not None])

    def question(self) -> Question:
        found = {code: column.question() for code, column in self._rows.items()}
        numbers = {code: one.numbers for code, one in found.items() if one.numbers is not None}
        inner: dict[str, dict[str, int]] = {}
        for code, one in found.items():
            inner |= {f"{code}.{name}": counts for name, counts in one.rows.items()} or {code: one.counts}
        return Question(self._base, {}, inner, row_numbers=numbers)


class _Amounts:
    """Numbers, in bins whose width grows until there are few enough."""

    def __init__(self) -> None:
        self._width = 0.0
        self._bins: Counter[int] = Counter()
        self._count, self._total, self._squares = 0, 0.0, 0.0
        self._least, self._greatest = float("inf"), float("-inf")

    def add(self, cells: Cells) -> None:
        if not cells:
            return
        self._width = self._width or (1.0 if all(isinstance(cell, int) for cell in cells) else 0.1)
        self._count += len(cells)
        self._total += sum(cells)
        self._squares += sum([cell * cell for cell in cells])
        self._least = min(self._least, *cells)
        self._greatest = max(self._greatest, *cells)
        width = self._width
        self._bins.update([int(cell // width) for cell in cells])
        while len(self._bins) > MOST_BINS:
            coarser: Counter[int] = Counter()
            for start, count in self._bins.items():
                coarser[start // 2] += count
            self._bins, self._width = coarser, self._width * 2

    def question(self) -> Question:
        if not self._count:
            return Question(0, numbers=Numbers())
        sums = (self._count, self._total, self._squares, self._least, self._greatest)
        return Question(self._count, numbers=Numbers(*sums, self._width, dict(sorted(self._bins.items()))))


class _Dates:
    """Dates by day."""

    def __init__(self) -> None:
        self._days: Counter[str] = Counter()
        self._base = 0

    def add(self, cells: Cells) -> None:
        self._days.update([cell[:10] for cell in cells])
        self._base += len(cells)

    def question(self) -> Question:
        return Question(self._base, dict(_few(self._days)))


class _Texts:
    """Texts: the words that are in most of them; or they themselves, where they are a few again and again."""

    def __init__(self, stop: frozenset[str]) -> None:
        self._stop = stop
        self._words: Counter[str] = Counter()
        self._values: Counter[str] | None = Counter()
        self._base = 0

    def add(self, cells: Cells) -> None:
        if self._values is not None:
            self._values.update(filter(None, map(str.strip, cells)))
            if len(self._values) > WORDS_SHOWN or max(map(len, self._values), default=0) > LONGEST_VALUE:
                self._values = None
        if self._base < TEXTS_READ:
            said = [set(_WORD.findall(cell.lower())) for cell in cells]
            self._words.update(chain.from_iterable(said))
        self._base += len(cells)
        if len(self._words) > 2 * WORDS_KEPT:
            self._words = Counter(dict(self._words.most_common(WORDS_KEPT)))

    def question(self) -> Question:
        if self._values and self._base >= LEAST_EACH * len(self._values):
            return Question(self._base, dict(self._values.most_common()), whole=True)
        told = (
            (word, n) for word, n in self._words.most_common() if word not in self._stop and len(word) > 2
        )
        return Question(self._base, dict(pair for pair, _ in zip(told, range(WORDS_SHOWN), strict=False)))


def _column(schema: Schema, variable: Variable, stop: frozenset[str]) -> _Column:
    if variable.kind is Kind.GRID_3D:
        columns = grid_columns(schema, variable)
        return _Rows(
            {f.code: _Rows({v.name: _column(schema, v, stop) for v in columns}) for f in variable.fields}
        )
    if variable.fields:
        return _Rows({field.code: _one(variable, stop) for field in variable.fields})
    return _one(variable, stop)


def _one(variable: Variable, stop: frozenset[str]) -> _Column:
    match variable.kind:
        case Kind.MULTI | Kind.MULTI_GRID:
            return _Chosen()
        case Kind.NUMERIC:
            return _Amounts()
        case Kind.DATETIME:
            return _Dates()
        case Kind.TEXT:
            return _Texts(stop)
    return _Codes()


def _few(days: Counter[str]) -> Iterable[tuple[str, int]]:
    """Days in order; months where there are too many days."""
    if len(days) > MOST_DAYS:
        months: Counter[str] = Counter()
        for day, count in days.items():
            months[day[:7]] += count
        days = months
    return sorted(days.items())


def _stop_words(languages: Sequence[str]) -> frozenset[str]:
    """Words that say nothing by themselves, in the languages of a survey."""
    found: set[str] = set()
    for language in languages:
        code = language.partition("-")[0]
        if code.isascii() and code.isalpha():
            words = words_of(code)
            found.update(words.function_words, words.negators, words.intensifiers, words.diminishers)
    return frozenset(found)
