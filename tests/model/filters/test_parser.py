"""Text → tree: each rule of the grammar, the printer, and positions in errors."""

from __future__ import annotations

from datetime import datetime

import pytest

from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.printer import print_tree
from rejoinder.model.filters.tree import And, Call, Chain, Compare, Literal, Mark, Negate, Node, Not, Or, Path
from rejoinder.model.problems import Invalid

A, B, C = (Path("response", name) for name in "abc")
ONE = Literal(1)


def same(text: str, tree: Node) -> None:
    assert parse(text) == tree
    assert parse(print_tree(tree)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (":a", A),
        ("response:a", A),
        ("respondent:city", Path("respondent", "city")),
        ("123.respondent:city", Path("respondent", "city", survey="123")),
        ("star-wars.:a", Path("response", "a", survey="star-wars")),
        (":a.x", Path("response", "a", ("x",))),
        (":a[ x y ].z[4]", Path("response", "a", ("x y", "z", "4"))),
        (""":a['it''s']["]"]""", Path("response", "a", ("it's", "]"))),
        (""""my loop":'first "name"'""", Path("my loop", 'first "name"')),
        ("ИМЯ:é", Path("ИМЯ", "é")),
    ],
)
def test_paths(text: str, tree: Node) -> None:
    same(text, tree)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("9223372036854775807", 2**63 - 1),
        ("007", 7),
        ("5.5", 5.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e-400", 0.0),
        ("'it''s'", "it's"),
        ('"say ""hi"""', 'say "hi"'),
        ("true", True),
        ("FALSE", False),
    ],
)
def test_values(text: str, value: object) -> None:
    tree = parse(text)
    assert isinstance(tree, Literal)
    assert (type(tree.value), tree.value) == (type(value), value)
    assert parse(print_tree(tree)) == tree


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T10:20", "2020-01-01T10:20"),
        ("2020-01-01t10:20:30", "2020-01-01T10:20:30"),
        ("2020-01-01T10:20:30.1234567Z", "2020-01-01T10:20:30.123456"),
        ("2020-01-01T00:00:00+02:00", "2019-12-31T22:00:00"),
        ("2020-01-01T00:00:00 0200", "2019-12-31T22:00:00"),
        ("2020-01-01T00:00:00-05:30", "2020-01-01T05:30:00"),
    ],
)
def test_dates_are_read_as_utc(text: str, iso: str) -> None:
    same(text, Literal(datetime.fromisoformat(iso)))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (":a or :b and :c", Or((A, And((B, C))))),
        (":a AND :b AND :c", And((A, B, C))),
        ("(:a AND :b) AND :c", And((And((A, B)), C))),
        ("NOT :a AND :b", And((Not(A), B))),
        ("NOT NOT :a", Not(Not(A))),
        ("NOT :a = 1", Not(Compare("=", A, ONE))),
        (":a <> 1", Compare("!=", A, ONE)),
        (":a<=:b", Compare("<=", A, B)),
        (":a - 1 + :b", Chain("-+", (A, ONE, B))),
        (":a - (1 + :b)", Chain("-", (A, Chain("+", (ONE, B))))),
        (":a+:b*:c/1", Chain("+", (A, Chain("*/", (B, C, ONE))))),
        ("-:a * -1", Chain("*", (Negate(A), Literal(-1)))),
        ("-(1)", Negate(ONE)),
        ("2020-10-1", Chain("--", (Literal(2020), Literal(10), ONE))),
        ("(:a = 1) = TRUE", Compare("=", Compare("=", A, ONE), Literal(True))),
        ("some(trip:x, response:)", Call("SOME", (Path("trip", "x"), Mark("response")))),
        ("GETDATE()", Call("GETDATE", ())),
    ],
)
def test_precedence_and_chains(text: str, tree: Node) -> None:
    same(text, tree)


def test_nodes_know_where_they_began() -> None:
    tree = parse(":a = 1 AND respondent:b > 2")
    assert isinstance(tree, And)
    assert [part.at for part in tree.parts] == [1, 12]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("city = 'x'", 1),
        (":a = ", 6),
        (":a = = 1", 6),
        (":a = 1 :b", 8),
        (":a = 1 = 2", 8),
        (":a = 'x", 6),
        (":a = “x”", 6),
        ("(:a = 1", 8),
        (":a = 1)", 7),
        (":", 1),
        (":a = 2020-99-99", 6),
        (":a = 2020-02-30", 6),
        (":a = 2020-01-01T25:00", 6),
        (":a = 0001-01-01T00:00+02:00", 6),
        (":a = 1e999", 6),
        (":a = 9223372036854775808", 6),
        (":a = " + "9" * 5000, 6),
        (":a = 5x", 6),
        (":a = \0", 6),
        (":a = '\x01'", 7),
        (":a = '\ud800'", 7),
        (":a ; 1", 4),
        ("IN(:a, 1", 9),
        ("IN(:a,, 1)", 7),
        ("AND :a", 1),
        (":a = ٣", 6),
    ],
)
def test_errors_name_the_position(text: str, position: int) -> None:
    with pytest.raises(Invalid, match=rf"position {position}\b"):
        parse(text)


def test_an_empty_filter_is_refused() -> None:
    with pytest.raises(Invalid, match="empty"):
        parse("  ")
