"""NDJSON: canonical records as they are, or an object for each row where the rows are no records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from rejoinder.files.exports.cells import Cells, worded
from rejoinder.model.exports import Column, Manner


class JsonLines:
    """Writes NDJSON; blanks are left out."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column], manner: Manner) -> None:
        self._out, self._columns, self._manner = out, columns, manner
        self._names = [column.name for column in columns]
        self._encode = msgspec.json.Encoder().encode_lines

    def write(self, values: Sequence[Cells], size: int) -> None:
        """Some more rows, column by column."""
        rows = zip(*worded(self._columns, values, self._manner), strict=True)
        named = [
            {name: cell for name, cell in zip(self._names, row, strict=True) if cell is not None}
            for row in rows
        ]
        self._out.write(self._encode(named))

    def write_lines(self, lines: bytes) -> None:
        """Some more records, each a line."""
        self._out.write(lines)

    def close(self) -> int:
        """Nothing is left to write; no cell was cut."""
        return 0
