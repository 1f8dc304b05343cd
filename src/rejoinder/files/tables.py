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
from itertools import chain
from typing import BinaryIO, Protocol

from rejoinder.files.encodings import SAMPLE, delimiter_of, encoding_of
from rejoinder.files.titles import clean, shown
from rejoinder.model.problems import Invalid, TooLarge, Unreadable

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

# The limit is one for the whole process: it holds for csv_rows.py, too.
csv.field_size_limit(MAX_FIELD)

# Put behind the last line: a quotation mark that is never closed swallows it, and so is seen. No other line
# has this character.
_END = "\x00"
_UNCLOSED = "Look for a quotation mark that is never closed."
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of Excel and of LibreOffice begin."""


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

    Raises `Invalid` for a file without a header or with too many columns, `Unreadable` for a workbook,
    `TooLarge` over a limit.
    """
    _refuse_workbook(file)
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


def _refuse_workbook(file: BinaryIO) -> None:
    file.seek(0)
    if file.read(4) in _WORKBOOKS:
        raise Unreadable(
            "The file is a workbook (or an archive); save its sheet as CSV (UTF-8) and import that."
        )


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
        reader = csv.reader(chain(_bounded_lines(text), (_END,)), delimiter=delimiter)
        number = 0
        while True:
            number += 1
            try:
                row = next(reader)
            except csv.Error as error:
                raise TooLarge(
                    f"Row {number} cannot be read: a cell is longer than {MAX_FIELD} characters. {_UNCLOSED}"
                ) from error
            if row == [_END]:
                return
            if row and row[-1].endswith(_END):
                raise Invalid(f"Row {number} cannot be read: it swallows the rest of the file. {_UNCLOSED}")
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
    wrong = f"has {len(row)} cell{'s' if len(row) > 1 else ''} in place of {width}"
    if len(row) < width:
        return Line(number, row + [""] * (width - len(row)), wrong)
    return Line(number, row[:width], wrong if any(cell.strip() for cell in row[width:]) else "")


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
