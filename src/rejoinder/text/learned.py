"""An engine with what a workspace's people taught it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from msgspec import structs

from rejoinder.model.analysis import SENTIMENTS, Analysis, TagHit
from rejoinder.text import learning
from rejoinder.text.engine import TextEngine
from rejoinder.text.fitting import Matrix, logits_of
from rejoinder.text.heads import shares
from rejoinder.text.tagset import TagSet


class LearnedEngine:
    """Another engine, whose sentiments and tags are weighed again by heads (`learning.py`).

    What another engine read in its place (`Analysis.engine`) is left alone: the heads were not fitted to it.
    The version names the heads, so that texts are read again when they change.
    """

    def __init__(self, engine: TextEngine, heads: bytes) -> None:
        found = learning.decode(heads)
        self._engine = engine
        self.name, self.languages = engine.name, engine.languages
        self.version = f"{engine.version}+{digest(heads)}"
        self._sentiment = learning.unpacked(found.sentiment) if found.sentiment else None
        self._tags = {tag: learning.unpacked(weights) for tag, weights in found.tags.items()}

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        """Analyse a batch, as `text.engine.TextEngine` says."""
        found = self._engine.analyse(texts, langs, tagset, scores)
        places = [n for n, one in enumerate(found) if one.sentiment is not None and one.engine is None]
        if not places:
            return found
        features = learning.matrix([texts[n] for n in places])
        read = [found[n] for n in places]
        read = self._weighed(features, read)
        for tag in tagset.tags:
            if tag in self._tags:
                read = _tagged(tag, self._tags[tag], features, read)
        for n, one in zip(places, read, strict=True):
            found[n] = one
        return found

    def _weighed(self, features: Matrix, read: list[Analysis]) -> list[Analysis]:
        if self._sentiment is None:
            return read
        logits = learning.sentiment_offsets(read) + logits_of(features, self._sentiment)
        return [
            structs.replace(one, sentiment=SENTIMENTS[best], scores=tuple(each))
            for one, best, each in zip(read, logits.argmax(axis=1).tolist(), _rounded(logits), strict=True)
        ]


def _tagged(tag: str, table: Any, features: Matrix, read: list[Analysis]) -> list[Analysis]:
    """Put a tag on, or take it off, where the head says so."""
    had = [any(hit.tag == tag for hit in one.tags) for one in read]
    logits = learning.tag_offsets(had) + logits_of(features, table)
    changed = []
    for one, was, (_, share) in zip(read, had, _rounded(logits), strict=True):
        tags = one.tags
        if share > 0.5 and not was:
            tags = (*tags, TagHit(tag, one.sentiment, share))
        elif share <= 0.5 and was:
            tags = tuple(hit for hit in tags if hit.tag != tag)
        changed.append(structs.replace(one, tags=tags) if tags is not one.tags else one)
    return changed


def _rounded(logits: Any) -> list[list[float]]:
    found: list[list[float]] = np.round(shares(logits), 4).tolist()
    return found


def identity(engine: TextEngine) -> str:
    """An engine as heads name it."""
    return f"{engine.name}/{engine.version}"


@runtime_checkable
class Teachable(Protocol):
    """An engine that uses heads in its own way."""

    def taught(self, heads: bytes) -> TextEngine:
        """The engine with these heads."""
        ...


def taught(engine: TextEngine, heads: bytes | None) -> TextEngine:
    """The engine with these heads; the engine itself without any, or when they were fitted to another."""
    if heads is None or learning.decode(heads).base != identity(engine):
        return engine
    return engine.taught(heads) if isinstance(engine, Teachable) else LearnedEngine(engine, heads)


def digest(heads: bytes) -> str:
    """What tells heads apart in an engine's version."""
    return hashlib.sha256(heads).hexdigest()[:8]
