"""Names, titles, scales and summaries: the small things people see."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.making import table
from rejoinder.files.infer import infer
from rejoinder.files.names import Names, is_name, slug
from rejoinder.files.options import options_of
from rejoinder.files.scales import ordered
from rejoinder.files.summary import summary
from rejoinder.files.titles import clean, folded, shown


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Have you seen any of the 6 films in the Star Wars franchise?", "seen_6_films_star_wars"),
        ("Płeć", "plec"),
        ("What's your name?", "whats_name"),
        ("2nd choice", "q_2nd_choice"),
        ("Do you?", "do_you"),
        ("Пол", ""),
        ("???", ""),
        ("x" * 500, "x" * 40),
    ],
)
def test_slugs(title: str, name: str) -> None:
    assert slug(title) == name


@given(st.lists(st.text(max_size=80), max_size=30))
def test_names_are_always_fit_and_never_twice(wanted: list[str]) -> None:
    names = Names({"Q"})
    taken = [names.take(name) for name in wanted]
    assert all(is_name(name) for name in taken)
    assert len({name.casefold() for name in taken} | {"q"}) == len(taken) + 1


@pytest.mark.parametrize(
    ("raw", "good"),
    [
        ("  two\t words\r\n", "two words"),
        ("non\xa0breaking", "non breaking"),
        ("donâ€™t", "don’t"),
        ("Expanded Universe?\x8cæ", "Expanded Universe?"),
        ("¿Edad?", "¿Edad?"),
        ("Straße", "Straße"),
        ("Où?æ", "Où?æ"),
        ("a\x00\u202eb", "ab"),
        ("Zażółć gęślą", "Zażółć gęślą"),
    ],
)
def test_titles_are_repaired_only_when_certain(raw: str, good: str) -> None:
    assert clean(raw) == good


@given(st.text())
def test_cleaning_is_done_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert folded(clean(text)) == folded(text)
    assert shown(text).isprintable()
    assert len(shown(text * 40)) <= 62


@pytest.mark.parametrize(
    "scale",
    [
        ["Under 18", "18-29", "30 - 44", "45-60", "60+", "Prefer not to say"],
        ["< $25,000", "$25,000 - $49,999", "$50,000 to $99,999", "$100,000 and up"],
        ["5'9\"", "5'10\"", "6'0\""],
        ["Never", "Rarely", "Sometimes", "Often", "Always", "Don't know"],
        ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree", "N/A"],
        ["Very dissatisfied", "Somewhat dissatisfied", "Neutral", "Somewhat satisfied", "Very satisfied"],
        ["Not at all important", "Somewhat important", "Very important", "Extremely important"],
        ["Very unlikely", "Unlikely", "Likely", "Very likely"],
        ["Poor", "Fair", "Good", "Very good", "Excellent"],
        ["Never", "Once", "Twice", "Three times", "More than three times"],
        ["1 - Bad", "2", "3 - Good", "10"],
        [
            "Less than high school",
            "High school graduate",
            "Some college",
            "Bachelor's degree",
            "Master's degree",
        ],
        ["Low", "Medium", "High"],
        ["Yes", "No", "Not sure"],
        ["2019", "2020", "2021", "None"],
    ],
)
def test_scales_are_put_in_order(scale: list[str]) -> None:
    for seed in range(5):
        mixed = random.Random(seed).sample(scale, len(scale))
        assert ordered(mixed) == scale


def test_labels_without_a_scale_stay_as_they_came() -> None:
    assert ordered(["Turkey", "Other", "Ham", "None", "Tofu"]) == ["Turkey", "Ham", "Tofu", "Other", "None"]
    assert ordered(["Very tall", "Very rude"]) == ["Very tall", "Very rude"]


@given(st.lists(st.text(max_size=15), unique=True, max_size=10))
def test_ordering_loses_nothing(labels: list[str]) -> None:
    assert sorted(ordered(labels)) == sorted(labels)
    assert len({option.code for option in options_of(labels, "en")}) == len(labels)


def test_scores_and_codes() -> None:
    assert [(o.code, o.score) for o in options_of(["1", "2", "Don't know"], "en")] == [
        ("1", 1.0),
        ("2", 2.0),
        ("3", None),
    ]
    assert [(o.code, o.score) for o in options_of(["1 - Bad", "5 - Good"], "en")] == [("1", 1.0), ("2", 5.0)]
    assert [(o.code, o.score) for o in options_of(["10 or less", "11", "1"], "en")] == [
        ("2", None),
        ("11", None),
        ("1", None),
    ]


def test_summary_says_what_there_is() -> None:
    read = table(
        ["id", "Use - Web", "Use - Phone", "A rather long question?"],
        ["1", "Web", "", "a"],
        ["2", "", "", ""],
    )
    lines = summary(infer(read), width=10)
    assert [(x.name, x.kind, x.role, x.parts, x.filled, x.columns, x.title) for x in lines] == [
        ("id", "text", "key", "", 100.0, 1, "id"),
        ("use", "multiChoice", "", "2 options", 50.0, 2, "Use"),
        ("rather_long_question", "text", "", "", 50.0, 1, "A rather …"),
    ]
