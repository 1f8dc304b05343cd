"""The default engine: word files and trained heads, a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rejoinder.model.analysis import LANGUAGES, Analysis
from rejoinder.text.batch import batched
from rejoinder.text.finding import NOWHERE, Finder, Found, table
from rejoinder.text.guess import guess
from rejoinder.text.hashing import Rolling
from rejoinder.text.letters import MOST_CHARACTERS
from rejoinder.text.lexicon import words_in
from rejoinder.text.opinion import Scores, analysis, judgement, prior, tag_hits
from rejoinder.text.rules import Hit, Reading, features, opinionated, read
from rejoinder.text.tagset import TagSet

_CHARACTERS = 150_000
"""So many characters are read at once: more do not fit into a processor's cache."""
_NUMBERS = {lang: number for number, lang in enumerate(LANGUAGES)}
Told = tuple[str | None, float]


class EmbeddedEngine:
    """Reads eight languages with nothing but numpy."""

    name = "embedded"
    version = "1"
    languages = frozenset(LANGUAGES)

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
        self._rolling = Rolling(self._batch.flat)
        self._texts = texts
        self._beside = beside
        self._told = self._languages(langs)

    def _languages(self, langs: Sequence[str | None]) -> list[Told]:
        return [
            (lang, 1.0) if lang is not None else guess(words_in(text).texts)
            for lang, text in zip(langs, self._texts, strict=True)
        ]

    def analyses(self, tagset: TagSet) -> list[Analysis]:
        """Give what was found in each text."""
        langs = np.array([_NUMBERS.get(lang or "", NOWHERE) for lang, _ in self._told], dtype=np.int64)
        finder = Finder(self._batch, self._rolling, langs)
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
        return list(hits), np.searchsorted(texts, np.arange(len(self._texts) + 1)).tolist()

    def _sentiments(self, readings: Sequence[Reading]) -> list[Scores]:
        """The shares of the three sentiments in each text, 0 where there is nothing to have one."""
        numbers = np.array([features(reading, reading.clauses) for reading in readings])
        logits = (numbers[:, None, :] * np.array(judgement())).sum(axis=2)
        logits += np.array([prior(score) for score in self._beside])
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = np.round(raised / raised.sum(axis=1, keepdims=True), 4)
        mute = np.flatnonzero(~self._batch.read).tolist()
        shares[[n for n in mute if not opinionated(readings[n])]] = 0.0
        return [(bad, neutral, good) for bad, neutral, good in shares.tolist()]


def embedded() -> EmbeddedEngine:
    """Make the engine."""
    return EmbeddedEngine()
