"""Tables as streams: CSV, TSV and NDJSON read row by row in constant memory.

A table is read at least twice (once to learn about its columns, once to fill records), so its file must
be able to seek; whoever has a pipe copies it to a temporary file first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from rejoinder.files.encodings import SAMPLE, delimiter_of, encoding_of
from rejoinder.files.titles import clean, shown
from rejoinder.model.problems import Invalid, TooLarge

MAX_FIELD = 1_000_000
"""Longest cell, in characters."""
MAX_LINE = 8_000_000
"""Longest line, in characters."""
MAX_HEADING = 5_000
"""How much of a heading is kept, in characters."""
MAX_COLUMNS = 10_000
"""Most columns of a table."""

_PLACEHOLDER = re.compile(r"Unnamed: \d+(_level_\d+)?\Z")
_FILLER_OPTIONS = frozenset({"response", "open-ended response"})

# The limit is the csv module's only way to stop an unclosed quote from swallowing the file; it is one for
# the whole process, and no other module of ours reads CSV.
csv.field_size_limit(MAX_FIELD)


@dataclass(frozen=True)
class Heading:
    """The head of one column: its question, and under two header rows (or `name[field]`) its option."""

    question: str
    option: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a table.

    `number` counts the file's rows from 1, header rows included, so that people find it in a spreadsheet
    (a quoted cell over several lines is one row). `cells` is as long as the header. `wrong` says what was
    wrong with the row as a whole, or is "".
    """

    number: int
    cells: list[str]
    wrong: str = ""


class Table(Protocol):
    """Anything with a header and rows of text cells."""

    @property
    def headings(self) -> tuple[Heading, ...]:
        """One heading for each column."""

    @property
    def delimiter(self) -> str:
        """What stands between cells; where it is no comma, a comma may be a decimal point."""

    def lines(self) -> Iterator[Line]:
        """Read all rows from the start; one reading at a time."""


@dataclass(frozen=True)
class TextTable:
    """A CSV or TSV file.

    `file` is open for reading and can seek; `encoding` is a Python codec; `header_rows` is 1 or 2.
    """

    file: BinaryIO
    encoding: str
    delimiter: str
    header_rows: int
    headings: tuple[Heading, ...]

    def lines(self) -> Iterator[Line]:
        """Read all rows under the header.

        Short rows are filled up with blanks and long rows are cut; both say so in `wrong`. Blank rows are
        left out. Raises `TooLarge` for a cell or line over its limit.
        """
        width = len(self.headings)
        for number, row in enumerate(_raw_rows(self.file, self.encoding, self.delimiter), 1):
            if number > self.header_rows and any(row):
                yield _fitted(number, row, width)


def read_table(file: BinaryIO, *, header_rows: int | None = None, delimiter: str | None = None) -> TextTable:
    """Find out how `file` is written and read its header.

    Parameters: `header_rows` — 1 or 2, and `delimiter` — when known; otherwise both are recognised. Two
    header rows are the SurveyMonkey manner: questions above, options (or "Response") below, a question's
    further columns blank.

    Raises `Invalid` for a file without a header or with too many columns, `TooLarge` over a limit.
    """
    encoding = encoding_of(file)
    mark = delimiter or delimiter_of(_sample(file, encoding))
    top: list[list[str]] = []
    for row in _raw_rows(file, encoding, mark):
        top.append(row)
        if len(top) == 2:
            break
    if not top or not any(cell.strip() for cell in top[0]):
        raise Invalid("The file has no header: its first row must hold the names of the columns.")
    if len(top[0]) > MAX_COLUMNS:
        raise Invalid(f"The file has {len(top[0])} columns; at most {MAX_COLUMNS} can be read.")
    count = header_rows or (2 if len(top) == 2 and _has_options(top[0], top[1]) else 1)
    return TextTable(file, encoding, mark, count, _headings(top, count))


def _sample(file: BinaryIO, encoding: str) -> str:
    """The first whole lines of the file, for guessing."""
    with _opened(file, encoding) as text:
        sample = text.read(SAMPLE)
        return sample if len(sample) < SAMPLE or "\n" not in sample else sample[: sample.rindex("\n") + 1]


class _opened:  # noqa: N801 - reads like the built-in it stands for
    """`file` as text from its start; the binary file stays open afterwards."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self._text

    def __exit__(self, *_: object) -> None:
        self._text.detach()


def _raw_rows(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with _opened(file, encoding) as text:
        reader = csv.reader(_bounded_lines(text), delimiter=delimiter)
        number = 0
        while True:
            number += 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TooLarge(
                    f"Row {number} cannot be read: a cell is longer than {MAX_FIELD} characters. "
                    "Look for a quotation mark that is never closed."
                ) from error
            yield row


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    count = 0
    while line := text.readline(MAX_LINE):
        count += 1
        if len(line) == MAX_LINE:
            raise TooLarge(f"Line {count} is longer than {MAX_LINE} characters.")
        yield line.replace("\x00", "") if "\x00" in line else line


def _fitted(number: int, row: list[str], width: int) -> Line:
    if len(row) == width:
        return Line(number, row)
    if len(row) < width:
        return Line(number, row + [""] * (width - len(row)), f"has {len(row)} cells in place of {width}")
    wrong = f"has {len(row)} cells in place of {width}" if any(cell.strip() for cell in row[width:]) else ""
    return Line(number, row[:width], wrong)


def _has_options(questions: list[str], options: list[str]) -> bool:
    """Whether the second row is a header row too."""
    blanks = [place for place, cell in enumerate(questions) if _is_blank(cell)]
    below = [options[place].strip() if place < len(options) else "" for place in blanks]
    fillers = sum(cell.strip().casefold() in _FILLER_OPTIONS for cell in options)
    if blanks and all(below):
        return fillers > 0 or (not options[0].strip() and blanks[0] != 0)
    return fillers > 0 and fillers >= sum(bool(cell.strip()) for cell in options) - 1


def _is_blank(cell: str) -> bool:
    return not cell.strip() or _PLACEHOLDER.match(cell.strip()) is not None


def _headings(top: list[list[str]], count: int) -> tuple[Heading, ...]:
    if count == 1:
        return tuple(Heading("" if _is_blank(cell) else clean(cell[:MAX_HEADING])) for cell in top[0])
    width = max(len(row) for row in top[:2])
    upper, lower = (row + [""] * (width - len(row)) for row in top[:2])
    headings, question = [], ""
    for above, below in zip(upper, lower, strict=True):
        question = question if _is_blank(above) else clean(above[:MAX_HEADING])
        option = clean(below[:MAX_HEADING])
        headings.append(Heading(question, "" if option.casefold() in _FILLER_OPTIONS else option))
    return tuple(headings)


def place(headings: tuple[Heading, ...], column: int) -> str:
    """Name a column for a message: its number from 1 and its heading."""
    heading = headings[column]
    return f"column {column + 1} ({shown(heading.option or heading.question)})"
