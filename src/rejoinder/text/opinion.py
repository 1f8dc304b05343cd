"""From what the words say to an Analysis: the sentiment of the whole, the tags, and the sentiment of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from rejoinder.model.analysis import SENTIMENTS, Analysis, Sentiment, Span, TagHit
from rejoinder.text.rules import Clause, Hit, Reading, chances, features

Scores = tuple[float, float, float]
NONE: Scores = (0.0, 0.0, 0.0)
_CLAUSES_SHARE = 0.7
_PRIOR = 1.2
"""How far the score beside a text moves a logit at most: gently, the words still decide."""


@cache
def judgement() -> tuple[tuple[float, ...], ...]:
    """What each number of `rules.features` says for each sentiment; fitted by `training/`, once read."""
    file = files(__package__) / "weights" / "judgement.json"
    return msgspec.json.decode(file.read_bytes(), type=tuple[tuple[float, ...], ...])


def judged(numbers: Sequence[float]) -> list[float]:
    """The logits of the three sentiments."""
    return [sum(map(float.__mul__, numbers, row)) for row in judgement()]


def prior(score: float | None) -> Scores:
    """What the score beside a text, 0 to 1, adds to each logit; nothing where there is none."""
    if score is None or not 0.0 <= score <= 1.0:
        return NONE
    bad, good = max(0.0, 0.6 - score) / 0.6, max(0.0, score - 0.65) / 0.35
    return (_PRIOR * bad, _PRIOR * 0.6 * (1.0 - bad - good), _PRIOR * good)


def verdict(scores: Sequence[float]) -> Sentiment:
    """The sentiment with the largest share; neutral where none is ahead."""
    bad, neutral, good = scores
    if bad == good or neutral >= max(bad, good):
        return "neutral"
    return SENTIMENTS[0] if bad > good else SENTIMENTS[2]


def analysis(
    lang: tuple[str | None, float],
    reading: Reading,
    scores: Scores,
    tags: Sequence[TagHit],
) -> Analysis:
    """Put an Analysis together; `scores` all 0 where there is nothing to have a sentiment."""
    return Analysis(lang[0], lang[1], verdict(scores) if any(scores) else None, scores, tuple(tags))


def tag_hits(
    hits: Sequence[Hit],
    enabled: Collection[str],
    spans: Sequence[Span],
    reading: Reading,
    whole: Scores,
) -> list[TagHit]:
    """The tags of a text by its trigger words.

    Parameters:
      hits: entries with tags, in order.
      enabled: the tags that may be found.
      spans: where each hit stands in the original.
      reading, whole: the text's clauses and its sentiment.
    """
    found: dict[str, tuple[list[Span], dict[int, list[int]]]] = {}
    starts = [clause.start for clause in reading.clauses] if hits else []
    for hit, span in zip(hits, spans, strict=True):
        for tag in hit[2].tags:
            if tag in enabled:
                places, clauses = found.setdefault(tag, ([], {}))
                places.append(span)
                clauses.setdefault(bisect_right(starts, hit[0]) - 1, []).append(hit[0])
    divided = len(found) > 0 and _divided(reading.clauses)
    return [
        TagHit(
            tag,
            verdict(_tag_scores(reading, clauses, whole, divided)),
            round(1.0 - 0.4 ** len(places), 3),
            tuple(places),
        )
        for tag, (places, clauses) in found.items()
    ]


def _divided(clauses: Sequence[Clause]) -> bool:
    """Whether a text has something glad and something sad."""
    return any(clause.glad for clause in clauses) and any(clause.sad for clause in clauses)


def _tag_scores(
    reading: Reading, places: Mapping[int, Sequence[int]], whole: Scores, divided: bool
) -> Scores:
    """The sentiment of a tag. `places`: the clauses that speak of it, and the words in each that do."""
    clauses = reading.clauses
    spoken = [clauses[place].near(words) for place, words in places.items() if _says(clauses[place])]
    if not spoken:
        near = (_nearest(clauses, place) for place in places)
        spoken = [clause for clause in near if clause is not None]
    if not spoken:
        return whole
    own = chances(judged(features(Reading(spoken, reading.words), spoken)))
    if divided:
        return own[0], own[1], own[2]
    bad, neutral, good = (
        _CLAUSES_SHARE * one + (1 - _CLAUSES_SHARE) * all_ for one, all_ in zip(own, whole, strict=True)
    )
    return bad, neutral, good


def _says(clause: Clause) -> bool:
    return bool(clause.glad or clause.sad or clause.denied or clause.wishes or clause.ironies)


def _nearest(clauses: Sequence[Clause], place: int) -> Clause | None:
    """The clause beside one that says nothing, in its sentence: the next one first."""
    for near in (place + 1, place - 1):
        inside = 0 <= near < len(clauses) and clauses[near].sentence == clauses[place].sentence
        if inside and _says(clauses[near]):
            return clauses[near]
    return None
