"""Rows 16 to 18: others during a stream, a slow reader, a killed server."""

from __future__ import annotations

import statistics
import threading
import time
from contextlib import ExitStack

from bench.clients import NDJSON, Client, download
from bench.harness import in_turns, memory, seconds
from bench.kill9 import Findings, crash_postgres, crash_sqlite
from bench.servers import Running
from bench.stage import BIG, Stage, data_path
from bench.table import Row

SAMPLES = 200
SLOW_BYTES = 2_000_000
PAUSE = 0.002
"""Seconds between small requests: a visitor, not a load."""


def during_stream(stage: Stage) -> list[Row]:
    """Row 16: the median time of a small GET while a stream runs, against that of an idle server."""
    with ExitStack() as stack:
        running, client = stage.serve(stage.sqlite, stack)
        _median_get(client)

        def busy() -> float:
            with _Downloads(running, client):
                return _median_get(client)

        pair = in_turns(busy, lambda: _median_get(client))
    shown = f"{pair.first * 1000:.2f} ms", f"idle {pair.second * 1000:.2f} ms"
    return [Row("16", "small GET, p50, while a stream runs", *shown, pair.ratio, 3, at_most=True)]


def _median_get(client: Client) -> float:
    found = []
    for n in range(SAMPLES):
        found.append(seconds(lambda: client.ask(f"{data_path(BIG)}/{n * 10 + 1}")))  # noqa: B023  called at once
        time.sleep(PAUSE)
    return statistics.median(found)


class _Downloads:
    """Full streams one after the other in a thread, while the block runs."""

    def __init__(self, running: Running, client: Client) -> None:
        self._running, self._client = running, client
        self._ended = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._download)

    def __enter__(self) -> None:
        self._thread.start()
        time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if self._failure:
            raise self._failure

    def _download(self) -> None:
        headers = {**self._client.headers, **NDJSON}
        try:
            while not self._ended.is_set():
                download(self._running.port, data_path(BIG), headers)
        except Exception as error:
            self._failure = error


def slow_reader(stage: Stage) -> list[Row]:
    """Row 17: how much the server grows while a client reads a full stream at 2 MB/s."""
    with ExitStack() as stack:
        running, client = stage.serve(stage.sqlite, stack)
        client.ask(f"{data_path(BIG)}/1")
        start = memory(running.pid)
        arguments = (running.port, data_path(BIG), {**client.headers, **NDJSON}, SLOW_BYTES)
        reader = threading.Thread(target=download, args=arguments, daemon=True)
        reader.start()
        found = [start]
        while reader.is_alive():
            reader.join(0.1)
            found.append(memory(running.pid))
    peak, begun = max(now.private + now.mapped for now in found), start.private + start.mapped
    shown = f"{peak:.0f} MB at the most", f"at the start {begun:.0f} MB"
    return [Row("17", "full stream to a client reading 2 MB/s", *shown, peak - begun, 50, True, "MB")]


def killed(stage: Stage) -> list[Row]:
    """Row 18: kill -9 under load; what was acknowledged and is missing afterwards, or there by half."""
    rounds = 4 if stage.quick else 20
    on_sqlite = crash_sqlite(stage.place, rounds)
    return [_crashed("18a", "SQLite", on_sqlite), _crashed("18b", "PostgreSQL", crash_postgres(rounds))]


def _crashed(number: str, engine: str, findings: Findings) -> Row:
    losses = findings.losses
    wrong = [*losses.missing, *losses.halves, *losses.strangers, *findings.disagreements]
    shown = f"{findings.rows:,} rows acknowledged", f"{findings.rounds} rounds"
    note = wrong[0] if wrong else "`python -m bench.kill9` does more rounds"
    return Row(number, f"kill -9 under load, {engine}, missing", *shown, len(wrong), 0, True, "rows", note)
