"""The engine in plain Python, of word files alone: the floor, and the embedded engine's oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rejoinder.model.analysis import LANGUAGES, Analysis, Span
from rejoinder.text.entries import MOST_WORDS, Entries, Entry, entries_of
from rejoinder.text.guess import guess, told
from rejoinder.text.letters import LETTER, SIGN, class_of, normal
from rejoinder.text.opinion import NONE, analysis, judged, prior, tag_hits
from rejoinder.text.rules import Hit, chances, features, opinionated, read
from rejoinder.text.tagset import TagSet
from rejoinder.text.words import edition

Found = tuple[int, Entry]
"""How many words an entry covers, and the entry."""


class Words(NamedTuple):
    """The words and marks of a normal form, and where each began and ended in the original."""

    texts: list[str]
    spans: list[Span]


def words_in(text: str) -> Words:
    """Cut a text into the words and marks of its normal form."""
    flat, starts, ends = normal(text)
    found = Words(flat.split(), [])
    place = 1
    for word in found.texts:
        found.spans.append((starts[place], ends[place + len(word) - 1]))
        place += len(word) + 1
    return found


def entries_in(
    words: Sequence[str], entries: Entries, enabled: frozenset[str]
) -> tuple[list[Hit], list[Hit]]:
    """What stands in a text: entries with a role, and those of enabled tags, each in order without overlaps.

    At each word the longest entry counts; the words of a phrase are not looked at again.
    """
    at = [_candidates(words, place, entries) for place in range(len(words))]
    return (
        _longest(at, lambda entry: entry.roles != 0),
        _longest(at, lambda entry: not enabled.isdisjoint(entry.tags)),
    )


def _candidates(words: Sequence[str], place: int, entries: Entries) -> list[Found]:
    """The entries that begin at a word, the longest last; of equal ones, the whole word last."""
    found: list[Found] = []
    phrase = ""
    for count, word in enumerate(words[place : place + MOST_WORDS], start=1):
        for end in range(1, len(word) + 1):
            entry = entries.prefixes.get(phrase + word[:end])
            if entry is not None:
                found.append((count, entry))
        phrase += word
        entry = entries.exact.get(phrase)
        if entry is not None:
            found.append((count, entry))
        if phrase not in entries.starters:
            break
        phrase += " "
    return found


def _longest(at: Sequence[Sequence[Found]], wanted: Callable[[Entry], bool]) -> list[Hit]:
    hits: list[Hit] = []
    place = 0
    while place < len(at):
        best = next(((count, entry) for count, entry in reversed(at[place]) if wanted(entry)), None)
        if best is not None:
            hits.append((place, place + best[0] - 1, best[1]))
        place += best[0] if best is not None else 1
    return hits


class LexiconEngine:
    """Reads with word files alone."""

    name = "lexicon"
    languages = frozenset(LANGUAGES)

    @property
    def version(self) -> str:
        """The rules' number and the digest of the words."""
        return f"1-{edition()}"

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        """Analyse texts one by one, as `engine.TextEngine` says."""
        enabled = frozenset(tagset.tags)
        beside = scores if scores is not None else [None] * len(texts)
        return [
            _analysed(text, lang, enabled, score)
            for text, lang, score in zip(texts, langs, beside, strict=True)
        ]


def _analysed(text: str, lang: str | None, enabled: frozenset[str], score: float | None) -> Analysis:
    words = words_in(text)
    found = (told(lang), 1.0) if lang is not None else guess(words.texts)
    known = found[0] if found[0] in LANGUAGES else None
    roles, tags = entries_in(words.texts, entries_of(known), enabled)
    reading = read(roles, len(words.texts), known)
    signs = any(class_of(letter) in (LETTER, SIGN) for word in words.texts for letter in word)
    if not signs and not opinionated(reading):
        return analysis(found, reading, NONE, ())
    logits = judged(features(reading, reading.clauses))
    bad, neutral, good = chances([own + more for own, more in zip(logits, prior(score), strict=True)])
    whole = (round(bad, 4), round(neutral, 4), round(good, 4))
    spans = [(words.spans[first][0], words.spans[last][1]) for first, last, _ in tags]
    return analysis(found, reading, whole, tag_hits(tags, enabled, spans, reading, whole))


def lexicon() -> LexiconEngine:
    """Make the engine."""
    return LexiconEngine()
