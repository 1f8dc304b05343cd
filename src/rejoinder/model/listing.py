"""Which rows to list, and in what order: the part of a vendor's filter that is about columns."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from rejoinder.model.respondent import State

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "within", "outside", "null", "not null"]
COLUMNS = frozenset(
    {
        "respid", "id", "state", "created_at", "updated_at", "opened_at", "completed_at", "language",
        "collector_id", "manual", "finish_reason", "finished",
    }
)  # fmt: skip
"""Columns of a respondent that rows can be bounded and ordered by."""


class Bound(NamedTuple):
    """What a column must hold.

    `value` is a list for `in`; for `within` and `outside` a list of ranges (first, end), the end not
    belonging to the range; None for `null` and `not null`. Blank columns pass `null`, `!=` and `outside`;
    they fail everything else.
    """

    column: str
    operator: Operator
    value: Any = None


class Order(NamedTuple):
    """A column to sort by; blanks come last either way."""

    column: str
    descending: bool = False


class Listed(NamedTuple):
    """One respondent with all that dialects show of it; times in µs, `doc` the canonical record."""

    respid: int
    id: int
    state: int
    created_at: int
    updated_at: int
    opened_at: int | None
    completed_at: int | None
    language: str | None
    collector_id: int | None
    token: str | None
    manual: int
    finish_reason: int | None
    postponed: int | None
    doc: str

    @property
    def finished(self) -> int:
        """1 once the response is completed, else 0; a column to bound and order by."""
        return int(self.state == State.COMPLETED)
