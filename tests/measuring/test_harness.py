"""The bench must not fool itself: whom it measures, in which order, on which data."""

from __future__ import annotations

import socket
import sys
import threading
import time

import msgspec
import pytest
from bench import data
from bench.clients import download
from bench.harness import CannotMeasure, in_turns
from bench.servers import free_port, serving
from bench.stage import BIG, prepare
from bench.table import Row

from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.unit import Unit
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

LISTEN = "import socket, sys, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
BY_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"


def test_a_busy_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotMeasure, match="taken"), serving([sys.executable, "-c", ""], port):
            pass


def test_the_listener_must_be_the_process_that_was_started() -> None:
    port = free_port()
    words = [sys.executable, "-c", BY_A_CHILD, LISTEN.format(port=port).replace("sleep(60)", "sleep(2)")]
    with pytest.raises(CannotMeasure, match="not the one started"), serving(words, port):
        pass


def test_a_server_that_ends_says_why() -> None:
    words = [sys.executable, "-c", "raise SystemExit('no database')"]
    with pytest.raises(CannotMeasure, match="no database"), serving(words, free_port()):
        pass


def test_a_listener_is_found() -> None:
    port = free_port()
    with serving([sys.executable, "-c", LISTEN.format(port=port)], port) as running:
        assert running.port == port


@pytest.mark.parametrize("ending", [b"", b"5\r\nhel"])
def test_a_download_that_is_cut_does_not_count(ending: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    port = _answer_once(head + ending)
    with pytest.raises(CannotMeasure, match="cut short"):
        download(port, "/", {})


def test_a_whole_download_counts() -> None:
    whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    assert download(_answer_once(whole), "/", {}) == len(whole)


def test_an_error_does_not_count() -> None:
    with pytest.raises(CannotMeasure, match="403"):
        download(_answer_once(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"), "/", {})


def _answer_once(answer: bytes) -> int:
    """A port that answers one connection with these bytes."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with server, server.accept()[0] as wire:
            wire.recv(65536)
            wire.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    port: int = server.getsockname()[1]
    return port


def test_both_sides_take_turns() -> None:
    said: list[str] = []
    values = {"a": iter([1.0, 4.0, 9.0]), "b": iter([1.0, 2.0, 3.0])}

    def side(name: str) -> float:
        said.append(name)
        return next(values[name])

    pair = in_turns(lambda: side("a"), lambda: side("b"), turns=3)
    assert said == list("ababab")
    assert (pair.first, pair.second, pair.ratio) == (4.0, 2.0, 2.0)


@pytest.mark.parametrize(
    ("value", "at_most", "met"), [(0.5, False, True), (0.4, False, False), (0.6, True, False)]
)
def test_a_bar_is_a_floor_or_a_ceiling(value: float, at_most: bool, met: bool) -> None:
    assert Row("1", "work", "a", "b", value, 0.5, at_most).met is met


def test_the_limits_store_what_the_store_stores(sqlite_url: str) -> None:
    place = prepare(sqlite_url)
    database = Database(place.url)
    rows = [data.row(n) for n in range(1, 200)]
    batch = Batch(msgspec.json.encode(rows), ("email",), data.NAMES[1:])

    def work(session: Session) -> list[tuple[str, int] | None]:
        unit = Unit(session, place.workspace, "test", time.time_ns() // 1000)
        add(unit, BIG, "respondent", batch)
        where = (session.raw, place.workspace, place.surveys[BIG])
        return [session.hot.one(*where, n) for n in range(1, 200)]

    try:
        stored = database.write(work)
    finally:
        database.close()
    for n, (found, row) in enumerate(zip(stored, rows, strict=True), 1):
        assert found is not None
        created = msgspec.json.decode(found[0])["createddate"]
        assert found[0] == data.document(n, row).replace(data.CREATED, created)
