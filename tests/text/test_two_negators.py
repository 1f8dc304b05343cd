"""A word is turned once, however many negators follow it; a negator that says something itself stays."""

from __future__ import annotations

import pytest

from rejoinder.text.engine import choose
from rejoinder.text.tagset import TagSet


@pytest.mark.parametrize("engine", ["lexicon", "embedded"])
@pytest.mark.parametrize(
    ("lang", "text"),
    [("kk", "пайдалы емес жоқ"), ("tr", "hızlı değil yok"), ("pl", "brak kawiarni"), ("pl", "zero animacji")],
)
def test_stays_negative(engine: str, lang: str, text: str) -> None:
    (found,) = choose(engine).analyse([text], [lang], TagSet())
    assert found.sentiment == "negative"
