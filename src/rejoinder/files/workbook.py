"""Workbooks of Excel (XLSX) → CSV, so that all that reads tables reads their sheet, too.

A workbook is an archive from a stranger: what it claims to unpack to is limited before anything is unpacked,
its XML may not define entities (defusedxml, which openpyxl uses where it is there), rows come one by one, and
formulas are never worked out: what the sheet showed last counts.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

import defusedxml  # noqa: F401  openpyxl reads XML with it where it is there: without it we do not start

from rejoinder.model.problems import Invalid, TooLarge, Unreadable

MAX_PARTS = 2_000
"""Files in the archive."""
MAX_UNPACKED = 512_000_000
"""Bytes of all of them together."""
MAX_TEXTS, MAX_OTHER = 96_000_000, 12_000_000
"""Bytes of the texts that cells share, which stay in memory, and of each part that is no sheet."""
MAX_ROWS, MAX_CELLS = 1_048_576, 3_000_000
_TEXTS = "xl/sharedstrings.xml"
_SHEETS = "xl/worksheets/"
_CANNOT = "The workbook cannot be read. Save its sheet as CSV (UTF-8) and import that."


class Sheet(NamedTuple):
    """A sheet as CSV (UTF-8); `others` — how many sheets more the workbook has."""

    data: bytes
    title: str
    others: int


def is_workbook(data: bytes) -> bool:
    """Whether a file may be one: it is an archive."""
    return data[:4] == b"PK\x03\x04"


def read_workbook(data: bytes) -> Sheet:
    """The first sheet that people see. Raises Unreadable, TooLarge, Invalid for one without rows."""
    _check_archive(data)
    try:
        return _read(data)
    except (TooLarge, Invalid):
        raise
    except Exception:  # what a broken archive or odd XML comes to in the library: a sentence for people
        raise Unreadable(_CANNOT) from None


def _check_archive(data: bytes) -> None:
    """Judge what the archive says of itself: no part gives more than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable(_CANNOT) from None
    names = {part.filename.lower() for part in parts}
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("The file is an archive, but no workbook of Excel (.xlsx); a table is wanted.")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise TooLarge(
            "The workbook unpacks to more than can be read; save its sheet as CSV and import that."
        )
    for part in parts:
        name = part.filename.lower()
        most = MAX_UNPACKED if name.startswith(_SHEETS) else MAX_TEXTS if name == _TEXTS else MAX_OTHER
        if name.startswith("xl/media/"):
            continue  # pictures are never unpacked
        if part.file_size > most:
            raise TooLarge("The workbook holds more than can be read; save its sheet as CSV and import that.")


def _read(data: bytes) -> Sheet:
    import openpyxl  # it brings numpy along, which a server does not need to start

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not seen:
            raise Invalid("The workbook has no sheet.")
        sheet = seen[0]
        sheet.reset_dimensions()  # what it says of its size is not to be trusted
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        for row in _bounded(sheet.iter_rows(values_only=True)):
            writer.writerow(row)
        return Sheet(out.getvalue().encode("utf-8", "replace"), str(sheet.title), len(seen) - 1)
    finally:
        book.close()


def _bounded(rows: Iterator[Sequence[Any]]) -> Iterator[list[str]]:
    """The rows as texts, without what is blank behind their ends."""
    cells = width = 0
    for number, row in enumerate(rows, 1):
        cells += len(row)
        if number > MAX_ROWS or cells > MAX_CELLS:
            raise TooLarge(f"The sheet has more than {MAX_CELLS:,} cells; save it as CSV and import that.")
        found = _trimmed([_text(value) for value in row])
        width = width or len(found)
        yield found + [""] * (width - len(found)) if found else []


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _text(value: Any) -> str:
    """A cell as CSV has it; blank for an error such as #N/A."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        plain = value.replace(microsecond=0)
        return plain.isoformat() if plain.time() != time() else plain.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    text = str(value)
    return "" if text in _ERRORS else text


_ERRORS = frozenset({"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!"})
