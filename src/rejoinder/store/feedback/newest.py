"""What can be said of the newest responses alone, where nothing is counted beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rejoinder.store.feedback.responses import Place, Which, tagged, where
from rejoinder.store.feedback.states import DAY
from rejoinder.store.session import Session


def edge(session: Session, workspace: int, which: Which, n: int) -> Place | None:
    """The place of the n-th newest response of a survey or a tag, between two dates and behind a place; None
    where there are not so many. Other conditions do not count here: an index knows only these. The few of a
    small project are looked through as a whole."""
    if which.few and which.tag is None:
        return None
    mark = session.hot.mark
    if which.tag is None:
        known = Which(which.survey_id, since=which.since, until=which.until, before=which.before)
        condition, values = where(session, workspace, known)
        place = "f.at DESC, f.respondent_id DESC"
    else:
        condition, values = tagged(session, workspace, which)
        place = "t.at DESC, t.respondent_id DESC"
    sql = f"SELECT {place.replace(' DESC', '')} {condition} ORDER BY {place} LIMIT 1 OFFSET {mark}"
    rows = _rows(session, sql, (*values, n - 1))
    return Place(*rows[0]) if rows else None


class Said(NamedTuple):
    """How many responses of one day, sentiment and language there are; `day` counts days since 1970."""

    day: int
    sentiment: int | None
    language: str | None
    n: int


def by_day(session: Session, workspace: int, which: Which) -> list[Said]:
    """Responses by day, sentiment and language, in one walk."""
    condition, values = where(session, workspace, which)
    sql = f"SELECT f.at / {DAY}, f.sentiment, f.language, count(*) {condition} GROUP BY 1, 2, 3"
    return [Said(int(day), *rest) for day, *rest in _rows(session, sql, values)]


def by_engine(session: Session, workspace: int, which: Which) -> list[tuple[str | None, int]]:
    """(engine and version that read it, how many), the most frequent first."""
    condition, values = where(session, workspace, which)
    return _rows(session, f"SELECT f.engine, count(*) {condition} GROUP BY 1 ORDER BY 2 DESC, 1", values)


def by_tag(session: Session, workspace: int, which: Which) -> list[tuple[int, int | None, int]]:
    """(tag, its sentiment, how many)."""
    # SQLite begins with the table that is named first only when it is told so: there are few responses.
    join = "CROSS JOIN" if session.engine == "sqlite" else "JOIN"
    marks = (
        f"{join} response_tag m ON m.workspace_id = f.workspace_id "
        "AND m.respondent_id = f.respondent_id AND m.present = 1"
    )
    joined, values = where(session, workspace, which, marks)
    return _rows(session, f"SELECT m.tag_id, m.sentiment, count(*) {joined} GROUP BY 1, 2", values)


def _rows(session: Session, sql: str, values: Sequence[Any]) -> list[Any]:
    session.settle()
    return [tuple(row) for row in session.raw.execute(sql, values).fetchall()]
