"""CSV files of feedback (004, "CSV file format"): checked cell by cell, then given out typed, in blocks.

The file is read once. What a column's cells are is only known behind the last row, so that blocks wait packed
until then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import starmap
from typing import Any, NamedTuple

import msgspec

from rejoinder.files.csv_rows import MAX_CELL, CsvRows, Wrongs
from rejoinder.files.moments import Moments
from rejoinder.files.property_types import MOMENT_FORMS, Guess, PropertyType, values_of
from rejoinder.model.problems import Invalid

FEEDBACK, DATE, USER, SCORE = "feedback", "feedback_date", "user_id", "score"
SPECIAL = (FEEDBACK, DATE, USER, SCORE)
RESERVED = ("tags", "wootric_response_id")
"""004, "Reserved Column Names"."""
NO_SCORE = 1 << 40
"""Stands for what is no score; a score has nine digits at the most."""
_SCORE = re.compile(r"-?[0-9]{1,9}")


class PropertyColumn(NamedTuple):
    """A column that is a property: its heading, and what its cells are."""

    heading: str
    kind: PropertyType


class FeedbackRows(NamedTuple):
    """Some rows, column by column, None for blanks; `dates` in µs, `moments` the same as naive ISO texts of
    the zone, `properties` in the columns' order."""

    dates: Sequence[int]
    moments: Sequence[str]
    feedback: Sequence[str | None]
    scores: Sequence[int | None]
    users: Sequence[str | None]
    properties: list[list[Any]]


class FeedbackFile(NamedTuple):
    """A file in which nothing is wrong."""

    columns: tuple[PropertyColumn, ...]
    rows: int
    packed: tuple[bytes, ...]

    def blocks(self) -> Iterator[FeedbackRows]:
        """Its rows, in the order of the file."""
        decode = msgspec.json.Decoder(_Packed).decode
        kinds = [column.kind for column in self.columns]
        for piece in self.packed:
            dates, moments, feedback, scores, users, cells = decode(piece)
            typed = list(starmap(values_of, zip(kinds, cells, strict=True)))
            yield FeedbackRows(dates, moments, feedback, scores, users, typed)


_Packed = tuple[list[int], list[str], list[str | None], list[int | None], list[str | None], list[list[str]]]


def read_feedback(data: bytes, zone: tzinfo) -> FeedbackFile:
    """Check a whole file.

    Parameters: `zone` — of dates without an offset. Raises TooLarge over 10 MB, Invalid for a header that
    cannot be (no `feedback_date`, reserved names, repeated ones), for a file without rows, and with every
    wrong row and what is wrong with it.
    """
    sheet = CsvRows(data, needed=DATE)
    places = _places(sheet.header)
    own = [n for n in range(len(sheet.header)) if n not in places.values()]
    guesses = [Guess() for _ in own]
    packed, count = [], 0
    check = _Check(sheet.wrongs, zone)
    for numbers, rows in sheet.blocks():
        if not rows:
            continue
        count += len(rows)
        columns = list(zip(*rows, strict=True))
        check.lengths(numbers, columns, sheet.header)
        mine = [columns[n] for n in own]
        for guess, cells in zip(guesses, mine, strict=True):
            guess.look(cells)
        blank = ("",) * len(rows)
        named = {name: columns[place] for name, place in places.items()}
        dates, moments = check.dates(numbers, named[DATE])
        scores = check.scores(numbers, named.get(SCORE, blank))
        texts = [[cell or None for cell in named.get(name, blank)] for name in (FEEDBACK, USER)]
        if not sheet.wrongs.any:
            packed.append(msgspec.json.encode((dates, moments, texts[0], scores, texts[1], mine)))
    sheet.wrongs.refuse()
    if not count:
        raise Invalid("The file has no rows under its header; there is nothing to import.")
    kinds = [guess.kind for guess in guesses]
    headings = [sheet.header[n] for n in own]
    return FeedbackFile(tuple(map(PropertyColumn, headings, kinds)), count, tuple(packed))


def _places(header: Sequence[str]) -> dict[str, int]:
    """Where the special columns are. Raises Invalid: the date's is missing, a reserved name is used."""
    folded = {name.casefold(): place for place, name in enumerate(header)}
    for name in RESERVED:
        if name in folded:
            raise Invalid(f"Column {folded[name] + 1} is called {name!r}, a reserved name; choose another.")
    if DATE not in folded:
        raise Invalid(
            f"The file has no column {DATE!r}, which must be there and have a value in each row; "
            "columns are separated by commas."
        )
    return {name: folded[name] for name in SPECIAL if name in folded}


class _Check:
    """Reads the special columns, and notes the cells that cannot be."""

    def __init__(self, wrongs: Wrongs, zone: tzinfo) -> None:
        self._wrongs = wrongs
        self._moments = Moments(zone)

    def lengths(self, numbers: Sequence[int], columns: list[tuple[str, ...]], header: Sequence[str]) -> None:
        """Find cells that no text variable holds."""
        for name, cells in zip(header, columns, strict=True):
            if max(map(len, cells)) > MAX_CELL:
                for number, cell in zip(numbers, cells, strict=True):
                    if len(cell) > MAX_CELL:
                        reason = f"{name} is longer than {MAX_CELL:,} characters"
                        self._wrongs.add(number, name, reason, cell)

    def dates(self, numbers: Sequence[int], cells: Sequence[str]) -> tuple[list[int], list[str]]:
        """The dates in µs and as naive texts of the zone, 0 and "" where there is none."""
        try:
            return self._moments.read(cells)
        except KeyError:
            found = [self._date(number, cell) for number, cell in zip(numbers, cells, strict=True)]
            return [at for at, _ in found], [text for _, text in found]

    def _date(self, number: int, cell: str) -> tuple[int, str]:
        try:
            return self._moments.one(cell)
        except ValueError:
            wrong = f"{DATE} is no such date; write {MOMENT_FORMS}"
            if not cell.strip():
                wrong = f"{DATE} is blank; write {MOMENT_FORMS}"
            self._wrongs.add(number, DATE, wrong, cell)
            return 0, ""

    def scores(self, numbers: Sequence[int], cells: Sequence[str]) -> list[int | None]:
        """The scores, None for blanks."""
        known = {cell: _score(cell) for cell in set(cells)}
        if NO_SCORE in known.values():
            for number, cell in zip(numbers, cells, strict=True):
                if known[cell] == NO_SCORE:
                    self._wrongs.add(number, SCORE, f"{SCORE} must be a whole number, or blank", cell)
        return list(map(known.__getitem__, cells))


def _score(cell: str) -> int | None:
    plain = cell.strip()
    if plain and not _SCORE.fullmatch(plain):
        return NO_SCORE
    return int(plain) if plain else None
