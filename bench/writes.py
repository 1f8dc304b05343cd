"""Rows 5 to 7: many rows in one request, and one row among many."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from typing import Any

from bench import data
from bench.clients import Client
from bench.harness import TURNS, in_turns, seconds
from bench.stage import BATCH, BIG, SMALL, TINY, Place, Stage, data_path
from bench.table import Row

NEW = BATCH // 10
"""Rows of a merge whose key is not there yet."""
CHANGED = ("city", "score", "plan")
EMAIL_LOOKUP = "SELECT id FROM lookup WHERE workspace_id = ? AND survey_id = ? AND variables LIKE '%email%'"
INSERT = """
INSERT INTO respondent (workspace_id, row, id, state, created_at, updated_at, opened_at, completed_at, language,
token, manual, finish_reason, doc) VALUES (?, ?, ?, 0, ?, ?, NULL, NULL, NULL, NULL, 1, NULL, ?)"""
INSERT_KEY = "INSERT INTO respondent_key (workspace_id, survey_id, lookup_id, value, respid) VALUES (?, ?, ?, ?, ?)"
UPDATE = """
UPDATE respondent SET doc = ?, state = 0, opened_at = NULL, completed_at = NULL, updated_at = ?
WHERE row = ? AND workspace_id = ?"""


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

    def insert(self, first: int, size: int) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """Statements that insert respondents `first` to `first + size - 1`."""
        now, workspace = time.time_ns() // 1000, self.place.workspace
        numbers = _from(first, size)
        found = [
            (workspace, self.survey << 32 | n, self.identity + n, now, now, data.document(n, data.row(n)))
            for n in numbers
        ]
        keys = [(workspace, self.survey, self.lookup, data.row(n)["email"], n) for n in numbers]
        return [(INSERT, found), (INSERT_KEY, keys)]

    def update(self, numbers: list[int], rows: list[dict[str, Any]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """Statements that give these respondents new documents."""
        now, base = time.time_ns() // 1000, self.survey << 32
        documents = (data.document(n, row) for n, row in zip(numbers, rows, strict=True))
        return [(UPDATE, [(doc, now, base | n, self.place.workspace) for n, doc in zip(numbers, documents, strict=True)])]

    def run(self, statements: list[tuple[str, list[tuple[Any, ...]]]]) -> float:
        """Execute them in one transaction; the seconds until it is durable."""
        started = time.perf_counter()
        self.raw.execute("BEGIN IMMEDIATE")
        for statement, rows in statements:
            self.raw.executemany(statement, rows)
        self.raw.execute("COMMIT")
        return time.perf_counter() - started


def add(stage: Stage) -> list[Row]:
    """Row 5: POST 10 k rows with keys, against executemany of prepared rows."""
    limit = Limit(stage)
    fresh = count(stage.loaded + 1, BATCH)
    with ExitStack() as stack:
        _, client = stage.serve(stage.sqlite, stack)
        pair = in_turns(
            lambda: limit.run(limit.insert(next(fresh), BATCH)),
            lambda: _timed(client, "POST", data.body(list(map(data.row, _from(next(fresh), BATCH))))),
        )
    return [_row("5", "POST 10 k rows, keys checked, SQLite", pair.other, pair.ours, pair.ratio, "executemany", 0.4)]


def _from(first: int, size: int) -> range:
    return range(first, first + size)


def merge(stage: Stage) -> list[Row]:
    """Row 6: PATCH 10 k random keys, a tenth of them new, against update and insert by id."""
    limit, dice = Limit(stage), random.Random(6)
    fresh = count(stage.loaded + 1_000_000, NEW)
    with ExitStack() as stack:
        _, client = stage.serve(stage.sqlite, stack)

        def theirs() -> float:
            known, rows = _changes(stage, dice)
            return limit.run(limit.update(known, rows) + limit.insert(next(fresh), NEW))

        def ours() -> float:
            _, rows = _changes(stage, dice)
            rows += map(data.row, _from(next(fresh), NEW))
            return _timed(client, "PATCH", data.body(rows, names=CHANGED))

        pair = in_turns(theirs, ours)
    return [_row("6", "PATCH 10 k random keys, SQLite", pair.other, pair.ours, pair.ratio, "update and insert by id", 0.6)]


def _changes(stage: Stage, dice: random.Random) -> tuple[list[int], list[dict[str, Any]]]:
    """Random respondents that are there, and what they shall be."""
    wanted = {n for n in dice.sample(range(1, stage.loaded), BATCH + NEW) if data.survives(n)}
    numbers = sorted(wanted)[: BATCH - NEW]
    dice.shuffle(numbers)
    rows = [data.row(n) | {name: data.row(dice.randrange(10**6))[name] for name in CHANGED} for n in numbers]
    return numbers, rows


def _timed(client: Client, method: str, body: bytes) -> float:
    return seconds(lambda: client.ask(data_path(BIG), method, body))


def _row(number: str, workload: str, ours: float, theirs: float, ratio: float, name: str, must: float) -> Row:
    mine = f"{ours * 1000:.0f} ms, {BATCH / ours:,.0f} /s"
    return Row(number, workload, mine, f"{name} {theirs * 1000:.0f} ms", ratio, must)


def one_among_many(stage: Stage) -> list[Row]:
    """Row 7: PATCH of one row in the big survey, against one of a thousand."""
    with ExitStack() as stack:
        _, client = stage.serve(stage.sqlite, stack)
        big = _merges_one(client, BIG, stage.loaded)
        small = _merges_one(client, TINY, SMALL)
        pair = in_turns(big, small, TURNS)
    shown = f"{pair.ours * 1000:.2f} ms", f"in {SMALL:,}: {pair.other * 1000:.2f} ms"
    workload = f"PATCH of 1 row in {stage.records:,} against in {SMALL:,}"
    return [Row("7", workload, *shown, pair.ratio, 1.5, at_most=True)]


def _merges_one(client: Client, survey: str, top: int) -> Callable[[], float]:
    """The median seconds of fifty merges of one random row."""
    dice = random.Random(7)

    def measure() -> float:
        found = []
        for _ in range(50):
            number = next(n for n in iter(lambda: dice.randint(1, top), 0) if data.survives(n) or survey == TINY)
            body = data.body([data.row(number) | {"score": dice.randrange(10)}], names=("score",))
            found.append(seconds(lambda: client.ask(data_path(survey), "PATCH", body)))  # noqa: B023  called at once
        return statistics.median(found)

    return measure
