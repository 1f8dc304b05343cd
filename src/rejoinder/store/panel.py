"""Rows with the columns that the panel shows, and the order in which it lists them: by hand, for both
engines.

A list is sorted by folded address. The key table holds the folded addresses in order, so a page of the list
is a walk over a narrow index; rows without an address have no entry there and come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import json

from rejoinder.model.panel import PanelRow
from rejoinder.store.hot import LEVELS
from rejoinder.store.session import Session

FIELDS = ", ".join(f"r.{name}" for name in PanelRow._fields)


class Place(NamedTuple):
    """Where the rows are; `lookup` — the index of addresses."""

    workspace: int
    survey: int
    lookup: int = 0


Entry = tuple[str, int]
"""(folded address, respid): a place in the list."""


def rows_of(session: Session, place: Place, respids: Sequence[int]) -> list[PanelRow]:
    """The rows with these respids, in any order."""
    if session.engine == "sqlite":
        given = "FROM json_each(?) j CROSS JOIN respondent r ON r.row = (? | j.value)"
        sql = f"SELECT {FIELDS} {given} WHERE r.workspace_id = ?"
        return _fetch(session, sql, (_array(respids), place.survey << 32, place.workspace))
    one = "SELECT * FROM respondent r WHERE r.workspace_id = %s AND r.survey_id = %s AND r.respid = j.value"
    given = f"FROM unnest(%s::bigint[]) AS j (value) CROSS JOIN LATERAL ({one} OFFSET 0) r"
    return _fetch(session, f"SELECT {FIELDS} {given}", (list(respids), place.workspace, place.survey))


def rows_by_id(session: Session, place: Place, ids: Sequence[int]) -> list[PanelRow]:
    """The rows of the survey with these ids, in any order."""
    if session.engine == "sqlite":
        given = "FROM json_each(?) j CROSS JOIN respondent r ON r.workspace_id = ? AND r.id = j.value"
        sql = f"SELECT {FIELDS} {given} WHERE r.survey_id = ?"
        return _fetch(session, sql, (_array(ids), place.workspace, place.survey))
    wanted = "r.workspace_id = %s AND r.id = ANY(%s) AND r.survey_id = %s"
    sql = f"SELECT {FIELDS} FROM respondent r WHERE {wanted}"
    return _fetch(session, sql, (place.workspace, list(ids), place.survey))


def rows_between(session: Session, place: Place, first: int, last: int) -> list[PanelRow]:
    """The rows with respids from `first` to `last`, in order."""
    if session.engine == "sqlite":
        wanted = "r.row BETWEEN ? AND ? AND +r.workspace_id = ? ORDER BY r.row"
        base = place.survey << 32
        values = (base | first, base | last, place.workspace)
    else:
        wanted = "r.respid BETWEEN %s AND %s AND r.workspace_id = %s AND r.survey_id = %s ORDER BY r.respid"
        values = (first, last, *place[:2])  # type: ignore[assignment]
    return _fetch(session, f"SELECT {FIELDS} FROM respondent r WHERE {wanted}", values)


def ids_of_patch(session: Session, place: Place, patch: int, first: int, count: int) -> list[int]:
    """The ids of a patch's respondents that are still there, in order."""
    mark = session.hot.mark
    if session.engine == "sqlite":
        low: int = place.survey << 32 | first
        sql = "r.row BETWEEN ? AND ? AND +r.workspace_id = ? AND r.patch_id = ? ORDER BY r.row"
        values: tuple[int, ...] = (low, low + count - 1, place.workspace, patch)
    else:
        sql = (
            "r.workspace_id = %s AND r.survey_id = %s AND r.respid BETWEEN %s AND %s "
            f"AND r.patch_id = {mark} ORDER BY r.respid"
        )
        values = (place.workspace, place.survey, first, first + count - 1, patch)
    return [row[0] for row in _run(session, f"SELECT r.id FROM respondent r WHERE {sql}", values)]


def respid_of_contact(session: Session, place: Place, contact: int) -> int | None:
    """The row that a contact has in the survey."""
    mark = session.hot.mark
    sql = f"r.workspace_id = {mark} AND r.survey_id = {mark} AND r.contact_id = {mark}"
    values = (place.workspace, place.survey, contact)
    found = _run(session, f"SELECT r.respid FROM respondent r WHERE {sql}", values)
    return int(found[0][0]) if found else None


def walk(session: Session, place: Place, after: Entry | None, skip: int, limit: int) -> list[Entry]:
    """Places of the list behind one of them (None: from its beginning), those without address left out."""
    mark = session.hot.mark
    sql, values = _keys(session, place)
    if after is not None:
        sql, values = f"{sql} AND (k.value, k.respid) > ({mark}, {mark})", (*values, *after)
    sql = f"SELECT k.value, k.respid {sql} ORDER BY k.value, k.respid LIMIT {mark} OFFSET {mark}"
    return [(row[0], row[1]) for row in _run(session, sql, (*values, limit, skip))]


def walk_by_id(session: Session, place: Place, skip: int, limit: int) -> list[int]:
    """As `walk`, where equal addresses are not in the order of their respids: respids. It sorts the whole."""
    mark = session.hot.mark
    sql, values = _keys(session, place, _JOINED[session.engine])
    sql = f"SELECT k.respid {sql} ORDER BY k.value, r.id LIMIT {mark} OFFSET {mark}"
    return [row[0] for row in _run(session, sql, (*values, limit, skip))]


def keyed_blocks(session: Session, place: Place) -> dict[int, int]:
    """How many rows have an address, by block of the finest level."""
    sql, values = _keys(session, place)
    sql = f"SELECT k.respid >> {LEVELS[-1]}, count(*) {sql} GROUP BY 1"
    return {row[0]: row[1] for row in _run(session, sql, values)}


_JOINED = {
    "sqlite": " CROSS JOIN respondent r ON r.row = (k.survey_id << 32 | k.respid)",
    "postgresql": " JOIN respondent r ON r.workspace_id = k.workspace_id AND r.survey_id = k.survey_id "
    "AND r.respid = k.respid",
}


def _keys(session: Session, place: Place, joined: str = "") -> tuple[str, tuple[Any, ...]]:
    mark = session.hot.mark
    sql = (
        f"FROM respondent_key k{joined} WHERE k.workspace_id = {mark} AND k.survey_id = {mark} "
        f"AND k.lookup_id = {mark}"
    )
    return sql, tuple(place)


def _array(numbers: Sequence[int]) -> str:
    return json.encode(numbers).decode()


def _fetch(session: Session, sql: str, values: tuple[Any, ...]) -> list[PanelRow]:
    return list(map(PanelRow._make, _run(session, sql, values)))


def _run(session: Session, sql: str, values: tuple[Any, ...]) -> list[Any]:
    session.settle()
    return list(session.raw.execute(sql, values).fetchall())
