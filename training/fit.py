"""Fit a linear head on hashed features: multinomial, feature dropout, Adagrad, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rejoinder.text.fitting import Matrix
from rejoinder.text.heads import Floats, shares

Rows = NDArray[np.int64]
DROPOUT = 0.3
RAREST = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How to fit; the table has 2^bits rows."""

    bits: int = 18
    epochs: int = 6
    rate: float = 0.5
    decay: float = 1e-5
    batch: int = 256
    seed: int = 7


def fit(features: Matrix, labels: Rows, classes: int, weights: Floats, options: Options) -> Floats:
    """Fit; gives a table of one row for each hash and one column for each class.

    Parameters:
      labels: the class of each text.
      weights: how much each text counts.
    """
    chance = np.random.default_rng(options.seed)
    seen = np.bincount(features.rows, minlength=1 << options.bits) >= RAREST
    table = np.zeros((1 << options.bits, classes))
    squares = np.full((1 << options.bits, classes), 1e-3)
    for _ in range(options.epochs):
        order = chance.permutation(len(features))
        for start in range(0, len(order), options.batch):
            texts = order[start : start + options.batch]
            rows, owners = features.some(texts)
            kept = seen[rows] & (chance.random(len(rows)) >= DROPOUT)
            rows, owners = rows[kept], owners[kept]
            scale = 1 / np.sqrt(np.maximum(np.bincount(owners, minlength=len(texts)), 1))
            logits = np.empty((len(texts), classes))
            for column in range(classes):
                sums = np.bincount(owners, weights=table[rows, column], minlength=len(texts))
                logits[:, column] = sums * scale
            wrong = shares(logits)
            wrong[np.arange(len(texts)), labels[texts]] -= 1
            wrong *= (weights[texts] * scale)[:, None]
            touched, places = np.unique(rows, return_inverse=True)
            slope = np.stack(
                [np.bincount(places, weights=wrong[owners, column]) for column in range(classes)], axis=1
            )
            slope = slope / len(texts) * 16 + options.decay * table[touched]
            squares[touched] += slope**2
            table[touched] -= options.rate * slope / np.sqrt(squares[touched])
    table[~seen] = 0.0
    return table
