"""The language of a text by its small words and its letters: the floor, without any trained head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from rejoinder.model.analysis import LANGUAGES
from rejoinder.text.entries import KAZAKH
from rejoinder.text.letters import entry_form
from rejoinder.text.words import words_of

_LETTERS = {
    "es": "ñ¿¡óíá",
    "pl": "ąęłśźżćń",
    "ru": "эщцчью",
    "kk": "әғқңөұүһі",
    "fr": "êèàçùœîô",
    "de": "äß",
    "tr": "ğşç",
}
"""Letters that speak for a language."""
_CYRILLIC = frozenset({"ru", "kk"})


@cache
def _small_words() -> dict[str, frozenset[str]]:
    return {lang: frozenset(_forms(lang)) for lang in LANGUAGES}


def _forms(lang: str) -> Iterator[str]:
    """The small words of a language; Kazakh ones in Russian letters too, and its commonest polar words."""
    words = words_of(lang)
    polar = [word for side in (words.positive, words.negative) for texts in side.values() for word in texts]
    for word in (*words.function_words, *(polar if lang in _CYRILLIC else ())):
        for part in entry_form(word).split():
            yield part
            if lang == "kk":
                yield part.translate(KAZAKH)


def told(lang: str) -> str:
    """A language as somebody named it: `EN`, `en-GB` and `en_GB` are our `en`; others stay as they are."""
    code = lang.replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else lang


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
