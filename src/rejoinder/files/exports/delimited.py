"""CSV (RFC 4180): UTF-8, a header row, text that spreadsheets would run made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from rejoinder.files.exports.cells import Cells, disarmed, harmless, worded
from rejoinder.model.exports import Column, Manner

_TEXTS = ("text", "choice")


class Delimited:
    """Writes CSV."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column], manner: Manner) -> None:
        self._out, self._columns, self._manner = out, columns, manner
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text, delimiter=manner.delimiter)
        if manner.bom:
            out.write(b"\xef\xbb\xbf")
        names = [column.name for column in columns]
        self._csv.writerow(names if manner.formulas else map(disarmed, names))
        self._flush()

    def write(self, values: Sequence[Cells], size: int) -> None:
        """Some more rows, column by column."""
        cells = worded(self._columns, values, self._manner)
        if not self._manner.formulas:
            cells = [
                harmless(some) if column.kind in _TEXTS else some
                for column, some in zip(self._columns, cells, strict=True)
            ]
        self._csv.writerows(zip(*cells, strict=True))
        self._flush()

    def close(self) -> int:
        """Nothing is left to write; no cell was cut."""
        return 0

    def _flush(self) -> None:
        self._out.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()
