"""The respondents of a survey, of a batch or of a mailing, some at a time, by respid."""

from __future__ import annotations

from typing import Any

from rejoinder.store.panel import Place
from rejoinder.store.session import Session

MAX_RESPID = (1 << 32) - 1


def respids_after(session: Session, place: Place, after: int, limit: int) -> list[int]:
    """Respondents of the survey behind a respid."""
    return _between(session, place, after + 1, MAX_RESPID, limit)


def respids_of_batch(session: Session, place: Place, batch: int, after: int, limit: int) -> list[int]:
    """Respondents that a batch brought, behind a respid: patch by patch, whose rows lie together."""
    mark = session.hot.mark
    sql = (
        f"SELECT id, first_respid, received FROM patch WHERE workspace_id = {mark} AND batch_id = {mark} "
        f"AND first_respid + received > {mark} ORDER BY id LIMIT {mark}"
    )
    found: list[int] = []
    while patches := _run(session, sql, (place.workspace, batch, after + 1, limit)):
        for patch, first, received in patches:
            low, after = max(first, after + 1), first + received - 1
            found += _between(session, place, low, after, limit - len(found), patch)
            if len(found) >= limit:
                return found
    return found


def respids_of_mailing(session: Session, place: Place, mailing: int, after: int, limit: int) -> list[int]:
    """Respondents that a mailing has a letter for, behind a respid."""
    mark = session.hot.mark
    sql = (
        "SELECT r.respid FROM mail m "
        "JOIN respondent r ON r.workspace_id = m.workspace_id AND r.id = m.respondent_id "
        f"WHERE m.workspace_id = {mark} AND m.mailing_id = {mark} AND r.survey_id = {mark} "
        f"AND r.respid > {mark} ORDER BY r.respid LIMIT {mark}"
    )
    return [row[0] for row in _run(session, sql, (place.workspace, mailing, place.survey, after, limit))]


def mailing_in_survey(session: Session, place: Place, mailing: int) -> bool:
    """Whether a mailing is of this survey."""
    mark = session.hot.mark
    sql = f"SELECT 1 FROM mailing WHERE workspace_id = {mark} AND id = {mark} AND survey_id = {mark}"
    return bool(_run(session, sql, (place.workspace, mailing, place.survey)))


def _between(
    session: Session, place: Place, first: int, last: int, limit: int, patch: int | None = None
) -> list[int]:
    mark = session.hot.mark
    if session.engine == "sqlite":
        base = place.survey << 32
        sql, values = (
            "+r.workspace_id = ? AND r.row BETWEEN ? AND ?",
            (place.workspace, base | first, base | last),
        )
    else:
        sql = "r.workspace_id = %s AND r.survey_id = %s AND r.respid BETWEEN %s AND %s"
        values = (*place[:2], first, last)  # type: ignore[assignment]
    if patch is not None:
        sql, values = f"{sql} AND r.patch_id = {mark}", (*values, patch)  # type: ignore[assignment]
    order = "r.row" if session.engine == "sqlite" else "r.respid"
    sql = f"SELECT r.respid FROM respondent r WHERE {sql} ORDER BY {order} LIMIT {mark}"
    return [row[0] for row in _run(session, sql, (*values, limit))]


def _run(session: Session, sql: str, values: tuple[Any, ...]) -> list[Any]:
    session.settle()
    return list(session.raw.execute(sql, values).fetchall())
