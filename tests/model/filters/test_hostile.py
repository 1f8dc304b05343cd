"""Whatever is sent as a filter: a tree, or `Invalid`; nothing else, and never for long."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rejoinder.model.filters.bind import bind
from rejoinder.model.filters.compile import compile_filter
from rejoinder.model.filters.lexer import MAX_LENGTH
from rejoinder.model.filters.necessary import necessary
from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.plain import matches
from rejoinder.model.filters.printer import print_tree
from rejoinder.model.filters.tree import MAX_DEPTH, MAX_NODE_DEPTH, Compare, Literal, Negate, Node, Not
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Variable
from strategies.filters import NOW

SCHEMA = Schema(
    variables=(
        Variable("a", Kind.NUMERIC),
        Variable("t", Kind.TEXT),
        Variable("d", Kind.DATETIME),
        Variable("b", Kind.BOOLEAN),
        Variable("m", Kind.MULTI, options=tuple(Option(str(code)) for code in range(500))),
        Variable("g", Kind.NUMERIC, fields=tuple(Field(f"f{code}") for code in range(500))),
        Variable("x", Kind.NUMERIC, level="loop"),
    ),
    loops=(Loop("loop"),),
)
RECORD = {
    "respid": 1,
    "a": 1,
    "t": "x",
    "d": "2020-01-01T00:00:00",
    "b": 1,
    "loop": [{"loop": str(n), "x": n} for n in range(3)],
}


def survives(text: str) -> bool:
    """Run `text` through everything; whether it was a filter. Evaluators must agree on it."""
    try:
        tree = parse(text)
    except Invalid:
        return False
    printed = print_tree(tree)
    # Printing sets spaces, which may make a long filter too long to be read back.
    assert len(printed) > MAX_LENGTH or parse(printed) == tree
    return outlives(tree)


def outlives(tree: Node) -> bool:
    try:
        bound = bind(tree, SCHEMA, now=NOW)
    except Invalid:
        return False
    necessary(bound)
    compiled = compile_filter(bound)
    narrow = SimpleNamespace(**{f"v{at}": RECORD.get(name) for at, name in enumerate(compiled.names)})
    assert compiled.test(narrow) is matches(bound, RECORD)
    return True


PIECES = (
    *(
        ":a",
        ":t",
        ":d",
        ":b",
        ":m[1]",
        ":g",
        ":g.f1",
        "loop:x",
        "response:",
        "respondent:respid",
        "x",
        ":",
        ".",
    ),
    *("=", "!=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "(", ")", ",", "AND", "OR", "NOT", "TRUE"),
    *("1", "-1", "0", "1.5", "1e308", "1e999", "9223372036854775807", "9" * 400, "2020-01-01", "2020-99-99"),
    *(
        "9999-12-31T23:59:59",
        "'x'",
        '""',
        "''",
        "'",
        '"',
        "[",
        "]",
        "IN(",
        "IIF(",
        "ISNULL(",
        "SOME(",
        "SUM(",
    ),
    *(
        "VSUM(",
        "VCOUNT(:m)",
        "GETDATE()",
        "LEN(",
        "LIKE(:t,'%",
        "BETWEEN(",
        "\0",
        "\ud800",
        "“",
        "é",
        "\u0301",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
@example("9999-12-31 + 1e308 > :d")
@example("1e308 * 10 = :a")
@example(":d + 9223372036854775807 = :d")
@example("'a' + 'b' = :t")
def test_pieces_in_any_order(text: str) -> None:
    survives(text)


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    survives(text)


GOOD = (
    "respondent:respid = 5 AND (:t = 'x' OR NOT :b) AND :d >= 2020-01-01T00:00:00+02:00",
    "SOME(loop:x = MAX(loop:x, response:), response:) AND VSUM(:g, :a) + 1 > -3.5e2",
    "IIF(CONTAINS(:t, \"it's\"), LEN(:t), 2) <> 3 AND SELECTED(:m, '4') AND BETWEEN(:a, 1, 2)",
)


def test_thousands_of_mutations() -> None:
    chance = random.Random(7)
    filters = sum(survives(_mutated(chance, chance.choice(GOOD))) for _ in range(3000))
    assert filters > 20, "some mutations must still be filters, or this proves little"


def _mutated(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((0, 1, 1, 5)))
        text = text[:at] + chance.choice((*PIECES, "", "", text[at:end] * 2)) + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "is_filter"),
    [
        (":a=1" + " AND :a=1" * 1800, True),
        (":a=1" + " OR :a=1" * 2000, True),
        ("1" + "+:a" * 5000 + "=1", True),
        ("1" + "*:a" * 5000 + "=1", True),
        ("1" + "-:d" * 5000 + "=1", False),
        ("IN(:a" + ",1" * 8000 + ")", True),
        ("IN(:t" + ",:t" * 5000 + ")", True),
        ("VSUM(" + ",".join([":a"] * 5000) + ")=1", True),
        ("VSUM(" + ",".join([":g"] * 5000) + ")=1", False),
        ("VCOUNT(" + ",".join([":m"] * 5000) + ")=1", False),
        ("VSUM(" + ",".join([":g"] * 9) + ")=1", True),
        ("(" * MAX_DEPTH + ":b" + ")" * MAX_DEPTH, True),
        ("(" * (MAX_DEPTH + 1) + ":b" + ")" * (MAX_DEPTH + 1), False),
        ("(" * 16000, False),
        ("NOT " * MAX_DEPTH + ":b", True),
        ("NOT " * 4000 + ":b", False),
        ("-" * 16000 + "1=1", False),
        ("SOME(" * 4000, False),
        ("IIF(" * 60 + ":b" + ",TRUE,:b)" * 60, True),
        ("ISNULL(" * 60 + ":a" + ",1)" * 60 + "=1", True),
        ("BETWEEN(" * 1 + ":a,1,2)", True),
        ("IN(" * 60 + ":b" + ",TRUE)" * 60, True),
        ("(" * 60 + ":b" + "=TRUE AND :b OR :b)" * 60, False),
        ("(" * 30 + ":b" + "=TRUE AND :b OR :b)" * 30, True),
        ("-(1+2*" * 20 + ":a" + ")" * 20 + "=1", True),
        ("SUM(loop:x * " * 5 + "loop:x" + ", response:)" * 5 + " > 1", True),
        ("LIKE(:t, '" + "%a" * 5000 + "')", True),
        ("'" * 16001, False),
        ("'" * 16000 + " = :t", True),
        ('":' * 8000, False),
        (":a" + "[1]" * 4000, False),
        (":a" + ".b" * 4000, False),
        ("a." * 8000, False),
        ("2020-01-01" * 1600, False),
        (":t = '" + "x" * MAX_LENGTH + "'", False),
        (" " * 16000, False),
        ("\ufeff:a=1", False),
        (":t = '\u202e\ufeff\U0010ffff'", True),
    ],
)
def test_length_depth_and_odd_characters(text: str, is_filter: bool) -> None:
    assert survives(text) is is_filter


def test_results_lifted_above_a_loop_are_worked_out_once() -> None:
    text = "SUM(loop:x * " * 45 + "1" + ", response:)" * 45 + " > 1"
    compiled = compile_filter(bind(parse(text), SCHEMA, now=NOW))
    # Each of the 45 sums is three times the one inside it; repeated for each iteration this would never end.
    assert compiled.names == ("loop",)
    assert compiled.test(SimpleNamespace(v0=RECORD["loop"])) is True


def test_a_tree_made_in_code_may_not_be_deeper_than_the_walks_can_go() -> None:
    tree: Node = Compare("=", Literal(1), Literal(1))
    for _ in range(MAX_NODE_DEPTH - 2):
        tree = Not(tree)
    assert outlives(tree)
    deep: Node = Literal(1)
    for _ in range(100_000):
        deep = Negate(deep)
    for refuse in (lambda: bind(deep, SCHEMA, now=NOW), lambda: print_tree(deep)):
        with pytest.raises(Invalid, match="too deeply"):
            refuse()
