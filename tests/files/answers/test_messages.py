"""The sentences: each in every language, nothing missing, nothing left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rejoinder.files.answers
from rejoinder.files.answers.messages import catalogue, own_sentence, sentence

LANGUAGES = ("en", "es", "pl", "ru", "kk", "fr", "de", "tr")
ROOM = Path(next(iter(rejoinder.files.answers.__path__)))


def test_languages() -> None:
    assert tuple(catalogue()) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_with_its_gap(language: str) -> None:
    english, other = catalogue()["en"], catalogue()[language]
    assert list(other) == list(english)
    for key, words in other.items():
        assert words.endswith(".")
        assert words.count("{0}") == english[key].count("{0}"), key
        assert language == "en" or words != english[key], key


def test_every_sentence_is_used() -> None:
    source = "".join(path.read_text() for path in ROOM.rglob("*.py"))
    used = set(re.findall(r'Wrong\(\s*f?"([a-z_{}]+)"', source)) | {"time", "month", "week", "color", "email"}
    used = (used - {"max_{what}"}) | {"max_rows", "max_panels", "min", "max"}
    assert used == set(catalogue()["en"])


@pytest.mark.parametrize("language", ["xx", "", "zh-Hant", "en-GB"])
def test_other_languages_read_english(language: str) -> None:
    assert sentence(language, "required") == "Please answer this question."


def test_a_country_does_not_matter() -> None:
    assert sentence("pl-PL", "max_selected", 3) == "Maksymalna liczba wybranych odpowiedzi: 3."


def test_a_survey_has_its_own_sentences() -> None:
    texts = {"pl": "Źle", "de": "Falsch"}
    assert own_sentence(texts, "de-AT", "pl") == "Falsch"
    assert own_sentence(texts, "fr", "pl") == "Źle"
