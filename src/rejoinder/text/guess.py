"""The language of a text by its small words and its letters: the floor, without any trained head."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from rejoinder.model.analysis import LANGUAGES
from rejoinder.text.letters import entry_form
from rejoinder.text.words import words_of

_LETTERS = {
    "es": "ñ¿¡óíá",
    "pl": "ąęłśźżćń",
    "ru": "ыэщъ",
    "kk": "әғқңөұүһі",
    "fr": "êèàçùœîô",
    "de": "äß",
    "tr": "ğşç",
}
"""Letters that speak for a language."""
_CYRILLIC = frozenset({"ru", "kk"})


@cache
def _small_words() -> dict[str, frozenset[str]]:
    return {
        lang: frozenset(part for word in words_of(lang).function_words for part in entry_form(word).split())
        for lang in LANGUAGES
    }


def guess(words: Sequence[str]) -> tuple[str | None, float]:
    """Give the language of a text's words and how sure that is; None without letters."""
    letters = "".join(words)
    if not any(letter.isalpha() for letter in letters):
        return None, 0.0
    cyrillic = sum("а" <= letter <= "ӿ" for letter in letters) * 2 > sum(map(str.isalpha, letters))
    points = {lang: 0.2 for lang in LANGUAGES if (lang in _CYRILLIC) == cyrillic}
    for lang in points:
        small = _small_words()[lang]
        points[lang] += sum(word in small for word in words)
        points[lang] += sum(map(letters.count, _LETTERS.get(lang, "")))
    best = max(points, key=lambda lang: points[lang])
    return best, round(points[best] / sum(points.values()), 3)
