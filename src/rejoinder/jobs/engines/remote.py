"""A text engine that is the operator's own service (`docs/text-engines.md`)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, structs

from rejoinder.jobs.engines.asking import Failed, Service
from rejoinder.model.analysis import LANGUAGES, Analysis, Sentiment, TagHit
from rejoinder.text.engine import TextEngine
from rejoinder.text.tagset import TagSet

_LOG = logging.getLogger(__name__)
_Share = Annotated[float, Meta(ge=0, le=1)]
_ONE = {"negative": (1.0, 0.0, 0.0), "neutral": (0.0, 1.0, 0.0), "positive": (0.0, 0.0, 1.0)}


class _Tag(msgspec.Struct, frozen=True):
    tag: str
    sentiment: Sentiment | None = None
    score: _Share = 1.0
    spans: tuple[tuple[int, int], ...] = ()


class _Result(msgspec.Struct, frozen=True):
    sentiment: Sentiment | None
    lang: Annotated[str, Meta(pattern="^[a-z]{2,3}$")] | None = None
    lang_score: _Share = 1.0
    scores: tuple[_Share, _Share, _Share] | None = None
    tags: tuple[_Tag, ...] = ()


class _Answer(msgspec.Struct, frozen=True):
    results: list[_Result]


_decoder = msgspec.json.Decoder(_Answer)


class RemoteEngine:
    """Has texts read by a service, and by another engine where the service fails.

    What the other engine read says so in `Analysis.engine`, so that a later run can tell. A batch goes out in
    requests of at most `batch` texts.
    """

    name = "http"
    languages = frozenset(LANGUAGES)

    def __init__(self, service: Service, instead: TextEngine, version: str = "1", batch: int = 64) -> None:
        self._service, self._instead, self._batch = service, instead, batch
        self.version = version

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        """Analyse a batch, as `text.engine.TextEngine` says."""
        beside = scores if scores is not None else [None] * len(texts)
        found: list[Analysis] = []
        for first in range(0, len(texts), self._batch):
            part = slice(first, first + self._batch)
            found += self._part(texts[part], langs[part], tagset, beside[part])
        return found

    def _part(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None],
    ) -> list[Analysis]:
        question = {
            "texts": list(texts),
            "langs": list(langs),
            "tags": list(tagset.tags),
            "scores": list(scores),
        }
        try:
            return self._service.ask(question, lambda answer: analyses(answer, texts, tagset))
        except Failed as failure:
            _LOG.warning("The text service could not be used: %s", failure)
        name = f"{self._instead.name}/{self._instead.version}"
        read = self._instead.analyse(texts, langs, tagset, scores)
        return [structs.replace(analysis, engine=name) for analysis in read]


def analyses(answer: bytes, texts: Sequence[str], tagset: TagSet) -> list[Analysis]:
    """Read a service's answer. Raises Failed for one that breaks the rules of `docs/text-engines.md`."""
    try:
        results = _decoder.decode(answer).results
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Failed(f"Its answer cannot be read: {error}.") from None
    if len(results) != len(texts):
        raise Failed(f"It gave {len(results)} results for {len(texts)} texts.")
    return [
        _checked(result, text, tagset, n) for n, (result, text) in enumerate(zip(results, texts, strict=True))
    ]


def _checked(result: _Result, text: str, tagset: TagSet, number: int) -> Analysis:
    if result.sentiment is None and any(map(str.isalnum, text)):
        raise Failed(f"Result {number} has no sentiment, but its text has letters: uncertain is neutral.")
    scores = result.scores or (_ONE[result.sentiment] if result.sentiment else (0.0, 0.0, 0.0))
    if result.sentiment is not None and abs(sum(scores) - 1) > 0.01:
        raise Failed(f"The scores of result {number} do not sum to 1.")
    if len({hit.tag for hit in result.tags}) < len(result.tags):
        raise Failed(f"Result {number} has a tag twice.")
    for hit in result.tags:
        if hit.tag not in tagset.tags:
            raise Failed(f"Result {number} has a tag that was not asked for: {hit.tag[:60]!r}.")
        if any(not 0 <= start < end <= len(text) for start, end in hit.spans):
            raise Failed(f"Result {number} has a place outside of its text.")
    tags = tuple(TagHit(hit.tag, hit.sentiment, hit.score, hit.spans) for hit in result.tags)
    return Analysis(result.lang, result.lang_score, result.sentiment, scores, tags)
