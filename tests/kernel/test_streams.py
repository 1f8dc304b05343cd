"""Streams, and clients that go away at every point."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest

from kernel.wire import House, dialect, read_all, running, until
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.problems import NotFound

CHUNK = b'{"row":"' + b"x" * 65_536 + b'"}\n'
NDJSON = b"application/x-ndjson; charset=utf-8"


class Produced:
    """A stream of `count` chunks that counts how many were asked for, and can be held or broken."""

    made = 0
    released = threading.Event()

    def __init__(self, count: int, breaks_at: int | None = None, waits: bool = False) -> None:
        Produced.made = 0
        Produced.released.clear()
        self.left, self.breaks_at, self.waits = count, breaks_at, waits

    def __call__(self, session: object) -> bytes | None:
        if self.waits and Produced.made:
            Produced.released.wait(5)
        if Produced.made == self.breaks_at:
            raise RuntimeError("broken in the middle")
        if Produced.made == self.left:
            return None
        Produced.made += 1
        return CHUNK


def missing(session: object) -> bytes:
    raise NotFound("No such survey.")


def stream(make: Callable[[], Callable[[object], bytes | None]]) -> Callable[[Call], Reply]:
    return lambda _: Reply(200, b"", NDJSON, stream=make())


def endpoint(path: str, make: Callable[[], Callable[[object], bytes | None]]) -> Endpoint:
    return Endpoint(method="GET", path=path, handler=stream(make), where=Where.STREAM, scope=None)


TOY = dialect(
    "toy",
    endpoint("/ten", lambda: Produced(10)),
    endpoint("/endless", lambda: Produced(1_000_000)),
    endpoint("/breaking", lambda: Produced(10, breaks_at=3)),
    endpoint("/breaking-at-once", lambda: Produced(10, breaks_at=0)),
    endpoint("/missing", lambda: missing),
    endpoint("/none", lambda: Produced(0)),
    endpoint("/held", lambda: Produced(3, waits=True)),
    Endpoint(
        method="POST",
        path="/add",
        handler=lambda call: json_reply(len(call.body)),
        where=Where.WRITER,
        scope=None,
    ),
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running(TOY) as house:
        yield house


def test_a_stream_arrives_whole(house: House) -> None:
    answer = httpx.get(f"{house.url}/ten")
    assert answer.content == CHUNK * 10
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "content-encoding" not in answer.headers
    house.settle()


def test_an_empty_stream(house: House) -> None:
    assert httpx.get(f"{house.url}/none").content == b""


def test_head_on_a_stream_makes_no_chunk(house: House) -> None:
    answer = httpx.head(f"{house.url}/ten")
    assert (answer.status_code, answer.content) == (200, b"")
    assert Produced.made == 0


def test_what_fails_before_the_first_chunk_is_told(house: House) -> None:
    assert httpx.get(f"{house.url}/missing").status_code == 404
    assert httpx.get(f"{house.url}/breaking-at-once").status_code == 500


def test_a_stream_that_breaks_is_cut_not_ended(house: House) -> None:
    data = read_all(house.raw(b"GET /breaking HTTP/1.1\r\nHost: x\r\n\r\n"))
    assert data.count(b'{"row"') == 3
    assert not data.endswith(b"0\r\n\r\n")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{house.url}/breaking")
    house.settle()


def test_a_slow_reader_holds_the_producer_back(house: House) -> None:
    connection = house.raw(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
    connection.recv(1000)
    until(lambda: house.database.reading == 0)
    asyncio.run(asyncio.sleep(0.2))
    held = Produced.made
    asyncio.run(asyncio.sleep(0.2))
    assert Produced.made == held, "chunks are made although nobody reads them"
    connection.close()
    house.settle()


def test_a_client_that_leaves_mid_stream_stops_the_producer(house: House) -> None:
    connection = house.raw(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
    connection.recv(100_000)
    connection.close()
    house.settle()
    made = Produced.made
    assert made < 1000
    assert httpx.get(f"{house.url}/ten").status_code == 200


def test_a_client_that_leaves_while_a_chunk_is_made(house: House) -> None:
    connection = house.raw(b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
    connection.recv(1000)
    connection.close()
    Produced.released.set()
    house.settle()


POST = b"POST /add HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.parametrize("sent", [b"POST /add HT", POST, POST + b"x" * 500, POST + b"x" * 1000])
def test_clients_that_leave_around_the_body(house: House, sent: bytes) -> None:
    threads = threading.active_count()
    for _ in range(20):
        house.raw(sent).close()
    house.settle()
    assert httpx.post(f"{house.url}/add", content=b"abc").json() == 3
    until(lambda: threading.active_count() <= threads + 8)


def test_streams_are_compressed_on_request() -> None:
    with running(TOY, gzip_streams=True) as house:
        with httpx.stream("GET", f"{house.url}/ten", headers={"Accept-Encoding": "gzip"}) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert gzip.decompress(raw) == CHUNK * 10
        plain = httpx.get(f"{house.url}/ten", headers={"Accept-Encoding": "identity"})
        assert plain.content == CHUNK * 10


def test_draining_refuses_new_streams_and_cuts_old_ones_after_the_grace_time() -> None:
    with running(TOY, shutdown_grace=0.3) as house:
        connection = house.raw(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(1000)
        house.loop_call(house.app.shutdown)
        assert httpx.get(f"{house.url}/ten").status_code == 503
        assert httpx.post(f"{house.url}/add", content=b"abc").json() == 3
        assert not read_all(connection).endswith(b"0\r\n\r\n")
        house.settle()
