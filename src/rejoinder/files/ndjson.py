"""NDJSON: one JSON object to a line, flat or in the stored shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from rejoinder.files.tables import MAX_COLUMNS, MAX_LINE, Heading, Line
from rejoinder.model.problems import TooLarge, Unreadable

_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True)
class RecordTable:
    """An NDJSON file seen as a table of text cells.

    A member is a column; of an object (a compound's fields) each member is a column under one question, and
    so is each code of a multiple choice, with 1 and 0 as cells. Lists have no place in a table: whoever
    stores records of a survey that exists reads them as they are, with `read_records`.
    """

    file: BinaryIO
    headings: tuple[Heading, ...]
    delimiter: str = ","

    def lines(self) -> Iterator[Line]:
        """Read all records from the start; `number` counts the file's lines from 1."""
        places = {heading: place for place, heading in enumerate(self.headings)}
        for number, record in read_records(self.file):
            cells, listed = [""] * len(places), False
            for heading, value in _columns(record):
                listed = listed or isinstance(value, list)
                if heading in places:
                    cells[places[heading]] = _cell(value)
            yield Line(number, cells, "holds a list, which a table has no place for" if listed else "")


def is_ndjson(file: BinaryIO) -> bool:
    """Whether the first line of `file` that is not blank starts a JSON object."""
    file.seek(0)
    return file.read(1 << 16).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read_records(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line's number (from 1) and object, in constant memory; blank lines are left out.

    Raises `Unreadable` naming the line that is no JSON object, `TooLarge` for a line over the limit.
    """
    file.seek(0)
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE:
            raise TooLarge(f"Line {number} is longer than {MAX_LINE} bytes.")
        text = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
        if text:
            yield number, _object(text, number)


def read_record_table(file: BinaryIO) -> RecordTable:
    """Read `file` once to learn its columns, in the order in which they are met.

    Raises what `read_records` raises, and `TooLarge` for too many columns.
    """
    met: dict[Heading, None] = {}
    for number, record in read_records(file):
        for heading, value in _columns(record):
            if not isinstance(value, list):
                met.setdefault(heading)
        if len(met) > MAX_COLUMNS:
            raise TooLarge(f"By line {number} the records have more than {MAX_COLUMNS} different members.")
    order = {question: n for n, question in enumerate(dict.fromkeys(heading.question for heading in met))}
    return RecordTable(file, tuple(sorted(met, key=lambda heading: order[heading.question])))


def _object(text: bytes, number: int) -> dict[str, Any]:
    try:
        return _decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable(
            f"Line {number} is not a JSON object: each line must be one, such as {{...}}."
        ) from error


def _columns(record: dict[str, Any]) -> Iterator[tuple[Heading, Any]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _parts(name, value)
        else:
            yield Heading(name), value


def _parts(name: str, value: dict[str, Any]) -> Iterator[tuple[Heading, Any]]:
    """The parts of a compound; of a choice its codes, those under "true" as 1."""
    sides = {
        side: codes for side, codes in value.items() if side in ("true", "false") and isinstance(codes, list)
    }
    if sides and len(sides) == len(value):
        for side, codes in sides.items():
            yield from ((Heading(name, str(code)), int(side == "true")) for code in codes)
        return
    for part, inner in value.items():
        yield Heading(name, part), list(inner) if isinstance(inner, dict) else inner


def _cell(value: Any) -> str:
    if value is None or isinstance(value, list):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
