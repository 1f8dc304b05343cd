"""Tables made from literals, and the real files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from rejoinder.files.tables import TextTable, read_table

SURVEYS = Path(__file__).parents[2] / ".." / "shared" / "data" / "surveys"


def table(*rows: Sequence[str]) -> TextTable:
    """A CSV table with these rows, the header first."""
    return read_table(file_of(*rows))


def file_of(*rows: Sequence[str]) -> io.BytesIO:
    """A CSV file with these rows, in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def column(title: str, *cells: str) -> TextTable:
    """A table of one column beside a numbering one (so that blank cells stay rows)."""
    return table(["nr", title], *[[f"#{number}", cell] for number, cell in enumerate(cells)])
