"""Read the numbers that are kept by survey, tag, day and week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from rejoinder.model.feedback import Counts, Trend
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback_stat

_STAT = feedback_stat.c
_SUMS = tuple(
    func.sum(column).label(column.name)
    for column in (_STAT.responses, _STAT.positive, _STAT.neutral, _STAT.negative)
)


def _mine(
    workspace: int, tags: Sequence[int], survey_id: int | None, since: int | None, until: int | None
) -> ColumnElement[bool]:
    said = [_STAT.workspace_id == workspace, _STAT.tag_id.in_(tags)]
    if survey_id is not None:
        said.append(_STAT.survey_id == survey_id)
    if since is not None:
        said.append(_STAT.day >= since)
    if until is not None:
        said.append(_STAT.day < until)
    return and_(*said)


def by_day(
    session: Session,
    workspace: int,
    tag: int = 0,
    survey_id: int | None = None,
    since: int | None = None,
    until: int | None = None,
) -> list[Trend]:
    """Responses by day (tag 0), or those with a tag by week; days without any are left out."""
    mine = _mine(workspace, [tag], survey_id, since, until)
    statement = select(_STAT.day, *_SUMS).where(mine).group_by(_STAT.day).order_by(_STAT.day)
    return [Trend(row.day, _counts(row[1:])) for row in session.rows(statement) if row.responses]


def by_tag(
    session: Session,
    workspace: int,
    tags: Sequence[int],
    survey_id: int | None = None,
    since: int | None = None,
    until: int | None = None,
) -> dict[int, Counts]:
    """Responses that carry each of some tags; `since` and `until` count in whole weeks."""
    mine = _mine(workspace, tags, survey_id, since, until)
    statement = select(_STAT.tag_id, *_SUMS).where(mine).group_by(_STAT.tag_id)
    return {row.tag_id: _counts(row[1:]) for row in session.rows(statement)}


def _counts(sums: Sequence[Any]) -> Counts:
    return Counts(*(int(value) for value in sums))
