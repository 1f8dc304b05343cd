"""Respondents whom a filter finds, one slice after the other: how many, and which come next."""

from __future__ import annotations

import time
from typing import NamedTuple

from rejoinder.core.respondents.filtered import Matcher, filtered_page, matcher
from rejoinder.core.respondents.grid import Cursor, Order, grid_page
from rejoinder.core.surveys import OpenSurvey, describe_survey
from rejoinder.core.unit import Unit
from rejoinder.store import grid as store
from rejoinder.store.grid import Walk

_UPWARDS = Order("respid", False)
_SLICE = 1000


class Found(NamedTuple):
    """How many a filter finds; not `exact`: there are at least so many."""

    many: int
    exact: bool


def filter_of(unit: Unit, survey: OpenSurvey, expression: str) -> Matcher:
    """A filter expression, compiled. Raises Invalid with the position."""
    return matcher(unit, survey, expression, describe_survey(unit, str(survey.id)).aliases)


def count_found(unit: Unit, survey: OpenSurvey, test: Matcher, seconds: float) -> Found:
    """Count for so long; what an index knows is exact at once."""
    if test.keyed:
        return Found(filtered_page(unit, survey, test, "respondent", 0, 0)[1], True)
    until, at, count = time.monotonic() + seconds, None, 0
    while (left := until - time.monotonic()) > 0:
        page = grid_page(unit, survey, _UPWARDS, _SLICE, at=at, matcher=test, seconds=left)
        count += len(page.rows)
        at = page.resume or page.after
        if at is None:
            return Found(count, True)
    return Found(count, False)


def found_after(
    unit: Unit, survey: OpenSurvey, test: Matcher, after: int, until: int, size: int
) -> list[int]:
    """The next respids that a filter finds behind one, up to `until`; none at the end."""
    at: Cursor | None = Cursor(0, after)
    while at is not None and at.respid < until:
        page = grid_page(unit, survey, _UPWARDS, size, at=at, matcher=test, seconds=1)
        if respids := [row.respid for row in page.rows if row.respid <= until]:
            return respids
        at = page.resume or page.after
    return []


def newest_respid(unit: Unit, survey: OpenSurvey) -> int:
    """The highest number that a respondent of the survey has; 0 where there is none."""
    return store.edge(unit.session, Walk(unit.workspace_id, survey.id, "respid", None, False))
