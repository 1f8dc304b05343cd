"""Find respondents of a panel by token, address, day and label:

each by its index, by hand for both engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rejoinder.store.panel import Place
from rejoinder.store.session import Session

DAYS = frozenset({"created_at", "invited_at", "opened_at", "completed_at"})
"""Columns with an index of their own."""

Said = tuple[str, tuple[Any, ...]]
"""A condition and its values."""


class Key(NamedTuple):
    """An indexed variable has this value."""

    lookup: int
    value: str


class Day(NamedTuple):
    """A date lies in [start, end), in µs."""

    column: str
    start: int
    end: int


class Token(NamedTuple):
    """The personal link has this token."""

    value: str


Need = Key | Day | Token


def respids(session: Session, place: Place, need: Need, limit: int) -> list[int]:
    """Respids of the rows that fit, read from one index; in any order, at most `limit`."""
    sql, values = _source(session, place, need)
    mark = session.hot.mark
    column = "k.respid" if isinstance(need, Key) else "r.respid"
    return [row[0] for row in _run(session, f"SELECT {column} {sql} LIMIT {mark}", (*values, limit))]


def count(session: Session, place: Place, need: Need, others: Sequence[Need]) -> int:
    """How many rows fit the first need, by its index, and the others."""
    source, values = _source(session, place, need)
    keyed = isinstance(need, Key)
    joined = keyed and any(not isinstance(other, Key) for other in others)
    if joined:
        source = source.replace(" WHERE ", f"{_row(session)} WHERE ", 1)
    alias = "k" if keyed else "r"
    said = [_also(session, other, alias) for other in others]
    sql = f"SELECT count(*) {source}{''.join(f' AND {text}' for text, _ in said)}"
    return int(_run(session, sql, (*values, *(value for _, more in said for value in more)))[0][0])


def walk(session: Session, place: Place, needs: Sequence[Need], skip: int, limit: int) -> list[int]:
    """Respids of the rows that fit, in the order of the list; those without an address are left out."""
    mark = session.hot.mark
    joined = _row(session) if any(not isinstance(need, Key) for need in needs) else ""
    said = [_also(session, need, "k") for need in needs]
    also = "".join(f" AND {text}" for text, _ in said)
    sql = (
        f"SELECT k.respid FROM respondent_key k{joined} "
        f"WHERE k.workspace_id = {mark} AND k.survey_id = {mark} AND k.lookup_id = {mark}{also} "
        f"ORDER BY k.value, k.respid LIMIT {mark} OFFSET {mark}"
    )
    more = [value for _, values in said for value in values]
    return [row[0] for row in _run(session, sql, (*place, *more, limit, skip))]


def _source(session: Session, place: Place, need: Need) -> Said:
    """`FROM … WHERE …` over the need's own index."""
    mark = session.hot.mark
    if isinstance(need, Key):
        sql = (
            f"FROM respondent_key k WHERE k.workspace_id = {mark} AND k.survey_id = {mark} "
            f"AND k.lookup_id = {mark} AND k.value = {mark}"
        )
        return sql, (place.workspace, place.survey, need.lookup, need.value)
    text, values = _also(session, need, "r")
    sql = f"FROM respondent r WHERE r.workspace_id = {mark} AND r.survey_id = {mark} AND {text}"
    return sql, (place.workspace, place.survey, *values)


def _also(session: Session, need: Need, alias: str) -> Said:
    """A need as a condition on `respondent r`, or on the row behind the key entry `alias`."""
    mark = session.hot.mark
    if isinstance(need, Token):
        return f"r.token = {mark}", (need.value,)
    if isinstance(need, Day):
        if need.column not in DAYS:
            raise ValueError(f"{need.column!r} has no index")
        return f"r.{need.column} >= {mark} AND r.{need.column} < {mark}", (need.start, need.end)
    sql = (
        f"EXISTS (SELECT 1 FROM respondent_key l WHERE l.workspace_id = {alias}.workspace_id "
        f"AND l.survey_id = {alias}.survey_id AND l.lookup_id = {mark} AND l.value = {mark} "
        f"AND l.respid = {alias}.respid)"
    )
    return sql, (need.lookup, need.value)


def _row(session: Session) -> str:
    """Join the row behind each key entry, one at a time: the walk ends when its page is full."""
    if session.engine == "sqlite":
        return " CROSS JOIN respondent r ON r.row = (k.survey_id << 32 | k.respid)"
    return (
        " CROSS JOIN LATERAL (SELECT r.created_at, r.invited_at, r.opened_at, r.completed_at, r.token "
        "FROM respondent r WHERE r.workspace_id = k.workspace_id AND r.survey_id = k.survey_id "
        "AND r.respid = k.respid OFFSET 0) r"
    )


def _run(session: Session, sql: str, values: tuple[Any, ...]) -> list[Any]:
    session.settle()
    return list(session.raw.execute(sql, values).fetchall())
