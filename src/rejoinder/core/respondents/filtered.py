"""Read what a filter lets through.

The filter tree decides twice: the store narrows the scan to what can match (an index, a byte search in
the canonical record), then the compiled filter tests each record that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any, NamedTuple

import msgspec

from rejoinder.core.records.projection import Projection
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit, moment, zone
from rejoinder.model.filters.bind import bind
from rejoinder.model.filters.compile import compile_filter
from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.tree import Node
from rejoinder.model.respondent import Level
from rejoinder.store.hot import Narrowing
from rejoinder.store.narrowing import Keyed, Place, narrow
from rejoinder.store.session import Session

SCAN_CHUNK = 5000
"""Records tested at a time, at the most."""
FIRST_CHUNK = 100
"""Records read before their weight is known."""
CHUNK_BYTES = 4_000_000
"""What the records that are read at a time shall weigh together: wide ones are read in smaller numbers."""
_COMPILED = 256
"""Filters kept compiled; a client that pages through a filter sends it again with each page."""
_OF_THE_MOMENT = ("getdate", "inmonth", "inyear")
"""Functions whose meaning changes with the clock."""


class Matcher(NamedTuple):
    """A filter ready to run on one survey.

    `decode` — reads the members it needs out of a JSON array of records; `test` — decides on one of those;
    `narrowing` — what the store can leave out; `keyed` — index values that decide alone, when there are.
    """

    decode: Callable[[str], list[Any]]
    test: Callable[[Any], bool]
    narrowing: Narrowing | None
    keyed: Keyed | None


def matcher(unit: Unit, survey: OpenSurvey, expression: str, references: Sequence[str] = ()) -> Matcher:
    """Compile a filter expression (Forsta 001, "Filter Respondents"), or take the one compiled before.

    Raises Invalid with the position.
    """
    if any(word in expression.lower() for word in _OF_THE_MOMENT):
        return match_tree(unit, survey, parse(expression), references)
    cache = unit.session.cache.setdefault("matchers", {})
    key = (survey.id, survey.row.schema_version, expression, *references)
    found = cache.get(key)
    if found is None:
        found = match_tree(unit, survey, parse(expression), references)
        if len(cache) >= _COMPILED:
            cache.clear()
        cache[key] = found
    return found  # type: ignore[no-any-return]


def match_tree(unit: Unit, survey: OpenSurvey, tree: Node, references: Sequence[str] = ()) -> Matcher:
    """Compile a filter tree. Raises Invalid."""
    now = moment(unit.now).astimezone(zone(survey.timezone))
    bound = bind(tree, survey.shape.schema, now=now, references={str(survey.id), *references})
    compiled = compile_filter(bound)
    fields: list[Any] = [(f"v{n}", Any, None) for n in range(len(compiled.names))]
    names = {f"v{n}": name for n, name in enumerate(compiled.names)}
    needed = msgspec.defstruct("Needed", fields, rename=names, gc=False)
    lookups = {found.variables[0]: found.id for found in survey.lookups if len(found.variables) == 1}
    narrowing, keyed = narrow(Place(unit.session.engine, unit.workspace_id, survey.id, lookups), bound)
    return Matcher(msgspec.json.Decoder(list[needed]).decode, compiled.test, narrowing, keyed)  # type: ignore[valid-type]


def fitting(size: int, weight: int, most: int) -> int:
    """How many records to read next, when the last `size` weighed `weight` bytes."""
    return max(1, min(most, size * CHUNK_BYTES // max(1, weight)))


class _Scan:
    """One walk over the records of a survey, in order."""

    def __init__(self, where: tuple[int, int], matcher: Matcher, level: Level) -> None:
        self._where = where
        self._matcher = matcher
        self._responses = level == "response"
        self._last = 0
        self._limit = FIRST_CHUNK

    def next_matches(self, session: Session) -> list[str] | None:
        """The records of the next chunk that match; None at the end."""
        found = session.hot.records(
            session.raw,
            *self._where,
            self._last,
            self._limit,
            responses=self._responses,
            narrowing=self._matcher.narrowing,
        )
        if not found:
            return None
        self._last = found[-1][0]
        records = [record for _, record in found]
        self._limit = fitting(len(records), sum(map(len, records)), SCAN_CHUNK)
        rows = self._matcher.decode(f"[{','.join(records)}]")
        verdicts = map(self._matcher.test, rows)
        if self._responses:
            return [led_by_responseid(*pair) for pair in compress(found, verdicts)]
        return list(compress(records, verdicts))


def led_by_responseid(respid: int, record: str) -> str:
    """A record led by `responseid`, as the responses resource shows it."""
    return f'{{"responseid":{respid},{record[1:]}'


def filtered_page(
    unit: Unit, survey: OpenSurvey, matcher: Matcher, level: Level, skip: int, size: int
) -> tuple[list[str], int]:
    """The records of one page, and how many match in all."""
    if matcher.keyed:
        return _keyed_page(unit, survey, matcher.keyed, level, skip, size)
    scan, total = _Scan((unit.workspace_id, survey.id), matcher, level), 0
    page: list[str] = []
    while (matches := scan.next_matches(unit.session)) is not None:
        if total + len(matches) > skip and len(page) < size:
            start = max(0, skip - total)
            page += matches[start : start + size - len(page)]
        total += len(matches)
    return page, total


def _keyed_page(
    unit: Unit, survey: OpenSurvey, keyed: Keyed, level: Level, skip: int, size: int
) -> tuple[list[str], int]:
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    responses = level == "response"
    total = hot.count_keys(raw, *where, *keyed, responses=responses)
    if skip >= total:
        return [], total
    respids = hot.page_of_keys(raw, *where, *keyed, skip, size, responses=responses)
    records = {row.respid: row.doc for row in hot.stored(raw, *where, respids)}
    found = [(respid, records[respid]) for respid in respids]
    return [led_by_responseid(*pair) if responses else pair[1] for pair in found], total


def filtered_stream(
    unit: Unit, survey: OpenSurvey, matcher: Matcher, level: Level, projection: Projection | None
) -> Callable[[Session], bytes | None]:
    """All records that match, as NDJSON in pieces."""
    scan = _Scan((unit.workspace_id, survey.id), matcher, level)

    def next_piece(session: Session) -> bytes | None:
        while (matches := scan.next_matches(session)) is not None:
            if matches and projection:
                return projection.joined(",".join(matches).encode(), b"\n") + b"\n"
            if matches:
                return "\n".join(matches).encode() + b"\n"
        return None

    return next_piece
