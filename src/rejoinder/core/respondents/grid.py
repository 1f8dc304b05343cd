"""The respondents of a survey in pages that go both ways, in an order, with a filter.

Each look is bounded. Without a filter a page is one short walk over an index. With one, rows are looked at
until the page is full or the time is up; then the place is given where to go on, so that nobody waits for a
scan of the whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rejoinder.core.respondents.filtered import Matcher
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit
from rejoinder.model.listing import Listed
from rejoinder.model.problems import NotFound
from rejoinder.model.survey import Kind, Variable
from rejoinder.store import grid as store
from rejoinder.store.grid import Cursor, Walk

__all__ = ["COLUMNS", "Cursor", "GridPage", "Order", "grid_page", "one_row", "sortable"]

COLUMNS = ("respid", "created_at", "completed_at")
"""Columns that rows can be sorted by, beside indexed variables."""
CHUNK, WIDTH, MOST_WIDTH, MOST_ROWS = 500, 5_000, 10_000, 1000
"""Rows tested at a time; respids searched by the engine at a time, at first and at the most; rows that it may
give."""
SECONDS = 0.03
"""How long one look at a filtered page may take, about."""
_Found = tuple[Cursor, Listed]


class Order(NamedTuple):
    """One of COLUMNS, or the name of an indexed variable."""

    column: str = "respid"
    descending: bool = True


class GridPage(NamedTuple):
    """Some rows in order; the places before the first and behind the last where there are more.

    `resume` — where a search that took too long goes on, None when the page is whole; `looked_at` — the
    respid that it has come to.
    """

    rows: list[Listed]
    before: Cursor | None = None
    after: Cursor | None = None
    resume: Cursor | None = None


def sortable(survey: OpenSurvey) -> list[Variable]:
    """The variables whose index is in the order of their values: indexed alone, and not numbers."""
    single = {lookup.variables[0] for lookup in survey.lookups if len(lookup.variables) == 1}
    kinds = (Kind.TEXT, Kind.SINGLE, Kind.DATETIME)
    return [v for v in survey.shape.schema.variables if v.name in single and v.kind in kinds]


def one_row(unit: Unit, survey: OpenSurvey, respid: int) -> Listed:
    """One respondent with its columns. Raises NotFound."""
    found = {}
    if 0 < respid <= store.MAX_RESPID:
        found = store.rows_of(unit.session, Walk(unit.workspace_id, survey.id), [respid])
    if respid not in found:
        raise NotFound(f"There is no respondent {respid} in this survey.")
    return found[respid]


def grid_page(
    unit: Unit,
    survey: OpenSurvey,
    order: Order,
    size: int,
    *,
    at: Cursor | None = None,
    backwards: bool = False,
    matcher: Matcher | None = None,
    seconds: float = SECONDS,
) -> GridPage:
    """A page behind a place, or before it with `backwards`; the first (or last) one without a place.

    Parameters: `matcher` — only rows that it lets through; `seconds` — how long it may look for them.
    """
    walk = _walk(unit, survey, order)
    if backwards:
        walk = walk._replace(descending=not walk.descending)
    with unit.session.snapshot():
        found, resume = _collect(unit, walk, at, size, matcher, seconds)
    more = len(found) > size
    found = found[:size]
    ends = (found[0][0], found[-1][0]) if found else (at, at)
    before = ends[0] if at is not None else None
    after = ends[1] if more or resume is not None else None
    if backwards:
        return GridPage([row for _, row in reversed(found)], after, before, resume)
    return GridPage([row for _, row in found], before, after, resume)


def _walk(unit: Unit, survey: OpenSurvey, order: Order) -> Walk:
    """Raises NotFound for an order that there is not."""
    if order.column in COLUMNS:
        return Walk(unit.workspace_id, survey.id, order.column, None, order.descending)
    lookup = survey.lookup((order.column,))
    if lookup is None:
        raise NotFound("This survey cannot be sorted by that.")
    return Walk(unit.workspace_id, survey.id, "", lookup.id, order.descending)


def _collect(
    unit: Unit, walk: Walk, at: Cursor | None, size: int, matcher: Matcher | None, seconds: float
) -> tuple[list[_Found], Cursor | None]:
    """A page and one row more, as far as there are any; and where to go on when the time was up."""
    if matcher is None:
        return store.step(unit.session, walk, at, size + 1), None
    found: list[_Found] = []
    until = time.monotonic() + seconds
    for rows, place in _chunks(unit, walk, at, matcher, size):
        records = matcher.decode(f"[{','.join(row.doc for _, row in rows)}]")
        found += [one for one, record in zip(rows, records, strict=True) if matcher.test(record)]
        if len(found) > size:
            return found[: size + 1], None
        if time.monotonic() > until and place is not None:
            return found, place
    return found, None


def _chunks(
    unit: Unit, walk: Walk, at: Cursor | None, matcher: Matcher, size: int
) -> Iterator[tuple[Sequence[_Found], Cursor | None]]:
    """Rows to be tested, and the place behind them; None at the end."""
    if walk.column == "respid" and matcher.keyed:
        yield from _keyed(unit, walk, at, matcher, size)
    elif walk.column == "respid" and matcher.narrowing:
        yield from _windows(unit, walk, at, matcher)
    else:
        while rows := store.step(unit.session, walk, at, CHUNK):
            at = rows[-1][0]
            yield rows, at


def _keyed(
    unit: Unit, walk: Walk, at: Cursor | None, matcher: Matcher, size: int
) -> Iterator[tuple[Sequence[_Found], Cursor | None]]:
    """What an index finds by itself."""
    assert matcher.keyed is not None
    while True:
        after = at.respid if at else None
        rows = store.with_value(
            unit.session, walk, matcher.keyed.lookup, matcher.keyed.values, after, size + 1
        )
        if not rows:
            return
        at = Cursor(0, rows[-1].respid)
        yield [(Cursor(0, row.respid), row) for row in rows], at


def _windows(
    unit: Unit, walk: Walk, at: Cursor | None, matcher: Matcher
) -> Iterator[tuple[Sequence[_Found], Cursor | None]]:
    """Windows of respids in which the engine searches the records' bytes."""
    assert matcher.narrowing is not None
    last = store.edge(unit.session, walk)
    here, width = (at.respid if at else last + 1 if walk.descending else 0), WIDTH
    more: Callable[[int], bool] = (lambda n: n > 1) if walk.descending else (lambda n: n < last)
    while more(here):
        rows, here = store.window(unit.session, walk, here, width, matcher.narrowing, MOST_ROWS)
        width = min(width * 2, MOST_WIDTH)
        yield [(Cursor(0, row.respid), row) for row in rows], Cursor(0, here) if more(here) else None
