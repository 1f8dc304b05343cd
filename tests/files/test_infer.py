"""What single columns and blocks are taken for."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.making import column, file_of, table
from rejoinder.files.infer import infer
from rejoinder.files.names import is_name
from rejoinder.files.plan import Plan
from rejoinder.files.records import filled, rows
from rejoinder.files.tables import read_table
from rejoinder.model.problems import Problem
from rejoinder.model.survey import Kind


def kind(title: str, *cells: str) -> Kind:
    return infer(column(title, *cells)).targets[-1].variable.kind


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1", "2.5", "-3"), Kind.NUMERIC),
        (("1e3", "", "7"), Kind.NUMERIC),
        (("0", "1", "1", "0"), Kind.BOOLEAN),
        (("true", "FALSE", "True"), Kind.BOOLEAN),
        (("2019-11-15", "2020-02-29"), Kind.DATETIME),
        (("15.11.2019 10:50", "1.2.2020 00:00"), Kind.DATETIME),
        (("Yes", "No", "Yes", "No"), Kind.SINGLE),
        (("0123", "0456", "0789"), Kind.TEXT),
        (("1234567890123456789", "1234567890123456780"), Kind.TEXT),
        (("2020-99-99", "2020-01-01", "2020-01-02"), Kind.TEXT),
        (("I liked it", "Not so much", "Well"), Kind.TEXT),
    ],
)
def test_kinds(cells: tuple[str, ...], expected: Kind) -> None:
    assert kind("Question", *cells) is expected


def test_dates_with_slashes_are_read_only_when_their_order_shows() -> None:
    american = infer(column("Day", "12/31/2019", "01/02/2020"))
    assert american.targets[-1].manner == "MDY"
    assert [r["day"] for r in rows(american, column("Day", "12/31/2019", "01/02/2020"))] == [
        "2019-12-31T00:00:00",
        "2020-01-02T00:00:00",
    ]
    assert infer(column("Day", "31/12/2019", "01/02/2020")).targets[-1].manner == "DMY"
    unclear = infer(column("Day", "01/02/2020", "03/04/2020"))
    assert unclear.targets[-1].variable.kind is Kind.TEXT
    assert "day or the month" in unclear.notes[0]


def test_decimal_commas_are_read_where_no_comma_separates_cells() -> None:
    read = read_table(io.BytesIO(b"name;height\nAnn;1,75\nBo;2\nCy;1,8\n"))
    plan = infer(read)
    assert plan.targets[-1].variable.kind is Kind.NUMERIC
    assert [r["height"] for r in rows(plan, read)] == [1.75, 2, 1.8]
    assert kind("Codes", "1,2", "2,3", "1,5") is Kind.TEXT


def test_na_is_a_blank_beside_numbers_and_a_word_beside_words() -> None:
    numbers = column("Age", "31", "NA", "40")
    plan = infer(numbers)
    assert (plan.targets[-1].variable.kind, plan.targets[-1].filled) == (Kind.NUMERIC, 2)
    assert ["age" in r for r in rows(plan, numbers)] == [True, False, True]
    words = infer(column("Land", "NA", "NO", "NA", "NO")).targets[-1].variable
    assert [o.texts["en"] for o in words.options] == ["NO", "NA"]
    assert kind("Nothing", "NA", "NA", "NA") is Kind.SINGLE


def test_roles_of_the_store() -> None:
    read = table(
        ["Respondent ID", "Email Address", "Start Date", "End Date", "Language", "Colour"],
        ["7", "ann@example.org", "2020-01-01 10:00", "2020-01-01 10:05:30", "en", "red"],
        ["8", "bo@example.org", "2020-01-02 10:00", "", "pl", "red"],
    )
    plan = infer(read)
    assert [t.role for t in plan.targets] == [
        "key",
        "email",
        "interview_start",
        "interview_end",
        "language",
        "",
    ]
    assert [v.name for v in plan.schema().variables] == ["respondent_id", "colour"]
    assert next(rows(plan, read)) == {
        "respondent_id": "7",
        "email": "ann@example.org",
        "interview_start": "2020-01-01T10:00:00",
        "interview_end": "2020-01-01T10:05:30",
        "language": "en",
        "colour": "1",
    }


def test_an_id_that_repeats_is_no_key() -> None:
    plan = infer(table(["ID", "x"], ["1", "a"], ["1", "b"], ["2", "c"]))
    assert plan.key is None
    assert '"ID" is not unique' in plan.notes[0]


def test_reserved_names_are_not_taken() -> None:
    plan = infer(table(["respid", "Status", "Mine"], ["7", "x", "a"], ["8", "y", "b"]), reserved={"Mine"})
    assert [t.variable.name for t in plan.targets] == ["source_respid", "status_2", "mine_2"]


def test_labels_are_the_respondents_own() -> None:
    read = table(["Label1", "label1", "classificator"], ["7", "x", "a"], ["8", "y", "b"])
    variables = [t.variable for t in infer(read).targets]
    assert [(v.name, v.level) for v in variables] == [
        ("label1", "respondent"),
        ("label1_2", "response"),
        ("classificator", "respondent"),
    ]


def test_names_of_roles_are_not_taken_by_answers() -> None:
    plan = infer(table(["Email", "Email address"], ["none", "a@b.co"], ["none", "c@d.co"]))
    assert [(t.variable.name, t.role) for t in plan.targets] == [("email_2", ""), ("email", "email")]


def test_titles_without_latin_letters_get_numbers() -> None:
    plan = infer(table(["Жасыңыз?", "Płeć"], ["1", "a"], ["2", "b"]))
    assert [t.variable.name for t in plan.targets] == ["q1", "plec"]
    assert plan.targets[0].variable.titles == {"en": "Жасыңыз?"}


def test_ticks_of_ones_and_noughts() -> None:
    read = table(["Use [Web]", "Use [Phone]"], ["1", "0"], ["0", "0"], ["", ""], ["1", "1"], ["x", ""])
    plan = infer(read)
    assert [t.variable.kind for t in plan.targets] == [Kind.MULTI]
    assert [r.record for r in filled(plan, read)] == [
        {"use": {"true": ["1"], "false": ["2"]}},
        {"use": {"false": ["1", "2"]}},
        {"use": {"true": ["1", "2"]}},
        {"use": {"true": ["1"], "false": ["2"]}},
    ]


def test_yes_and_no_under_one_question_are_a_grid() -> None:
    read = table(["Own - Car", "Own - Dog"], ["Yes", "No"], ["No", "No"], ["Yes", "Yes"])
    variable = infer(read).targets[0].variable
    assert variable.kind is Kind.RATING
    assert [o.texts["en"] for o in variable.options] == ["Yes", "No"]
    assert [f.texts["en"] for f in variable.fields] == ["Car", "Dog"]


def test_a_numeric_grid_has_scores_and_all_its_steps() -> None:
    read = table(["Rate - A", "Rate - B"], ["1", "5"], ["2", "5"], ["1", "1"], ["5", "2"])
    variable = infer(read).targets[0].variable
    assert variable.kind is Kind.RATING
    assert [(o.code, o.score) for o in variable.options] == [(str(n), float(n)) for n in range(1, 6)]


def test_ranks_with_repeats_in_most_rows_are_a_grid() -> None:
    read = table(["Rate - A", "Rate - B"], ["1", "1"], ["2", "2"], ["1", "1"], ["2", "1"])
    assert infer(read).targets[0].variable.kind is Kind.RATING


def test_amounts_under_one_question_are_a_compound_number() -> None:
    read = table(["Hours - Work", "Hours - Play"], ["40", "3.5"], ["38", "12"], ["", "20"])
    plan = infer(read)
    assert plan.targets[0].variable.kind is Kind.NUMERIC
    assert list(rows(plan, read))[2] == {"hours": {"2": 20}}


def test_columns_with_nothing_in_common_stay_apart() -> None:
    read = table(["You - Name", "You - Age"], ["Ann", "31"], ["Bo", "40"], ["Cy", "50"])
    assert [t.variable.kind for t in infer(read).targets] == [Kind.TEXT, Kind.NUMERIC]


def test_empty_columns_are_left_out() -> None:
    plan = infer(table(["a", "b"], ["1", ""], ["2", " "]))
    assert [(s.column, s.reason) for s in plan.skipped] == [(1, "is empty")]


def test_labels_that_differ_in_case_are_one_option() -> None:
    plan = infer(column("Dish", "Baked", "baked", "BAKED", "Fried", "fried"))
    assert [o.texts["en"] for o in plan.targets[-1].variable.options] == ["Baked", "Fried"]


cells = st.one_of(
    st.sampled_from(
        [
            "",
            "1",
            "2",
            "3",
            "Yes",
            "No",
            "Other (please specify)",
            "2020-01-01",
            "a@b.co",
            "x",
            "1/2/2020",
            "NA",
            "1,5",
        ]
    ),
    st.text(max_size=12),
)
titles = st.one_of(
    st.sampled_from(
        ["", "Q", "Q - A", "Q - B", "Q - Other (please specify)", "Q[a]", "id", "email", "Start Date"]
    ),
    st.text(max_size=12),
)


def checked(plan: Plan, file: io.BytesIO) -> None:
    names = [t.variable.name.casefold() for t in plan.targets]
    assert len(set(names)) == len(names)
    assert all(is_name(name) for name in names)
    read = read_table(file)
    assert all(row.problems == () or row.problems[0].column is None for row in filled(plan, read))


@given(st.lists(titles, min_size=1, max_size=7), st.lists(st.lists(cells, max_size=8), max_size=8))
def test_any_table_is_understood_and_every_cell_fits_its_plan(
    header: list[str], body: list[list[str]]
) -> None:
    file = file_of(header, *body)
    try:
        read = read_table(file)
    except Problem:
        return
    checked(infer(read, reserved={"q", "id"}), file)
