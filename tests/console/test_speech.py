"""Dates, numbers and plurals as languages have them; catalogues behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rejoinder.console import speech
from rejoinder.console.speech import LANGUAGES, VOICE, Voice

MOMENT = 1_795_698_000_000_000
"""2026-11-26 13:00 in UTC, in µs."""


@pytest.fixture
def speaking() -> Iterator[object]:
    """Speak a language in a zone for the rest of a test."""
    token = VOICE.set(Voice())
    yield lambda language, timezone="UTC": VOICE.set(Voice(language, timezone))
    VOICE.reset(token)


def test_every_language_has_its_rules(speaking: object) -> None:
    for language in LANGUAGES:
        speaking(language)  # type: ignore[operator]
        assert speech.moment_text(MOMENT)
        assert speech.ago_text(MOMENT, MOMENT + 3_600_000_000)
        assert not {*"0123456789"} & {*speech.ago_text(MOMENT, MOMENT + 1_000_000)}, "just now"
        assert speech.language_name(language)[0].isupper()


def test_numbers_and_shares(speaking: object) -> None:
    expected = {
        "en": ("1,234,567.5", "12.5%"),
        "de": ("1.234.567,5", "12,5\u00a0%"),
        "fr": ("1\u202f234\u202f567,5", "12,5\u00a0%"),
        "tr": ("1.234.567,5", "%12,5"),
        "pl": ("1\u00a0234\u00a0567,5", "12,5%"),
    }
    for language, (number, share) in expected.items():
        speaking(language)  # type: ignore[operator]
        assert speech.number_text(1_234_567.5) == number, language
        assert speech.percent_text(0.125, 1) == share, language
    assert speech.number_text(None) == speech.percent_text(None) == speech.moment_text(None) == "–"


def test_times_are_the_workspaces(speaking: object) -> None:
    speaking("en", "Asia/Almaty")  # type: ignore[operator]
    assert speech.local(MOMENT).hour == 18
    speaking("en", "America/New_York")  # type: ignore[operator]
    assert speech.local(MOMENT).hour == 8


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0\u00a0B"), (999, "999\u00a0B"), (1500, "1.5\u00a0KB"), (123_456_789, "123\u00a0MB")],
)
def test_sizes(speaking: object, size: int, text: str) -> None:
    assert speech.bytes_text(size) == text


def test_a_text_without_a_translation_is_english(speaking: object) -> None:
    speaking("kk")  # type: ignore[operator]
    assert speech._("Nobody translated this %(what)s.", what="text") == "Nobody translated this text."
    assert speech.ngettext("%(num)s thing", "%(num)s things", 2) == "2 things"
