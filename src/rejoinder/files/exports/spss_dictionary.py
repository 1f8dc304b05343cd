"""The dictionary of an SPSS system file: everything before the data."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rejoinder.files.exports.spss_names import cut
from rejoinder.model.exports import Column

BIAS = 100
MAX_STRING = 32_767
"""Bytes of a string."""
MAX_LABEL, MAX_VALUE_LABEL = 255, 120
"""Bytes of a variable's and of a value's label."""
_LONGEST, _SEGMENT = 255, 252
"""Bytes of the longest string that is one variable, and what a segment of a longer one counts for."""
_STRING_FORMAT, _NUMBER_FORMAT, _MOMENT_FORMAT = 1, 5, 22
_NOMINAL, _ORDINAL, _SCALE = 1, 2, 3
_NO_DATE = b"01 Jan 00" + b"00:00:00"


class SavVariable(NamedTuple):
    """One variable: `width` in bytes, 0 for a number; `codes` — code → number, where a choice is a number."""

    column: Column
    name: str
    width: int
    codes: Mapping[str, float] | None

    def segments(self) -> list[int]:
        """The widths of the variables that it is stored as; 0 for a number."""
        if self.width <= _LONGEST:
            return [self.width]
        count = -(-self.width // _SEGMENT)
        return [_LONGEST] * (count - 1) + [self.width - (count - 1) * _SEGMENT]

    def allocated(self) -> list[int]:
        """The bytes that each of them takes in a case."""
        return [max(8, -(-width // 8) * 8) for width in self.segments()]

    def starts(self) -> list[int]:
        """Where in the text each of them begins."""
        return [number * 255 for number in range(len(self.segments()))]


def dictionary(variables: Sequence[SavVariable], rows: int) -> bytes:
    """All that stands before the data of so many rows."""
    short = _short_names(variables)
    records, places, count = _variable_records(variables, short)
    parts = [
        _header(count, rows),
        records,
        _value_labels(variables, places),
        _extension(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)),
        _extension(4, 8, struct.pack("<dd", -_MAX, _MAX) + _LOWEST),
        _extension(11, 4, b"".join(map(_display, variables))),
        _text(13, "\t".join(f"{short[n][0]}={v.name}" for n, v in enumerate(variables))),
    ]
    long = [f"{short[n][0]}={v.width:05d}\0\t" for n, v in enumerate(variables) if v.width > _LONGEST]
    if long:
        parts.append(_text(14, "".join(long)))
    parts += [
        _extension(16, 8, struct.pack("<qq", 1, rows)),
        _text(18, "/".join(_attributes(v) for v in variables)),
        _text(20, "UTF-8"),
    ]
    if labels := _long_labels(variables):
        parts.append(_extension(21, 1, labels))
    return b"".join([*parts, struct.pack("<ii", 999, 0)])


_MAX = struct.unpack("<d", struct.pack("<Q", 0x7FEFFFFFFFFFFFFF))[0]
_LOWEST = struct.pack("<Q", 0xFFEFFFFFFFFFFFFE)


def _header(count: int, rows: int) -> bytes:
    product = b"@(#) SPSS DATA FILE - Rejoinder".ljust(60)
    known = rows if rows < 1 << 31 else -1
    facts = struct.pack("<5i", 2, count, 1, 0, known) + struct.pack("<d", float(BIAS))
    return b"$FL2" + product + facts + _NO_DATE + b" " * 64 + b"\0" * 3


def _short_names(variables: Sequence[SavVariable]) -> list[list[str]]:
    """A name of eight letters at most for each variable and each of its segments."""
    found, number = [], 0
    for variable in variables:
        names = []
        for _ in variable.segments():
            number += 1
            names.append(f"V{number}")
        found.append(names)
    return found


def _variable_records(
    variables: Sequence[SavVariable], short: Sequence[Sequence[str]]
) -> tuple[bytes, list[int], int]:
    """The records, the place of each variable among the parts of eight bytes (from 1), and how many parts."""
    parts: list[bytes] = []
    places, count = [], 0
    for variable, names in zip(variables, short, strict=True):
        places.append(count + 1)
        for number, (width, room) in enumerate(zip(variable.segments(), variable.allocated(), strict=True)):
            parts.append(_variable_record(variable, names[number], width, labelled=number == 0))
            more = room // 8 - 1
            parts.append(_CONTINUED * more)
            count += 1 + more
    return b"".join(parts), places, count


_CONTINUED = struct.pack("<6i", 2, -1, 0, 0, 0, 0) + b" " * 8


def _variable_record(variable: SavVariable, name: str, width: int, *, labelled: bool) -> bytes:
    form = _format(variable, width)
    label = cut(variable.column.title or variable.column.name, MAX_LABEL).encode() if labelled else b""
    record = struct.pack("<6i", 2, width, bool(label), 0, form, form) + name.encode().ljust(8)
    return record + (_counted(label) if label else b"")


def _counted(text: bytes) -> bytes:
    return struct.pack("<i", len(text)) + text.ljust(-(-len(text) // 4) * 4)


def _format(variable: SavVariable, width: int) -> int:
    if width:
        return _STRING_FORMAT << 16 | width << 8
    if variable.column.kind == "datetime":
        return _MOMENT_FORMAT << 16 | 20 << 8
    whole = variable.column.kind in ("integer", "boolean") or (
        variable.codes is not None and all(number.is_integer() for number in variable.codes.values())
    )
    return _NUMBER_FORMAT << 16 | (12 << 8 if whole else 16 << 8 | 4)


def _display(variable: SavVariable) -> bytes:
    column = variable.column
    if column.kind in ("integer", "number", "datetime"):
        measure = _SCALE
    else:
        measure = _ORDINAL if column.kind == "choice" and column.ordered else _NOMINAL
    shown = min(variable.width, 32) if variable.width else 12
    return struct.pack("<3i", measure, shown, 0 if variable.width else 1) * len(variable.segments())


def _value_labels(variables: Sequence[SavVariable], places: Sequence[int]) -> bytes:
    """The labels of numbers and of strings of up to eight bytes."""
    parts = []
    for variable, place in zip(variables, places, strict=True):
        if variable.column.labels and variable.width <= 8:
            labels = [(_value(variable, code), text) for code, text in variable.column.labels.items()]
            parts.append(struct.pack("<ii", 3, len(labels)))
            parts += [value + _padded_label(text) for value, text in labels]
            parts.append(struct.pack("<iii", 4, 1, place))
    return b"".join(parts)


def _value(variable: SavVariable, code: str) -> bytes:
    if variable.codes is not None:
        return struct.pack("<d", variable.codes[code])
    return code.encode()[:8].ljust(8)


def _padded_label(text: str) -> bytes:
    data = cut(text, MAX_VALUE_LABEL).encode()
    return (bytes([len(data)]) + data).ljust(-(-(len(data) + 1) // 8) * 8)


def _long_labels(variables: Sequence[SavVariable]) -> bytes:
    """The labels of longer strings."""
    parts = []
    for variable in variables:
        if variable.column.labels and variable.width > 8:
            name = variable.name.encode()
            parts.append(struct.pack("<i", len(name)) + name)
            parts.append(struct.pack("<ii", variable.width, len(variable.column.labels)))
            for code, text in variable.column.labels.items():
                value = cut(code, variable.width).encode().ljust(variable.width)
                label = cut(text, MAX_VALUE_LABEL).encode()
                parts.append(struct.pack("<i", len(value)) + value + struct.pack("<i", len(label)) + label)
    return b"".join(parts)


def _attributes(variable: SavVariable) -> str:
    """The name that the variable has in the store."""
    plain = "".join(c if c.isprintable() and c not in "'" else " " for c in variable.column.name)
    return f"{variable.name}:Name('{plain}'\n)"


def _text(kind: int, text: str) -> bytes:
    return _extension(kind, 1, text.encode())


def _extension(kind: int, size: int, data: bytes) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(data) // size) + data
