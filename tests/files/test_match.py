"""Tables into surveys that exist: by names, by titles, strictly."""

from __future__ import annotations

import io

import pytest

from files.making import SURVEYS, column, table
from rejoinder.files.infer import infer
from rejoinder.files.match import match
from rejoinder.files.ndjson import read_record_table
from rejoinder.files.records import filled, rows
from rejoinder.files.tables import read_table
from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Variable

COLOURS = (Option("1", {"en": "Red", "pl": "Czerwony"}), Option("2", {"en": "Blue"}))
SCHEMA = Schema(
    variables=(
        Variable("respid", Kind.NUMERIC, level="respondent", origin="system"),
        Variable("email", Kind.TEXT, level="respondent", origin="system"),
        Variable("colour", Kind.SINGLE, titles={"en": "Your colour?"}, options=COLOURS),
        Variable("liked", Kind.MULTI, titles={"en": "Liked?"}, options=COLOURS),
        Variable("rate", Kind.RATING, options=COLOURS, fields=(Field("a", {"en": "Price"}), Field("b"))),
        Variable("rank", Kind.RANKING, fields=(Field("a"), Field("b"))),
        Variable("age", Kind.NUMERIC),
        Variable("born", Kind.DATETIME),
        Variable("member", Kind.BOOLEAN),
        Variable("note", Kind.TEXT, length=5),
        Variable("cube", Kind.GRID_3D, fields=(Field("1"),)),
        Variable("inside", Kind.TEXT, parent="cube"),
        Variable("km", Kind.NUMERIC, level="trips"),
    ),
    loops=(Loop("trips"),),
)


def one(*rows_: list[str]) -> tuple[list[dict[str, object]], list[str]]:
    read = table(*rows_)
    problems: list[str] = []
    plan = match(SCHEMA, read.headings)
    return list(rows(plan, read, lambda problem: problems.append(str(problem)))), problems


def test_columns_by_name_title_and_part() -> None:
    records, problems = one(
        [
            "RESPID",
            "E-mail",
            "your colour?",
            "liked[1]",
            "Liked? - Blue",
            "rate_price",
            "rate.b",
            "rank[a]",
            "Age",
        ],
        ["7", "a@b.co", "czerwony", "1", "", "Blue", "1", "2", "41.5"],
    )
    assert problems == []
    assert records == [
        {
            "respid": 7,
            "email": "a@b.co",
            "colour": "1",
            "liked": {"true": ["1"], "false": ["2"]},
            "rate": {"a": "2", "b": "1"},
            "rank": {"a": 2},
            "age": 41.5,
        }
    ]


@pytest.mark.parametrize("cell", ["2", "Blue", "blue;", "2|Blue"])
def test_a_list_in_one_cell(cell: str) -> None:
    assert one(["liked", "age"], [cell, ""])[0] == [{"liked": {"true": ["2"], "false": ["1"]}}]


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("age", "forty", "is not a number"),
        ("age", "1,234", "is not a number"),
        ("age", "9" * 400, "more than 15 digits"),
        ("age", "1e999", "too large"),
        ("born", "2020-99-99", "is not a date"),
        ("born", "01/02/2020", "is not a date"),
        ("born", "2020-02-30T10:00", "is not a date"),
        ("member", "maybe", "neither true nor false"),
        ("colour", "Green", "not one of the options"),
        ("liked", "Red;Green", "not one of the options"),
        ("liked[1]", "perhaps", "neither the option's label nor a mark"),
        ("rank[a]", "3", "not a rank from 1 to 2"),
        ("rank[a]", "²", "not a rank"),
        ("note", "too long", "longer than 5"),
    ],
)
def test_a_bad_cell_is_reported_and_left_out(name: str, cell: str, reason: str) -> None:
    records, problems = one(["email", name], ["a@b.co", cell])
    assert records == [{"email": "a@b.co"}]
    assert len(problems) == 1
    assert problems[0].startswith("Row 2, column 2 (")
    assert reason in problems[0]
    assert len(problems[0]) < 200


def test_what_has_no_variable_is_said() -> None:
    plan = match(SCHEMA, table(["age", "shoe size", "inside", "km", "cube", "age"]).headings)
    assert [(s.column, s.title) for s in plan.skipped] == [
        (1, "shoe size"),
        (2, "inside"),
        (3, "km"),
        (4, "cube"),
        (5, "age"),
    ]
    assert plan.notes[0] == 'Column 2 ("shoe size") matches no variable of the survey.'


def test_a_variable_is_filled_as_a_whole_or_in_parts_but_not_both() -> None:
    plan = match(SCHEMA, table(["liked", "liked[1]"], ["1", "1"]).headings)
    assert [s.column for s in plan.skipped] == [1]
    plan = match(SCHEMA, table(["liked[1]", "liked"], ["1", "1"]).headings)
    assert [s.column for s in plan.skipped] == [1]


def test_the_caller_may_say_how_dates_and_numbers_are_written() -> None:
    read = table(["born", "age"], ["01/02/2020", "41,5"])
    plan = match(SCHEMA, read.headings, dates="MDY", decimal_comma=True)
    assert list(rows(plan, read)) == [{"born": "2020-01-02T00:00:00", "age": 41.5}]


def test_offsets_become_utc() -> None:
    records, _ = one(["born"], ["2019-11-15T10:50:26+02:00"], ["2019-11-15T10:50:26.1234Z"], ["15.11.2019"])
    assert [r["born"] for r in records] == [
        "2019-11-15T08:50:26",
        "2019-11-15T10:50:26.123",
        "2019-11-15T00:00:00",
    ]


@pytest.mark.parametrize("name", ["StarWars.csv", "flying-etiquette.csv", "thanksgiving-2015-poll-data.csv"])
def test_a_file_matches_the_survey_it_made(name: str) -> None:
    with (SURVEYS / name).open("rb") as file:
        read = read_table(file)
        plan = infer(read)
        again = match(plan.schema(), read.headings)
        assert again.skipped == ()
        assert [(t.variable, t.sources) for t in again.targets] == [
            (t.variable, t.sources) for t in plan.targets
        ]
        assert list(filled(plan, read)) == list(filled(again, read))


def test_nul_in_a_text_is_reported() -> None:
    read = read_record_table(io.BytesIO(b'{"note": "a\\u0000b"}\n'))
    found = list(filled(match(SCHEMA, read.headings), read))
    assert found[0].record == {}
    assert found[0].problems[0].reason == "holds a NUL character"


def test_problems_repeat_for_repeated_cells() -> None:
    read = column("age", "x", "x", "5")
    assert [len(row.problems) for row in filled(match(SCHEMA, read.headings), read)] == [1, 1, 0]
