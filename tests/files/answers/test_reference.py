"""SurveyJS itself as the judge: the same values of expressions, the same questions shown, the same wrong."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest

from files.answers.checking import NOW, of
from files.answers.reference.ask import ask, can_ask, recorded
from files.answers.reference.expressions import EXPRESSIONS
from files.answers.reference.surveys import SURVEYS
from rejoinder.files.answers.check import check_answers, hidden_keys
from rejoinder.files.answers.expressions.compile import Names, compile_expression
from rejoinder.files.answers.expressions.parse import Unreadable
from rejoinder.files.answers.expressions.scope import Scope, World

GROUPS = {"page1", "p4", "box"}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else str(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return f"{value.isoformat(timespec='milliseconds')}Z" if isinstance(value, datetime) else value


def value_of(text: str, values: dict[str, Any]) -> Any:
    try:
        evaluate = compile_expression(text, Names({name.lower(): name for name in values}))
    except Unreadable:
        return None
    return plain(evaluate(Scope(World(values, {}, {}, NOW))))


def test_expressions_have_the_same_values() -> None:
    theirs = recorded()["expressions"]
    ours = [value_of(text, values) for text, values in EXPRESSIONS]
    assert len(theirs) == len(EXPRESSIONS) > 2000
    different = [
        (text, plain(their), our)
        for (text, _), their, our in zip(EXPRESSIONS, theirs, ours, strict=True)
        if plain(their) != our or isinstance(their, bool) is not isinstance(our, bool)
    ]
    assert different == []


def verdict(definition: dict[str, Any], answers: dict[str, Any]) -> dict[str, list[str]]:
    survey = of(definition)
    found = check_answers(survey, answers, now=NOW)
    hidden = hidden_keys(survey, answers, NOW)
    expressions = [e["name"] for e in definition["pages"][0]["elements"] if e["type"] == "expression"]
    return {
        "shown": sorted([q.place for q in survey.questions if q.key not in hidden] + expressions),
        "wrong": sorted({place.split(".")[0].split("[")[0] for place in found.errors} - GROUPS),
    }


def test_the_same_questions_are_shown_and_wrong() -> None:
    theirs = recorded()["surveys"]
    assert len(theirs) == len(SURVEYS) > 200
    different = [
        (definition, answers, their, our)
        for (definition, answers), their in zip(SURVEYS, theirs, strict=True)
        if their != (our := verdict(definition, answers))
    ]
    assert different == []


@pytest.mark.skipif(not can_ask(), reason="needs Node and survey-core, which make setup fetches")
def test_the_record_is_what_survey_core_says() -> None:
    assert ask(EXPRESSIONS, SURVEYS) == recorded()
