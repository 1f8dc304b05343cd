"""Search labels that have no index: the store leaves out what it can, the rest is read record by record."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping

from rejoinder.core.panel.view import people_of, place_in_list
from rejoinder.core.respondents.filtered import FIRST_CHUNK, SCAN_CHUNK, fitting, match_tree
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit
from rejoinder.model.filters.tree import And, Compare, Literal, Node, Path
from rejoinder.model.panel import Person, label_name
from rejoinder.store import panel as store
from rejoinder.store.panel import Place

Sorted = tuple[tuple[bool, str, int], int]
"""(place in the list, respid)."""


def scan_labels(
    unit: Unit,
    survey: OpenSurvey,
    labels: Mapping[int, str],
    fits: Callable[[Person], bool],
    skip: int,
    limit: int,
) -> tuple[list[int], int]:
    """Respids of one page of the hits, in the order of the list, and how many hits there are.

    Parameters: `labels` — those without an index; `fits` — tells of a person whether all criteria hold.
    """
    total = 0

    def hits() -> Iterator[Sorted]:
        nonlocal total
        for people in _having(unit, survey, labels):
            for person in filter(fits, people):
                total += 1
                yield place_in_list(person), person.row.respid

    wanted = heapq.nsmallest(skip + limit, hits())[skip:]
    return [respid for _, respid in wanted], total


def _having(unit: Unit, survey: OpenSurvey, labels: Mapping[int, str]) -> Iterator[list[Person]]:
    """Respondents with these labels, some at a time."""
    session, where = unit.session, (unit.workspace_id, survey.id)
    matcher = match_tree(unit, survey, _tree(labels))
    last, limit = 0, FIRST_CHUNK
    while found := session.hot.records(session.raw, *where, last, limit, narrowing=matcher.narrowing):
        last, records = found[-1][0], [record for _, record in found]
        limit = fitting(len(records), sum(map(len, records)), SCAN_CHUNK)
        rows = matcher.decode(f"[{','.join(records)}]")
        hits = [respid for (respid, _), row in zip(found, rows, strict=True) if matcher.test(row)]
        yield people_of(store.rows_of(session, Place(*where), hits)) if hits else []


def _tree(labels: Mapping[int, str]) -> Node:
    parts: tuple[Node, ...] = tuple(
        Compare("=", Path("respondent", label_name(number)), Literal(text)) for number, text in labels.items()
    )
    return parts[0] if len(parts) == 1 else And(parts)
