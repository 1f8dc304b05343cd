"""Read responses in the order of their dates: by hand, for both engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rejoinder.store.chunks import chunks
from rejoinder.store.session import Session

COUNTED = 10_000
"""Responses that are counted one by one at the most."""
FEW = 5_000
"""A project of so many responses at the most is looked up by itself, and sorted; a larger one is met soon
enough by date."""


class Row(NamedTuple):
    """A response as it is stored: what was found out, and its respondent's record. `at` in µs."""

    id: int
    survey_id: int
    respid: int
    at: int
    language: str | None
    sentiment: int | None
    machine: int | None
    corrected: int | None
    engine: str | None
    translated: str | None
    due: int | None
    analysed_at: int | None
    fingerprint: int | None
    decided_by: str | None
    decided_at: int | None
    doc: str


class Place(NamedTuple):
    """Where a response stands among the others: its date and its number."""

    at: int
    id: int


class Which(NamedTuple):
    """Which responses; what is None does not matter. `sentiment` 2 stands for none at all; `few`: few
    responses are in the project. `before` — only those behind this place, the newest first; `floor` — none
    older than this place."""

    survey_id: int | None = None
    tag: int | None = None
    tag_sentiment: int | None = None
    sentiment: int | None = None
    language: str | None = None
    project: int | None = None
    since: int | None = None
    until: int | None = None
    pending: bool | None = None
    few: bool = False
    before: Place | None = None
    floor: Place | None = None


NO_SENTIMENT = 2
_FOUND = (
    "f.respondent_id, f.survey_id, f.respid, f.at, f.language, f.sentiment, f.machine, f.corrected, "
    "f.engine, f.translated, f.due, f.analysed_at, f.fingerprint, f.decided_by, f.decided_at"
)
_RESPONDENT = {
    "sqlite": (
        "JOIN respondent r ON r.row = (f.survey_id << 32 | f.respid) AND +r.workspace_id = f.workspace_id"
    ),
    "postgresql": (
        "JOIN respondent r ON r.workspace_id = f.workspace_id AND r.survey_id = f.survey_id "
        "AND r.respid = f.respid"
    ),
}


def _led(engine: str, table: str, alias: str) -> str:
    """Begins with another table's rows, which say where the responses are; SQLite has to be told so."""
    join = "CROSS JOIN" if engine == "sqlite" else "JOIN"
    same = f"f.workspace_id = {alias}.workspace_id AND f.respondent_id = {alias}.respondent_id"
    return f"FROM {table} {alias} {join} feedback f ON {same}"


def page(
    session: Session, workspace: int, which: Which, *, descending: bool, skip: int, limit: int
) -> list[Row]:
    """Some responses by date; of one date by number, in the same direction."""
    condition, values = where(session, workspace, which)
    mark, way = session.hot.mark, "DESC" if descending else "ASC"
    order = f"f.at {way}, f.respondent_id {way}"
    within = order if which.tag is None else order.replace("f.", "t.")
    # The page is found first, so that records of skipped responses are not read.
    inner = f"SELECT f.* {condition} ORDER BY {within} LIMIT {mark} OFFSET {mark}"
    sql = f"SELECT {_FOUND}, r.doc FROM ({inner}) f {_RESPONDENT[session.engine]} ORDER BY {order}"
    return _fetch(session, sql, (*values, limit, skip))


def following(session: Session, workspace: int, survey_id: int, after: int, limit: int) -> list[Row]:
    """The responses of a survey behind a respid, in the order of the respids."""
    mark = session.hot.mark
    engine = session.engine
    if engine == "sqlite":
        # Records lie by respid; the rows of `feedback` are found by the respondent's number.
        sql = (
            f"SELECT {_FOUND}, r.doc FROM respondent r CROSS JOIN feedback f "
            "ON f.workspace_id = r.workspace_id AND f.respondent_id = r.id "
            "WHERE r.row > ? AND r.row < ? AND +r.workspace_id = ? ORDER BY r.row LIMIT ?"
        )
        return _fetch(session, sql, (survey_id << 32 | after, (survey_id + 1) << 32, workspace, limit))
    sql = (
        f"SELECT {_FOUND}, r.doc FROM respondent r JOIN feedback f "
        "ON f.workspace_id = r.workspace_id AND f.respondent_id = r.id "
        f"WHERE r.workspace_id = {mark} AND r.survey_id = {mark} AND r.respid > {mark} "
        f"ORDER BY r.respid LIMIT {mark}"
    )
    return _fetch(session, sql, (workspace, survey_id, after, limit))


def by_ids(session: Session, workspace: int, numbers: Sequence[int]) -> list[Row]:
    """Responses by their numbers, those that are there."""
    if not numbers:
        return []
    if session.engine == "sqlite":
        places = ", ".join("?" * len(numbers))
        named, more = f"f.respondent_id IN ({places})", list[Any](numbers)
    else:
        named, more = "f.respondent_id = ANY(%s)", [list(numbers)]
    sql = (
        f"SELECT {_FOUND}, r.doc FROM feedback f {_RESPONDENT[session.engine]} "
        f"WHERE f.workspace_id = {session.hot.mark} AND {named}"
    )
    return _fetch(session, sql, (workspace, *more))


def count(session: Session, workspace: int, which: Which) -> int:
    """How many responses there are, up to one more than `COUNTED`."""
    condition, values = where(session, workspace, which)
    sql = f"SELECT count(*) FROM (SELECT 1 AS one {condition} LIMIT {COUNTED + 1}) counted"
    session.settle()
    return int(session.raw.execute(sql, values).fetchone()[0])


def _fetch(session: Session, sql: str, values: Sequence[Any]) -> list[Row]:
    session.settle()
    return [*map(Row._make, session.raw.execute(sql, values).fetchall())]


def where(session: Session, workspace: int, which: Which, join: str = "") -> tuple[str, tuple[Any, ...]]:
    """`FROM … WHERE …` and its values; `join` — a further table, behind the others.

    A tag's responses are walked by their dates, which its rows have too.
    """
    mark = session.hot.mark
    if which.tag is not None:
        table, (said, values) = _led(session.engine, "response_tag", "t"), _of_tag(mark, workspace, which)
    elif which.few:
        table = _led(session.engine, "project_response", "p")
        said, values = [f"p.workspace_id = {mark}", f"p.project_id = {mark}"], [workspace, which.project]
        _between(said, values, mark, which, "f")
    else:
        table, said, values = "FROM feedback f", [f"f.workspace_id = {mark}"], [workspace]
        _between(said, values, mark, which, "f")

    def add(condition: str, *more: Any) -> None:
        said.append(condition)
        values.extend(more)

    if which.project is not None and (which.tag is not None or not which.few):
        add(
            "EXISTS (SELECT 1 FROM project_response p WHERE p.workspace_id = f.workspace_id "
            f"AND p.project_id = {mark} AND p.respondent_id = f.respondent_id)",
            which.project,
        )
    for name, value in (("survey_id", which.survey_id), ("language", which.language)):
        if value is not None:
            add(f"f.{name} = {mark}", value)
    if which.sentiment == NO_SENTIMENT:
        add("f.sentiment IS NULL")
    elif which.sentiment is not None:
        add(f"f.sentiment = {mark}", which.sentiment)
    if which.tag_sentiment == NO_SENTIMENT and which.tag is not None:
        add("t.sentiment IS NULL")
    elif which.tag_sentiment is not None and which.tag is not None:
        add(f"t.sentiment = {mark}", which.tag_sentiment)
    if which.pending is not None:
        add(f"f.due IS {'NOT ' if which.pending else ''}NULL")
    return f"{table} {join} WHERE {' AND '.join(said)}", tuple(values)


def tagged(session: Session, workspace: int, which: Which) -> tuple[str, tuple[Any, ...]]:
    """`FROM … WHERE …` of a tag's rows alone: what the index of its dates knows."""
    said, values = _of_tag(session.hot.mark, workspace, which)
    return f"FROM response_tag t WHERE {' AND '.join(said)}", tuple(values)


def _of_tag(mark: str, workspace: int, which: Which) -> tuple[list[str], list[Any]]:
    said, values = [f"t.workspace_id = {mark}", f"t.tag_id = {mark}"], [workspace, which.tag]
    _between(said, values, mark, which, "t")
    return [*said, "t.present = 1"], values


def _between(said: list[str], values: list[Any], mark: str, which: Which, table: str) -> None:
    """Add the bounds by date and place, of a table that has them."""
    for sign, place in ((">=", _lowest(which)), ("<", _highest(which))):
        if place is not None:
            said.append(f"({table}.at, {table}.respondent_id) {sign} ({mark}, {mark})")
            values.extend(place)


def _lowest(which: Which) -> Place | None:
    """Where a walk ends. One bound, because an index is walked by one: dates and places together."""
    bounds = [which.floor, None if which.since is None else Place(which.since, 0)]
    return max((one for one in bounds if one is not None), default=None)


def _highest(which: Which) -> Place | None:
    """Behind which place a walk begins."""
    bounds = [which.before, None if which.until is None else Place(which.until, 0)]
    return min((one for one in bounds if one is not None), default=None)


def places_of(session: Session, workspace: int, numbers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Response → (survey, respid), of those that are there."""
    session.settle()
    found: dict[int, tuple[int, int]] = {}
    for some in chunks(numbers):
        places = ", ".join([session.hot.mark] * len(some))
        sql = (
            "SELECT f.respondent_id, f.survey_id, f.respid FROM feedback f "
            f"WHERE f.workspace_id = {session.hot.mark} AND f.respondent_id IN ({places})"
        )
        rows = session.raw.execute(sql, (workspace, *some)).fetchall()
        found.update((number, (survey, respid)) for number, survey, respid in rows)
    return found
