"""What definitions say of questions beyond their variables."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rejoinder.files.surveyjs_facts import facts_of_definition
from rejoinder.model.facts import Facts


def known(*elements: dict[str, Any], **members: Any) -> dict[str, Facts]:
    return facts_of_definition({"elements": list(elements), **members})


def test_a_question_by_itself() -> None:
    text = {"type": "text", "name": "q", "isRequired": True, "min": 1, "max": 2.5, "maxLength": 9}
    assert known(text) == {"q": Facts(True, False, None, 1.0, 2.5, 9, {})}
    assert known({"type": "comment", "name": "c"})["c"] == Facts(False, False, None, None, None, None, {})


def test_pictures_of_choices() -> None:
    choices = [
        {"value": 1, "imageLink": "https://img.example/1.png"},
        {"value": "b", "imageLink": {"es": "https://img.example/es.png"}},
        {"value": "c", "imageLink": 7},
        "d",
        {"value": {}, "imageLink": "https://img.example/none.png"},
    ]
    element = {"type": "imagepicker", "name": "q", "choices": choices[:4], "choicesOrder": "random"}
    found = known(element)["q"]
    assert found.pictures == {"1": "https://img.example/1.png", "b": "https://img.example/es.png"}
    assert found.random


def test_a_picture_that_is_written_into_the_definition_is_none() -> None:
    element = {
        "type": "imagepicker",
        "name": "q",
        "choices": [{"value": 1, "imageLink": "data:" + "x" * 5000}],
    }
    assert known(element)["q"].pictures == {}


def test_elements_in_panels_pages_loops_and_grids_are_found_under_their_variables() -> None:
    inner = {"type": "text", "name": "in loop", "isRequired": True}
    columns = [{"name": "col", "cellType": "text", "isRequired": True}, {"name": "other", "choices": ["x"]}]
    found = facts_of_definition(
        {
            "pages": [
                {
                    "elements": [
                        {
                            "type": "panel",
                            "name": "p",
                            "elements": [{"type": "text", "name": "a", "isRequired": True}],
                        },
                        {"type": "paneldynamic", "name": "loop", "templateElements": [inner]},
                        {"type": "matrixdropdown", "name": "grid", "rows": ["r"], "columns": columns},
                    ]
                }
            ]
        }
    )
    assert {name for name, facts in found.items() if facts.required} == {"a", "in_loop", "col"}


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2)
)
NAMES = ("isRequired", "min", "max", "maxLength", "imageLink", "choicesOrder", "rowsOrder")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JUNK)))
def test_members_of_another_type_are_not_believed(members: dict[str, Any]) -> None:
    (facts,) = known({"type": "text", "name": "q", **members}).values()
    assert isinstance(facts.required, bool)
    assert facts.picture is None or isinstance(facts.picture, str)
    assert facts.longest is None or facts.longest > 0
    for number in (facts.least, facts.most):
        assert number is None or isinstance(number, float)
