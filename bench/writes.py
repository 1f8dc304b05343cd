"""Rows 5 to 7: many rows in one request, and one row among many."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from typing import Any, NamedTuple

from bench import data
from bench.clients import Client
from bench.harness import by_cpu, in_turns, own_meter, seconds, server_meter
from bench.stage import BATCH, BIG, SMALL, TINY, Stage, data_path
from bench.table import Row

NEW = BATCH // 10
"""Rows of a merge whose key is not there yet."""
CHANGED = ("city", "score", "plan")
EMAIL_LOOKUP = "SELECT id FROM lookup WHERE workspace_id = ? AND survey_id = ? AND variables LIKE '%email%'"
INSERT = """
INSERT INTO respondent (workspace_id, row, id, state, created_at, updated_at, opened_at, completed_at,
language, token, manual, finish_reason, doc) VALUES (?, ?, ?, 0, ?, ?, NULL, NULL, NULL, NULL, 1, NULL, ?)"""
INSERT_KEY = (
    "INSERT INTO respondent_key (workspace_id, survey_id, lookup_id, value, respid) VALUES (?, ?, ?, ?, ?)"
)
UPDATE = """
UPDATE respondent SET doc = ?, state = 0, opened_at = NULL, completed_at = NULL, updated_at = ?
WHERE row = ? AND workspace_id = ?"""


Statements = list[tuple[str, list[tuple[Any, ...]]]]
"""Each with the rows to execute it for."""


class Limit:
    """Writes that were worked out beforehand, executed on a copy of the file: what the engine itself can do.

    Same tables, indexes and pragmas as ours; one transaction with a durable commit.
    """

    def __init__(self, stage: Stage) -> None:
        self.raw = stage.twin
        self.place = stage.sqlite
        self.survey = self.place.surveys[BIG]
        self.lookup = self.raw.execute(EMAIL_LOOKUP, (self.place.workspace, self.survey)).fetchone()[0]
        self.identity = self.raw.execute("SELECT max(id) FROM respondent").fetchone()[0]

    def insert(self, first: int, size: int) -> Statements:
        """Statements that insert respondents `first` to `first + size - 1`."""
        now, workspace = time.time_ns() // 1000, self.place.workspace
        numbers = _from(first, size)
        found = [
            (workspace, self.survey << 32 | n, self.identity + n, now, now, data.document(n, data.row(n)))
            for n in numbers
        ]
        keys = [(workspace, self.survey, self.lookup, data.row(n)["email"], n) for n in numbers]
        return [(INSERT, found), (INSERT_KEY, keys)]

    def update(self, numbers: list[int], rows: list[dict[str, Any]]) -> Statements:
        """Statements that give these respondents new documents."""
        now, base = time.time_ns() // 1000, self.survey << 32
        documents = (data.document(n, row) for n, row in zip(numbers, rows, strict=True))
        return [
            (
                UPDATE,
                [
                    (doc, now, base | n, self.place.workspace)
                    for n, doc in zip(numbers, documents, strict=True)
                ],
            )
        ]

    def run(self, statements: Statements) -> None:
        """Execute them in one transaction, which is durable when this returns."""
        self.raw.execute("BEGIN IMMEDIATE")
        for statement, rows in statements:
            self.raw.executemany(statement, rows)
        self.raw.execute("COMMIT")


def add(stage: Stage) -> list[Row]:
    """Row 5: POST 10 k rows with keys, against executemany of prepared rows."""
    limit = Limit(stage)
    fresh = count(stage.loaded + 1, BATCH)
    sides = _Sides(
        lambda: limit.insert(next(fresh), BATCH),
        lambda: data.body(list(map(data.row, _from(next(fresh), BATCH)))),
    )
    return [
        _bulk("5", "POST 10 k rows, keys checked, SQLite", stage, limit, "POST", sides, "executemany", 0.4)
    ]


def merge(stage: Stage) -> list[Row]:
    """Row 6: PATCH 10 k random keys, a tenth of them new, against update and insert by id."""
    limit, dice = Limit(stage), random.Random(6)
    fresh = count(stage.loaded + 1_000_000, NEW)

    def statements() -> Statements:
        return limit.update(*_changes(stage, dice)) + limit.insert(next(fresh), NEW)

    def request() -> bytes:
        _, rows = _changes(stage, dice)
        return data.body([*rows, *map(data.row, _from(next(fresh), NEW))], names=CHANGED)

    sides, name = _Sides(statements, request), "update and insert by id"
    return [_bulk("6", "PATCH 10 k random keys, SQLite", stage, limit, "PATCH", sides, name, 0.6)]


class _Sides(NamedTuple):
    """What is made ready before each turn: the limit's statements, our request's body."""

    statements: Callable[[], Statements]
    request: Callable[[], bytes]


def _bulk(
    number: str, workload: str, stage: Stage, limit: Limit, method: str, sides: _Sides, name: str, must: float
) -> Row:
    with ExitStack() as stack:
        running, client = stage.serve(stage.scratch, stack)
        theirs, mine = own_meter(), server_meter(running.pid)

        def execute() -> float:
            statements = sides.statements()
            return theirs.seconds(lambda: limit.run(statements))

        def ask() -> float:
            body = sides.request()
            return mine.seconds(lambda: client.ask(data_path(BIG), method, body))

        ask()
        execute()
        pair = in_turns(execute, ask)
    shown = (
        f"{pair.second * 1000:.0f} ms, {BATCH / pair.second:,.0f} /s",
        f"{name} {pair.first * 1000:.0f} ms",
    )
    return Row(number, workload, *shown, pair.ratio, must, note=by_cpu(theirs, mine))


def _from(first: int, size: int) -> range:
    return range(first, first + size)


def _changes(stage: Stage, dice: random.Random) -> tuple[list[int], list[dict[str, Any]]]:
    """Random respondents that are there, and what they shall be."""
    drawn = dice.sample(range(1, stage.loaded), 2 * BATCH)
    numbers = [n for n in drawn if data.survives(n)][: BATCH - NEW]
    return numbers, [data.row(n) | _pick(data.row(dice.randrange(10**6))) for n in numbers]


def _pick(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in CHANGED}


def one_among_many(stage: Stage) -> list[Row]:
    """Row 7: PATCH of one row in the big survey, against one of a thousand."""
    with ExitStack() as stack:
        _, client = stage.serve(stage.scratch, stack)
        big = _merges_one(client, BIG, stage.loaded)
        small = _merges_one(client, TINY, SMALL)
        pair = in_turns(big, small)
    shown = f"{pair.first * 1000:.2f} ms", f"in {SMALL:,}: {pair.second * 1000:.2f} ms"
    workload = f"PATCH of 1 row in {stage.records:,} against in {SMALL:,}"
    return [Row("7", workload, *shown, pair.ratio, 1.5, at_most=True)]


def _merges_one(client: Client, survey: str, top: int) -> Callable[[], float]:
    """The median seconds of fifty merges of one random row."""
    dice = random.Random(7)
    numbers = list(data.survivors(top))

    def measure() -> float:
        found = []
        for _ in range(50):
            number = dice.choice(numbers)
            body = data.body([data.row(number) | {"score": dice.randrange(10)}], names=("score",))
            found.append(seconds(lambda: client.ask(data_path(survey), "PATCH", body)))  # noqa: B023  called at once
        return statistics.median(found)

    return measure
