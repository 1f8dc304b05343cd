"""The pages' own words: every language has every key with the same places for values; no key is unused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rejoinder.pages import texts
from rejoinder.pages.errors import NO_FILE, SPELLING
from rejoinder.pages.surveys import STATUS
from rejoinder.pages.texts import catalogue, direction, words

PLACE = re.compile(r"\{(\w+)\}")
ROOM = Path(texts.__file__).parent


def test_we_speak_what_was_promised() -> None:
    assert set(catalogue()) == {"en", "es", "pl", "ru", "kk", "fr", "de", "tr"}


@pytest.mark.parametrize("language", sorted(catalogue()))
def test_a_language_is_complete(language: str) -> None:
    english, said = catalogue()["en"], catalogue()[language]
    assert said.keys() == english.keys()
    assert all(text.strip() for text in said.values())
    places = {key: sorted(PLACE.findall(text)) for key, text in said.items()}
    assert places == {key: sorted(PLACE.findall(text)) for key, text in english.items()}


@pytest.mark.parametrize("language", sorted(set(catalogue()) - {"en"}))
def test_a_language_is_not_english(language: str) -> None:
    same = [key for key, text in catalogue()[language].items() if text == catalogue()["en"][key]]
    assert same == []


def used() -> set[str]:
    """Every key that the script, the templates or the states name."""
    script = "\n".join(path.read_text() for path in (ROOM / "front").glob("*.js"))
    templates = "\n".join(path.read_text() for path in (ROOM / "templates").glob("*.html"))
    keys = set(re.findall(r'say\(\s*"(\w+)"', script))
    keys |= set(re.findall(r"words\.(\w+)", templates)) | {"name"}
    for state in (*STATUS, NO_FILE, *(key for _, key in SPELLING.values())):
        keys |= {f"{state}_title", f"{state}_text"}
    return keys


def test_no_words_are_missing_or_left_over() -> None:
    assert used() == set(catalogue()["en"])


def test_dialects_of_a_language_are_spoken_and_others_are_english() -> None:
    assert words("pl-PL") is words("pl")
    assert words("fi") is words("en")


def test_some_languages_run_the_other_way() -> None:
    assert [direction(code) for code in ("ar", "he-IL", "pl")] == ["rtl", "rtl", "ltr"]
