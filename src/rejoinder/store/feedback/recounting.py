"""Work out all numbers of feedback anew from the rows, and tell where the stored ones are others.

For tests, and for those who doubt: it reads everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import and_, func, select

from rejoinder.store.feedback.states import DAY, week_of
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import (
    feedback,
    feedback_stat,
    feedback_survey,
    project,
    project_response,
    response_tag,
    tag,
)

_COUNTS = ("responses", "positive", "neutral", "negative")
_PLACE = {1: "positive", 0: "neutral", -1: "negative"}
Numbers = dict[tuple[Any, ...], int]
"""What is counted → how many; nothing is 0."""


def wrong_numbers(session: Session, workspace: int) -> list[str]:
    """A sentence for each number of a workspace that is not what its rows say."""
    with session.snapshot():
        right, stored = Counter[tuple[Any, ...]](_counted(session, workspace)), _stored(session, workspace)
        strange = _wrong_dates(session, workspace)
    places = sorted({*right, *stored}, key=repr)
    return strange + [
        f"{' '.join(map(str, place))} is {stored.get(place, 0)} and should be {right[place]}"
        for place in places
        if stored.get(place, 0) != right[place]
    ]


def _wrong_dates(session: Session, workspace: int) -> list[str]:
    """A sentence for each tag on a response that does not have the response's date."""
    t, f = response_tag.c, feedback.c
    same = and_(f.workspace_id == t.workspace_id, f.respondent_id == t.respondent_id)
    rows = select(t.respondent_id, t.tag_id, t.at, f.at).join(feedback, same)
    wrong = session.rows(rows.where(t.workspace_id == workspace, t.at != f.at))
    return [f"tag {row[1]} on {row[0]} is of {row[2]} and should be of {row[3]}" for row in wrong]


def _counted(session: Session, workspace: int) -> Iterator[tuple[Any, ...]]:
    """Every reason to count one, once."""
    days: dict[int, tuple[int, int]] = {}
    f = feedback.c
    rows = select(f.respondent_id, f.survey_id, f.at, f.sentiment, f.analysed_at).where(
        f.workspace_id == workspace
    )
    for row in session.rows(rows):
        day = row.at // DAY
        days[row.respondent_id] = (row.survey_id, day)
        for name in _names(row.sentiment):
            yield "survey", row.survey_id, name
            yield "stat", 0, row.survey_id, day, name
        if row.analysed_at is not None:
            yield "survey", row.survey_id, "analysed"
    known = {row.id for row in session.rows(select(tag.c.id).where(tag.c.workspace_id == workspace))}
    t = response_tag.c
    marks = select(t.respondent_id, t.tag_id, t.sentiment).where(t.workspace_id == workspace, t.present == 1)
    for row in session.rows(marks):
        if row.tag_id in known:
            survey_id, day = days.get(row.respondent_id, (-1, -1))
            for name in _names(row.sentiment):
                yield "tag", row.tag_id, name
                yield "stat", row.tag_id, survey_id, week_of(day), name
    p = project_response.c
    for row in session.rows(select(p.project_id).where(p.workspace_id == workspace)):
        yield "project", row.project_id, "responses"


def _names(sentiment: int | None) -> tuple[str, ...]:
    return ("responses",) if sentiment is None else ("responses", _PLACE[sentiment])


def _stored(session: Session, workspace: int) -> Mapping[tuple[Any, ...], int]:
    found: Numbers = {}
    for table, keys, names in (
        (feedback_survey, ("survey_id",), (*_COUNTS, "analysed")),
        (tag, ("id",), _COUNTS),
        (feedback_stat, ("tag_id", "survey_id", "day"), _COUNTS),
    ):
        kind = {"feedback_survey": "survey", "tag": "tag", "feedback_stat": "stat"}[table.name]
        for row in session.rows(select(table).where(table.c.workspace_id == workspace)):
            place = tuple(getattr(row, key) for key in keys)
            found |= {(kind, *place, name): getattr(row, name) for name in names}
    columns = (project.c.id, project.c.response_count)
    for row in session.rows(select(*columns).where(project.c.workspace_id == workspace)):
        found["project", row.id, "responses"] = row.response_count
    return {place: n for place, n in found.items() if n}


def count_lost(session: Session, workspace: int) -> int:
    """Tags on responses and entries of projects that belong to no response."""
    lost = 0
    for table in (response_tag, project_response):
        same = (
            feedback.c.workspace_id == table.c.workspace_id,
            feedback.c.respondent_id == table.c.respondent_id,
        )
        without = ~select(feedback.c.respondent_id).where(*same).exists()
        row = session.row(
            select(func.count().label("n"))
            .select_from(table)
            .where(table.c.workspace_id == workspace, without)
        )
        lost += int(row.n) if row else 0
    return lost
