"""Feedback as rows: the responses of a workspace, or the people who gave them (CXI 004, "Exports")."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, BinaryIO, NamedTuple

import msgspec
from msgspec import structs

from rejoinder.core.exports.sources import Slice, Source
from rejoinder.core.feedback.projects import list_projects
from rejoinder.core.feedback.reading import as_text, property_keys
from rejoinder.core.feedback.responses import responses_after
from rejoinder.core.feedback.surveys import list_feedback_surveys
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit, local_text
from rejoinder.core.workspaces import workspace_of
from rejoinder.model.exports import Column, Wanted
from rejoinder.model.feedback import AppliedTag, FeedbackResponse
from rejoinder.model.filters.text import fold
from rejoinder.model.system import EMAIL
from rejoinder.store.session import Session

RUN = 20_000
"""Responses that are sorted together in memory."""
USERS = 1000
"""Users in one slice."""
_RESPONSE = (
    Column("id", "integer"),
    Column("feedback_date", "datetime"),
    Column("user_id", "text"),
    Column("score", "number"),
    Column("metric_type", "text"),
    Column("feedback", "text"),
    Column("translated_feedback", "text"),
    Column("language", "text"),
    Column("sentiment", "text"),
    Column("tags", "text"),
    Column("tag_sentiments", "text"),
    Column("projects", "text"),
    Column("source", "text"),
)
_USER = (
    Column("user_id", "text"),
    Column("responses", "integer"),
    Column("first_response", "datetime"),
    Column("last_response", "datetime"),
    Column("last_score", "number"),
)
Row = tuple[str, int, int, float | None, dict[str, Any]]
"""User, date (µs), number, score, properties of one response."""


class _Sheet(NamedTuple):
    """What every row needs: the properties in the order of their columns, and the columns."""

    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    zone: str


def responses(unit: Unit, wanted: Wanted) -> Source:
    """Every response with its tags and properties. Raises NotOnboarded."""
    sheet, surveys = _open(unit, _RESPONSE)
    walk = _walk(unit, [(found.survey_id, found.name) for found in surveys])
    projects = {found.id: found.name for found in list_projects(unit)}

    def next_slice(session: Session) -> Slice | None:
        found = walk(session)
        if found is None:
            return None
        name, rows = found
        cells = [_response_cells(row, name, projects, sheet) for row in rows]
        return _slice(cells, sheet)

    total = sum(found.counts.responses for found in surveys)
    return Source("responses", sheet.columns, total, next_slice)


def users(unit: Unit, wanted: Wanted) -> Source:
    """Everybody who gave a response and is known: how many, the first, the last, the newest properties.

    Raises NotOnboarded.
    """
    sheet, surveys = _open(unit, _USER)
    walk = _walk(unit, [(found.survey_id, found.name) for found in surveys])
    sorter = _Sorter()
    people: Iterator[list[Any]] | None = None

    def next_slice(session: Session) -> Slice | None:
        nonlocal people
        if people is None:
            found = walk(session)
            if found is not None:
                sorter.take([_row(one) for one in found[1] if one.user_id])
                return _slice([], sheet)
            people = (_user_cells(rows, sheet) for _, rows in groupby(sorter.rows(), itemgetter(0)))
        some = list(islice(people, USERS))
        return _slice(some, sheet) if some else None

    return Source("users", sheet.columns, None, next_slice)


def _open(unit: Unit, fixed: Sequence[Column]) -> tuple[_Sheet, list[Any]]:
    """The columns: the fixed ones, then every property that a survey of the workspace has."""
    surveys = list_feedback_surveys(unit)
    keys: dict[str, None] = {}
    for found in surveys:
        schema = open_survey(unit, str(found.survey_id)).shape.schema
        own = property_keys(schema, found.roles)
        keys.update(dict.fromkeys(key for key in own if not (found.imported and key == EMAIL)))
    taken = {fold(column.name) for column in fixed}
    columns = list(fixed)
    for key in keys:
        columns.append(Column(_free(key, taken), "text", key))
    zone = workspace_of(unit).settings.timezone
    return _Sheet(tuple(keys), tuple(columns), zone), surveys


def _free(name: str, taken: set[str]) -> str:
    """A column's name that no other has."""
    found, number = name, 1
    while fold(found) in taken:
        number += 1
        found = f"{name} ({number})"
    taken.add(fold(found))
    return found


def _walk(
    unit: Unit, surveys: Sequence[tuple[int, str]]
) -> Callable[[Session], tuple[str, list[FeedbackResponse]] | None]:
    """Gives the next responses with their survey's name, survey after survey; None at the end."""
    place, after = 0, 0

    def following(session: Session) -> tuple[str, list[FeedbackResponse]] | None:
        nonlocal place, after
        while place < len(surveys):
            number, name = surveys[place]
            rows = responses_after(structs.replace(unit, session=session), number, after)
            if rows:
                after = rows[-1].respid
                return name, rows
            place, after = place + 1, 0
        return None

    return following


def _slice(rows: Sequence[Sequence[Any]], sheet: _Sheet) -> Slice:
    columns = [list(cells) for cells in zip(*rows, strict=True)] if rows else [[] for _ in sheet.columns]
    return Slice(columns, len(rows))


def _response_cells(one: FeedbackResponse, survey: str, projects: dict[int, str], sheet: _Sheet) -> list[Any]:
    properties = {found.key: found.value for found in one.properties}
    return [
        one.id,
        local_text(one.at, sheet.zone),
        one.user_id,
        _whole(one.score),
        one.metric_type,
        one.comment,
        one.translated,
        one.language,
        one.sentiment.word if one.sentiment is not None else None,
        "; ".join(applied.tag.name for applied in one.tags) or None,
        "; ".join(map(_told, one.tags)) or None,
        "; ".join(projects.get(number, str(number)) for number in one.project_ids) or None,
        survey,
        *(_text(properties.get(key)) for key in sheet.keys),
    ]


def _told(applied: AppliedTag) -> str:
    return f"{applied.tag.name}: {applied.sentiment.word if applied.sentiment is not None else 'null'}"


def _text(value: Any) -> str | None:
    return None if value is None else as_text(value)


def _whole(score: float | None) -> float | None:
    """A score without the point that a whole one needs not."""
    return int(score) if score is not None and score.is_integer() else score


def _row(one: FeedbackResponse) -> Row:
    properties = {found.key: found.value for found in one.properties}
    return (one.user_id or "", one.at, one.id, one.score, properties)


def _user_cells(rows: Iterator[Row], sheet: _Sheet) -> list[Any]:
    """One user's responses, the oldest first, as a row; of properties the newest value that is no blank."""
    first = last = next(rows)
    count, score, properties = 1, first[3], dict(first[4])
    for last in rows:
        count += 1
        properties.update(last[4])
        score = score if last[3] is None else last[3]
    dates = [local_text(row[1], sheet.zone) for row in (first, last)]
    return [first[0], count, *dates, _whole(score), *(_text(properties.get(key)) for key in sheet.keys)]


class _Sorter:
    """Sorts more rows than memory holds, by user, date and number: sorted runs in files, then merged."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._runs: list[BinaryIO] = []

    def take(self, rows: Sequence[Row]) -> None:
        """Some more rows."""
        self._rows += rows
        if len(self._rows) >= RUN:
            self._spill()

    def rows(self) -> Iterator[Row]:
        """All of them, in order."""
        self._spill()
        return heapq.merge(*map(_read, self._runs), key=itemgetter(0, 1, 2))

    def _spill(self) -> None:
        self._rows.sort(key=itemgetter(0, 1, 2))
        run = tempfile.TemporaryFile()  # noqa: SIM115  read until the last row is out
        run.write(msgspec.json.Encoder().encode_lines(self._rows))
        run.seek(0)
        self._runs.append(run)
        self._rows = []


def _read(run: BinaryIO) -> Iterator[Row]:
    decode = msgspec.json.Decoder(Row).decode
    with run:
        for line in run:
            yield decode(line)
