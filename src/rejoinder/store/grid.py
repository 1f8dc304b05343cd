"""Walk over the rows of one survey by a column or an index, either way, from any place: by hand, for both
engines.

Every step reads an index from a place on and stops after `limit` rows; nothing is skipped over or sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import json

from rejoinder.model.listing import Listed
from rejoinder.store.hot import Narrowing
from rejoinder.store.session import Session

_FIELDS = ", ".join(f"r.{name}" for name in Listed._fields)
_INDEXES = {"created_at": "ix_respondent_created", "completed_at": "ix_respondent_completed"}
MAX_RESPID = (1 << 32) - 1


class Cursor(NamedTuple):
    """A place in a walk: behind the row with this value and respid. `value` is 0 where respids are walked."""

    value: int | str
    respid: int


class Walk(NamedTuple):
    """Rows in an order: `column` is respid, created_at or completed_at (then only rows that have one), or
    `lookup` — the index whose values are walked (only rows that have one)."""

    workspace: int
    survey: int
    column: str = "respid"
    lookup: int | None = None
    descending: bool = False


def step(session: Session, walk: Walk, after: Cursor | None, limit: int) -> list[tuple[Cursor, Listed]]:
    """The next rows behind a place, in the walk's order."""
    if walk.lookup is not None:
        entries = _keys(session, walk, after, limit)
        rows = rows_of(session, walk, [entry.respid for entry in entries])
        return [(entry, rows[entry.respid]) for entry in entries if entry.respid in rows]
    if walk.column == "respid":
        found = _by_respid(session, walk, after.respid if after else None, None, limit, None)
        return [(Cursor(0, row.respid), row) for row in found]
    found = []
    if after is not None:
        found = _by_column(session, walk, after, limit, same=True)
    if len(found) < limit:
        found += _by_column(session, walk, after, limit - len(found), same=False)
    return [(Cursor(getattr(row, walk.column), row.respid), row) for row in found]


def window(
    session: Session, walk: Walk, after: int | None, width: int, narrowing: Narrowing, limit: int
) -> tuple[list[Listed], int]:
    """The rows among the next `width` respids that pass a narrowing, `limit` at most, and the last respid
    looked at."""
    if walk.descending:
        start = MAX_RESPID if after is None else after
        end = max(0, start - width)
    else:
        end = (after or 0) + width
    found = _by_respid(session, walk, after, end, limit, narrowing)
    return found, found[-1].respid if len(found) == limit else end


def edge(session: Session, walk: Walk) -> int:
    """The last respid of a survey, 0 for none."""
    found = _by_respid(session, walk._replace(descending=True), None, None, 1, None)
    return found[0].respid if found else 0


def with_value(
    session: Session, walk: Walk, lookup: int, values: Sequence[str], after: int | None, limit: int
) -> list[Listed]:
    """The next rows, by respid, that have one of these values in an index."""
    mark, way = session.hot.mark, "DESC" if walk.descending else "ASC"
    sql = (
        f"SELECT k.respid FROM respondent_key k WHERE k.workspace_id = {mark} AND k.survey_id = {mark} AND "
        f"k.lookup_id = {mark} AND k.value = {mark} AND k.respid {'<' if walk.descending else '>'} {mark} "
        f"ORDER BY k.respid {way} LIMIT {mark}"
    )
    start = after if after is not None else (MAX_RESPID + 1 if walk.descending else 0)
    numbers: list[int] = []
    for value in values:
        given = (walk.workspace, walk.survey, lookup, value, start, limit)
        numbers += [row[0] for row in _run(session, sql, given)]
    numbers = sorted(set(numbers), reverse=walk.descending)[:limit]
    rows = rows_of(session, walk, numbers)
    return [rows[number] for number in numbers if number in rows]


def rows_of(session: Session, walk: Walk, respids: Sequence[int]) -> dict[int, Listed]:
    """Rows by their respids."""
    if not respids:
        return {}
    if session.engine == "sqlite":
        sql = (
            f"SELECT {_FIELDS} FROM json_each(?) j CROSS JOIN respondent r ON r.row = (? | j.value) "
            "WHERE r.workspace_id = ?"
        )
        values: tuple[Any, ...] = (json.encode(respids).decode(), walk.survey << 32, walk.workspace)
    else:
        sql = (
            f"SELECT {_FIELDS} FROM respondent r "
            "WHERE r.workspace_id = %s AND r.survey_id = %s AND r.respid = ANY(%s)"
        )
        values = (walk.workspace, walk.survey, list(respids))
    return {row.respid: row for row in _fetch(session, sql, values)}


def _by_respid(
    session: Session,
    walk: Walk,
    after: int | None,
    upto: int | None,
    limit: int,
    narrowing: Narrowing | None,
) -> list[Listed]:
    """By respid, behind `after` and up to `upto`, both in the walk's direction."""
    low, high = (upto, after) if walk.descending else (after, upto)
    first = (low or 0) + (0 if low is None or walk.descending else 1)
    last = MAX_RESPID if high is None else high - (1 if walk.descending else 0)
    mark, way = session.hot.mark, "DESC" if walk.descending else "ASC"
    more = f" AND ({narrowing.sql})" if narrowing else ""
    extra = narrowing.parameters if narrowing else ()
    if session.engine == "sqlite":
        base = walk.survey << 32
        where, number = "r.row BETWEEN ? AND ? AND +r.workspace_id = ?", "r.row"
        values: tuple[Any, ...] = (base | max(first, 0), base | max(last, 0), walk.workspace)
        if last < 0:
            return []
    else:
        where, number = "r.respid BETWEEN %s AND %s AND r.workspace_id = %s AND r.survey_id = %s", "r.respid"
        values = (first, last, walk.workspace, walk.survey)
    sql = f"SELECT {_FIELDS} FROM respondent r WHERE {where}{more} ORDER BY {number} {way} LIMIT {mark}"
    return _fetch(session, sql, (*values, *extra, limit))


def _by_column(session: Session, walk: Walk, after: Cursor | None, limit: int, *, same: bool) -> list[Listed]:
    """By a column: the rest of the rows with the place's value, or those behind it."""
    mark, way = session.hot.mark, "DESC" if walk.descending else "ASC"
    beyond = "<" if walk.descending else ">"
    sqlite = session.engine == "sqlite"
    number, name = "r.row" if sqlite else "r.respid", f"r.{walk.column}"
    forced = f"INDEXED BY {_INDEXES[walk.column]} " if sqlite else ""
    where = f"r.workspace_id = {mark} AND r.survey_id = {mark} AND {name} IS NOT NULL"
    values: list[Any] = [walk.workspace, walk.survey]
    if after is not None and same:
        where += f" AND {name} = {mark} AND {number} {beyond} {mark}"
        values += [after.value, walk.survey << 32 | after.respid if sqlite else after.respid]
    elif after is not None:
        where += f" AND {name} {beyond} {mark}"
        values.append(after.value)
    order = f"{number} {way}" if same else f"{name} {way}, {number} {way}"
    sql = f"SELECT {_FIELDS} FROM respondent r {forced}WHERE {where} ORDER BY {order} LIMIT {mark}"
    return _fetch(session, sql, (*values, limit))


def _keys(session: Session, walk: Walk, after: Cursor | None, limit: int) -> list[Cursor]:
    """The next entries of an index."""
    mark, way = session.hot.mark, "DESC" if walk.descending else "ASC"
    beyond = "<" if walk.descending else ">"
    mine = f"k.workspace_id = {mark} AND k.survey_id = {mark} AND k.lookup_id = {mark}"
    values = (walk.workspace, walk.survey, walk.lookup)
    start = f"SELECT k.value, k.respid FROM respondent_key k WHERE {mine}"
    end = f"ORDER BY k.value {way}, k.respid {way} LIMIT {mark}"
    found: list[Cursor] = []
    if after is not None:
        rest = f"{start} AND k.value = {mark} AND k.respid {beyond} {mark} {end}"
        found += _entries(session, rest, (*values, after.value, after.respid, limit))
        start, values = f"{start} AND k.value {beyond} {mark}", (*values, after.value)  # type: ignore[assignment]
    if len(found) < limit:
        found += _entries(session, f"{start} {end}", (*values, limit - len(found)))
    return found


def _entries(session: Session, sql: str, values: Sequence[Any]) -> list[Cursor]:
    return [*map(Cursor._make, _run(session, sql, values))]


def _fetch(session: Session, sql: str, values: Sequence[Any]) -> list[Listed]:
    return [*map(Listed._make, _run(session, sql, values))]


def _run(session: Session, sql: str, values: Sequence[Any]) -> list[Any]:
    session.settle()
    return list(session.raw.execute(sql, values).fetchall())
