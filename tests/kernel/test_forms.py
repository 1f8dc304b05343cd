from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.kernel.forms import MAX_FIELDS, UploadedFile, nest, read_pairs
from rejoinder.kernel.multipart import read_multipart
from rejoinder.model.problems import Unreadable

NAMES = st.from_regex(r"[a-z][a-z_ é%&=+]{0,6}", fullmatch=True)
TEXTS = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=20)


def trees(depth: int) -> st.SearchStrategy[Any]:
    if depth == 0:
        return TEXTS
    below = trees(depth - 1)
    groups = st.dictionaries(NAMES, below, min_size=1, max_size=3)
    return TEXTS | groups | st.lists(below, min_size=1, max_size=3)


FORMS = st.dictionaries(NAMES, trees(4), max_size=4)


def flatten(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in flatten(f"{name}[{key}]", inner)]
    if isinstance(value, list):
        return [pair for n, inner in enumerate(value) for pair in flatten(f"{name}[{n}]", inner)]
    return [(name, value)]


def pairs_of(form: dict[str, Any]) -> list[tuple[str, str]]:
    return [pair for name, value in form.items() for pair in flatten(name, value)]


def form(text: str) -> dict[str, Any]:
    return nest(read_pairs(text.encode()))


@given(FORMS, st.booleans())
def test_urlencoded_round_trip(tree: dict[str, Any], encode_brackets: bool) -> None:
    safe = "" if encode_brackets else "[]"
    body = "&".join(f"{quote_plus(k, safe=safe)}={quote_plus(v)}" for k, v in pairs_of(tree))
    assert nest(read_pairs(body.encode())) == tree


@given(FORMS)
def test_multipart_round_trip(tree: dict[str, Any]) -> None:
    body = b""
    for name, value in pairs_of(tree):
        head = f'--frontier\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        body += head.encode() + value.encode() + b"\r\n"
    if "--frontier" in str(tree):
        return
    assert nest(read_multipart(body + b"--frontier--\r\n", "multipart/form-data; boundary=frontier")) == tree


@given(st.lists(st.tuples(st.text(alphabet="a[]01é", max_size=12), TEXTS)))
def test_no_field_names_but_a_form_or_unreadable(pairs: list[tuple[str, str]]) -> None:
    with suppress(Unreadable):
        assert set(nest(pairs)) <= {name.partition("[")[0] for name, _ in pairs}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a[b][0][c]=x", {"a": {"b": [{"c": "x"}]}}),
        ("a%5Bb%5D%5B%5D=x&a[b][]=y", {"a": {"b": ["x", "y"]}}),
        ("a[]=x&a[]=x", {"a": ["x", "x"]}),
        ("a[][n]=1&a[][m]=2&a[][n]=3", {"a": [{"n": "1", "m": "2"}, {"n": "3"}]}),
        ("a[1]=y&a[0]=x", {"a": ["x", "y"]}),
        ("a[05]=x", {"a": {"05": "x"}}),
        ("a=1+2%2B3", {"a": "1 2+3"}),
        ("&a&&b=", {"a": "", "b": ""}),
        ("a[]]=x".replace("]]", "]"), {"a": ["x"]}),
    ],
)
def test_shapes(text: str, tree: dict[str, Any]) -> None:
    assert form(text) == tree


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a=1&a=2", "twice"),
        ("a[b]=1&a[b]=2", "twice"),
        ("a=1&a[b]=2", "group"),
        ("a[b]=2&a=1", "group"),
        ("a[b][c]=2&a[b]=1", "group"),
        ("a[]=1&a[0]=2", "mixes"),
        ("a[x]=1&a[0]=2", "mixes"),
        ("a[2]=1", "larger"),
        ("a[99999999999999999999]=1", "larger"),
        ("a[1][2][3][4][5][6]=1", "deep"),
        ("a[b=1", "brackets"),
        ("a[b]c=1", "brackets"),
        ("[a]=1", "brackets"),
        ("a[[b]]=1", "brackets"),
        ("a=%FF", "UTF-8"),
        ("%C3=1", "UTF-8"),
    ],
)
def test_refusals(text: str, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        form(text)


def test_six_levels_are_allowed() -> None:
    assert form("a[b][c][d][e][f]=x") == {"a": {"b": {"c": {"d": {"e": {"f": "x"}}}}}}


def test_too_many_fields_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(Unreadable, match="400,000"):
        read_pairs(b"&" * MAX_FIELDS)


def test_a_plus_can_be_kept() -> None:
    assert read_pairs(b"f=a+b%2B", plus=False) == [("f", "a+b+")]


MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="a[f]"; filename="../r\xc3\xa9.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\n1;2\r\n\xff\r\n--x--\r\n"
)


def test_files_are_kept_as_bytes() -> None:
    pairs = read_multipart(MULTIPART, "multipart/form-data; boundary=x")
    assert nest(pairs) == {"a": {"f": UploadedFile("../ré.csv", "text/csv", b"1;2\r\n\xff")}}


@pytest.mark.parametrize("end", range(0, len(MULTIPART) - 3, 3))
def test_half_a_multipart_body_is_unreadable(end: int) -> None:
    with pytest.raises(Unreadable):
        read_multipart(MULTIPART[:end], "multipart/form-data; boundary=x")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (MULTIPART, "multipart/form-data"),
        (MULTIPART, "multipart/form-data; boundary=y"),
        (b"--x\r\n\r\nvalue\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (b"--x\r\nX: " + b"y" * 9000 + b"\r\n\r\n1\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_broken_multipart_bodies_are_unreadable(body: bytes, content_type: str) -> None:
    with pytest.raises(Unreadable):
        read_multipart(body, content_type)
