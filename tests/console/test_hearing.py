"""Sentences that verbs say in English are told in the visitor's language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from scripts.sentences import sentences

from rejoinder.console import hearing
from rejoinder.console.hearing import PLACE, heard
from rejoinder.console.speech import VOICE, Voice

TEXTS = sorted({text for _, text in sentences()})
TRANSLATED = {text: f"«{text}»" for text in TEXTS}


@pytest.fixture(autouse=True)
def polish(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak Polish, in which every sentence is the English one in other quotes."""
    monkeypatch.setattr(hearing, "catalogue_of", lambda language: TRANSLATED)
    hearing._known.cache_clear()
    token = VOICE.set(Voice("pl"))
    yield
    VOICE.reset(token)
    hearing._known.cache_clear()


def test_sentences_are_found_in_the_code() -> None:
    assert len(TEXTS) > 200
    assert "A retention has 1 to %(v1)s days, not %(v2)s." in TEXTS
    assert "A password has at least 10 characters (and at most 1000)." in TEXTS


def test_every_sentence_is_heard_with_its_values() -> None:
    for text in TEXTS:
        values = {name: f"<{number}\n%s>" for number, name in enumerate(PLACE.findall(text))}
        said = text % values if values else text
        assert heard(said) == f"«{said}»", text


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
