"""Variables as questions: what belongs together, in order."""

from __future__ import annotations

from typing import Any

from rejoinder.files.surveyjs import read_survey
from rejoinder.model.questions import Question, Repeated, questions_of
from rejoinder.model.survey import Kind, Schema, Variable
from rejoinder.model.system import HEAD


def asked(*elements: dict[str, Any]) -> tuple[Question | Repeated, ...]:
    schema, _ = read_survey({"elements": list(elements)})
    return questions_of(Schema((*HEAD, *schema.variables), schema.loops))


def outline(found: tuple[Question | Repeated, ...]) -> list[Any]:
    return [
        {one.loop.name: outline(one.questions)} if isinstance(one, Repeated) else one.variable.name
        for one in found
    ]


def test_a_question_has_its_other_text_and_its_comment() -> None:
    choices = {"choices": ["a", "b"], "showOtherItem": True, "showCommentArea": True}
    (one,) = asked({"type": "radiogroup", "name": "q", **choices})
    assert isinstance(one, Question)
    assert one.other
    assert one.comment
    assert (one.other.name, one.comment.name) == ("q_other", "q_comment")


def test_a_grid_has_its_columns() -> None:
    columns = [{"name": "c1", "cellType": "text"}, {"name": "c2", "choices": ["x"], "showOtherItem": True}]
    (grid,) = asked({"type": "matrixdropdown", "name": "g", "rows": ["r1"], "columns": columns})
    assert isinstance(grid, Question)
    assert grid.variable.kind is Kind.GRID_3D
    assert [one.variable.name for one in grid.columns if one.variable.element != "other"] == ["c1", "c2"]


def test_loops_stand_where_their_first_question_does_and_nest() -> None:
    inner = {"type": "paneldynamic", "name": "toys", "templateElements": [{"type": "text", "name": "toy"}]}
    outer = {
        "type": "paneldynamic",
        "name": "children",
        "templateElements": [{"type": "text", "name": "child"}, inner],
    }
    found = asked({"type": "text", "name": "a"}, outer, {"type": "text", "name": "b"})
    assert outline(found) == ["a", {"children": ["child", {"toys": ["toy"]}]}, "b"]


def test_facts_about_the_respondent_are_no_questions() -> None:
    facts = Variable("city", Kind.TEXT, level="respondent", origin="background")
    question = Variable("q", Kind.TEXT)
    assert outline(questions_of(Schema((*HEAD, facts, question)))) == ["q"]


def test_a_survey_says_what_it_measures() -> None:
    rating = {"type": "rating", "rateMax": 10}
    found = asked({**rating, "name": "a", "metric": "nps"}, {**rating, "name": "b", "metric": "height"})
    assert [one.variable.metric for one in found if isinstance(one, Question)] == ["nps", None]
