"""The default engine: word files and trained heads, a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from rejoinder.model.analysis import LANGUAGES, Analysis
from rejoinder.text.batch import batched
from rejoinder.text.finding import NOWHERE, Finder, Found, table
from rejoinder.text.grams import Features
from rejoinder.text.guess import told
from rejoinder.text.hashing import Rolling
from rejoinder.text.heads import Floats, Head, Joint, head, said, shares
from rejoinder.text.letters import MOST_CHARACTERS
from rejoinder.text.opinion import Scores, analysis, judgement, prior, tag_hits
from rejoinder.text.rules import Hit, Reading, features, opinionated, read
from rejoinder.text.tagset import TagSet
from rejoinder.text.words import edition

_CHARACTERS = 150_000
"""So many characters are read at once: more do not fit into a processor's cache."""
_NUMBERS = {lang: number for number, lang in enumerate(LANGUAGES)}
Told = tuple[str | None, float]


class EmbeddedEngine:
    """Reads eight languages with nothing but numpy."""

    name = "embedded"
    languages = frozenset(LANGUAGES)

    @property
    def version(self) -> str:
        """The rules' number and the digest of words and weights."""
        return f"1-{edition()}"

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        """Analyse a batch, as `engine.TextEngine` says."""
        beside = scores if scores is not None else [None] * len(texts)
        found: list[Analysis] = []
        for part in _parts(texts):
            found += _Part(texts[part], langs[part], beside[part]).analyses(tagset)
        return found


def _parts(texts: Sequence[str]) -> Iterator[slice]:
    """Cut a batch where enough characters are together."""
    start = size = 0
    for place, text in enumerate(texts):
        size += min(len(text), MOST_CHARACTERS)
        if size > _CHARACTERS:
            yield slice(start, place + 1)
            start, size = place + 1, 0
    if start < len(texts):
        yield slice(start, len(texts))


class _Part:
    """Texts that are read together."""

    def __init__(
        self, texts: Sequence[str], langs: Sequence[str | None], beside: Sequence[float | None]
    ) -> None:
        self._batch = batched(texts)
        rolling = Rolling(self._batch.flat)
        self._features = Features(self._batch, rolling)
        self._beside = beside
        self._told = self._languages(langs)
        numbers = [_NUMBERS.get(lang or "", NOWHERE) for lang, _ in self._told]
        self._langs = np.array(numbers, dtype=np.int64)
        self._finder = Finder(self._batch, rolling, self._langs)

    def _languages(self, langs: Sequence[str | None]) -> list[Told]:
        """The language of each text: as it was told, or else by its head; None without letters."""
        asked = [place for place, lang in enumerate(langs) if lang is None]
        found: list[Told] = [(None, 0.0) if lang is None else (told(lang), 1.0) for lang in langs]
        if not asked:
            return found
        each = shares(said(self._features, _language()))
        best = each.argmax(axis=1)
        scores = np.round(each[np.arange(len(best)), best], 3).tolist()
        for place, best_one in zip(asked, best[asked].tolist(), strict=True):
            if self._batch.letters[place]:
                found[place] = LANGUAGES[best_one], scores[place]
        return found

    def analyses(self, tagset: TagSet) -> list[Analysis]:
        """Give what was found in each text."""
        finder = self._finder
        roles = finder.longest(table().roles)
        hits, cuts = self._hits(roles)
        counts = np.diff(self._batch.firsts).tolist()
        readings = [
            read(hits[cuts[n] : cuts[n + 1]], counts[n], self._told[n][0]) for n in range(len(counts))
        ]
        whole = self._sentiments(readings)
        tags = finder.longest(table().tagged(tagset.tags))
        spans = self._batch.spans(tags.firsts, tags.lasts)
        hits, cuts = self._hits(tags)
        enabled = frozenset(tagset.tags)
        return [
            analysis(
                self._told[n],
                readings[n],
                whole[n],
                tag_hits(
                    hits[cuts[n] : cuts[n + 1]], enabled, spans[cuts[n] : cuts[n + 1]], readings[n], whole[n]
                ),
            )
            for n in range(len(counts))
        ]

    def _hits(self, found: Found) -> tuple[list[Hit], list[int]]:
        """The hits of all texts, their words counted from its beginning, and where each text has its."""
        texts = self._batch.text_of[found.firsts]
        begins = self._batch.firsts[texts]
        entries = table().entries
        hits = zip(
            (found.firsts - begins).tolist(),
            (found.lasts - begins).tolist(),
            [entries[number] for number in found.entries.tolist()],
            strict=True,
        )
        return list(hits), np.searchsorted(texts, np.arange(len(self._told) + 1)).tolist()

    def _sentiments(self, readings: Sequence[Reading]) -> list[Scores]:
        """The shares of the three sentiments in each text, 0 where there is nothing to have one."""
        numbers = np.array([features(reading, reading.clauses) for reading in readings])
        logits = (numbers[:, None, :] * _judgements()[self._langs]).sum(axis=2)
        logits += _sentiment().said(self._features, self._langs)
        logits += np.array([prior(score) for score in self._beside])
        rounded = np.round(shares(logits), 4)
        mute = np.flatnonzero(~self._batch.read).tolist()
        rounded[[n for n in mute if not opinionated(readings[n])]] = 0.0
        return [(bad, neutral, good) for bad, neutral, good in rounded.tolist()]


def _language() -> Head:
    """The head that tells the language."""
    found = head("language")
    assert found is not None, "the package lacks weights/language.npz"
    return found


@cache
def _sentiment_heads() -> list[Head | None]:
    """The sentiment's head of each language, and none for those that are not ours."""
    return [*(head(f"sentiment_{lang}") for lang in LANGUAGES), None]


@cache
def _sentiment() -> Joint:
    return Joint(_sentiment_heads())


@cache
def _judgements() -> Floats:
    """The rows that judge each language's words."""
    own = (one.judgement if one else None for one in _sentiment_heads())
    return np.array([judgement() if rows is None else rows for rows in own])


def embedded() -> EmbeddedEngine:
    """Make the engine."""
    return EmbeddedEngine()
