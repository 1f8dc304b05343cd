"""Row 24: the terms of text-match tags, looked for in texts."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import accumulate, islice, pairwise

from bench.harness import in_turns
from bench.stage import Stage
from bench.table import Row
from rejoinder.text.folding import cut
from rejoinder.text.matching import Matcher

TAGS, TERMS, WORDS = 1000, 100, 100_000
LETTERS = 99
"""Characters of a text."""
BATCH = 500
"""Texts that are matched together, as the job does it."""
SYLLABLES = [
    first + second for first in "bdfgklmnprstvzłшжқ" for second in ("a", "e", "i", "o", "ü", "ы", "ąc")
]
_CHANCE = random.Random(20)


def terms(stage: Stage) -> list[Row]:
    """Row 24: a thousand tags of a hundred terms each, on one core; ten terms are in each text."""
    words, texts = _written(20_000 if stage.quick else 60_000)
    matcher = Matcher(_tags(words, texts))
    pair = in_turns(lambda: _rate(matcher, texts), lambda: _rate(matcher, texts, listed=True))
    hits = sum(map(len, matcher.match(texts[:BATCH]).by_text(BATCH))) / BATCH
    shown = f"{pair.first:,.0f} texts/s", f"{TAGS:,} tags × {TERMS} terms"
    note = (
        f"{hits:.1f} tags found in a text of {LETTERS} characters; {pair.second:,.0f}/s as lists of each text"
    )
    return [
        Row(
            "24", "text-match, thousands of texts a second", *shown, pair.first / 1000, 50, False, "k/s", note
        )
    ]


def _rate(matcher: Matcher, texts: list[str], *, listed: bool = False) -> float:
    """Texts a second of processor time; `listed`: with an object made of each place."""
    started = time.process_time()
    for first in range(0, len(texts), BATCH):
        found = matcher.match(texts[first : first + BATCH])
        for _ in found.by_text(BATCH) if listed else ():
            pass
    return len(texts) / (time.process_time() - started)


def _written(count: int) -> tuple[list[str], list[str]]:
    """A vocabulary, and texts in which its words are as rare as words are: the nth with a weight of 1 / n."""
    words = list({"".join(_CHANCE.choices(SYLLABLES, k=_CHANCE.randint(1, 5))): None for _ in range(WORDS)})
    weights = list(accumulate(1 / n for n in range(1, len(words) + 1)))
    stream = iter(_CHANCE.choices(words, cum_weights=weights, k=count * 24))
    return words, list(islice(_texts(stream), count))


def _texts(stream: Iterator[str]) -> Iterator[str]:
    text = ""
    for word in stream:
        text += (
            _CHANCE.choice(("", "", "", "", "„", "(")) + word + _CHANCE.choice((" ", " ", " ", ", ", ". "))
        )
        if len(text) >= LETTERS:
            yield text[:LETTERS].capitalize()
            text = ""


def _tags(words: list[str], texts: list[str]) -> list[tuple[int, list[str]]]:
    """Terms that are in the texts: seven words for each three pairs of words."""
    pairs = list({" ".join(pair): None for text in texts for pair in pairwise(cut(text)[1::2])})
    count = TAGS * TERMS
    chosen = _CHANCE.sample(words, min(len(words), count * 7 // 10))
    chosen += _CHANCE.sample(pairs, min(len(pairs), count - len(chosen)))
    _CHANCE.shuffle(chosen)
    return [(tag, chosen[tag * TERMS : (tag + 1) * TERMS]) for tag in range(TAGS)]
