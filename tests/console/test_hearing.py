"""Sentences that verbs say in English are told in the visitor's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from scripts.sentences import pieces, sentences

from rejoinder.console import hearing
from rejoinder.console.hearing import PLACE, heard
from rejoinder.console.speech import VOICE, Voice
from rejoinder.files.answers.notes import notes_of
from rejoinder.files.surveyjs import read_definition
from rejoinder.model.filters.bind import bind
from rejoinder.model.filters.parser import parse
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Schema, Variable

TEXTS = sorted({text for _, text in sentences()})
PIECES = sorted({text for _, text in pieces()})
TRANSLATED = {
    "problem": {text: f"«{text}»" for text in TEXTS},
    "piece": {text: f"‹{text}›" for text in PIECES},
}


@pytest.fixture(autouse=True)
def polish(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak Polish, in which every sentence is the English one in other quotes."""
    monkeypatch.setattr(hearing, "catalogue_of", lambda language, context="problem": TRANSLATED[context])
    hearing._known.cache_clear()
    hearing._pieces.cache_clear()
    token = VOICE.set(Voice("pl"))
    yield
    VOICE.reset(token)
    hearing._known.cache_clear()
    hearing._pieces.cache_clear()


def test_sentences_are_found_in_the_code() -> None:
    assert len(TEXTS) > 200
    assert "A retention has 1 to %(v1)s days, not %(v2)s." in TEXTS
    assert "A password has at least 10 characters (and at most 1000)." in TEXTS


def test_every_sentence_is_heard_with_its_values() -> None:
    for text in TEXTS:
        values = {name: f"<{number}\n%s>" for number, name in enumerate(PLACE.findall(text))}
        said = text % values if values else text
        assert heard(said) == f"«{said}»", text


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("NOPE(1)", "«There is no function 'NOPE'‹ at position 1›.»"),
        (
            ":q1 =",
            "«Unexpected ‹end of the filter at position 6›; expected a variable, a value or a function.»",
        ),
        (":q1 = 5 6", "«Unexpected ‹'6' at position 9›; expected AND, OR or the end.»"),
        (
            ":q1 = 'x'",
            "«Cannot compare ‹a number› with ‹a text›‹ at position 1›"
            "‹; put texts in quotes and numbers without›.»",
        ),
        (":q1 + 'x' = 1", "«Cannot join ‹a number› and ‹a text› with '+'‹ at position 7›.»"),
        (
            "IIF(:q1, 1, 2) = 1",
            "«‹Argument 1 of IIF› must be ‹a condition›‹ at position 5›, but this is ‹a number›.»",
        ),
        (":q2 = 1", "«Unknown variable 'q2' on the level response‹ at position 1›.»"),
    ],
)
def test_values_that_are_words_are_heard_too(expression: str, said: str) -> None:
    schema = Schema((Variable("q1", Kind.NUMERIC),))
    with pytest.raises(Invalid) as raised:
        bind(parse(expression), schema, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert heard(raised.value.message) == said


def test_what_is_wrong_with_rows_and_addresses_is_heard() -> None:
    assert heard("has 3 cells, the header has 2") == "‹has 3 cells, the header has 2›"
    forms = "yyyy-mm-dd hh:mm:ss, yyyy-mm-dd hh:mm, yyyy-mm-dd or a Unix timestamp"
    assert heard(f"feedback_date is blank; write {forms}") == f"‹feedback_date is blank; write ‹{forms}››"
    private = "10.0.0.1 leads to 10.0.0.1: it lies inside a private network."
    assert heard(private) == "«10.0.0.1 leads to 10.0.0.1: ‹it lies inside a private network›.»"


def test_what_a_definition_lacks_is_heard() -> None:
    with pytest.raises(Invalid) as raised:
        read_definition({"elements": [{"type": "text"}]})
    assert heard(raised.value.message) == "«elements[0].name must be a text that is not empty.»"
    asked = {"type": "text", "name": "1 q", "visibleIf": "{a} ="}
    read = read_definition({"elements": [asked, {"type": "sound", "name": "s"}]})
    said = [heard(note) for note in (*read.notes, *notes_of({"elements": [asked]}))]
    assert said == [
        '«"1 q" is called q_1_q here, ‹because variable names are letters, digits and underscores› '
        "(elements[0]).»",
        '«"s" was left out: it is of the unknown type sound.»',
        '«"1 q": the server does not follow its visibleIf, because «it cannot be read from character 6 on»; '
        "‹what it would hide counts as shown›.»",
    ]


def test_others_stay_as_they_are() -> None:
    for said in ("", "Nobody ever said this.", "%(v1)s", "x" * 100_000):
        assert heard(said) == said
    VOICE.set(Voice("en"))
    assert heard(TEXTS[0]) == TEXTS[0]


def test_hostile_values_take_no_time() -> None:
    text = max(TEXTS, key=lambda text: len(PLACE.findall(text)))
    said = PLACE.sub(lambda found: "1 to , not of " * 30, text).replace("%%", "%")[:4990]
    assert isinstance(heard(said), str)
    assert re.sub(r"\s", "", heard(said))
