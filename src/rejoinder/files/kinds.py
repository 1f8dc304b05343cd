"""What a column's values are, from what is known about it."""

from __future__ import annotations

from rejoinder.files.cells import MISSING, Manner
from rejoinder.files.columns import Column
from rejoinder.files.titles import folded
from rejoinder.model.survey import Kind

_MOST_OPTIONS = 60
_MISSING = frozenset(map(folded, MISSING))
QUANTITIES = (Kind.NUMERIC, Kind.DATETIME, Kind.BOOLEAN)
"""Kinds beside whose values "NA" is a blank, never an answer."""


def kind_of(column: Column) -> Kind:
    """The kind of a column's values; dates whose order cannot be known are text."""
    if column.filled > column.missing:
        if "boolean" in column.looks and len(column.counts.keys() - _MISSING) > 1:
            return Kind.BOOLEAN
        if {"number", "1,5"} & column.looks:
            return Kind.NUMERIC
        if "time" in column.looks or len({"DMY", "MDY"} & column.looks) == 1:
            return Kind.DATETIME
    return Kind.SINGLE if _is_choice(column) else Kind.TEXT


def manner_of(column: Column, kind: Kind) -> Manner:
    """How the column's numbers or dates are written."""
    if kind is Kind.NUMERIC:
        return "" if "number" in column.looks else "1,5"
    if kind is Kind.DATETIME and "time" not in column.looks:
        return "DMY" if "DMY" in column.looks else "MDY"
    return ""


def date_order(column: Column) -> Manner:
    """How dates with slashes are written, where the column shows it; "" otherwise."""
    orders = {"DMY", "MDY"} & column.looks
    return manner_of(column, Kind.DATETIME) if len(orders) == 1 else ""


def has_unclear_dates(column: Column) -> bool:
    """Whether the values are dates with slashes that do not show which part is the month."""
    return {"DMY", "MDY"} <= column.looks and "time" not in column.looks and column.filled > column.missing


def lacks_values(column: Column, kind: Kind) -> bool:
    """Whether "NA" and its like are blanks: beside quantities they are, beside words they may be answers."""
    return column.missing > 0 and kind in QUANTITIES


def _is_choice(column: Column) -> bool:
    """Few values that repeat: a closed question. Many different ones: an open one."""
    if column.many or has_unclear_dates(column):
        return False
    distinct = len(column.counts)
    often = column.filled / distinct
    return often >= 2 if distinct <= _MOST_OPTIONS else often >= 20
