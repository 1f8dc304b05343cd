"""CSV files of feedback, cut into blocks of rows: comma-separated UTF-8, read once and strictly.

Whoever sends such a file is told every row that is wrong. Rows are counted as spreadsheets count them: from
1, the header included, a cell over several lines being one row.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from rejoinder.files.tables import MAX_FIELD
from rejoinder.model.problems import Invalid, TooLarge
from rejoinder.model.reports import Message, Report, RowResult

MAX_BYTES = 10_485_760
"""Bytes of a file (004, "Limits": 10 MB)."""
MAX_ROWS = 500_000
MAX_COLUMNS = 500
MAX_CELL = 100_000
"""Characters of a cell, as many as a text may have."""
MAX_HEADING = 200
BLOCK = 2000
"""Rows that are worked on together."""
REPORTED = 10_000
"""Wrong rows that are listed; the others are counted."""
_SIXTEEN = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNDECODED = range(0xDC80, 0xDD00)
"""What stands for a byte that is no UTF-8."""
_OTHER_MARKS = (";", "\t", "|")


class Block(NamedTuple):
    """Some rows under the header: the number of each, and its cells, as many as the header has."""

    numbers: Sequence[int]
    rows: list[list[str]]


class Wrongs:
    """The rows that are wrong, each once, the first of them in words."""

    def __init__(self) -> None:
        self.total = 0
        self._rows: list[RowResult] = []
        self._open: dict[int, RowResult] = {}

    def add(self, row: int, column: str, reason: str, cell: str = "") -> None:
        """Note what is wrong with a row of the block that is worked on; what is said first counts."""
        if row not in self._open:
            message = Message((column,) if column else (), reason, cell[:80].replace("\0", "\\0"))
            self._open[row] = RowResult(row, (message,))

    def end_block(self) -> None:
        """The next rows are others."""
        self.total += len(self._open)
        if len(self._rows) < REPORTED:
            self._rows += [self._open[row] for row in sorted(self._open)][: REPORTED - len(self._rows)]
        self._open.clear()

    @property
    def any(self) -> bool:
        """Whether something was wrong so far."""
        return bool(self.total or self._open)

    def refuse(self) -> None:
        """Raise Invalid when something was wrong."""
        self.end_block()
        if self.total:
            said = "A row of the file is wrong; nothing was stored."
            if self.total > 1:
                said = f"{self.total:,} rows of the file are wrong; nothing was stored."
            if self.total > REPORTED:
                said = (
                    f"{self.total:,} rows of the file are wrong; nothing was stored. "
                    f"The first {REPORTED:,} of them follow."
                )
            raise Invalid(said, report=Report("response", tuple(self._rows)))


class CsvRows:
    """A file: its header, and its rows in blocks.

    Parameters: `data` — the file; `needed` — a heading without which the file cannot be meant; it tells which
    delimiter the file has. Raises TooLarge over `MAX_BYTES`, Invalid for what is no such file.
    """

    def __init__(self, data: bytes, needed: str = "") -> None:
        if len(data) > MAX_BYTES:
            raise TooLarge(f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} can be imported.")
        self._data = data.removeprefix(codecs.BOM_UTF8)
        self._clean = _is_text(self._data)
        self._mark = _delimiter(self._lines().readline(), needed)
        self.wrongs = Wrongs()
        self.header = _headings(next(self._reader(), []))

    def blocks(self) -> Iterator[Block]:
        """The rows; those that are wrong as a whole are noted in `wrongs` and left out."""
        reader = self._reader()
        next(reader)
        width, begin = len(self.header), 2
        while True:
            try:
                rows = list(islice(reader, BLOCK))
            except csv.Error as error:
                self.wrongs.end_block()
                self.wrongs.add(self._row_of_error(), "", _sentence(error))
                return
            if not rows:
                return
            self.wrongs.end_block()
            numbers: Sequence[int] = range(begin, begin + len(rows))
            begin += len(rows)
            if begin > MAX_ROWS + 2:
                raise TooLarge(f"The file has more than {MAX_ROWS:,} rows; import it in parts.")
            if not self._clean or set(map(len, rows)) != {width}:
                numbers, rows = self._fit(numbers, rows)
            yield Block(numbers, rows)

    def _lines(self) -> io.TextIOWrapper:
        """The file as text, decoded as it is read; what is no UTF-8 becomes `_UNDECODED`."""
        return io.TextIOWrapper(io.BytesIO(self._data), "utf-8", errors="surrogateescape", newline="")

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self._mark, strict=True)

    def _row_of_error(self) -> int:
        reader, number = self._reader(), 1
        try:
            for _ in reader:
                number += 1
        except csv.Error:
            pass
        return number

    def _fit(self, numbers: Sequence[int], rows: list[list[str]]) -> tuple[list[int], list[list[str]]]:
        """The rows that are as wide as the header and hold text; blank lines are no rows."""
        good: list[tuple[int, list[str]]] = []
        for number, row in zip(numbers, rows, strict=True):
            if not row:
                continue
            if wrong := self._wrong(row):
                self.wrongs.add(number, "", wrong)
            else:
                good.append((number, row))
        return [number for number, _ in good], [row for _, row in good]

    def _wrong(self, row: list[str]) -> str:
        if len(row) != len(self.header):
            if len(row) == 1:
                return f"has 1 cell, the header has {len(self.header)}"
            return f"has {len(row)} cells, the header has {len(self.header)}"
        if self._clean:
            return ""
        if any("\0" in cell for cell in row):
            return "holds a NUL character, which no text has"
        if any(ord(letter) in _UNDECODED for cell in row for letter in cell if letter > "\x7f"):
            return "is not UTF-8; save the file as UTF-8"
        return ""


def _is_text(data: bytes) -> bool:
    """Whether every byte of a file is text. Raises Invalid for what is no file of this kind at all."""
    if data.startswith(_SIXTEEN) or data[:4096].count(0) * 4 > len(data[:4096]):
        raise Invalid("The file is not UTF-8 (it looks like UTF-16 or is no text); save it as CSV in UTF-8.")
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def _delimiter(line: str, needed: str) -> str:
    """A comma, unless only another mark makes a column of the heading that must be there."""

    def has(mark: str) -> bool:
        return needed in [cell.strip().strip('"').casefold() for cell in line.rstrip("\r\n").split(mark)]

    if not needed or has(","):
        return ","
    return next((mark for mark in _OTHER_MARKS if has(mark)), ",")


def _headings(cells: list[str]) -> tuple[str, ...]:
    """The names of the columns. Raises Invalid for none, too many, blank, long and repeated ones."""
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise Invalid("The file has no header: its first row must hold the names of the columns.")
    if len(names) > MAX_COLUMNS:
        raise Invalid(f"The file has {len(names):,} columns; at most {MAX_COLUMNS} can be imported.")
    seen: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if not name:
            raise Invalid(f"Column {place} has no name in row 1; every column needs one.")
        if len(name) > MAX_HEADING or not name.isprintable():
            raise Invalid(f"The name of column {place} must be printable text of 1 to {MAX_HEADING} letters.")
        if (other := seen.setdefault(name.casefold(), place)) != place:
            raise Invalid(f"Columns {other} and {place} are both called {name!r}; names must differ.")
    return tuple(names)


def _sentence(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"has a cell of over {MAX_FIELD:,} characters; look for a quotation mark that is never closed"
    if "unexpected end" in str(error):
        return "opens a quotation mark that is never closed"
    return "has text behind a closing quotation mark; a quotation mark inside a cell is written twice"
