"""Queries as people's programs write them."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.dialects.surveykiwi.parameters import Parameters, first
from rejoinder.kernel.call import Call
from rejoinder.kernel.origin import Origin
from rejoinder.model.problems import Invalid, Unreadable

OBJECT = '{"type":"default","var":"id","operator":"<=","val":"a b"}'


def asked(query: str | bytes) -> Call:
    raw = query if isinstance(query, bytes) else query.encode()
    return Call({"method": "GET", "raw_path": b"/x", "headers": [], "query_string": raw}, Origin(None))


def where(query: str | bytes) -> list[str]:
    return Parameters(asked(query), ("where", "limit", "campaign_url")).texts("where")


@pytest.mark.parametrize("name", ["where[]", "where[0]", "where[17]", "where", "where%5B%5D", "where%5b3%5d"])
@pytest.mark.parametrize(
    "value",
    [OBJECT.replace("a b", "a+b"), quote(OBJECT), OBJECT.replace(" ", "%20"), quote(OBJECT, safe='{}[]":,')],
)
def test_names_and_encodings(name: str, value: str) -> None:
    assert where(f"limit=1&{name}={value}&campaign_url=x") == [OBJECT]


def test_several_keep_their_order() -> None:
    assert where('where[]={"a":1}&limit=2&where[]={"b":2}&where[]={"c":3}') == [
        '{"a":1}',
        '{"b":2}',
        '{"c":3}',
    ]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ('{"val":"R & D"}', '{"val":"R & D"}'),
        ('{"val":"a&b=c&d"}', '{"val":"a&b=c&d"}'),
        ('{"val":"%abierto%"}', '{"val":"%abierto%"}'),  # %ab is no UTF-8
        ('{"val":"%C3%B3%"}', '{"val":"ó%"}'),
        ('{"val":"100%"}', '{"val":"100%"}'),
        ("'{\"val\":1}'", "'{\"val\":1}'"),
    ],
)
def test_objects_that_nobody_encoded(sent: str, read: str) -> None:
    query = f"campaign_url=x&where[]={sent.replace(' ', '+')}&limit=5"
    given = Parameters(asked(query), ("where", "limit", "campaign_url"))
    assert (given.texts("where"), given.text("limit")) == ([read], "5")


def test_an_object_that_never_ends_is_one_text() -> None:
    assert where('where[]={"val":"x') == ['{"val":"x']
    assert where('where[]={"val":"x&limit=3') == ['{"val":"x']


@given(st.dictionaries(st.sampled_from(["where[]", "limit", "campaign_url"]), st.text(max_size=40)))
def test_encoded_queries_are_read_as_they_were_meant(query: dict[str, str]) -> None:
    given = Parameters(asked(urlencode(query)), ("where", "limit", "campaign_url"))
    assert given.texts("where") == [value for name, value in query.items() if name == "where[]"]
    assert given.text("campaign_url") == query.get("campaign_url", "").strip()


@given(st.binary(max_size=60))
def test_whatever_is_sent_is_read_or_refused(query: bytes) -> None:
    first(asked(query), "access_token")
    with suppress(Invalid, Unreadable):
        Parameters(asked(query), ("where",))


def test_the_token_is_found_in_a_bad_query() -> None:
    assert first(asked(b"access_token=abc&x=\xff"), "access_token") == "abc"
    assert first(asked(b"\xff=1"), "access_token") is None
    assert first(asked("&".join(["x=1"] * 500)), "access_token") is None


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("ofset=1", '"ofset"'),
        ("limit=1&limit=2", '"limit"'),
        ("where[a]=1", '"where[a]"'),
        ("&".join(["where[]={}"] * 500), "200"),
    ],
)
def test_what_is_refused(query: str, word: str) -> None:
    with pytest.raises(Invalid, match=r".") as found:
        where(query)
    assert word in found.value.message
