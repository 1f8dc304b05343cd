"""SurveyJS definitions: every element, in several languages, and definitions that are none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.files.names import is_name
from rejoinder.files.surveyjs import read_survey
from rejoinder.model.problems import Invalid, Problem, TooLarge
from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Variable

RESERVED = frozenset({"respid", "email", "label1", "mine"})


def survey(*elements: dict[str, Any], **more: Any) -> tuple[Schema, list[str]]:
    return read_survey({"pages": [{"name": "p", "elements": list(elements)}], **more}, reserved={"mine"})


def only(element: dict[str, Any]) -> Variable:
    schema, notes = survey({"name": "q", **element})
    assert len(schema.variables) == 1
    assert notes == []
    return schema.variables[0]


def codes(variable: Variable) -> list[str]:
    return [option.code for option in variable.options]


@pytest.mark.parametrize(
    ("input_type", "kind"),
    [
        ("text", Kind.TEXT),
        ("email", Kind.TEXT),
        ("tel", Kind.TEXT),
        ("url", Kind.TEXT),
        ("time", Kind.TEXT),
        ("month", Kind.TEXT),
        ("week", Kind.TEXT),
        ("password", Kind.TEXT),
        ("color", Kind.TEXT),
        ("number", Kind.NUMERIC),
        ("range", Kind.NUMERIC),
        ("date", Kind.DATETIME),
        ("datetime-local", Kind.DATETIME),
    ],
)
def test_input_types(input_type: str, kind: Kind) -> None:
    assert only({"type": "text", "inputType": input_type}).kind is kind


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ({"type": "comment"}, Kind.TEXT),
        ({"type": "file"}, Kind.TEXT),
        ({"type": "boolean"}, Kind.BOOLEAN),
        ({"type": "radiogroup", "choices": [1]}, Kind.SINGLE),
        ({"type": "dropdown", "choices": [1]}, Kind.SINGLE),
        ({"type": "checkbox", "choices": [1]}, Kind.MULTI),
        ({"type": "tagbox", "choices": [1]}, Kind.MULTI),
        ({"type": "imagepicker", "choices": [1]}, Kind.SINGLE),
        ({"type": "imagepicker", "choices": [1], "multiSelect": True}, Kind.MULTI),
        ({"type": "rating"}, Kind.SINGLE),
        ({"type": "ranking", "choices": ["a", "b"]}, Kind.RANKING),
        ({"type": "matrix", "columns": [1, 2], "rows": ["a"]}, Kind.RATING),
        ({"type": "matrix", "columns": [1, 2], "rows": ["a"], "cellType": "checkbox"}, Kind.MULTI_GRID),
        ({"type": "matrix", "columns": [1, 2]}, Kind.SINGLE),
        ({"type": "slider"}, Kind.NUMERIC),
        ({"type": "multipletext", "items": [{"name": "a"}, {"name": "b"}]}, Kind.TEXT),
        ({"type": "multipletext", "items": [{"name": "a", "inputType": "number"}]}, Kind.NUMERIC),
    ],
)
def test_elements(element: dict[str, Any], kind: Kind) -> None:
    assert only(element).kind is kind


def test_choices_in_every_spelling() -> None:
    variable = only(
        {
            "type": "radiogroup",
            "choices": [
                "red",
                2,
                2.0 + 1,
                True,
                "b|Blue",
                {"value": "g", "text": "Green", "score": 4},
                {"value": "v"},
            ],
        }
    )
    assert variable.options == (
        Option("red", {"en": "red"}),
        Option("2", {"en": "2"}),
        Option("3", {"en": "3"}),
        Option("true", {"en": "true"}),
        Option("b", {"en": "Blue"}),
        Option("g", {"en": "Green"}, 4.0),
        Option("v", {"en": "v"}),
    )


def test_texts_come_in_their_languages() -> None:
    schema, _ = survey(
        {
            "type": "dropdown",
            "name": "city",
            "title": {"default": "Miasto", "en": "City", "<b>": "no language"},
            "choices": [{"value": 1, "text": {"default": "Kraków", "de": "Krakau"}}, {"value": 2}],
        },
        locale="pl",
    )
    assert schema.languages == ("pl", "de", "en")
    assert schema.variables[0].titles == {"pl": "Miasto", "en": "City"}
    assert schema.variables[0].options == (
        Option("1", {"pl": "Kraków", "de": "Krakau"}),
        Option("2", {"pl": "2"}),
    )


@pytest.mark.parametrize("switch", ["showOtherItem", "hasOther"])
def test_other_has_a_text_of_its_own(switch: str) -> None:
    schema, _ = survey(
        {"type": "checkbox", "name": "pie", "choices": ["a"], switch: True, "otherText": "Else"}
    )
    pie, other = schema.variables
    assert pie.options[-1] == Option("other", {"en": "Else"})
    assert other == Variable("pie_other", Kind.TEXT, titles={"en": "Else"}, parent="pie", element="other")


def test_none_refused_and_unknown_are_options() -> None:
    element = {"type": "radiogroup", "choices": ["a"], "showNoneItem": True, "showRefuseItem": True}
    assert codes(only({**element, "showDontKnowItem": True})) == ["a", "none", "refused", "dontknow"]


def test_comment_boxes_are_texts() -> None:
    schema, _ = survey({"type": "rating", "name": "nps", "showCommentArea": True, "commentText": "Why?"})
    assert schema.variables[1] == Variable(
        "nps_comment", Kind.TEXT, titles={"en": "Why?"}, parent="nps", element="comment"
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"rateMin": 0, "rateMax": 10}, list(range(11))),
        ({"rateMax": 2, "rateStep": 0.5}, [1, 1.5, 2]),
        ({"rateCount": 7}, [1, 2, 3, 4, 5, 6, 7]),
        ({"rateMin": -2, "rateMax": 2}, [-2, -1, 0, 1, 2]),
    ],
)
def test_rating_steps(parts: dict[str, Any], expected: list[float]) -> None:
    variable = only({"type": "rating", **parts})
    assert [option.score for option in variable.options] == expected
    assert codes(variable) == [f"{step:g}" for step in expected]
    assert variable.element == "rating"


def test_rating_values_of_its_own() -> None:
    variable = only({"type": "rating", "rateValues": [1, {"value": 2, "text": "Two"}, "best"]})
    assert [(o.code, o.texts["en"], o.score) for o in variable.options] == [
        ("1", "1", 1.0),
        ("2", "Two", 2.0),
        ("best", "best", None),
    ]


def test_boolean_with_values_of_its_own_is_a_choice() -> None:
    variable = only({"type": "boolean", "valueTrue": "Y", "valueFalse": "N", "labelTrue": "Sure"})
    assert variable.options == (Option("Y", {"en": "Sure"}), Option("N", {"en": "No"}))


def test_matrix_has_rows_as_fields_and_scored_columns() -> None:
    variable = only(
        {
            "type": "matrix",
            "columns": [{"value": 1, "text": "Bad"}, 2],
            "rows": [{"value": "r1", "text": "Price"}],
        }
    )
    assert variable.fields == (Field("r1", {"en": "Price"}),)
    assert variable.options == (Option("1", {"en": "Bad"}, 1.0), Option("2", {"en": "2"}, 2.0))


def test_grid_columns_are_its_children() -> None:
    schema, notes = survey(
        {
            "type": "matrixdropdown",
            "name": "tools",
            "choices": ["good", "bad"],
            "rows": ["js", "py"],
            "columns": [
                {"name": "use", "cellType": "boolean", "title": "Use it?"},
                {"name": "how"},
                {"name": "years", "cellType": "text", "inputType": "number"},
                {"name": "sum", "cellType": "expression"},
            ],
        }
    )
    grid, *columns = schema.variables
    assert (grid.kind, [f.code for f in grid.fields]) == (Kind.GRID_3D, ["js", "py"])
    assert [(c.name, c.kind, c.parent) for c in columns] == [
        ("use", Kind.BOOLEAN, "tools"),
        ("how", Kind.SINGLE, "tools"),
        ("years", Kind.NUMERIC, "tools"),
    ]
    assert codes(columns[1]) == ["good", "bad"]
    assert notes == ['"sum" was left out: a expression column cannot be expressed.']


def test_dynamic_panels_and_matrices_are_loops() -> None:
    schema, _ = survey(
        {
            "type": "paneldynamic",
            "name": "trips",
            "title": "Your trips",
            "templateElements": [
                {"type": "text", "name": "where"},
                {"type": "matrixdynamic", "name": "legs", "columns": [{"name": "km", "cellType": "text"}]},
            ],
        }
    )
    assert schema.loops == (
        Loop("trips", "response", {"en": "Your trips"}),
        Loop("legs", "trips", {"en": "legs"}),
    )
    assert [(v.name, v.level) for v in schema.variables] == [("where", "trips"), ("km", "legs")]


def test_panels_are_flattened_and_silent_elements_left_out() -> None:
    schema, notes = survey(
        {
            "type": "panel",
            "name": "box",
            "elements": [{"type": "text", "name": "a"}, {"type": "html", "name": "h"}],
        },
        {"type": "image", "name": "i"},
        {"type": "expression", "name": "total"},
        {"type": "magic", "name": "m"},
        triggers=[{"type": "complete"}],
        calculatedValues=[{"name": "c"}],
    )
    assert [v.name for v in schema.variables] == ["a"]
    assert notes == [
        '"total" was left out: it is computed, not answered.',
        '"m" was left out: it is of the unknown type magic.',
        "Calculated values of the definition are ignored: answers are stored as they are sent.",
        "Triggers of the definition are ignored: answers are stored as they are sent.",
    ]


def test_choices_are_carried_forward() -> None:
    schema, _ = survey(
        {"type": "checkbox", "name": "used", "choices": ["a", "b"]},
        {
            "type": "radiogroup",
            "name": "best",
            "choicesFromQuestion": "used",
            "choicesFromQuestionMode": "selected",
        },
        {"type": "ranking", "name": "order", "choicesFromQuestion": "used"},
    )
    assert codes(schema.variables[1]) == ["a", "b"]
    assert [f.code for f in schema.variables[2].fields] == ["a", "b"]


def test_choices_from_elsewhere_make_a_text() -> None:
    schema, notes = survey(
        {"type": "dropdown", "name": "land", "choicesByUrl": {"url": "https://example.org"}}
    )
    assert schema.variables[0].kind is Kind.TEXT
    assert notes == ['"land" is kept as text: its choices are not in the definition.']


def test_names_are_made_fit_and_said() -> None:
    names = ["Email", "question 1", "Question_1", "2nd", "Płeć", "Пол", "x" * 80, "ok"]
    schema, notes = survey(*({"type": "text", "name": name} for name in names))
    assert [v.name for v in schema.variables] == [
        "Email_2",
        "question_1",
        "Question_1_2",
        "q_2nd",
        "Plec",
        "q",
        "x" * 64,
        "ok",
    ]
    assert len(notes) == 7
    assert notes[1].startswith('"question 1" is called question_1 here')


def test_a_definition_without_pages() -> None:
    schema, _ = read_survey({"questions": [{"type": "text", "name": "a"}]})
    assert [v.name for v in schema.variables] == ["a"]


@pytest.mark.parametrize("document", [None, [], "x", 7, {}, {"title": "x"}, {"pages": []}])
def test_what_is_no_survey_is_refused(document: Any) -> None:
    with pytest.raises(Invalid, match="not a SurveyJS definition"):
        read_survey(document)


@pytest.mark.parametrize(
    ("elements", "place"),
    [
        ([{"type": "text", "name": "a"}, {"type": "text", "name": "a"}], "pages[0].elements[1].name"),
        ([{"type": "text"}], "pages[0].elements[0].name"),
        ([{"name": "a"}], "pages[0].elements[0].type"),
        (["text"], "pages[0].elements[0]"),
        ([{"type": "radiogroup", "name": "a", "choices": "b"}], "pages[0].elements[0].choices"),
        ([{"type": "radiogroup", "name": "a", "choices": [1, None]}], "pages[0].elements[0].choices[1]"),
        (
            [{"type": "radiogroup", "name": "a", "choices": [{"value": []}]}],
            "pages[0].elements[0].choices[0].value",
        ),
        ([{"type": "rating", "name": "a", "rateMax": "x"}], "pages[0].elements[0].rateMax"),
        ([{"type": "rating", "name": "a", "rateMax": 1e8}], "pages[0].elements[0].rateMax"),
        ([{"type": "rating", "name": "a", "rateStep": 0}], "pages[0].elements[0].rateStep"),
        ([{"type": "panel", "elements": {}}], "pages[0].elements[0].elements"),
        (
            [{"type": "matrixdropdown", "name": "m", "rows": [1], "columns": [{"title": "x"}]}],
            "pages[0].elements[0].columns[0].name",
        ),
    ],
)
def test_errors_name_the_place(elements: list[Any], place: str) -> None:
    with pytest.raises(Invalid) as caught:
        survey(*elements)
    assert list(caught.value.fields) == [place]
    assert caught.value.message.startswith(place)


def test_two_columns_of_one_name_are_refused_but_two_grids_may_share_it() -> None:
    grid = {"type": "matrixdropdown", "rows": [1], "columns": [{"name": "c", "cellType": "text"}]}
    schema, _ = survey({**grid, "name": "a"}, {**grid, "name": "b"})
    assert [(v.name, v.parent) for v in schema.variables] == [
        ("a", None),
        ("c", "a"),
        ("b", None),
        ("c_2", "b"),
    ]


def test_hostile_size_and_depth_are_refused() -> None:
    deep: dict[str, Any] = {"type": "text", "name": "a"}
    for _ in range(500):
        deep = {"type": "panel", "name": "p", "elements": [deep]}
    with pytest.raises(Invalid, match="nested deeper"):
        survey(deep)
    with pytest.raises(TooLarge, match="5000 elements"):
        survey(*({"type": "html"} for _ in range(5001)))
    with pytest.raises(TooLarge, match="100000 options"):
        survey({"type": "radiogroup", "name": "a", "choices": list(range(100_001))})


def test_notes_hold_plain_short_text() -> None:
    _, notes = survey({"type": "expression", "name": "<script>\n\x1b[31m" + "x" * 10_000})
    assert len(notes[0]) < 150
    assert notes[0].isprintable()


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
KINDS = """
text comment radiogroup checkbox dropdown tagbox rating boolean ranking imagepicker matrix matrixdropdown
matrixdynamic paneldynamic multipletext panel slider expression html
"""
KEYS = """
title choices rows columns items elements templateElements rateMin rateMax rateStep rateValues rateCount
valueName inputType maxLength showOtherItem otherText cellType choicesMin choicesMax choicesFromQuestion
valueTrue description detailElements visible
"""
kinds = st.sampled_from(KINDS.split())
keys = st.sampled_from(KEYS.split())
items = st.lists(json | st.fixed_dictionaries({"value": json, "text": json}), max_size=4)
leaf = st.builds(
    lambda kind, name, parts: {**parts, "type": kind, "name": name},
    kinds,
    st.text(max_size=4) | json,
    st.dictionaries(keys, json | items, max_size=5),
)
nested = st.builds(
    lambda kind, name, inside: {
        "type": kind,
        "name": name,
        "elements": inside,
        "templateElements": inside,
        "rows": [1],
    },
    st.sampled_from(["panel", "paneldynamic"]),
    st.text(max_size=4),
    st.lists(leaf, max_size=3),
)


@given(st.lists(leaf | nested, max_size=5))
def test_any_definition_is_read_or_refused(elements: list[Any]) -> None:
    try:
        schema, notes = survey(*elements)
    except Problem:
        return
    names = [v.name.casefold() for v in schema.variables] + [loop.name.casefold() for loop in schema.loops]
    assert len(set(names)) == len(names)
    assert all(is_name(name) for name in names)
    assert not RESERVED & set(names)
    assert all(note.isprintable() for note in notes)
    for variable in schema.variables:
        assert len(set(codes(variable))) == len(variable.options)
        assert variable.level in {"response", *(loop.name for loop in schema.loops)}
