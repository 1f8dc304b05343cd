"""Read exports back with other people's libraries, each into rows of plain values."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pyreadstat

Rows = list[dict[str, Any]]


def read_csv(data: bytes) -> Rows:
    """CSV: all cells are text, blanks None."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return [{name: cell or None for name, cell in zip(rows[0], row, strict=True)} for row in rows[1:]]


def read_xlsx(data: bytes) -> tuple[Rows, list[list[Any]]]:
    """XLSX: the rows of all sheets of data, and the codebook."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    rows: Rows = []
    for sheet in book.worksheets:
        if sheet.title.startswith("Data"):
            lines = list(sheet.iter_rows(values_only=True))
            rows += [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    return rows, [list(line) for line in book["Codebook"].iter_rows(values_only=True)]


def read_parquet(data: bytes) -> Rows:
    """Parquet: typed cells."""
    return pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()


def read_sav(data: bytes) -> tuple[Rows, Any]:
    """SPSS: typed cells, and what the dictionary says. Rows have the names in the file."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "x.sav"
        path.write_bytes(data)
        columns, meta = pyreadstat.read_sav(path, output_format="dict", disable_datetime_conversion=True)
    names = list(columns)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [{name: _plain(cell) for name, cell in row.items()} for row in rows], meta


def _plain(cell: Any) -> Any:
    if cell is None or cell == "" or cell != cell:
        return None
    return cell if isinstance(cell, str | datetime) else float(cell)
