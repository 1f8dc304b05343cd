"""Collectors, and the counts against quotas."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, column, delete, func, insert, select, update

from rejoinder.model.collecting import Collector
from rejoinder.model.respondent import FINISHED
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.collecting import completion
from rejoinder.store.tables.respondents import respondent
from rejoinder.store.tables.surveys import collector, survey

WHOLE_SURVEY = 0
"""The collector under which a survey's own completions are counted."""


def collectors(session: Session, workspace: int, survey_id: int) -> list[Collector]:
    """A survey's collectors, oldest first."""
    mine = (collector.c.workspace_id == workspace, collector.c.survey_id == survey_id)
    return [
        Collector(
            row.id,
            row.survey_id,
            row.code,
            row.name,
            row.kind,
            row.opens_at,
            row.closes_at,
            row.quota,
            row.created_at,
        )
        for row in session.rows(select(collector).where(*mine).order_by(collector.c.id))
    ]


def add_collector(session: Session, workspace: int, new: Collector) -> int:
    """Insert a collector (its id is given here); gives its id."""
    number = next_id(session, workspace, "collector")
    session.run(
        insert(collector).values(
            workspace_id=workspace,
            id=number,
            survey_id=new.survey_id,
            code=new.code,
            name=new.name,
            kind=new.kind,
            opens_at=new.opens_at,
            closes_at=new.closes_at,
            quota=new.quota,
            created_at=new.created_at,
        )
    )
    return number


def change_collector(session: Session, workspace: int, number: int, values: dict[str, Any]) -> None:
    """Write columns of a collector."""
    mine = (collector.c.workspace_id == workspace, collector.c.id == number)
    session.run(update(collector).where(*mine).values(values))


def change_intake(session: Session, workspace: int, survey_id: int, values: dict[str, Any]) -> None:
    """Write columns of a survey."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
    session.run(update(survey).where(*mine).values(values))


def begin_counting(session: Session, workspace: int, survey_id: int, collector_id: int) -> int:
    """Count the completed responses that are there, by looking at each, and count on from now on."""
    stop_counting(session, workspace, survey_id, collector_id)
    row = column("row", BigInteger)
    lite = (row >= survey_id << 32, row < (survey_id + 1) << 32)
    mine = [
        respondent.c.workspace_id == workspace,
        *(lite if session.engine == "sqlite" else (respondent.c.survey_id == survey_id,)),
        respondent.c.finish_reason == FINISHED,
    ]
    if collector_id != WHOLE_SURVEY:
        mine.append(respondent.c.collector_id == collector_id)
    found = session.row(select(func.count().label("n")).select_from(respondent).where(*mine))
    number = int(found.n) if found else 0
    session.run(
        insert(completion).values(
            workspace_id=workspace, survey_id=survey_id, collector_id=collector_id, completed=number
        )
    )
    return number


def stop_counting(session: Session, workspace: int, survey_id: int, collector_id: int) -> None:
    """Forget a count that no quota needs."""
    session.run(
        delete(completion).where(
            completion.c.workspace_id == workspace,
            completion.c.survey_id == survey_id,
            completion.c.collector_id == collector_id,
        )
    )


def completions(session: Session, workspace: int, survey_id: int) -> dict[int, int]:
    """Collector → completions counted; `WHOLE_SURVEY` for the survey's own."""
    mine = (completion.c.workspace_id == workspace, completion.c.survey_id == survey_id)
    rows = session.rows(select(completion.c.collector_id, completion.c.completed).where(*mine))
    return {row.collector_id: row.completed for row in rows}


def count_completion(
    session: Session, workspace: int, survey_id: int, collector_id: int, change: int
) -> None:
    """Add to a count. The caller holds the survey's lock."""
    session.run(
        update(completion)
        .where(
            completion.c.workspace_id == workspace,
            completion.c.survey_id == survey_id,
            completion.c.collector_id == collector_id,
        )
        .values(completed=completion.c.completed + change)
    )


def settings_of(session: Session, workspace: int, survey_id: int) -> str:
    """A survey's settings, JSON text."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
    row = session.row(select(survey.c.settings).where(*mine))
    return str(row.settings) if row else "{}"
