"""A text engine that anybody can work out by hand, for tests of what is done with its findings.

`good` and `bad` are the sentiment, the more frequent one wins; a smart tag is found where its name stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rejoinder.model.analysis import Analysis, Sentiment, TagHit
from rejoinder.text.tagset import TagSet


class PlainEngine(NamedTuple):
    """`rejoinder.text.engine.TextEngine`."""

    name: str = "plain"
    version: str = "1"
    languages: frozenset[str] = frozenset(("en", "pl"))

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        return [_read(text, lang, tagset) for text, lang in zip(texts, langs, strict=True)]


def _read(text: str, lang: str | None, tagset: TagSet) -> Analysis:
    sentiment = _sentiment(text)
    if sentiment is None:
        return Analysis(None, 0.0, None, (0.0, 0.0, 0.0))
    share = [float(sentiment == word) for word in ("negative", "neutral", "positive")]
    hits = tuple(
        TagHit(name, _sentiment(clause.group()), 1.0, ((found.start(), found.end()),))
        for name in tagset.tags
        if (found := re.search(rf"\b{name}\b", text, re.IGNORECASE))
        for clause in re.finditer(r"[^.]+", text)
        if clause.start() <= found.start() < clause.end()
    )
    return Analysis(lang or "en", 1.0, sentiment, (share[0], share[1], share[2]), hits)


def _sentiment(text: str) -> Sentiment | None:
    words = re.findall(r"\w+", text.lower())
    if not words:
        return None
    balance = words.count("good") - words.count("bad")
    return "positive" if balance > 0 else "negative" if balance < 0 else "neutral"
