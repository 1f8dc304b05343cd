"""Reading one request, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from rejoinder.kernel.call import Call
from rejoinder.kernel.origin import Origin
from rejoinder.model.problems import Unreadable


def call(
    *headers: tuple[str, str],
    query: str = "",
    body: bytes = b"",
    client: str = "192.0.2.7",
    origin: Origin | None = None,
) -> Call:
    scope: dict[str, Any] = {
        "method": "GET",
        "raw_path": b"/",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "scheme": "http",
        "client": (client, 1),
        "server": ("127.0.0.1", 8321),
    }
    made = Call(scope, origin or Origin(None))
    made.body = body
    return made


def test_a_repeated_header_is_joined() -> None:
    assert call(("accept", "a/b"), ("accept", "c/d")).header("accept") == "a/b, c/d"
    assert call().header("accept") is None


def test_query_access() -> None:
    asked = call(query="filter=a+%2B+b&x=1&x=2&n[a]=1")
    assert asked.query_one("filter") == "a + b"
    assert asked.query_raw("filter") == "a+++b"
    assert asked.query_one("nothing") is None
    assert asked.query_string == "filter=a+%2B+b&x=1&x=2&n[a]=1"
    with pytest.raises(Unreadable, match="2 times"):
        asked.query_one("x")
    assert call(query="n[a]=1&n%5Bb%5D=2").query_form() == {"n": {"a": "1", "b": "2"}}


def test_deep_json_is_unreadable_not_a_crash() -> None:
    with pytest.raises(Unreadable, match="deep"):
        call(body=b"[" * 200_000).json(list[Any])


@pytest.mark.parametrize("host", ["a b", "x/y", "a@b", "evil\u00e9", "", "a:b"])
def test_a_host_header_that_is_no_host_is_unreadable(host: str) -> None:
    with pytest.raises(Unreadable):
        _ = call(("host", host)).base_url


@pytest.mark.parametrize("host", ["example.org", "example.org:8080", "[::1]:80", "127.0.0.1"])
def test_links_start_with_the_host(host: str) -> None:
    assert call(("host", host)).base_url == f"http://{host}"


def test_links_without_a_host_name_the_listener() -> None:
    assert call().base_url == "http://127.0.0.1:8321"


FORWARDED = (
    ("host", "inner:8321"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "surveys.example"),
    ("x-forwarded-for", "203.0.113.9, 198.51.100.2, 10.0.0.3"),
)


def test_forwarded_headers_of_strangers_are_ignored() -> None:
    asked = call(*FORWARDED, origin=Origin(None, ["10.0.0.0/8"]))
    assert asked.base_url == "http://inner:8321"
    assert asked.client_ip == "192.0.2.7"


def test_forwarded_headers_of_trusted_proxies_count() -> None:
    asked = call(*FORWARDED, client="10.0.0.2", origin=Origin(None, ["10.0.0.0/8"]))
    assert asked.base_url == "https://surveys.example"
    assert asked.client_ip == "198.51.100.2", "the first hop from behind that is no proxy of ours"


def test_the_configured_address_wins() -> None:
    asked = call(*FORWARDED, client="10.0.0.2", origin=Origin("https://public.example", ["10.0.0.0/8"]))
    assert asked.base_url == "https://public.example"


@pytest.mark.parametrize("value", ["garbage", "1.2.3.4:80", ""])
def test_a_broken_forwarded_for_leaves_the_proxy(value: str) -> None:
    asked = call(("x-forwarded-for", value), client="10.0.0.2", origin=Origin(None, ["10.0.0.0/8"]))
    assert asked.client_ip == "10.0.0.2"
