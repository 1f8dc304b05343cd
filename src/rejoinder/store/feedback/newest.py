"""What can be said of the newest responses alone, where nothing is counted beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rejoinder.store.feedback.responses import Place, Which, where
from rejoinder.store.session import Session

DAY = 86_400_000_000


def edge(session: Session, workspace: int, which: Which, n: int) -> Place | None:
    """The place of the n-th newest response of a survey, between two dates and behind a place; None where
    there are not so many. Other conditions do not count here: an index knows only these."""
    known = Which(which.survey_id, since=which.since, until=which.until, before=which.before)
    condition, values = where(session, workspace, known)
    mark = session.hot.mark
    sql = (
        f"SELECT f.at, f.respondent_id {condition} ORDER BY f.at DESC, f.respondent_id DESC "
        f"LIMIT 1 OFFSET {mark}"
    )
    rows = _rows(session, sql, (*values, n - 1))
    return Place(*rows[0]) if rows else None


def by_day(session: Session, workspace: int, which: Which) -> list[tuple[int, int | None, int]]:
    """(day since 1970, sentiment, how many)."""
    condition, values = where(session, workspace, which)
    sql = f"SELECT f.at / {DAY}, f.sentiment, count(*) {condition} GROUP BY 1, 2"
    return [(int(day), sentiment, int(n)) for day, sentiment, n in _rows(session, sql, values)]


def by_language(session: Session, workspace: int, which: Which) -> list[tuple[str | None, int]]:
    """(language, how many), the most frequent first."""
    return _counted(session, workspace, which, "language")


def by_engine(session: Session, workspace: int, which: Which) -> list[tuple[str | None, int]]:
    """(engine and version that read it, how many), the most frequent first."""
    return _counted(session, workspace, which, "engine")


def by_tag(session: Session, workspace: int, which: Which) -> list[tuple[int, int | None, int]]:
    """(tag, its sentiment, how many)."""
    condition, values = where(session, workspace, which)
    joined = condition.replace(
        "FROM feedback f WHERE",
        "FROM feedback f JOIN response_tag m ON m.workspace_id = f.workspace_id "
        "AND m.respondent_id = f.respondent_id AND m.present = 1 WHERE",
        1,
    )
    return _rows(session, f"SELECT m.tag_id, m.sentiment, count(*) {joined} GROUP BY 1, 2", values)


def _counted(session: Session, workspace: int, which: Which, column: str) -> list[tuple[str | None, int]]:
    condition, values = where(session, workspace, which)
    return _rows(session, f"SELECT f.{column}, count(*) {condition} GROUP BY 1 ORDER BY 2 DESC, 1", values)


def _rows(session: Session, sql: str, values: Sequence[Any]) -> list[Any]:
    session.settle()
    return [tuple(row) for row in session.raw.execute(sql, values).fetchall()]
