"""A whole survey checked: names, pages, hidden fields, saving to continue later."""

from __future__ import annotations

from typing import Any

from files.answers.checking import NOW, checked, compiled, of, with_head
from rejoinder.files.answers.check import check_answers
from rejoinder.files.answers.questionnaire import compile_questionnaire
from rejoinder.files.surveyjs import read_survey
from rejoinder.model.survey import Kind, Option, Schema, Variable


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "name": name, **more}


def test_an_answer_goes_to_the_variable_that_its_question_became() -> None:
    survey = compiled(text("email"), text("Email"), text("question 1"), text("q", valueName="shared"))
    found = checked(survey, {"email": "a", "Email": "b", "question 1": "c", "shared": "d"})
    assert found.values == {"email_2": "a", "Email_3": "b", "question_1": "c", "shared": "d"}


def test_answers_of_no_question_are_dropped() -> None:
    found = checked(compiled(text("a")), {"a": "x", "b": "y", "__proto__": {"c": 1}})
    assert (found.values, found.dropped) == ({"a": "x"}, ("b", "__proto__"))


def test_required_questions_must_be_answered_unless_people_continue_later() -> None:
    survey = compiled(text("a", isRequired=True), text("n", inputType="number"))
    assert checked(survey, {"n": "x"}).errors.keys() == {"a", "n"}
    later = checked(survey, {"n": "x", "a": "good"}, completed=False)
    assert (later.values, later.errors.keys()) == ({"a": "good"}, {"n"})
    assert checked(survey, {}, completed=False).errors == {}


def test_hidden_questions_panels_and_pages_are_dropped_and_not_required() -> None:
    survey = of(
        {
            "pages": [
                {"name": "p1", "elements": [text("a"), text("b", visibleIf="{a} = 'x'", isRequired=True)]},
                {"name": "p2", "visibleIf": "{a} = 'x'", "elements": [text("c", isRequired=True)]},
                {
                    "elements": [
                        {"type": "panel", "name": "box", "visibleIf": "{a} = 'x'", "elements": [text("d")]},
                    ]
                },
            ]
        }
    )
    hidden = checked(survey, {"a": "y", "b": 1, "c": 2, "d": 3})
    assert (hidden.values, hidden.errors, hidden.dropped) == ({"a": "y"}, {}, ("b", "c", "d"))
    assert checked(survey, {"a": "x", "b": 1, "c": 2, "d": 3}).values == {
        "a": "x",
        "b": "1",
        "c": "2",
        "d": "3",
    }
    assert checked(survey, {"a": "x"}).errors.keys() == {"b", "c"}


def test_conditions_see_hidden_answers_unless_they_are_cleared_at_once() -> None:
    chain = [text("a"), text("b", visibleIf="{a} = 1"), text("c", visibleIf="{b} = 1")]
    answers = {"a": 2, "b": 1, "c": "x"}
    shown = check_answers(
        compiled(*chain), answers, now=NOW
    )  # what people saw, they saw beside hidden answers
    assert shown.values == {"a": "2", "c": "x"}
    assert checked(compiled(*chain, clearInvisibleValues="onHidden"), answers).values == {"a": "2"}


def test_hidden_fields_fill_the_respondents_variables() -> None:
    more = (
        Variable("source", Kind.TEXT, level="respondent", origin="background", length=5),
        Variable("age", Kind.NUMERIC, level="respondent", origin="user"),
        Variable("since", Kind.DATETIME, level="respondent", origin="user"),
        Variable("vip", Kind.BOOLEAN, level="respondent", origin="user"),
        Variable("plan", Kind.SINGLE, level="respondent", origin="user", options=(Option("Pro"),)),
    )
    document = {"elements": [text("a", visibleIf="{source} = 'web'")]}
    schema = with_head(read_survey(document)[0])
    survey = compile_questionnaire(document, Schema((*schema.variables, *more)))
    fields = {
        "SOURCE": "web",
        "age": "7",
        "since": "2024-01-02",
        "vip": "TRUE",
        "plan": "pro",
        "email": "a@b.c",
    }
    found = check_answers(survey, {"a": "x"}, hidden=fields, now=NOW)
    assert found.values == {
        "source": "web",
        "age": 7,
        "since": "2024-01-02T00:00:00",
        "vip": 1,
        "plan": "Pro",
        "email": "a@b.c",
        "a": "x",
    }
    bad = {
        "respid": "1",
        "a": "x",
        "status": "complete",
        "age": "old",
        "source": "too long",
        "plan": "?",
        "q": "",
    }
    assert check_answers(survey, {}, hidden=bad, now=NOW).values == {}
    assert set(check_answers(survey, {}, hidden=bad, now=NOW).dropped) == set(bad)


def test_background_variables_are_filled_by_their_questions() -> None:
    document = {"elements": [text("team")]}
    schema = Schema((Variable("team", Kind.TEXT, level="respondent", origin="background"),))
    survey = compile_questionnaire(document, schema)
    assert check_answers(survey, {"team": "x"}, hidden={"team": "y"}, now=NOW).values == {"team": "x"}


def test_pages_that_were_jumped_over_are_not_missed() -> None:
    def pages(trigger: dict[str, Any]) -> Any:
        names = ("a", "b", "c")
        listed = [{"name": n, "elements": [text(n, isRequired=True)]} for n in names]
        return of({"pages": listed, "triggers": [trigger]})

    done = pages({"type": "complete", "expression": "{a} = 'no'"})
    assert checked(done, {"a": "no"}).errors == {}
    assert checked(done, {"a": "yes"}).errors.keys() == {"b", "c"}
    skip = pages({"type": "skip", "expression": "{a} = 'no'", "gotoName": "c"})
    assert checked(skip, {"a": "no"}).errors.keys() == {"c"}


def test_a_panel_may_ask_for_one_answer() -> None:
    survey = compiled(
        {"type": "panel", "name": "box", "isRequired": True, "elements": [text("a"), text("b")]}
    )
    assert checked(survey, {}).errors == {"box": "Please answer at least one of these questions."}
    assert checked(survey, {"b": "x"}).errors == {}


def test_calculated_values_and_expressions_are_computed_here() -> None:
    survey = compiled(
        text("a", inputType="number"),
        {"type": "expression", "name": "twice", "expression": "{a} * 2"},
        text("big", visibleIf="{twice} > {limit}"),
        calculatedValues=[{"name": "limit", "expression": "{base} + 5"}, {"name": "base", "expression": "5"}],
    )
    assert checked(survey, {"a": 6, "big": "x", "twice": 0}).values == {"a": 6, "big": "x"}
    assert checked(survey, {"a": 5, "big": "x", "twice": 99}).dropped == ("big",)


def test_values_that_need_each_other_are_nothing() -> None:
    loop = [{"name": "x", "expression": "{y} + 1"}, {"name": "y", "expression": "{x} + 1"}]
    survey = compiled(text("a", visibleIf="{x} > 0"), calculatedValues=loop)
    assert checked(survey, {"a": "1"}).errors == {}


def test_errors_are_said_in_the_language_or_in_the_surveys_own_words() -> None:
    survey = compiled(
        text("a", isRequired=True), text("b", isRequired=True, requiredErrorText={"de": "Hallo?"})
    )
    assert checked(survey, {}, language="de").errors == {
        "a": "Bitte beantworten Sie diese Frage.",
        "b": "Hallo?",
    }


def test_read_only_questions_are_not_required() -> None:
    survey = compiled(
        text("a", isRequired=True, readOnly=True),
        text("b", isRequired=True, enableIf="{c} = 1"),
        text("c"),
    )
    assert checked(survey, {}).errors == {}
    assert checked(survey, {"c": 1}).errors.keys() == {"b"}


def test_conditions_that_cannot_be_read_show_and_do_not_require() -> None:
    survey = compiled(
        text("a", visibleIf="{b} ="),
        text("b", requiredIf="foo(1)"),
        text("c", isRequired=True, enableIf="(("),
    )
    found = checked(survey, {"a": "x"})
    assert (found.values, found.errors) == ({"a": "x"}, {})


def test_triggers_show_elements_and_set_variables() -> None:
    survey = compiled(
        text("a"),
        text("b", visible=False),
        text("c", visibleIf="{level} = 'high'"),
        triggers=[
            {"type": "visible", "expression": "{a} = 1", "questions": ["b"]},
            {
                "type": "setvalue",
                "expression": "{a} = 1",
                "setToName": "level",
                "setValue": "high",
                "isVariable": True,
            },
        ],
    )
    answers = {"a": 1, "b": "x", "c": "y"}
    assert checked(survey, answers).values == {"a": "1", "b": "x", "c": "y"}
    assert checked(survey, {**answers, "a": 2}).dropped == ("b", "c")


def test_plain_values_of_no_question_count_in_conditions() -> None:
    survey = compiled(text("a", visibleIf="{set} = 1"))
    found = check_answers(survey, {"a": "x", "set": 1}, now=NOW)
    assert (found.values, found.dropped) == ({"a": "x"}, ("set",))
