"""Folding, key texts, and what byte patterns rest on."""

from __future__ import annotations

import sys
import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.model.filters.patterns import FOREIGN, MAX_GAPS, equals_code, equals_text, text_pattern
from rejoinder.model.filters.text import KEY_LENGTH, fold, iso_text, key_text, number_text


@pytest.mark.parametrize(
    ("one", "other"),
    [("OSLO", "oslo"), ("Straße", "STRASSE"), ("é", "E\u0301"), ("ΣΑΣ", "σας"), ("\u212a", "k"), ("ﬁ", "FI")],
)
def test_texts_that_differ_in_case_or_composition_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_accents_and_the_turkish_dot_still_tell_texts_apart() -> None:
    assert fold("é") != fold("e")
    assert fold("İ") != fold("i")


@given(st.text(max_size=8))
def test_ascii_needs_no_normalisation(text: str) -> None:
    normal = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    assert fold(text) == normal


@pytest.mark.parametrize(
    ("number", "text"),
    [(5, "5"), (5.0, "5"), (5.5, "5.5"), (-0.0, "0"), (True, "1"), (2**53 + 1, "9007199254740993")],
)
def test_equal_numbers_have_one_text(number: float, text: str) -> None:
    assert number_text(number) == key_text(number) == text


def test_a_moment_has_the_key_of_its_stored_text() -> None:
    moment = datetime.fromisoformat("2019-11-15T10:50:26.123")
    assert iso_text(moment) == "2019-11-15T10:50:26.123"
    assert key_text(moment) == key_text("2019-11-15T10:50:26.123")
    assert iso_text(datetime.fromisoformat("2019-11-15T00:00:00+02:00")) == "2019-11-14T22:00:00"


def test_long_and_odd_texts_are_kept_as_a_digest() -> None:
    assert key_text("A" * KEY_LENGTH) == "a" * KEY_LENGTH
    assert key_text("A" * (KEY_LENGTH + 1)) == key_text("a" * (KEY_LENGTH + 1))
    assert len(key_text("x\0y")) == 65
    assert key_text("x\0y") != key_text("x\0z")


def test_the_characters_that_others_fold_to_are_all_known() -> None:
    found = set()
    for number in (*range(0x80, 0xD800), *range(0xE000, sys.maxunicode + 1)):
        composed = unicodedata.normalize("NFC", chr(number))
        for form in {composed.casefold(), unicodedata.normalize("NFC", composed.casefold())}:
            padded = ("", *form, "")
            found |= {
                (padded[at - 1], padded[at], padded[at + 1])
                for at in range(1, len(padded) - 1)
                if padded[at].isascii()
            }
    assert found == FOREIGN


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("oslo", "o%lo"),
        ("Bergen", "bergen"),
        ("naïve", "n%ve"),
        ("Zoë", "zo%"),
        ("fl", "%"),
        ("50%_", "50%"),
        ('a"b\\c', "a%b%c"),
        ("x\u0301", "x%"),
        ("ok" * 500, "o%" * MAX_GAPS),
    ],
)
def test_a_pattern_keeps_only_what_has_one_spelling(value: str, pattern: str) -> None:
    assert text_pattern(value) == pattern


def test_patterns_name_the_member_as_json_spells_it() -> None:
    assert equals_text("city", "oslo").like == '%"city":"o%lo"%'
    assert equals_text('a_"b', "x").like == '%"a\\_\\\\"b":"x"%'
    assert equals_code("gender", "male").exact_text == '"gender":"male"'
