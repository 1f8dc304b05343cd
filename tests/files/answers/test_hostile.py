"""Definitions and answers made to crash or hang: always an answer, and soon."""

# ruff: noqa: E501 - tables read better with a line for each row

from __future__ import annotations

import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.answers.checking import NOW, checked, compiled, values
from rejoinder.files.answers.check import check_answers
from rejoinder.files.answers.expressions.compile import NO_NAMES, compile_condition
from rejoinder.files.answers.expressions.parse import Unreadable, parse
from rejoinder.files.answers.expressions.scope import Scope, World
from rejoinder.files.answers.patterns import Unmatchable, matcher
from rejoinder.files.answers.restore import restore_answers
from rejoinder.files.surveyjs import read_survey
from rejoinder.model.problems import Problem

SECONDS = 5.0
"""Of one processor; more than any of this takes."""
TYPES = (
    {"type": "text"},
    {"type": "text", "inputType": "number", "min": 1, "max": "2"},
    {"type": "text", "inputType": "date", "min": "x"},
    {"type": "text", "inputType": "email"},
    {"type": "comment", "showCommentArea": True},
    {"type": "radiogroup", "choices": ["a", 1], "showOtherItem": True},
    {"type": "checkbox", "choices": ["a", 1], "showOtherItem": True, "storeOthersAsComment": False},
    {"type": "tagbox", "choicesByUrl": {"url": "x"}},
    {"type": "boolean"},
    {"type": "rating"},
    {"type": "ranking", "choices": ["a", "b"]},
    {"type": "slider", "sliderType": "range"},
    {"type": "matrix", "rows": ["a"], "columns": [1], "isAllRowRequired": True, "eachRowUnique": True},
    {"type": "matrix", "rows": ["a"], "columns": [1], "cellType": "checkbox"},
    {"type": "matrixdropdown", "rows": ["a"], "choices": [1], "columns": [{"name": "c", "isUnique": True}]},
    {"type": "matrixdynamic", "keyName": "c", "columns": [{"name": "c", "cellType": "text"}]},
    {"type": "multipletext", "items": [{"name": "a", "isRequired": True}]},
    {"type": "paneldynamic", "keyName": "c", "templateElements": [{"type": "text", "name": "c"}]},
    {"type": "file", "allowMultiple": True},
    {"type": "signaturepad"},
)
EVERY = compiled(
    *({**element, "name": f"q{number}"} for number, element in enumerate(TYPES)),
    {
        "type": "text",
        "name": "last",
        "visibleIf": " or ".join(f"{{q{number}}} contains {{q{number}.a}}" for number in range(len(TYPES))),
    },
)


ALL = compiled(*({**element, "name": f"q{number}"} for number, element in enumerate(TYPES)))


def nested(depth: int, build: Any = list) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value] if build is list else {"a": value, "b": [value]}
    return value


def within_time(started: float) -> None:
    assert time.thread_time() - started < SECONDS


WEIRD = [
    None,
    True,
    math.nan,
    math.inf,
    -math.inf,
    10**400,
    -(2**63) - 1,
    1e308,
    "",
    "\x00",
    "\ud800",
    "x" * 10_000_000,
    "9" * 100_000,
    ["x"] * 1_000_000,
    [[]] * 5_000,
    {str(n): n for n in range(100_000)},
    {"__proto__": {"a": 1}, "constructor": 1, "": 2},
    [{"c": "x"}] * 2_000,
    [None, None],
    {"a": None},
    {"a": {"a": {"a": 1}}},
    [{"content": {"content": "x"}}],
    {"value": {"value": []}},
    [{"value": None}],
]


NO_LIST = [1, -1.5, 10**30, True, "x", {"a": 1}, None, [1, None, "x", []]]


@pytest.mark.parametrize("part", ["calculatedValues", "triggers", "navigateToUrlOnCondition", "variables"])
@pytest.mark.parametrize("value", NO_LIST)
def test_a_definition_that_has_no_list_where_one_belongs(part: str, value: Any) -> None:
    questionnaire = compiled({"type": "text", "name": "q"}, **{part: value})
    assert checked(questionnaire, {"q": "a"}).values == {"q": "a"}


@pytest.mark.parametrize("number", range(len(WEIRD)))
def test_wrong_types_everywhere(number: int) -> None:
    started, value = time.thread_time(), WEIRD[number]
    answers = {f"q{n}": value for n in range(len(TYPES))} | {
        f"q{n}-Comment": value for n in range(len(TYPES))
    }
    for completed in (True, False):
        found = check_answers(EVERY, answers, now=NOW, completed=completed)
        assert all(len(place) <= 300 and words for place, words in found.errors.items())
        restore_answers(EVERY, found.values)
    within_time(started)


@pytest.mark.parametrize("value", [nested(400), nested(12, dict)], ids=["lists", "objects"])
def test_deep_answers(value: Any) -> None:
    started = time.thread_time()
    check_answers(EVERY, {f"q{n}": value for n in range(len(TYPES))}, now=NOW)
    within_time(started)


def test_many_unknown_answers() -> None:
    started = time.thread_time()
    found = check_answers(
        EVERY, {f"x{n}": n for n in range(200_000)}, now=NOW, hidden={str(n): "x" for n in range(10_000)}
    )
    assert len(found.dropped) <= 1000
    within_time(started)


json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["a", "c", "other"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["a", "c", "value", "content", "", "1"]) | st.text(max_size=3), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@given(st.lists(json, min_size=len(TYPES), max_size=len(TYPES)), st.booleans())
def test_any_answers_give_canonical_values_that_restore(drawn: list[Any], completed: bool) -> None:
    answers = {f"q{n}": value for n, value in enumerate(drawn)}
    checked(ALL, answers, completed=completed)


EXPRESSIONS = [
    "(" * 100_000,
    "!" * 10_000 + "{a}",
    "[" * 50 + "]" * 50,
    "iif(" * 39 + "1" + ")" * 39,
    " or ".join(["{a} = 1"] * 600),
    "{a} = 1 or " * 50_000,
    "{" * 1000,
    "{" + "a." * 5_000 + "b} = 1",
    "{a[99999999999999999999]} = 1",
    "{__proto__.constructor} = 1",
    "{a.__class__.__mro__} notempty",
    "'" * 9_999,
    "9" * 10_000 + " > 1",
    "2 ^ 99999 ^ 99999 > 1",
    "round(1e300, 300) = 1",
    "dateAdd('9999-12-31', 99999999, 'years') = 1",
    "today(1e300) = 1",
    "{big} allof {big} and {big} anyof {big} and {big} = {big}",
    "{text} + {text} + {text} contains {text}",
    "sumInArray({rows}, 'c', sumInArray({big}, 'c') = 0) = 1",
    "\x00",
    "{a} = \ud800",
]


@pytest.mark.parametrize("number", range(len(EXPRESSIONS)))
def test_hostile_expressions(number: int) -> None:
    started = time.thread_time()
    values_ = {"big": [str(n) for n in range(5_000)], "text": "x" * 100_000, "rows": [{"c": 1}] * 2_000}
    try:
        holds = compile_condition(EXPRESSIONS[number], NO_NAMES, True)
    except Unreadable as why:
        said = str(why)
        assert len(said) < 200
    else:
        assert holds(Scope(World(values_, {}, {}, NOW))) in (True, False)
    within_time(started)


def test_a_check_with_very_many_slow_expressions_ends() -> None:
    big = {"type": "tagbox", "name": "big", "choicesByUrl": {"url": "x"}}
    slow = [
        {"type": "text", "name": f"t{n}", "visibleIf": "{big} allof {big} or {big} = {big}"}
        for n in range(500)
    ]
    survey = compiled(big, *slow)
    started = time.thread_time()
    answers = {"big": [f"v{n}" for n in range(4_000)]} | {f"t{n}": "x" for n in range(500)}
    found = check_answers(survey, answers, now=NOW)
    assert found.values["t499"] == "x"
    within_time(started)


def test_conditions_that_ask_for_each_other() -> None:
    ring = [{"type": "text", "name": f"t{n}", "visibleIf": f"{{t{(n + 1) % 3}}} empty"} for n in range(3)]
    assert values(*ring, answers={"t0": "x"}) == {"t0": "x"}
    once = compiled(*ring, clearInvisibleValues="onHidden")
    check_answers(once, {"t0": "x", "t1": "y", "t2": "z"}, now=NOW)


@given(st.text(alphabet="{}[]()'\"<>=!+-*/%^&|,.# abor1contaisempty", max_size=60))
def test_any_text_is_an_expression_or_unreadable(text: str) -> None:
    try:
        holds = compile_condition(text, NO_NAMES, False)
    except Unreadable:
        return
    holds(Scope(World({"a": [1, "x"], "b": {"c": "1"}, "o": "text"}, {}, {}, NOW)))


def test_the_parser_says_where() -> None:
    with pytest.raises(Unreadable, match="character 7"):
        parse("{a} = ]")


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(.*)*x", "a*a*a*a*a*a*b", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_patterns_take_linear_time(pattern: str) -> None:
    started = time.thread_time()
    assert not matcher(pattern)("a" * 50_000 + "!")
    within_time(started)


@pytest.mark.parametrize("pattern", ["(a", r"(a)\1", "a(?<=b)", "(?:a{1000}){1000}", "x" * 6_000, "^(?=a"])
def test_patterns_that_cannot_be_matched(pattern: str) -> None:
    with pytest.raises(Unmatchable):
        matcher(pattern)
    survey = compiled({"type": "text", "name": "q", "validators": [{"type": "regex", "regex": pattern}]})
    assert checked(survey, {"q": "zzz"}).errors == {}


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("^[A-Z]+$", "ABC", True),
        ("/^abc$/i", "ABC", True),
        (r"^\u0141\d+$", "Ł12", True),
        (r"^(?=.*\d)(?!.*x).+$", "a1", True),
        (r"^(?=.*\d)(?!.*x).+$", "a1x", False),
        (r"^(?=[)(]+$)..$", "()", True),
    ],
)
def test_patterns_match_as_in_javascript(pattern: str, text: str, wanted: bool) -> None:
    assert matcher(pattern)(text) is wanted


def test_hostile_definitions_compile_or_are_refused() -> None:
    odd: list[Any] = [
        {"type": "text", "name": "a", key: value}
        for key in KEYS
        for value in (5, [], {}, "x", None, [None, 5])
    ]
    for element in odd:
        try:
            survey = compiled(element)
        except Problem:
            continue
        check_answers(survey, {"a": "x"}, now=NOW)


KEYS = [
    "validators",
    "visibleIf",
    "requiredIf",
    "enableIf",
    "min",
    "max",
    "maxLength",
    "valueName",
    "minErrorText",
    "requiredErrorText",
    "inputType",
    "minValueExpression",
    "title",
    "name",
    "clearIfInvisible",
]


def test_what_cannot_be_checked_is_said() -> None:
    elements: list[dict[str, Any]] = [
        {"type": "text", "name": "a", "visibleIf": "{b} ="},
        {"type": "text", "name": "b", "requiredIf": "myFunction({a})"},
        {"type": "text", "name": "c", "validators": [{"type": "regex", "regex": r"(a)\1"}]},
        {"type": "radiogroup", "name": "d", "choices": [{"value": "x", "visibleIf": "(", "showCommentArea": True}]},
        {"type": "dropdown", "name": "e", "choices": [1], "allowCustomChoices": True},
        {"type": "panel", "name": "p", "visibleIf": "{$a.isVisible}", "elements": [{"type": "html", "name": "h", "html": "("}]},
    ]  # fmt: skip
    assert read_survey({"elements": elements, "calculatedValues": [{"name": "v", "expression": "1 +"}]})[1][
        1:
    ] == [
        '"a": the server does not follow its visibleIf, because it cannot be read from character 6 on; what it '
        "would hide counts as shown.",
        '"b": the server does not follow its requiredIf, because it calls myfunction(), which is not known here; nobody '
        "is required to answer because of it.",
        '"c": the server cannot match its regular expression; only the page checks it.',
        '"d": texts beside single choices are not kept.',
        '"x": the server does not follow its visibleIf, because it cannot be read from character 2 on; what it '
        "would hide counts as shown.",
        '"e": answers that are not among its choices are refused.',
        '"p": the server does not follow its visibleIf, because it asks for a property of an element; what it would '
        "hide counts as shown.",
        '"v": the server does not follow its expression, because it cannot be read from character 4 on; it counts as '
        "not there.",
    ]
