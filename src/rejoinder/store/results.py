"""Counted answers, and how far the counting of others is; a run that is not the latest can write nothing."""

from __future__ import annotations

from typing import Any

from msgspec import json
from sqlalchemy import ColumnElement, and_, delete, select, update

from rejoinder.model.results import Asked, Progress, Results, Standing
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.results import survey_result

_BUSY = ("waiting", "running")
KEPT = 40
"""Filters of one survey whose results are kept."""
_c = survey_result.c


def _of(workspace: int, survey: int, digest: str) -> ColumnElement[bool]:
    return and_(_c.workspace_id == workspace, _c.survey_id == survey, _c.wanted_hash == digest)


def _run(workspace: int, number: int, run: int) -> ColumnElement[bool]:
    return and_(_c.workspace_id == workspace, _c.id == number, _c.run == run, _c.status.in_(_BUSY))


def standing(session: Session, workspace: int, survey: int, digest: str) -> Standing | None:
    """What is kept of one filter."""
    row = session.row(select(survey_result).where(_of(workspace, survey, digest)))
    if row is None:
        return None
    results = json.decode(row.result, type=Results) if row.result else None
    progress = json.decode(row.progress, type=Progress)
    return Standing(row.status, results, row.as_of, progress, row.error or "", True, row.id, row.run)


def wanted(session: Session, workspace: int, number: int) -> tuple[int, Asked, int, str] | None:
    """The survey, the filter, the latest run and the status of a row."""
    mine = (_c.workspace_id == workspace, _c.id == number)
    row = session.row(select(_c.survey_id, _c.wanted, _c.run, _c.status).where(*mine))
    return row and (row.survey_id, json.decode(row.wanted, type=Asked), row.run, row.status)


def ask(
    session: Session, workspace: int, survey: int, digest: str, asked: Asked, now: int
) -> tuple[int, int]:
    """Let results be counted anew, what is there staying meanwhile; gives the row's number and its run."""
    values: dict[str, Any] = {"status": "waiting", "progress": "{}", "error": None, "asked_at": now}
    row = session.row(
        update(survey_result)
        .where(_of(workspace, survey, digest))
        .values(**values, run=_c.run + 1)
        .returning(_c.id, _c.run)
    )
    if row is not None:
        return row.id, row.run
    number = next_id(session, workspace, "survey_result")
    keys = {"workspace_id": workspace, "id": number, "survey_id": survey, "wanted_hash": digest}
    text = json.encode(asked).decode()
    session.run(survey_result.insert().values(**keys, **values, wanted=text, run=1))
    _trim(session, workspace, survey)
    return number, 1


def _trim(session: Session, workspace: int, survey: int) -> None:
    mine = (_c.workspace_id == workspace, _c.survey_id == survey)
    old = session.rows(
        select(_c.id).where(*mine).order_by(_c.asked_at.desc(), _c.id.desc()).offset(KEPT).limit(KEPT)
    )
    if old:
        gone = (_c.workspace_id == workspace, _c.id.in_([row.id for row in old]))
        session.run(delete(survey_result).where(*gone))


def note_progress(session: Session, workspace: int, number: int, run: int, progress: Progress) -> bool:
    """Keep how far a run is; False when it may not go on."""
    values = {"status": "running", "progress": json.encode(progress).decode()}
    return bool(session.run(update(survey_result).where(_run(workspace, number, run)).values(values)))


def finish(session: Session, workspace: int, number: int, run: int, results: Results, as_of: int) -> bool:
    """Keep what a run counted; False when it was overtaken."""
    values = {"status": "idle", "result": json.encode(results).decode(), "as_of": as_of, "error": None}
    return bool(session.run(update(survey_result).where(_run(workspace, number, run)).values(values)))


def end(session: Session, workspace: int, number: int, run: int, status: str, error: str = "") -> bool:
    """Stop a run, or note that it failed; what was counted before stays."""
    values = {"status": status, "error": error or None}
    return bool(session.run(update(survey_result).where(_run(workspace, number, run)).values(values)))


def forget(session: Session, workspace: int, survey: int) -> int:
    """Throw away all that was counted of a survey, and let nothing that is being counted be kept."""
    mine = (_c.workspace_id == workspace, _c.survey_id == survey)
    return session.run(delete(survey_result).where(*mine))
