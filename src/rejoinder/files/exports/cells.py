"""What all writers do to cells: labels in place of codes, text that spreadsheets would run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rejoinder.model.exports import Column, Manner

Cells = Sequence[Any]
RISKY = frozenset("=+-@\t\r")
"""How a text begins that spreadsheets take for a formula."""
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)


def worded(columns: Sequence[Column], values: Sequence[Cells], manner: Manner) -> Sequence[Cells]:
    """The cells as they are to be read: labels in place of codes where they are wanted.

    An open code, which no option has, stays.
    """
    if manner.values == "codes":
        return values
    return [
        [column.labels.get(cell, cell) for cell in cells] if column.labels else cells
        for column, cells in zip(columns, values, strict=True)
    ]


def harmless(cells: Cells) -> Cells:
    """Texts that no spreadsheet runs: those that begin like a formula get an apostrophe; numbers stay."""
    firsts = {cell[0] for cell in cells if cell}
    return cells if RISKY.isdisjoint(firsts) else [disarmed(cell) if cell else cell for cell in cells]


def disarmed(text: str) -> str:
    """One text that no spreadsheet runs."""
    return f"'{text}" if text[:1] in RISKY and not _NUMBER.fullmatch(text) else text
