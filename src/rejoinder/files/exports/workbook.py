"""XLSX: typed cells, a codebook beside them, in constant memory."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from rejoinder.files.exports.cells import Cells, worded
from rejoinder.files.exports.scratch import Scratch
from rejoinder.model.exports import Column, Manner
from rejoinder.model.problems import Invalid

MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 1_048_576, 16_384, 32_767
"""What one sheet and one cell of a workbook hold."""
MAX_DIGITS = 15
"""Digits that a number keeps in a workbook; longer whole numbers are written as text."""
_FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001  earlier ones are a day off: Excel's 1900 is a leap year
_WORDS = {
    "integer": "whole number",
    "number": "number",
    "text": "text",
    "datetime": "date and time",
    "boolean": "1 or 0",
    "choice": "choice",
}


class Workbook:
    """Writes XLSX: a sheet of data (more where one is full) and one that explains the columns.

    Raises Invalid for more columns than a sheet has.
    """

    def __init__(self, out: BinaryIO, columns: Sequence[Column], manner: Manner) -> None:
        if len(columns) > MAX_COLUMNS:
            raise Invalid(
                f"A sheet has {MAX_COLUMNS:,} columns, and this export {len(columns):,}: choose fewer "
                "columns, join multiple choices, or take CSV or Parquet."
            )
        import xlsxwriter

        self._out, self._columns, self._manner = out, columns, manner
        self._scratch = Scratch()
        self._file = TemporaryFile()  # noqa: SIM115  closed by `drop`
        options = {"constant_memory": True, "tmpdir": self._scratch.path}
        self._book: Any = xlsxwriter.Workbook(self._file, options)
        self._bold = self._book.add_format({"bold": True})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sheets = self._cut = 0
        self._sheet: Any = None
        self._next_sheet()
        self._codebook()

    def write(self, values: Sequence[Cells], size: int) -> None:
        """Some more rows, column by column."""
        cells = worded(self._columns, values, self._manner)
        for row in zip(*cells, strict=True):
            if self._row == MAX_ROWS:
                self._next_sheet()
            for place, cell in enumerate(row):
                if cell is not None:
                    self._cell(place, cell)
            self._row += 1

    def close(self) -> int:
        """Put the workbook together; gives how many cells were cut."""
        try:
            self._book.close()
            self._file.seek(0)
            shutil.copyfileobj(self._file, self._out, 1 << 18)
        finally:
            self.drop()
        return self._cut

    def drop(self) -> None:
        """Leave nothing behind; safe to say twice."""
        self._file.close()
        self._scratch.remove()

    def _cell(self, place: int, cell: Any) -> None:
        match self._columns[place].kind:
            case "integer" | "number" if abs(cell) < 10**MAX_DIGITS or isinstance(cell, float):
                self._sheet.write_number(self._row, place, cell)
            case "boolean":
                self._sheet.write_boolean(self._row, place, cell)
            case "datetime" if (moment := datetime.fromisoformat(cell)) >= _FIRST_DAY:
                self._sheet.write_datetime(self._row, place, moment, self._date)
            case _:
                self._text(self._sheet, self._row, place, str(cell))

    def _text(self, sheet: Any, row: int, place: int, text: str, look: Any = None) -> None:
        if len(text) > MAX_TEXT // 2 and (units := text.encode("utf-16-le"))[2 * MAX_TEXT :]:
            self._cut += 1
            text = units[: 2 * MAX_TEXT].decode("utf-16-le", "ignore")
        sheet.write_string(row, place, text, look)

    def _next_sheet(self) -> None:
        self._sheets += 1
        name = "Data" if self._sheets == 1 else f"Data {self._sheets}"
        self._sheet = self._book.add_worksheet(name)
        for place, column in enumerate(self._columns):
            self._text(self._sheet, 0, place, column.name, self._bold)
        self._sheet.freeze_panes(1, 0)
        self._row = 1

    def _codebook(self) -> None:
        """Each column with its title and kind, and each option with its label."""
        sheet = self._book.add_worksheet("Codebook")
        heads = ("column", "title", "type", "code", "label")
        rows = [heads]
        for column in self._columns:
            rows.append((column.name, column.title, _WORDS[column.kind], "", ""))
            rows += [(column.name, "", "", code, label) for code, label in column.labels.items()]
        for number, row in enumerate(rows[:MAX_ROWS]):
            for place, text in enumerate(row):
                if text:
                    self._text(sheet, number, place, text, None if number else self._bold)
        sheet.freeze_panes(1, 0)
