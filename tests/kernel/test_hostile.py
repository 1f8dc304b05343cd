"""Whatever bytes arrive: an answer that is not our fault, and a server that lives on."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.wire import House, dialect, read_all, running
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import Reply, json_reply


def look(call: Call) -> Reply:
    """Touches everything that a handler can read."""
    seen = [call.params, call.query_form(), call.query_raw("a"), call.accept("application/json", "text/csv")]
    return json_reply([*map(str, seen), call.base_url, call.client_ip, str(call.form())])


TOY = dialect(
    "toy",
    Endpoint(method="GET", path="/toy/{id}", handler=look, where=Where.INLINE, scope=None),
    Endpoint(method="POST", path="/toy/{id}", handler=look, where=Where.WRITER, scope=None),
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running(TOY, trusted_proxies=("127.0.0.1",), cors_origins=("https://a.example",)) as house:
        yield house


WORDS = [
    b"a",
    b"b[c]",
    b"[",
    b"]",
    b"=",
    b"&",
    b"%",
    b"%00",
    b"%FF",
    b"%C3%A9",
    b"+",
    b"/",
    b"..",
    b"0",
    b";",
]
PIECES = st.lists(st.sampled_from(WORDS), max_size=8).map(b"".join)
NAMES = st.sampled_from(
    [
        b"Accept",
        b"Accept-Encoding",
        b"Content-Type",
        b"X-Request-Id",
        b"X-Forwarded-For",
        b"X-Forwarded-Host",
        b"X-Forwarded-Proto",
        b"Authorization",
        b"Origin",
        b"Access-Control-Request-Method",
        b"Host",
    ]
)
VALUES = st.sampled_from(
    [
        b"",
        b"*",
        b"*/*;q=nan",
        b"gzip;q=1e999",
        b"a,b;;=,q",
        b"\xe9\xff",
        b"multipart/form-data; boundary=a",
        b'multipart/form-data; boundary="',
        b"application/json; charset=\xff",
        b"text/csv;q=-1",
        b"1.2.3.4, ::1",
        b"https://a.example",
        b"Bearer ",
        b"Bearer \xff",
        b"localhost:99999",
        b"x" * 300,
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.sampled_from([b"GET", b"POST", b"HEAD", b"OPTIONS", b"DELETE"]),
    PIECES,
    PIECES,
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    PIECES | st.binary(max_size=60),
)
def test_no_request_breaks_the_server(
    house: House, method: bytes, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    head = b"%s /toy/%s?%s HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n" % (
        method,
        path,
        query,
        len(body),
    )
    head += b"".join(b"%s: %s\r\n" % pair for pair in headers)
    status = read_all(house.raw(head + b"\r\n" + body))[9:12]
    assert status[:1] in (b"2", b"4"), status


def test_it_lives_on(house: House) -> None:
    assert httpx.get(f"{house.url}/toy/1").status_code == 200
    house.settle()
