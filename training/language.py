"""The head that tells a text's language: words and short runs of characters."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from rejoinder.model.analysis import LANGUAGES
from rejoinder.text.fitting import matrix
from rejoinder.text.grams import WORD
from rejoinder.text.heads import quantised, stored
from rejoinder.text.words import WordFile, words_of
from training.corpora import Labelled
from training.fit import Options, fit

KINDS = (WORD, 2, 3, 4)
BITS = 15
_MOST_TEXTS = 3_000
"""Of one source, so that no topic stands for a language."""
_PIECES = 2
_LISTED = 8_000


def train_language(texts: Sequence[Labelled]) -> None:
    """Fit the head and put it into the package."""
    samples = list(_samples(texts))
    numbers = {lang: number for number, lang in enumerate(LANGUAGES)}
    labels = np.array([numbers[lang] for lang, _ in samples])
    counts = np.bincount(labels, minlength=len(LANGUAGES))
    weights = len(labels) / (len(LANGUAGES) * np.maximum(counts, 1))[labels]
    features = matrix([text for _, text in samples], KINDS, BITS)
    options = Options(bits=BITS, epochs=6, rate=0.3)
    table = fit(features, labels, len(LANGUAGES), weights, options)
    stored("language", *_told(table))


def _told(table: np.ndarray) -> tuple[np.ndarray, tuple[int, ...], float]:
    weights, scale = quantised(table - table.mean(axis=1, keepdims=True))
    return weights, KINDS, scale


def _samples(texts: Sequence[Labelled]) -> Iterator[tuple[str, str]]:
    """Whole texts, pieces of a few words, and words of the lists in any order."""
    chance = random.Random("language")
    by_source = defaultdict(list)
    for one in texts:
        by_source[one.source].append(one)
    for source in by_source.values():
        for one in chance.sample(source, min(len(source), _MOST_TEXTS)):
            if one.lang in LANGUAGES:
                yield one.lang, one.text
                yield from ((one.lang, _piece(one.text, chance)) for _ in range(_PIECES))
    for lang in LANGUAGES:
        yield from ((lang, text) for text in _listed(words_of(lang), chance))


def _piece(text: str, chance: random.Random) -> str:
    words = text.split()
    size = chance.randint(1, 6)
    start = chance.randrange(max(1, len(words) - size + 1))
    return " ".join(words[start : start + size])


def _listed(words: WordFile, chance: random.Random) -> Iterator[str]:
    """Small words (often) and entries (each about once), a few at a time."""
    sides = (*words.positive.values(), *words.negative.values(), *words.tags.values())
    entries = [entry.rstrip("*") for side in sides for entry in side] + list(words.phrases)
    small = list(words.function_words) or entries
    for _ in range(_LISTED if entries else 0):
        some = chance.choices(small, k=chance.randint(1, 4)) + chance.choices(entries, k=chance.randint(0, 3))
        chance.shuffle(some)
        yield " ".join(some)
