"""SPSS system files (`.sav`): labels, measurement levels, long strings, UTF-8, compressed by bytes.

The format is that of the PSPP developers' guide ("System File Format"). Strings have a fixed width, which is
known only at the end: rows wait in a temporary file that has no name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import msgspec

from rejoinder.files.exports import spss_dictionary as dictionary
from rejoinder.files.exports.cells import Cells
from rejoinder.files.exports.spss_dictionary import BIAS, MAX_STRING, SavVariable
from rejoinder.files.exports.spss_names import numeric_codes, variable_names
from rejoinder.model.exports import Column, Manner

_EPOCH = datetime(1582, 10, 14)  # noqa: DTZ001  moments are naive on both sides
_RAW, _SPACES, _MISSING = 253, 254, 255
_SMALL = {number: bytes([number + BIAS]) for number in range(1 - BIAS, 252 - BIAS)}
_Cell = tuple[bytes, bytes]
"""The codes of a cell, and the data that belong to those of them that say "as it is"."""
_BLANK_NUMBER: _Cell = (bytes([_MISSING]), b"")


class SystemFile:
    """Writes `.sav`. Codes stay codes, with their labels beside them, whatever is wanted of other formats."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column], manner: Manner) -> None:
        self._out, self._columns = out, columns
        self._codes = [numeric_codes(c.labels) if c.kind == "choice" else None for c in columns]
        self._strings = [
            c.kind == "text" or (c.kind == "choice" and codes is None)
            for c, codes in zip(columns, self._codes, strict=True)
        ]
        self._widths = [1] * len(columns)
        self._spool: BinaryIO = TemporaryFile()  # noqa: SIM115  closed by `drop`
        self._rows = self._cut = 0

    def write(self, values: Sequence[Cells], size: int) -> None:
        """Some more rows, column by column."""
        for place, text in enumerate(self._strings):
            if text:
                longest = max((len(cell.encode()) for cell in values[place] if cell is not None), default=1)
                self._widths[place] = max(self._widths[place], min(longest, MAX_STRING))
        frame = msgspec.msgpack.encode([size, list(values)])
        self._spool.write(struct.pack("<q", len(frame)) + frame)
        self._rows += size

    def close(self) -> int:
        """Write the dictionary and the rows; gives how many cells were cut."""
        try:
            variables = self._variables()
            self._out.write(dictionary.dictionary(variables, self._rows))
            for size, values in self._frames():
                self._out.write(self._cases(variables, size, values))
        finally:
            self.drop()
        return self._cut

    def drop(self) -> None:
        """Leave nothing behind; safe to say twice."""
        self._spool.close()

    def _variables(self) -> list[SavVariable]:
        names = variable_names([column.name for column in self._columns])
        return [
            SavVariable(column, name, self._widths[n] if self._strings[n] else 0, self._codes[n])
            for n, (column, name) in enumerate(zip(self._columns, names, strict=True))
        ]

    def _frames(self) -> Iterator[tuple[int, list[list[Any]]]]:
        self._spool.seek(0)
        while head := self._spool.read(8):
            yield msgspec.msgpack.decode(self._spool.read(struct.unpack("<q", head)[0]))

    def _cases(self, variables: Sequence[SavVariable], size: int, values: Sequence[Cells]) -> bytes:
        columns = [
            self._strings_of(v, cells) if v.width else _numbers(v, cells)
            for v, cells in zip(variables, values, strict=True)
        ]
        pieces: list[bytes] = []
        for row in zip(*columns, strict=True):
            _assemble(b"".join([cell[0] for cell in row]), b"".join([cell[1] for cell in row]), pieces)
        return b"".join(pieces)

    def _strings_of(self, variable: SavVariable, cells: Cells) -> list[_Cell]:
        blank = (bytes([_SPACES]) * (sum(variable.allocated()) // 8), b"")
        return [blank if cell is None else self._string(variable, cell) for cell in cells]

    def _string(self, variable: SavVariable, text: str) -> _Cell:
        data = text.encode()
        if len(data) > variable.width:
            self._cut += 1
            data = data[: variable.width].decode("utf-8", "ignore").encode()
        codes, raw = b"", b""
        for start, room in zip(variable.starts(), variable.allocated(), strict=True):
            piece = data[start : start + 255]
            whole = -(-len(piece) // 8)
            codes += bytes([_RAW]) * whole + bytes([_SPACES]) * (room // 8 - whole)
            raw += piece.ljust(whole * 8)
        return codes, raw


def _numbers(variable: SavVariable, cells: Cells) -> list[_Cell]:
    if variable.codes is not None:
        codes = variable.codes
        return [_BLANK_NUMBER if cell is None else _number(codes[cell]) for cell in cells]
    if variable.column.kind == "datetime":
        return [
            _BLANK_NUMBER
            if cell is None
            else _number((datetime.fromisoformat(cell) - _EPOCH).total_seconds())
            for cell in cells
        ]
    return [_BLANK_NUMBER if cell is None else _number(cell) for cell in cells]


def _number(value: float) -> _Cell:
    small = _SMALL.get(value)  # type: ignore[call-overload]  # 5.0 is found, too
    return (small, b"") if small else (bytes([_RAW]), struct.pack("<d", value))


def _assemble(codes: bytes, data: bytes, pieces: list[bytes]) -> None:
    """One case: groups of eight codes, each followed by the data of those that say "as it is"."""
    start = 0
    for place in range(0, len(codes), 8):
        group = codes[place : place + 8]
        end = start + 8 * group.count(_RAW)
        pieces += (group.ljust(8, b"\0"), data[start:end])
        start = end
