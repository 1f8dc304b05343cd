"""Rows 1 to 4: everything as a stream."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from bench import peers
from bench.clients import NDJSON, download, read_for
from bench.harness import CannotMeasure, Pair, in_turns, seconds
from bench.stage import BIG, Place, Stage, data_path
from bench.table import Row

PEER_SECONDS = 4
"""How long the peer's stream is read: it pages by key, so that its pace does not change."""


def everything(stage: Stage) -> list[Row]:
    """Row 1: all records as NDJSON, against the SQLite shell printing them."""
    query = f"SELECT doc FROM respondent WHERE {_rows_of(stage.sqlite)}"
    return [_stream("1", "NDJSON of everything, SQLite", stage, "", _shell(stage, query), "sqlite3 shell", 0.45)]


def two_variables(stage: Stage) -> list[Row]:
    """Row 3: two variables of each, against the SQLite shell with json_object."""
    shown = "json_object('respid', respid, 'email', doc ->> 'email', 'city', doc ->> 'city')"
    query = f"SELECT {shown} FROM respondent WHERE {_rows_of(stage.sqlite)}"
    shell = _shell(stage, query)
    return [_stream("3", "NDJSON of 2 variables, SQLite", stage, "?variables=email,city", shell, "json_object", 1.2)]


def _stream(
    number: str, workload: str, stage: Stage, query: str, limit: Callable[[], float], name: str, must: float
) -> Row:
    with ExitStack() as stack:
        pair = _in_turns(stage, stage.sqlite, query, limit, stack)
    return _row(number, workload, stage, pair, name, must)


def on_postgres(stage: Stage) -> list[Row]:
    """Row 4: all records as NDJSON from PostgreSQL, against psql COPY."""
    place = stage.postgres
    where = f"workspace_id = {place.workspace} AND survey_id = {place.surveys[BIG]}"
    words = [_program("psql", "postgresql-client"), place.url, "--no-psqlrc", "--quiet", "--command"]
    limit = _printing([*words, f"COPY (SELECT doc FROM respondent WHERE {where}) TO STDOUT"])
    with ExitStack() as stack:
        pair = _in_turns(stage, place, "", limit, stack)
    return [_row("4", "NDJSON of everything, PostgreSQL", stage, pair, "psql COPY", 0.45)]


def against_peer(stage: Stage) -> list[Row]:
    """Row 2: records a second of a full download, against Datasette's streaming CSV."""
    with ExitStack() as stack:
        running, client = stage.serve(stage.sqlite, stack)
        peer = stack.enter_context(peers.datasette(stage.wide))
        headers = {**client.headers, **NDJSON}

        def ours() -> float:
            return stage.records / seconds(lambda: download(running.port, data_path(BIG), headers))

        def theirs() -> float:
            return read_for(peer.port, "/wide/respondent.csv?_stream=on", {}, PEER_SECONDS)

        pair = in_turns(ours, theirs)
    shown = f"{pair.ours:,.0f} /s", f"datasette {pair.other:,.0f} /s"
    return [Row("2", "NDJSON of everything, SQLite", *shown, pair.ratio, 25)]


def _in_turns(stage: Stage, place: Place, query: str, limit: Callable[[], float], stack: ExitStack) -> Pair:
    """Seconds of the limit over seconds of ours, in turns."""
    running, client = stage.serve(place, stack)
    headers: Mapping[str, str] = {**client.headers, **NDJSON}
    path = data_path(BIG) + query
    download(running.port, path, headers)
    return in_turns(limit, lambda: seconds(lambda: download(running.port, path, headers)))


def _row(number: str, workload: str, stage: Stage, pair: Pair, name: str, must: float) -> Row:
    """A row of times; the limit is the first of the pair, so that more is better."""
    ours = f"{pair.other:.2f} s, {stage.records / pair.other:,.0f} /s"
    return Row(number, workload, ours, f"{name} {pair.ours:.2f} s", pair.ratio, must)


def _rows_of(place: Place) -> str:
    survey = place.surveys[BIG]
    return f"row > {survey << 32} AND row < {(survey + 1) << 32}"


def _shell(stage: Stage, query: str) -> Callable[[], float]:
    return _printing([_program("sqlite3", "sqlite3"), "-readonly", stage.sqlite.url.removeprefix("sqlite:///"), query])


def _printing(words: list[str]) -> Callable[[], float]:
    """Run a program whose output nobody reads; the seconds it takes."""
    return lambda: seconds(lambda: subprocess.run(words, stdout=subprocess.DEVNULL, check=True))


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotMeasure(f"{name} is not installed; `make bench` installs it (package {package}).")
    return found
