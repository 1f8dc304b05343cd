"""What the numbers that `rules.features` draws from a text's words say about its sentiment."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from rejoinder.model.analysis import SENTIMENTS
from rejoinder.text.entries import entries_of
from rejoinder.text.heads import Floats, shares
from rejoinder.text.lexicon import entries_in, words_in
from rejoinder.text.rules import features, read
from training.corpora import Labelled

_MOST_TEXTS = 5_000
WORTH = {"kk_reviews": 1.0, "pl_hotels": 1.0, "pl_medicine": 1.0, "en_restaurants": 0.3}
"""How much a source counts; those restaurants have few neutral sentences."""
_SYNTHETIC_WORTH = 0.15
_STEPS, _RATE, _DECAY = 400, 0.05, 1e-3


def numbers_of(texts: Sequence[Labelled]) -> Floats:
    """The numbers of each text."""
    found = []
    for one in texts:
        words = words_in(one.text).texts
        roles, _ = entries_in(words, entries_of(one.lang), frozenset())
        reading = read(roles, len(words), one.lang)
        found.append(features(reading, reading.clauses))
    return np.array(found)


def labels_of(texts: Sequence[Labelled]) -> NDArray[np.int64]:
    """The place of each text's sentiment in `SENTIMENTS`."""
    return np.array([SENTIMENTS.index(one.sentiment) for one in texts if one.sentiment])


def balanced(labels: NDArray[np.int64]) -> Floats:
    """Weights with which each sentiment counts the same."""
    counts = np.bincount(labels, minlength=len(SENTIMENTS))
    found: Floats = (len(labels) / (len(SENTIMENTS) * np.maximum(counts, 1)))[labels]
    return found


def judgement_of(texts: Sequence[Labelled]) -> Floats:
    """Fit a row of weights for each sentiment; in every source every sentiment counts the same."""
    chance = random.Random("judgement")
    sources = defaultdict(list)
    for one in texts:
        if one.sentiment:
            sources[one.source].append(one)
    kept = [chance.sample(some, min(len(some), _MOST_TEXTS)) for some in sources.values()]
    numbers = np.concatenate([numbers_of(some) for some in kept])
    labels = np.concatenate([labels_of(some) for some in kept])
    shared = [WORTH.get(some[0].source, _SYNTHETIC_WORTH) / len(some) for some in kept]
    weights = np.concatenate(
        [balanced(labels_of(some)) * worth for some, worth in zip(kept, shared, strict=True)]
    )
    return _fitted(numbers, labels, weights / weights.mean())


def _fitted(numbers: Floats, labels: NDArray[np.int64], weights: Floats) -> Floats:
    """Multinomial regression, by Adam on the whole."""
    wanted = np.eye(len(SENTIMENTS))[labels]
    rows = np.zeros((len(SENTIMENTS), numbers.shape[1]))
    mean, square = np.zeros_like(rows), np.zeros_like(rows)
    for step in range(1, _STEPS + 1):
        wrong = (shares(numbers @ rows.T) - wanted) * weights[:, None]
        slope = wrong.T @ numbers / len(numbers) + _DECAY * rows
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        rows -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return rows


def store_judgement(rows: Floats) -> None:
    """Put the judgement into the package."""
    place = str(files("rejoinder.text") / "weights" / "judgement.json")
    lines = [msgspec.json.encode([round(number, 4) for number in row]).decode() for row in rows.tolist()]
    with open(place, "w") as file:
        file.write("[\n  " + ",\n  ".join(lines) + "\n]\n")
