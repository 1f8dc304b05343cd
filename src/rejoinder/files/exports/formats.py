"""The formats: what each is called, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, NamedTuple, Protocol

from rejoinder.files.exports.cells import Cells
from rejoinder.model.exports import Column, Format, Manner


class Writer(Protocol):
    """Writes one file, in constant memory."""

    def write(self, values: Sequence[Cells], size: int) -> None:
        """Some more rows, column by column."""

    def close(self) -> int:
        """Write what is left; gives how many cells were cut because the format allows no longer ones."""


class FileFormat(NamedTuple):
    """A format: the ending of a file's name, its media type, and what writes it."""

    ending: str
    media_type: str
    writer: Callable[[BinaryIO, Sequence[Column], Manner], Writer]


def _csv(out: BinaryIO, columns: Sequence[Column], manner: Manner) -> Writer:
    from rejoinder.files.exports.delimited import Delimited

    return Delimited(out, columns, manner)


def _xlsx(out: BinaryIO, columns: Sequence[Column], manner: Manner) -> Writer:
    from rejoinder.files.exports.workbook import Workbook

    return Workbook(out, columns, manner)


def _parquet(out: BinaryIO, columns: Sequence[Column], manner: Manner) -> Writer:
    from rejoinder.files.exports.columnar import Columnar

    return Columnar(out, columns, manner)


def _sav(out: BinaryIO, columns: Sequence[Column], manner: Manner) -> Writer:
    from rejoinder.files.exports.spss import SystemFile

    return SystemFile(out, columns, manner)


def _ndjson(out: BinaryIO, columns: Sequence[Column], manner: Manner) -> Writer:
    from rejoinder.files.exports.json_lines import JsonLines

    return JsonLines(out, columns, manner)


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_FORMATS: dict[Format, FileFormat] = {
    "csv": FileFormat("csv", "text/csv; charset=utf-8", _csv),
    "xlsx": FileFormat("xlsx", _XLSX, _xlsx),
    "parquet": FileFormat("parquet", "application/vnd.apache.parquet", _parquet),
    "sav": FileFormat("sav", "application/x-spss-sav", _sav),
    "ndjson": FileFormat("ndjson", "application/x-ndjson; charset=utf-8", _ndjson),
}


def check_format(name: Format) -> None:
    """Raise NotOffered where what writes this format is not installed."""
    if name == "parquet":
        from rejoinder.files.exports.columnar import need_pyarrow

        need_pyarrow()
