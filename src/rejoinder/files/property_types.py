"""What the cells of a column are, and what they mean: text until every cell of it says something else.

A type is only given to cells that it keeps: a number with leading zeros, or with more digits than a number
holds, stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any

_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")
_DOUBLE = re.compile(r"(?=.{1,17}\Z)-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")
_UNIX = re.compile(r"-?[0-9]{1,12}")
_TRUTHS = {"true": 1, "false": 0}
_EARLIEST, _LATEST = 1900, 9998
"""Years between which a moment can lie: every time zone can show it."""
_UNIX_EARLIEST, _UNIX_LATEST = -2_208_988_800, 253_370_764_799
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENT_FORMS = "yyyy-mm-dd hh:mm:ss, yyyy-mm-dd hh:mm, yyyy-mm-dd or a Unix timestamp"
"""How a moment may be written (004, "CSV file format")."""


class PropertyType(StrEnum):
    """The type of a property's values (design, "Wootric CXI": `data_type`)."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DOUBLE = "double"
    DATETIME = "datetime"
    STRING = "string"


def is_date(cell: str) -> bool:
    """Whether a cell is a day, or a day and a time, that there is."""
    if not _DATE.fullmatch(cell):
        return False
    try:
        return _EARLIEST <= datetime.fromisoformat(cell).year <= _LATEST
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def naive_text(cell: str) -> str:
    """A date as records hold it."""
    return datetime.fromisoformat(cell).isoformat()


_TESTS: dict[PropertyType, Callable[[str], Any]] = {
    PropertyType.BOOLEAN: lambda cell: cell.lower() in _TRUTHS,
    PropertyType.INTEGER: _INTEGER.fullmatch,
    PropertyType.DOUBLE: _DOUBLE.fullmatch,
    PropertyType.DATETIME: is_date,
}
_READERS: dict[PropertyType, Callable[[str], Any]] = {
    PropertyType.BOOLEAN: lambda cell: _TRUTHS[cell.lower()],
    PropertyType.INTEGER: int,
    PropertyType.DOUBLE: float,
    PropertyType.DATETIME: naive_text,
}


def fits(kind: PropertyType, cell: str) -> bool:
    """Whether a cell that is not blank can be of a type."""
    return kind is PropertyType.STRING or bool(_TESTS[kind](cell))


class Guess:
    """What a column may still be, block after block."""

    def __init__(self) -> None:
        self._left = dict(_TESTS)
        self._seen = False

    def look(self, cells: Iterable[str]) -> None:
        """Strike out what these cells are not."""
        if not self._left:
            return
        filled = set(cells) - {""}  # most columns repeat themselves
        self._seen = self._seen or bool(filled)
        whole = False
        for kind, test in tuple(self._left.items()):
            if kind is PropertyType.DOUBLE and whole:
                continue  # whole numbers are numbers
            if not all(map(test, filled)):
                del self._left[kind]
            whole = whole or (kind is PropertyType.INTEGER and kind in self._left)

    @property
    def kind(self) -> PropertyType:
        """The narrowest type that holds all cells; text for a column of blanks."""
        return next(iter(self._left), PropertyType.STRING) if self._seen else PropertyType.STRING


def values_of(kind: PropertyType, cells: Sequence[str]) -> list[Any]:
    """The cells as records hold them, None for a blank."""
    read = _READERS.get(kind)
    if read is None:
        return [cell or None for cell in cells]
    known = {cell: read(cell) if cell else None for cell in set(cells)}
    return list(map(known.__getitem__, cells))


def micros_of(cell: str, zone: tzinfo) -> int:
    """A moment in one of `MOMENT_FORMS` as µs since 1970; without an offset it is the zone's.

    Raises ValueError for anything else.
    """
    if _UNIX.fullmatch(cell):
        seconds = int(cell)
        if not _UNIX_EARLIEST <= seconds <= _UNIX_LATEST:
            raise ValueError(cell)
        return seconds * 1_000_000
    if not _DATE.fullmatch(cell):
        raise ValueError(cell)
    found = datetime.fromisoformat(cell).replace(tzinfo=zone)
    if not _EARLIEST <= found.year <= _LATEST:
        raise ValueError(cell)
    between = found - _EPOCH
    return (between.days * 86_400 + between.seconds) * 1_000_000
