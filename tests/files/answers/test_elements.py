"""Each type of element: good answers and their values, bad ones and what is said."""

# ruff: noqa: E501 - tables read better with a line for each row

from __future__ import annotations

from typing import Any

import pytest

from files.answers.checking import checked, compiled, errors, values
from rejoinder.files.answers.check import FileFact

NO: dict[str, Any] = {}


def kept(element: dict[str, Any], answer: Any, **more: Any) -> Any:
    """The value of a good answer to a question `q`."""
    return values({"name": "q", **element}, answers={"q": answer, **more}).get("q")


def said(element: dict[str, Any], answer: Any, **how: Any) -> dict[str, str]:
    """What is wrong with an answer to a question `q`."""
    return errors({"name": "q", **element}, answers={"q": answer}, **how)


def text(input_type: str) -> dict[str, Any]:
    return {"type": "text", "inputType": input_type}


CHOICES = {"choices": ["a", 2, True, {"value": "c", "text": "See"}, "d|Dee"]}
MATRIX = {"type": "matrix", "rows": ["r1", 2], "columns": [1, "y"]}


@pytest.mark.parametrize(
    ("element", "answer", "value"),
    [
        (text("text"), "x", "x"),
        (text("text"), 5, "5"),
        (text("text"), " x\x00 ", " x "),
        (text("text"), "half \ud800", "half ?"),
        (text("text"), "  ", None),
        (text("number"), "7", 7),
        (text("number"), 7.0, 7),
        (text("number"), "3,5", 3.5),
        (text("range"), -1, -1),
        (text("date"), "2024-02-29", "2024-02-29T00:00:00"),
        (text("datetime-local"), "2024-02-29T10:20", "2024-02-29T10:20:00"),
        (text("datetime-local"), "2024-02-29T10:20:30.1234", "2024-02-29T10:20:30.123"),
        (text("datetime-local"), "2024-02-29T10:20:00+02:00", "2024-02-29T08:20:00"),
        (text("time"), "23:59", "23:59"),
        (text("month"), "2024-12", "2024-12"),
        (text("week"), "2024-W53", "2024-W53"),
        (text("email"), " a.b@c.de ", "a.b@c.de"),
        (text("email"), "józef@przykład.pl", "józef@przykład.pl"),
        (text("url"), "example.org", "example.org"),
        (text("tel"), "+48 600", "+48 600"),
        (text("color"), "#aAbB09", "#aAbB09"),
        (text("password"), "x", "x"),
        ({"type": "comment"}, "a\nb", "a\nb"),
        ({"type": "radiogroup", **CHOICES}, 2, "2"),
        ({"type": "radiogroup", **CHOICES}, "2", "2"),
        ({"type": "radiogroup", **CHOICES}, True, "true"),
        ({"type": "dropdown", **CHOICES}, "d", "d"),
        ({"type": "dropdown", "choicesMin": 1, "choicesMax": 3}, 3, "3"),
        ({"type": "dropdown", "choicesByUrl": {"url": "x"}}, "any", "any"),
        ({"type": "checkbox", **CHOICES}, ["a", 2, "a"], {"true": ["a", "2"]}),
        ({"type": "checkbox", **CHOICES}, [], None),
        ({"type": "checkbox", **CHOICES}, "a", {"true": ["a"]}),
        ({"type": "checkbox", **CHOICES, "showNoneItem": True}, ["none"], {"true": ["none"]}),
        ({"type": "checkbox", **CHOICES, "valuePropertyName": "v"}, [{"v": "a"}, {"v": 2}], {"true": ["a", "2"]}),
        ({"type": "checkbox", "choicesByUrl": {"url": "x"}}, ["p", 4], "p\n4"),
        ({"type": "tagbox", **CHOICES, "showSelectAllItem": True}, ["c"], {"true": ["c"]}),
        ({"type": "imagepicker", **CHOICES}, "c", "c"),
        ({"type": "imagepicker", **CHOICES, "multiSelect": True}, ["c"], {"true": ["c"]}),
        ({"type": "boolean"}, False, 0),
        ({"type": "boolean"}, "true", 1),
        ({"type": "boolean", "valueTrue": "Y", "valueFalse": "N"}, "Y", "Y"),
        ({"type": "boolean", "valueTrue": "Y", "valueFalse": "N"}, False, "N"),
        ({"type": "rating"}, 5, "5"),
        ({"type": "rating", "rateMin": 0, "rateMax": 1, "rateStep": 0.5}, 0.5, "0.5"),
        ({"type": "rating", "rateValues": ["bad", {"value": 2, "text": "x"}]}, 2, "2"),
        ({"type": "ranking", "choices": ["a", "b", 3]}, [3, "a", "b"], {"3": 1, "a": 2, "b": 3}),
        ({"type": "ranking", "choices": ["a", "b"], "selectToRankEnabled": True}, ["b"], {"b": 1}),
        ({"type": "slider"}, 40, 40),
        ({"type": "slider", "sliderType": "range"}, [1, 2], {"from": 1, "to": 2}),
        (MATRIX, {"r1": 1, "2": "y"}, {"r1": "1", "2": "y"}),
        ({**MATRIX, "cellType": "checkbox"}, {"r1": [1, "y"], "2": []}, {"r1": {"true": ["1", "y"]}}),
        ({"type": "matrix", "columns": [1, 2]}, 2, "2"),
        ({"type": "multipletext", "items": [{"name": "a"}, {"name": "b"}]}, {"a": "x", "b": ""}, {"a": "x"}),
        ({"type": "multipletext", "items": [{"name": "a", "inputType": "number"}]}, {"a": "4"}, {"a": 4}),
        ({"type": "multipletext", "items": [{"name": "a", "inputType": "date"}]}, {"a": "2024-01-02"}, {"a": "2024-01-02T00:00:00"}),
        ({"type": "signaturepad"}, "data:image/png;base64,AAAA", "data:image/png;base64,AAAA"),
    ],
)  # fmt: skip
def test_good_answers(element: dict[str, Any], answer: Any, value: Any) -> None:
    assert kept(element, answer) == value


@pytest.mark.parametrize(
    ("element", "answer", "sentence"),
    [
        (text("text"), ["x"], "Please enter a text."),
        (text("text"), True, "Please enter a text."),
        ({**text("text"), "maxLength": 2}, "abc", "Please use at most 2 characters."),
        ({"type": "comment", "maxLength": 2}, "abc", "Please use at most 2 characters."),
        (text("text"), "x" * 100_001, "Please use at most 100000 characters."),
        (text("number"), "x", "Please enter a number."),
        (text("number"), True, "Please enter a number."),
        (text("number"), 2**63, "Please enter a number."),
        (text("number"), "9" * 5000, "Please enter a number."),
        (text("date"), "2023-02-29", "Please enter a date."),
        (text("date"), 20240101, "Please enter a date."),
        (text("datetime-local"), "0001-01-01T00:00+10:00", "Please enter a date."),
        (text("time"), "24:00", "Please enter a time, such as 14:30."),
        (text("month"), "2024-13", "Please enter a month, such as 2025-04."),
        (text("week"), "2024-W54", "Please enter a week, such as 2025-W14."),
        (text("email"), "a@b", "Please enter an email address."),
        (text("url"), " javascript:alert(1)", "Please enter a web address."),
        (text("color"), "red", "Please choose a colour."),
        ({**text("date"), "min": "2024-01-02"}, "2024-01-01", "The answer must be at least 2024-01-02."),
        ({**text("number"), "max": 3, "maxErrorText": "Only {0}!"}, 4, "Only 3!"),
        ({"type": "radiogroup", **CHOICES}, "z", "Please choose one of the answers that are offered."),
        ({"type": "radiogroup", **CHOICES}, ["a"], "Please choose one of the answers that are offered."),
        ({"type": "radiogroup", **CHOICES}, {"a": 1}, "Please choose one of the answers that are offered."),
        ({"type": "checkbox", **CHOICES}, ["a", "z"], "Please choose one of the answers that are offered."),
        ({"type": "checkbox", **CHOICES, "maxSelectedChoices": 1}, ["a", 2], "Please choose at most 1."),
        ({"type": "checkbox", **CHOICES, "showNoneItem": True}, ["none", "a"], "This answer cannot be combined with others."),
        (
            {"type": "checkbox", "choices": ["a", {"value": "b", "isExclusive": True}]},
            ["b", "a"],
            "This answer cannot be combined with others.",
        ),
        ({"type": "boolean"}, "maybe", "Please choose yes or no."),
        ({"type": "rating"}, 6, "Please choose one of the answers that are offered."),
        ({"type": "ranking", "choices": ["a", "b"]}, ["a", "a"], "Please put the answers in order, each of them once."),
        ({"type": "ranking", "choices": ["a", "b"]}, ["z"], "Please put the answers in order, each of them once."),
        (
            {"type": "ranking", "choices": ["a", "b"], "selectToRankEnabled": True, "maxSelectedChoices": 1},
            ["a", "b"],
            "Please choose at most 1.",
        ),
        ({"type": "slider", "max": 10}, 11, "The answer must be at most 10."),
        ({"type": "slider", "sliderType": "range"}, [1], "The answer could not be read."),
        (MATRIX, ["r1"], "The answer could not be read."),
        ({**MATRIX, "isAllRowRequired": True}, {"r1": 1}, "Please answer every row."),
        ({**MATRIX, "eachRowUnique": True}, {"r1": 1, "2": 1}, "Each row must have a different answer."),
        ({"type": "multipletext", "items": [{"name": "a"}]}, "x", "The answer could not be read."),
        ({"type": "matrixdynamic", "columns": [{"name": "n"}], "choices": [1]}, {"n": 1}, "The answer could not be read."),
        ({"type": "paneldynamic", "templateElements": [{"type": "text", "name": "t"}]}, ["x"], "The answer could not be read."),
        (
            {"type": "paneldynamic", "maxPanelCount": 1, "templateElements": [{"type": "text", "name": "t"}]},
            [{}, {}],
            "Please keep to at most 1 entries.",
        ),
        ({"type": "matrixdynamic", "maxRowCount": 1, "columns": [{"name": "n", "cellType": "text"}]}, [{}, {}], "Please fill in at most 1 rows."),
    ],
)  # fmt: skip
def test_bad_answers(element: dict[str, Any], answer: Any, sentence: str) -> None:
    assert said(element, answer) == {"q": sentence}


@pytest.mark.parametrize(
    ("element", "answer", "place", "sentence"),
    [
        (MATRIX, {"r1": "z"}, "q.r1", "Please choose one of the answers that are offered."),
        (
            {"type": "multipletext", "items": [{"name": "a", "inputType": "email"}]},
            {"a": "x"},
            "q.a",
            "Please enter an email address.",
        ),
        (
            {"type": "matrixdropdown", "rows": ["r"], "columns": [{"name": "c", "cellType": "text", "inputType": "number"}]},
            {"r": {"c": "x"}},
            "q.r.c",
            "Please enter a number.",
        ),
        ({"type": "matrixdropdown", "rows": ["r"], "choices": [1], "columns": [{"name": "c"}]}, {"r": 1}, "q.r", "The answer could not be read."),
        (
            {"type": "paneldynamic", "templateElements": [{"type": "text", "name": "name", "isRequired": True}]},
            [{"name": "x"}, {}],
            "q[1].name",
            "Please answer this question.",
        ),
        (
            {"type": "matrixdynamic", "keyName": "n", "keyDuplicationError": "Twice!", "columns": [{"name": "n", "cellType": "text"}]},
            [{"n": "A"}, {"n": "a "}],
            "q[1].n",
            "Twice!",
        ),
        (
            {"type": "matrixdynamic", "columns": [{"name": "n", "cellType": "text", "isUnique": True}]},
            [{"n": "A"}, {"n": "A"}],
            "q[1].n",
            "This answer is given already; please enter another one.",
        ),
    ],
)  # fmt: skip
def test_bad_parts_are_named_by_their_place(
    element: dict[str, Any], answer: Any, place: str, sentence: str
) -> None:
    assert said(element, answer) == {place: sentence}


def test_saving_keeps_the_good_parts() -> None:
    element = {"type": "matrix", "name": "q", "rows": ["a", "b"], "columns": [1], "isAllRowRequired": True}
    found = checked(compiled(element), {"q": {"a": 1, "b": "z"}}, completed=False)
    assert (found.values, list(found.errors)) == ({"q": {"a": "1"}}, ["q.b"])


@pytest.mark.parametrize("kind", ["radiogroup", "dropdown", "checkbox", "tagbox"])
def test_other(kind: str) -> None:
    many = kind in ("checkbox", "tagbox")
    element = {"type": kind, "name": "q", "choices": ["a"], "showOtherItem": True}
    answer, value = (["a", "other"], {"true": ["a", "other"]}) if many else ("other", "other")
    assert values(element, answers={"q": answer, "q-Comment": "mine"}) == {"q": value, "q_other": "mine"}
    assert errors(element, answers={"q": answer}) == {"q": "Please write your own answer."}
    assert errors(element, answers={"q": answer, "q-Comment": " "}, completed=False) == {}
    assert checked(compiled(element), {"q": ["a"] if many else "a", "q-Comment": "x"}).dropped == (
        "q-Comment",
    )
    own = ["a", "mine"] if many else "mine"
    inside = compiled({**element, "storeOthersAsComment": False})
    assert checked(inside, {"q": own}).values == {"q": value, "q_other": "mine"}
    beside = compiled({**element, "choices": ["a", {"value": "b", "showCommentArea": True}]})
    part = [{"value": "a"}, {"value": "mine"}] if many else {"value": "mine"}
    assert checked(beside, {"q": part}).values == {"q": value, "q_other": "mine"}


def test_comment_boxes() -> None:
    element = {"type": "rating", "name": "q", "showCommentArea": True, "maxCommentLength": 5}
    assert values(element, answers={"q": 1, "q-Comment": "why"}) == {"q": "1", "q_comment": "why"}
    assert values(element, answers={"q-Comment": "why"}) == {"q_comment": "why"}
    assert errors(element, answers={"q-Comment": "too long"}) == {"q": "Please use at most 5 characters."}
    assert errors(element, answers={"q-Comment": ["x"]}) == {"q": "Please enter a text."}


def test_choices_that_were_not_offered_are_dropped() -> None:
    item = {"value": "b", "visibleIf": "{a} = 1"}
    for element, answer, value in [
        ({"type": "checkbox", "choices": ["x", item]}, ["x", "b"], {"true": ["x"]}),
        ({"type": "radiogroup", "choices": ["x", item]}, "b", None),
        ({"type": "checkbox", "choices": ["x", "b"], "choicesVisibleIf": "{item} = 'x' or {a} = 1"}, ["x", "b"], {"true": ["x"]}),
        ({"type": "ranking", "choices": ["x", item]}, ["b", "x"], {"x": 1}),
    ]:  # fmt: skip
        survey = compiled({"type": "text", "name": "a"}, {"name": "q", **element})
        found = checked(survey, {"q": answer})
        assert (found.values.get("q"), found.errors) == (value, {})
        assert checked(survey, {"q": answer, "a": 1}).values["q"] != value
    required = compiled({"type": "radiogroup", "name": "q", "choices": ["x", item], "isRequired": True})
    assert checked(required, {"q": "b"}).errors == {"q": "Please answer this question."}


@pytest.mark.parametrize(("mode", "left"), [("all", ["a", "b"]), ("selected", ["a"]), ("unselected", ["b"])])
def test_choices_carried_forward(mode: str, left: list[str]) -> None:
    survey = compiled(
        {"type": "checkbox", "name": "first", "choices": ["a", "b"]},
        {"type": "checkbox", "name": "q", "choicesFromQuestion": "first", "choicesFromQuestionMode": mode},
    )
    assert checked(survey, {"first": ["a"], "q": ["a", "b"]}).values["q"] == {"true": left}


def test_hidden_rows_and_columns_are_dropped() -> None:
    survey = compiled(
        {
            "type": "matrixdropdown",
            "name": "g",
            "rows": ["a", {"value": "b", "visibleIf": "{p} = 1"}],
            "columns": [{"name": "c", "cellType": "text"}, {"name": "d", "cellType": "text"}],
            "columnsVisibleIf": "{item} = 'c'",
        },
        {"type": "matrix", "name": "m", "rows": ["a", "b"], "columns": [1], "rowsVisibleIf": "{item} = 'a'"},
    )
    full = {"a": {"c": "1", "d": "2"}, "b": {"c": "3"}}
    found = checked(survey, {"g": full, "m": {"a": 1, "b": 1}})
    assert found.values == {"g": {"a": {"c": "1"}}, "m": {"a": "1"}}
    assert set(found.dropped) == {"g.b", "g.a.d", "m.b"}


def test_a_grid_with_every_kind_of_cell() -> None:
    columns: list[dict[str, Any]] = [
        {"name": "bool", "cellType": "boolean"},
        {"name": "pick", "cellType": "dropdown", "choices": [1], "showOtherItem": True},
        {"name": "many", "cellType": "checkbox", "choices": ["x", "y"]},
        {"name": "when", "cellType": "text", "inputType": "date"},
        {"name": "note", "cellType": "comment"},
        {"name": "stars", "cellType": "rating"},
        {"name": "sum", "cellType": "expression", "expression": "1"},
    ]
    row = {
        "bool": True,
        "pick": "other",
        "pick-Comment": "el\nse",
        "many": ["y"],
        "when": "2024-01-01",
        "note": "n",
    }
    element = {"type": "matrixdropdown", "name": "g", "rows": ["r", 2], "columns": columns}
    found = values(element, answers={"g": {"r": {**row, "stars": 3}, "2": row}, "g-total": {"sum": 3}})
    cells = {"bool": 1, "pick": "other", "many": {"true": ["y"]}, "when": "2024-01-01T00:00:00", "note": "n"}
    assert found == {"g": {"r": {**cells, "stars": "3"}, "2": cells}, "pick_other": "r: el se\n2: el se"}


def test_loops() -> None:
    trips = {
        "type": "paneldynamic",
        "name": "trips",
        "templateElements": [
            {"type": "text", "name": "where"},
            {"type": "radiogroup", "name": "why", "choices": [1], "showOtherItem": True},
            {"type": "matrixdynamic", "name": "legs", "keyName": "km", "columns": [{"name": "km", "cellType": "text"}]},
            {"type": "matrixdropdown", "name": "grid", "rows": ["r"], "columns": [{"name": "c", "cellType": "text"}]},
        ],
    }  # fmt: skip
    data = [
        {"where": "Kraków", "why": "other", "why-Comment": "fun", "legs": [{"km": "7"}, {"km": "9"}]},
        {},
        {"where": "Łódź", "grid": {"r": {"c": "x"}}, "extra": 1},
    ]
    found = checked(compiled(trips), {"trips": data})
    assert found.values == {
        "trips": [
            {
                "trips": "1",
                "where": "Kraków",
                "why": "other",
                "why_other": "fun",
                "legs": [{"legs": "7", "km": "7"}, {"legs": "9", "km": "9"}],
            },
            {"trips": "2", "where": "Łódź", "grid": {"r": {"c": "x"}}},
        ]
    }
    assert found.dropped == ("trips[2].extra",)


PHOTO = FileFact("k1", "me.png", 1000, "image/png")
LETTER = FileFact("k2", "../a b\n.pdf", 3_000_000, "application/pdf")
FILES = {"k1": PHOTO, "k2": LETTER}


def upload(key: str) -> dict[str, str]:
    return {"name": "whatever", "type": "text/html", "content": key}


@pytest.mark.parametrize(
    ("element", "answer", "value"),
    [
        (NO, [upload("k1")], "k1/me.png"),
        (NO, upload("https://example.org/files/k1?x=1"), "k1/me.png"),
        ({"acceptedTypes": "image/*, .pdf", "allowMultiple": True}, [upload("k1"), upload("k2")], "k1/me.png\nk2/.._a b_.pdf"),
        ({"maxSize": 3_000_000}, [upload("k2")], "k2/.._a b_.pdf"),
    ],
)  # fmt: skip
def test_files(element: dict[str, Any], answer: Any, value: str) -> None:
    assert values({"type": "file", "name": "q", **element}, answers={"q": answer}, files=FILES) == {
        "q": value
    }


@pytest.mark.parametrize(
    ("element", "answer", "sentence"),
    [
        (NO, [upload("k3")], "The file was not uploaded; please choose it again."),
        (NO, [upload("data:image/png;base64,AAAA")], "The file was not uploaded; please choose it again."),
        (NO, [5], "The file was not uploaded; please choose it again."),
        (NO, [upload("k1"), upload("k2")], "Please upload at most 1 files."),
        ({"acceptedTypes": ".jpg,image/gif"}, [upload("k1")], "Files of this kind are not accepted here."),
        ({"maxSize": 1_048_576}, [upload("k2")], "The file is larger than 1 MB."),
    ],
)
def test_bad_files(element: dict[str, Any], answer: Any, sentence: str) -> None:
    assert said({"type": "file", **element}, answer, files=FILES) == {"q": sentence}


def test_a_signature_may_be_a_file() -> None:
    assert values({"type": "signaturepad", "name": "q"}, answers={"q": "k1"}, files=FILES) == {
        "q": "k1/me.png"
    }


def test_silent_elements_take_no_answers() -> None:
    silent = [
        {"type": "html", "name": "h"},
        {"type": "image", "name": "i"},
        {"type": "expression", "name": "e"},
    ]
    found = checked(compiled({"type": "text", "name": "a"}, *silent), {"a": "x", "h": "y", "i": 1})
    assert (found.values, found.dropped) == ({"a": "x"}, ("h", "i"))


def test_what_the_schema_has_no_place_for_is_dropped() -> None:
    grid = {
        "type": "matrixdropdown",
        "rows": ["r"],
        "name": "g",
        "columns": [{"name": "e", "cellType": "expression"}],
    }
    ranking = {"type": "ranking", "name": "k", "choicesFromQuestion": "nobody", "isRequired": True}
    survey = compiled({"type": "text", "name": "a"}, grid, ranking)
    assert checked(survey, {"k": ["x"]}).dropped == ("k",)
    assert checked(survey, {}).errors == {"k": "Please answer this question."}
