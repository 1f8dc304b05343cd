"""List responses with their columns, a page at a time: what GoodBridge (000) and SurveyKiwi (003) read.

A response is listed once it was opened or carries an answer (design, "Who is listed where").
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rejoinder.core.respondents.filtered import Matcher
from rejoinder.core.respondents.read import find_page
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit
from rejoinder.model.listing import Bound, Listed, Order
from rejoinder.store import listing as store

BY_ID = (Order("id"),)


class Listing(NamedTuple):
    """Which responses, in what order: `bounds` on columns and a `matcher` on the record, all of which hold.

    `order` ends with a column that no two rows share, so that pages neither repeat nor miss a row.
    """

    bounds: Sequence[Bound] = ()
    matcher: Matcher | None = None
    order: Sequence[Order] = BY_ID


def list_responses(
    unit: Unit, survey: OpenSurvey, listing: Listing, skip: int, limit: int
) -> tuple[list[Listed], int]:
    """Some responses, and how many fit in all. Behind the end the list is empty.

    Without bounds and filter, in the order of ids, a deep page costs what the first one does.
    """
    rows = store.Rows(unit.workspace_id, survey.id, listing.bounds)
    with unit.session.snapshot():
        if listing.matcher:
            return _matching(unit, rows, listing.matcher, listing.order, skip, limit)
        if not listing.bounds:
            return _whole(unit, survey, rows, listing.order, skip, limit)
        total = store.count(unit.session, rows)
        found = store.page(unit.session, rows, listing.order, skip, limit) if skip < total else []
        return found, total


def _whole(
    unit: Unit, survey: OpenSurvey, rows: store.Rows, order: Sequence[Order], skip: int, limit: int
) -> tuple[list[Listed], int]:
    after, inside, total = find_page(unit, survey, "response", skip)
    if skip >= total:
        return [], total
    if tuple(order) == BY_ID and not survey.row.shuffled:
        return store.following(unit.session, rows, after, inside, limit), total
    return store.page(unit.session, rows, order, skip, limit), total


def _matching(
    unit: Unit, rows: store.Rows, matcher: Matcher, order: Sequence[Order], skip: int, limit: int
) -> tuple[list[Listed], int]:
    """Look at every row that the store cannot leave out, and keep no more than the page asks for."""
    total = 0

    def keys() -> Iterator[tuple[_Key, int]]:
        nonlocal total
        for chunk in store.each(unit.session, rows._replace(narrowing=matcher.narrowing)):
            records = matcher.decode(f"[{','.join(row.doc for row in chunk)}]")
            for row, record in zip(chunk, records, strict=True):
                if matcher.test(record):
                    total += 1
                    yield _Key(row, order), row.respid

    wanted = [respid for _, respid in heapq.nsmallest(skip + limit, keys())][skip:]
    found = store.with_respids(unit.session, rows, wanted)
    return [found[respid] for respid in wanted], total


class _Key:
    """Where a row stands in an order; blanks last either way."""

    __slots__ = ("_order", "_values")

    def __init__(self, row: Listed, order: Sequence[Order]) -> None:
        self._order = order
        self._values: list[Any] = [getattr(row, one.column) for one in order]

    def __lt__(self, other: _Key) -> bool:
        for one, mine, its in zip(self._order, self._values, other._values, strict=True):
            if mine == its:
                continue
            if mine is None or its is None:
                return its is None
            return bool((mine > its) if one.descending else (mine < its))
        return False
