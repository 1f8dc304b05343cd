"""Rows of one survey with their columns, bounded and ordered by columns: by hand, for both engines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rejoinder.model.listing import COLUMNS, Bound, Listed, Order
from rejoinder.model.respondent import State
from rejoinder.store.hot import Narrowing
from rejoinder.store.session import Session

SCAN = 2000
"""Rows read at a time while a filter looks at each of them."""
_FINISHED = f"(CASE WHEN r.state = {State.COMPLETED:d} THEN 1 ELSE 0 END)"
_FIELDS = ", ".join(f"r.{name}" for name in Listed._fields)


class Rows(NamedTuple):
    """The rows meant: of one survey, with a response, within bounds."""

    workspace: int
    survey: int
    bounds: Sequence[Bound] = ()
    narrowing: Narrowing | None = None


def page(session: Session, rows: Rows, order: Sequence[Order], skip: int, limit: int) -> list[Listed]:
    """Some of the rows, in order."""
    where, values = _where(session, rows)
    sorting = ", ".join(_sorting(one) for one in order)
    mark = session.hot.mark
    sql = f"SELECT {_FIELDS} {where} ORDER BY {sorting} LIMIT {mark} OFFSET {mark}"
    return _fetch(session, sql, (*values, limit, skip))


def count(session: Session, rows: Rows) -> int:
    """How many rows there are."""
    where, values = _where(session, rows)
    return int(session.raw.execute(f"SELECT count(*) {where}", values).fetchone()[0])


def following(session: Session, rows: Rows, after: int, skip: int, limit: int) -> list[Listed]:
    """The rows behind a respid, by respid."""
    where, values = _where(session, rows, after)
    mark = session.hot.mark
    sql = f"SELECT {_FIELDS} {where} ORDER BY {_number(session)} LIMIT {mark} OFFSET {mark}"
    return _fetch(session, sql, (*values, limit, skip))


def each(session: Session, rows: Rows) -> Iterator[list[Listed]]:
    """All the rows, by respid, some at a time."""
    last = 0
    while found := following(session, rows, last, 0, SCAN):
        yield found
        last = found[-1].respid


def with_respids(session: Session, rows: Rows, respids: Sequence[int]) -> dict[int, Listed]:
    """Those of the rows that have one of these respids."""
    if not respids:
        return {}
    where, values = _where(session, rows)
    more: list[Any]
    if session.engine == "sqlite":
        base = rows.survey << 32
        places = ", ".join("?" * len(respids))
        sql, more = f"{where} AND r.row IN ({places})", [base | respid for respid in respids]
    else:
        sql, more = f"{where} AND r.respid = ANY(%s)", [list(respids)]
    return {row.respid: row for row in _fetch(session, f"SELECT {_FIELDS} {sql}", (*values, *more))}


def _fetch(session: Session, sql: str, values: Sequence[Any]) -> list[Listed]:
    session.settle()
    return [*map(Listed._make, session.raw.execute(sql, values).fetchall())]


def _number(session: Session) -> str:
    return "r.row" if session.engine == "sqlite" else "r.respid"


def _where(session: Session, rows: Rows, after: int = 0) -> tuple[str, tuple[Any, ...]]:
    """`FROM … WHERE …` and its values."""
    if session.engine == "sqlite":
        # The plus keeps the planner from walking the index of ids instead of the rows themselves.
        sql = "FROM respondent r WHERE r.row > ? AND r.row < ? AND +r.workspace_id = ? AND r.state > 0"
        values: list[Any] = [rows.survey << 32 | after, (rows.survey + 1) << 32, rows.workspace]
    else:
        mine = "r.workspace_id = %s AND r.survey_id = %s AND r.respid > %s"
        sql = f"FROM respondent r WHERE {mine} AND r.state > 0"
        values = [rows.workspace, rows.survey, after]
    for bound in rows.bounds:
        said, more = _said(session, bound)
        sql += f" AND {said}"
        values += more
    if rows.narrowing:
        sql += f" AND ({rows.narrowing.sql})"
        values += rows.narrowing.parameters
    return sql, tuple(values)


def _said(session: Session, bound: Bound) -> tuple[str, list[Any]]:
    name, mark = _column(bound.column), session.hot.mark
    match bound.operator:
        case "null":
            return f"{name} IS NULL", []
        case "not null":
            return f"{name} IS NOT NULL", []
        case "!=":
            return f"({name} IS NULL OR {name} <> {mark})", [bound.value]
        case "in":
            places = ", ".join([mark] * len(bound.value)) or "NULL"
            return f"{name} IN ({places})", list(bound.value)
        case "within" | "outside":
            ranges = " OR ".join([f"{name} >= {mark} AND {name} < {mark}"] * len(bound.value)) or "1 = 0"
            said = f"({ranges})" if bound.operator == "within" else f"({name} IS NULL OR NOT ({ranges}))"
            return said, [end for ends in bound.value for end in ends]
    return f"{name} {bound.operator} {mark}", [bound.value]


def _sorting(order: Order) -> str:
    name = _column(order.column)
    return f"{name} IS NULL, {name} {'DESC' if order.descending else 'ASC'}"


def _column(name: str) -> str:
    """A column as SQL has it; its name never comes from a caller."""
    if name not in COLUMNS:
        raise ValueError(f"{name!r} is not a column that rows are listed by")
    return _FINISHED if name == "finished" else f"r.{name}"
