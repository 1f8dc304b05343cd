"""Read respondents and responses: one, a page, all as a stream (Forsta 001, "Read Respondents")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rejoinder.core.records.projection import Projection, projection
from rejoinder.core.respondents.filtered import (
    FIRST_CHUNK,
    Matcher,
    filtered_page,
    filtered_stream,
    fitting,
    led_by_responseid,
)
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit
from rejoinder.model.problems import NotFound
from rejoinder.model.respondent import Level
from rejoinder.store.hot import LEVELS
from rejoinder.store.session import Session

STREAM_CHUNK = 4000
"""Records in one piece of a stream, at the most: narrow ones are about 1 MB, read in some milliseconds."""

Stream = Callable[[Session], bytes | None]
"""Gives the next piece of a body, None at its end; holds no connection between calls."""


class Page(NamedTuple):
    """Records joined by commas (UTF-8 JSON), how many, and how many there are in all."""

    items: bytes
    size: int
    total: int


class Reading(NamedTuple):
    """What to read: the level, which variables (None for all), which records (None for all)."""

    level: Level
    projection: Projection | None = None
    matcher: Matcher | None = None


def selection(survey: OpenSurvey, level: Level, names: Sequence[str] | None) -> Projection | None:
    """Compile the wanted variables; None for all. Raises Invalid for an unknown one."""
    return None if names is None else projection(survey.shape, names, level)


def read_one(unit: Unit, survey: OpenSurvey, reading: Reading, respid: int) -> bytes:
    """One record as JSON. Raises NotFound."""
    hot, raw = unit.session.hot, unit.session.raw
    found = hot.one(raw, unit.workspace_id, survey.id, respid) if 0 < respid < 1 << 32 else None
    if found is None or (reading.level == "response" and not found[1]):
        raise NotFound(f"Record {respid} was not found in this survey.")
    record = (
        found[0].encode() if reading.level == "respondent" else led_by_responseid(respid, found[0]).encode()
    )
    return reading.projection.one(record) if reading.projection else record


def read_page(unit: Unit, survey: OpenSurvey, reading: Reading, page: int, size: int) -> Page:
    """One page; pages count from 1. A page behind the end is empty."""
    skip = (page - 1) * size
    with unit.session.snapshot():
        if reading.matcher:
            found, total = filtered_page(unit, survey, reading.matcher, reading.level, skip, size)
            data, count = ",".join(found).encode(), len(found)
        else:
            data, count, total = _whole_page(unit, survey, reading.level, skip, size)
    return Page(_projected(reading, data, b","), count, total)


def _projected(reading: Reading, data: bytes, separator: bytes) -> bytes:
    """Records joined by commas, narrowed and joined by `separator`."""
    if reading.projection and data:
        return reading.projection.joined(data, separator)
    return data


def _whole_page(unit: Unit, survey: OpenSurvey, level: Level, skip: int, size: int) -> tuple[bytes, int, int]:
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    after, inside, total = find_page(unit, survey, level, skip)
    if skip >= total:
        return b"", 0, total
    responses = level == "response"
    chunk = hot.chunk(raw, *where, after, size, skip=inside, responses=responses, separator=",")
    return (chunk.data, chunk.size, total) if chunk else (b"", 0, total)


def find_page(unit: Unit, survey: OpenSurvey, level: Level, skip: int) -> tuple[int, int, int]:
    """Find where a page begins by the counts, so that a deep page costs what the first does.

    Gives a respid, how many records behind it are still to be skipped, and how many records there are.
    """
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    column = 1 if level == "respondent" else 2
    blocks: Iterable[tuple[int, int, int]] = list(hot.blocks(raw, *where, LEVELS[0]))
    total = sum([block[column] for block in blocks])
    if skip >= total:
        return 0, 0, total
    first = 0
    for depth, bits in enumerate(LEVELS):
        for block in blocks:
            if skip < block[column]:
                first = block[0]
                break
            skip -= block[column]
        if depth + 1 < len(LEVELS):
            finer = bits - LEVELS[depth + 1]
            limits = (first << finer, (first + 1 << finer) - 1)
            blocks = hot.blocks(raw, *where, LEVELS[depth + 1], *limits)
    return max(0, (first << LEVELS[-1]) - 1), skip, total


def count_all(unit: Unit, survey: OpenSurvey) -> tuple[int, int]:
    """How many respondents and responses a survey has."""
    blocks = list(unit.session.hot.blocks(unit.session.raw, unit.workspace_id, survey.id, LEVELS[0]))
    return sum(block[1] for block in blocks), sum(block[2] for block in blocks)


def read_stream(unit: Unit, survey: OpenSurvey, reading: Reading) -> Stream:
    """All records as NDJSON, in constant memory; each record is complete and appears once."""
    if reading.matcher:
        return filtered_stream(unit, survey, reading.matcher, reading.level, reading.projection)
    separator = "," if reading.projection else "\n"
    where = (unit.workspace_id, survey.id)
    responses = reading.level == "response"
    last, width = 0, FIRST_CHUNK

    def next_piece(session: Session) -> bytes | None:
        nonlocal last, width
        hot, raw = session.hot, session.raw
        while True:
            found = hot.span(raw, *where, last, last + width, responses=responses, separator=separator)
            last += width
            if found is not None:
                width = fitting(width, len(found), STREAM_CHUNK)
                return _projected(reading, found, b"\n") + b"\n"
            following = hot.following(raw, *where, last)
            if following is None:
                return None
            last = following - 1

    return next_piece
