"""Row 19: an import of 10 MB of feedback against COPY of the same file, and row 16 while one is stored and
analysed."""

from __future__ import annotations

import csv
import io
import json
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import psycopg

from bench.clients import Client, sign_in
from bench.harness import CannotMeasure, by_cpu, in_turns, seconds, server_meter
from bench.stage import TINY, Place, Stage, data_path, load, postgres_server, prepare
from bench.table import Row

TOKEN_PATH, IMPORTS, RECORDS = "/oauth/token", "/v1/imports", 500
SIZE = 10_400_000
SAMPLES = 400
PAUSE = 0.002
BOUNDARY = "feedback-bench"
HEADER = (
    *("feedback", "feedback_date", "user_id", "score", "platform", "country", "pricing_plan", "age", "spent"),
    *("signed", "active"),
)
TABLE = (
    "feedback text, feedback_date timestamp, user_id text, score int, platform text, country text, "
    "pricing_plan text, age int, spent float8, signed date, active bool"
)
WORDS = [
    "the",
    "price",
    "support",
    "quick",
    "slow",
    "delivery",
    "app",
    "pricing",
    "broke",
    "great",
    "fine",
    "good",
    "service",
    "never",
    "again",
    "works",
    "well",
    "team",
    "ticket",
    "answered",
    "late",
    "early",
    "terrible",
    "friendly",
    "staff",
    "quality",
    "refund",
    "box",
    "damaged",
    "easy",
    "cheap",
    "expensive",
]


def feedback_csv(size: int = SIZE) -> tuple[bytes, int]:
    """A file of feedback with seven typed properties, and how many rows it has; always the same."""
    out, chance, rows = io.StringIO(newline=""), random.Random(7), 0
    writer = csv.writer(out)
    writer.writerow(HEADER)
    while out.tell() < size:
        rows += 1
        clock = ":".join(f"{chance.randint(0, 23 if n == 0 else 59):02}" for n in range(3))
        day = f"{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        writer.writerow(
            [
                " ".join(chance.choices(WORDS, k=12)),
                f"2024-{day} {clock}",
                f"user{rows}@example.org",
                chance.randint(0, 10),
                chance.choice(("iOS", "Android")),
                chance.choice(("PL", "DE", "KZ")),
                chance.choice(("Lite", "Pro")),
                chance.randint(18, 80),
                f"{chance.random() * 100:.2f}",
                f"2021-{day}",
                chance.choice(("true", "false")),
            ]
        )
    return out.getvalue().encode(), rows


class Account:
    """An onboarded workspace on a server, and a caller of its feedback."""

    def __init__(self, stage: Stage, place: Place, stack: ExitStack) -> None:
        self.running, self.forsta = stage.serve(place, stack)
        client = sign_in(self.running.port, place.client_id, place.secret, TOKEN_PATH)
        stack.callback(client.connection.close)
        client.ask("/v1/onboarding", "PUT", b'{"product_category_id":9,"onboarded":true}')
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        self.client = replace(client, headers={**client.headers, "Content-Type": kind})

    def store(self, body: bytes) -> float:
        """Send a file; how long it takes until it is committed and the answer begins."""
        connection = self.client.connection
        started = time.perf_counter()
        connection.request("POST", IMPORTS, body, dict(self.client.headers))
        answer = connection.getresponse()
        spent = time.perf_counter() - started
        content = answer.read()
        if answer.status != 201:
            raise CannotMeasure(f"An import was answered with {answer.status}: {content[:300]!r}")
        return spent

    def wait(self) -> float:
        """Wait until every import is analysed; how long that takes."""

        def work() -> None:
            while not all(one["response_count"] for one in json.loads(self.client.ask(IMPORTS))):
                time.sleep(0.2)

        return seconds(work)


def multipart(file: bytes) -> bytes:
    """The file as a client sends it."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="data.csv"\r\n\r\n'
    return b"%b%b\r\n--%b--\r\n" % (head.encode(), file, BOUNDARY.encode())


def against_copy(stage: Stage) -> list[Row]:
    """Rows 19a and 19b: on SQLite and on PostgreSQL."""
    file, rows = feedback_csv(SIZE // 4 if stage.quick else SIZE)
    with ExitStack() as stack:
        server = postgres_server(stack)
        connection = stack.enter_context(psycopg.connect(server.url(), autocommit=True))
        connection.execute(f"CREATE TABLE feedback_twin ({TABLE})")
        found = []
        places = {
            "SQLite": f"sqlite:///{stage.place / 'feedback.db'}",
            "PostgreSQL": server.url(server.create()),
        }
        for letter, (engine, url) in zip("ab", places.items(), strict=True):
            with ExitStack() as inner:
                account = Account(stage, prepare(url), inner)
                found.append(_row(f"19{letter}", engine, account, connection, file, rows))
        return found


def _row(
    number: str, engine: str, account: Account, connection: psycopg.Connection[Any], file: bytes, rows: int
) -> Row:
    body = multipart(file)
    account.store(body)
    account.wait()

    limit, meter = server_meter(connection.info.backend_pid), server_meter(account.running.pid)

    def ours() -> float:
        try:
            return meter.around(lambda: account.store(body))
        finally:
            spent.append(account.wait())

    spent: list[float] = []
    pair = in_turns(lambda: limit.around(lambda: _copy(connection, file)), ours, 3)
    note = f"{by_cpu(limit, meter)}, " if engine == "SQLite" else ""  # elsewhere the database has its share
    note += f"analysed in {statistics.median(spent):.1f} s more"
    shown = f"{rows / pair.second:,.0f} rows/s", f"COPY {rows / pair.first:,.0f} rows/s"
    workload = f"CXI import of {len(file) / 1e6:.0f} MB stored, {engine}"
    return Row(number, workload, *shown, pair.ratio, 0.06, note=note)


def _copy(connection: psycopg.Connection[Any], file: bytes) -> float:
    def work() -> None:
        with connection.cursor().copy("COPY feedback_twin FROM STDIN (FORMAT csv, HEADER)") as out:
            out.write(file)

    return seconds(work)


def during_import(stage: Stage) -> list[Row]:
    """Rows 16b and 16c: the median and the 99th percentile of a small GET while a file is worked on."""
    file, rows = feedback_csv(SIZE // 4 if stage.quick else SIZE)
    with ExitStack() as stack:
        account = Account(stage, prepare(f"sqlite:///{stage.place / 'beside.db'}"), stack)
        load(account.forsta, TINY, RECORDS)
        idle = _samples(account.forsta, lambda count: count >= SAMPLES)
        with _import(account, multipart(file)) as ended:
            busy = _samples(account.forsta, lambda _: ended.is_set())
        idle += _samples(account.forsta, lambda count: count >= SAMPLES)
    found = []
    for letter, name, part, must in (("b", "p50", 50, 3), ("c", "p99", 99, 10)):
        one, other = (statistics.quantiles(some, n=100)[part - 1] for some in (busy, idle))
        shown = f"{one * 1000:.2f} ms", f"idle {other * 1000:.2f} ms"
        workload = f"small GET, {name}, while {rows:,} rows of feedback are imported and analysed"
        note = f"{len(busy):,} GETs"
        found.append(Row(f"16{letter}", workload, *shown, one / other, must, at_most=True, note=note))
    return found


@contextmanager
def _import(account: Account, body: bytes) -> Iterator[threading.Event]:
    """A file that is sent in a thread while the block runs; the event is set when it is analysed."""
    ended = threading.Event()

    def work() -> None:
        try:
            account.store(body)
            account.wait()
        finally:
            ended.set()

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(work)
        yield ended
        sent.result()


def _samples(client: Client, enough: Callable[[int], bool]) -> list[float]:
    found: list[float] = []
    while not enough(len(found)) or len(found) < 2:
        found.append(seconds(lambda: client.ask(f"{data_path(TINY)}/{len(found) % RECORDS + 1}")))
        time.sleep(PAUSE)
    return found
