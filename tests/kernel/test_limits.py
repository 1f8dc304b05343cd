"""What is refused before it costs anything."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from kernel.wire import House, dialect, read_all, running
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import json_reply

MEGABYTE = 1 << 20
TOY = dialect(
    "toy",
    Endpoint(
        method="POST",
        path="/toy/add",
        handler=lambda call: json_reply(len(call.body)),
        where=Where.WRITER,
        scope=None,
    ),
    Endpoint(method="GET", path="/toy/get", handler=lambda call: json_reply(1), scope=None),
)
CHUNKED = b"POST /toy/add HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running(TOY, max_body=MEGABYTE, body_timeout=0.3) as house:
        yield house


def post(length: int, path: str = "/toy/add", extra: str = "") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{extra}\r\n".encode()


@pytest.mark.parametrize("path", ["/toy/add", "/toy/nothing"])
def test_120_announced_megabytes_are_refused_at_once(house: House, path: str) -> None:
    started = time.monotonic()
    connection = house.raw(post(120 * MEGABYTE, path))
    assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - started < 0.5
    connection.close()
    house.settle()


def test_a_client_that_sends_on_still_gets_the_answer(house: House) -> None:
    connection = house.raw(post(120 * MEGABYTE), *[b"x" * 65_536] * 20)
    answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer
    connection.close()
    house.settle()


def test_120_megabytes_in_chunks_are_refused_when_the_limit_is_passed(house: House) -> None:
    connection = house.raw(CHUNKED)
    chunk = b"%x\r\n" % 65_536 + b"x" * 65_536 + b"\r\n"
    sent = 0
    answer = b""
    while not answer and sent < 120 * MEGABYTE:
        connection.settimeout(5)
        connection.sendall(chunk)
        sent += 65_536
        connection.settimeout(0.001)
        try:
            answer = connection.recv(4096)
        except TimeoutError:
            continue
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 4 * MEGABYTE
    connection.close()
    house.settle()


def test_a_body_of_exactly_the_limit_is_read(house: House) -> None:
    close = "Connection: close\r\n"
    data = read_all(house.raw(post(MEGABYTE, extra=close), b"x" * MEGABYTE))
    assert data.endswith(b"\r\n\r\n1048576")


def test_a_stalled_body_is_dropped(house: House) -> None:
    started = time.monotonic()
    data = read_all(house.raw(post(1000), b"x" * 10))
    assert data.startswith(b"HTTP/1.1 400 ")
    assert b"stood still" in data
    assert time.monotonic() - started < 4
    house.settle()


def test_expect_100_continue(house: House) -> None:
    connection = house.raw(post(3, extra="Expect: 100-continue\r\n"))
    assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"abc")
    assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    connection.close()


def test_expect_100_continue_is_refused_for_a_body_too_large(house: House) -> None:
    data = read_all(house.raw(post(120 * MEGABYTE, extra="Expect: 100-continue\r\n")))
    assert data.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_compressed_bodies_are_refused(house: House, coding: str) -> None:
    data = read_all(house.raw(post(3, extra=f"Content-Encoding: {coding}\r\n"), b"abc"))
    assert data.startswith(b"HTTP/1.1 400 ")
    assert b"Compressed" in data


@pytest.mark.parametrize(
    "head",
    [
        "GET /toy/get?" + "x" * 62_000 + " HTTP/1.1\r\nHost: x\r\n",
        "GET /toy/get HTTP/1.1\r\nHost: x\r\nX-Big: " + "x" * 70_000 + "\r\n",
        "GET /toy/get HTTP/1.1\r\nHost: x\r\n" + "X-Many: 1\r\n" * 200,
    ],
)
def test_oversized_heads_are_refused(house: House, head: str) -> None:
    data = read_all(house.raw(head.encode() + b"\r\n"))
    assert data.startswith(b"HTTP/1.1 413 ")
    house.settle()
