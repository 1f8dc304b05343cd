"""Parquet: typed columns, choices as dictionaries, titles and labels in the columns' metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

import msgspec

from rejoinder.files.exports.cells import Cells, worded
from rejoinder.model.exports import Column, Manner
from rejoinder.model.problems import NotOffered

GROUP_ROWS, GROUP_BYTES = 131_072, 32_000_000
"""Rows of a row group, and about how many bytes of memory, at the most."""


class Columnar:
    """Writes Parquet. Raises NotOffered where pyarrow is not installed."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column], manner: Manner) -> None:
        self._arrow, parquet = need_pyarrow()
        self._columns, self._manner = columns, manner
        self._schema = self._arrow.schema([self._field(column) for column in columns])
        self._writer = parquet.ParquetWriter(out, self._schema, compression="zstd")
        self._waiting: list[Any] = []
        self._rows = self._bytes = 0

    def write(self, values: Sequence[Cells], size: int) -> None:
        """Some more rows, column by column."""
        cells = worded(self._columns, values, self._manner)
        arrays = [self._array(*pair) for pair in zip(self._columns, cells, strict=True)]
        batch = self._arrow.record_batch(arrays, schema=self._schema)
        self._waiting.append(batch)
        self._rows += size
        self._bytes += batch.nbytes
        if self._rows >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._write_group()

    def close(self) -> int:
        """Write what waits and the footer; no cell was cut."""
        self._write_group()
        self._writer.close()
        return 0

    def _write_group(self) -> None:
        if self._waiting:
            table = self._arrow.Table.from_batches(self._waiting, self._schema)
            self._writer.write_table(table, row_group_size=max(1, self._rows))
        self._waiting, self._rows, self._bytes = [], 0, 0

    def _field(self, column: Column) -> Any:
        told = {"title": column.title} if column.title else {}
        if column.labels:
            told["labels"] = msgspec.json.encode(column.labels).decode()
        return self._arrow.field(column.name, self._type(column), metadata=told or None)

    def _type(self, column: Column) -> Any:
        arrow = self._arrow
        match column.kind:
            case "integer":
                return arrow.int64()
            case "number":
                return arrow.float64()
            case "datetime":
                return arrow.timestamp("ms")
            case "boolean":
                return arrow.bool_()
            case "choice":
                return arrow.dictionary(arrow.int32(), arrow.string())
            case _:
                return arrow.string()

    def _array(self, column: Column, cells: Cells) -> Any:
        arrow = self._arrow
        match column.kind:
            case "number":
                return arrow.array([None if cell is None else float(cell) for cell in cells], arrow.float64())
            case "boolean":
                return arrow.array([None if cell is None else cell == 1 for cell in cells], arrow.bool_())
            case "datetime":
                return arrow.array(cells, arrow.string()).cast(arrow.timestamp("ms"))
            case "choice":
                return arrow.array(cells, arrow.string()).dictionary_encode()
            case _:
                return arrow.array(cells, self._type(column))


def need_pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise NotOffered(
            "Parquet needs the package pyarrow, which is not installed: pip install 'rejoinder[exports]'."
        ) from None
    return pyarrow, pyarrow.parquet
