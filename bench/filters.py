"""Rows 14 and 15: filters, against a full scan of a table with a column for each variable."""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack
from urllib.parse import quote

from bench import data
from bench.clients import NDJSON, Client, download
from bench.harness import CannotMeasure, Pair, in_turns, seconds
from bench.stage import BIG, Stage, data_path
from bench.table import Row

CITY, SEGMENT = data.CITIES[7], data.SEGMENTS[7]
"""Each is the value of one respondent in fifty; `city` gets an index, `group` has none."""


def counted(stage: Stage) -> list[Row]:
    """Row 14: how many have an indexed value, against counting them in the wide table."""
    wide = sqlite3.connect(stage.wide)
    query = "SELECT count(*) FROM respondent WHERE city = ?"
    with ExitStack() as stack:
        _, client = stage.serve(stage.sqlite, stack)
        _index(client, "city")
        path = _filtered("city", CITY) + "&pageSize=1"
        _check_total(client, path, wide.execute(query, (CITY,)).fetchone()[0])
        pair = in_turns(
            lambda: seconds(lambda: wide.execute(query, (CITY,)).fetchone()),
            lambda: seconds(lambda: client.ask(path)),
        )
    return [_row("14", "filter on an indexed variable, count", pair, 10)]


def matching(stage: Stage) -> list[Row]:
    """Row 15: the records that match a filter without index, against selecting them from the wide table."""
    wide = sqlite3.connect(stage.wide)
    query = 'SELECT * FROM respondent WHERE "group" = ?'
    with ExitStack() as stack:
        running, client = stage.serve(stage.sqlite, stack)
        headers, path = {**client.headers, **NDJSON}, _filtered("group", SEGMENT)
        _check_total(client, path, len(wide.execute(query, (SEGMENT,)).fetchall()))
        pair = in_turns(
            lambda: seconds(lambda: wide.execute(query, (SEGMENT,)).fetchall()),
            lambda: seconds(lambda: download(running.port, path, headers)),
        )
    return [_row("15", "filter without index, matching records", pair, 0.15)]


def _filtered(name: str, value: str) -> str:
    expression = quote(f'respondent:{name}="{value}"')
    return f"{data_path(BIG)}?filterExpression={expression}"


def _index(client: Client, name: str) -> None:
    """A variable is indexed once it was a key; nobody has this value, so that nothing changes."""
    body = data.body([{name: "nowhere", "team": "t1"}], keys=(name,), names=("team",))
    client.ask(data_path(BIG), "PUT", body)


def _check_total(client: Client, path: str, wanted: int) -> None:
    """Both sides must find the same."""
    total = json.loads(client.ask(path))["totalCount"]
    if total != wanted:
        raise CannotMeasure(f"{path} finds {total:,} records; the wide table has {wanted:,}.")


def _row(number: str, workload: str, pair: Pair, must: float) -> Row:
    shown = f"{pair.second * 1000:.1f} ms", f"scan of a wide table {pair.first * 1000:.1f} ms"
    return Row(number, workload, *shown, pair.ratio, must)
