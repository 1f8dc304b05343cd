"""Rows 1 to 4: everything as a stream."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from typing import NamedTuple

from bench import peers
from bench.clients import NDJSON, download, read_for
from bench.harness import CannotMeasure, by_cpu, in_turns, program_meter, seconds, server_meter
from bench.stage import BIG, Place, Stage, data_path
from bench.table import Row

PEER_SECONDS = 4
"""How long the peer's stream is read: it pages by key, so that its pace does not change."""


def everything(stage: Stage) -> list[Row]:
    """Row 1: all records as NDJSON, against the SQLite shell printing them."""
    limit = _Limit("sqlite3 shell", _shell(stage, "doc"), 0.45)
    return [_stream("1", "NDJSON of everything, SQLite", stage, stage.sqlite, "", limit)]


def two_variables(stage: Stage) -> list[Row]:
    """Row 3: two variables of each, against the SQLite shell with json_object."""
    shown = "json_object('respid', respid, 'email', doc ->> 'email', 'city', doc ->> 'city')"
    limit = _Limit("json_object", _shell(stage, shown), 1.2)
    query = "?variables=email,city"
    return [_stream("3", "NDJSON of 2 variables, SQLite", stage, stage.sqlite, query, limit)]


def on_postgres(stage: Stage) -> list[Row]:
    """Row 4: all records as NDJSON from PostgreSQL, against psql COPY."""
    place = stage.postgres
    where = f"workspace_id = {place.workspace} AND survey_id = {place.surveys[BIG]}"
    words = [_program("psql", "postgresql-client"), place.url, "--no-psqlrc", "--quiet", "--command"]
    words.append(f"COPY (SELECT doc FROM respondent WHERE {where}) TO STDOUT")
    limit = _Limit("psql COPY", words, 0.45, whole=False)
    return [_stream("4", "NDJSON of everything, PostgreSQL", stage, place, "", limit)]


class _Limit(NamedTuple):
    """A program that prints the same records, and the part of its pace that we must reach.

    `whole` says that it does all the work itself, so that its processor time can be compared.
    """

    name: str
    words: list[str]
    must: float
    whole: bool = True


def _stream(number: str, workload: str, stage: Stage, place: Place, query: str, limit: _Limit) -> Row:
    with ExitStack() as stack:
        running, client = stage.serve(place, stack)
        headers, path = {**client.headers, **NDJSON}, data_path(BIG) + query
        theirs, mine = program_meter(), server_meter(running.pid)
        download(running.port, path, headers)
        pair = in_turns(
            lambda: theirs.seconds(
                lambda: subprocess.run(limit.words, stdout=subprocess.DEVNULL, check=True)
            ),
            lambda: mine.seconds(lambda: download(running.port, path, headers)),
        )
    shown = f"{pair.second:.2f} s, {stage.records / pair.second:,.0f} /s", f"{limit.name} {pair.first:.2f} s"
    return Row(
        number, workload, *shown, pair.ratio, limit.must, note=by_cpu(theirs, mine) if limit.whole else ""
    )


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
    shown = f"{pair.first:,.0f} /s", f"datasette {pair.second:,.0f} /s"
    return [Row("2", "NDJSON of everything, SQLite", *shown, pair.ratio, 25)]


def _shell(stage: Stage, shown: str) -> list[str]:
    survey = stage.sqlite.surveys[BIG]
    rows = f"row > {survey << 32} AND row < {(survey + 1) << 32}"
    path = stage.sqlite.url.removeprefix("sqlite:///")
    return [_program("sqlite3", "sqlite3"), "-readonly", path, f"SELECT {shown} FROM respondent WHERE {rows}"]


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotMeasure(f"{name} is not installed; `make bench` installs it (package {package}).")
    return found
