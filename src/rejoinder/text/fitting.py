"""What heads are fitted on, those of the package (`training/`) and those of a workspace (`learning.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rejoinder.text.batch import Numbers, batched
from rejoinder.text.grams import Features
from rejoinder.text.hashing import Rolling
from rejoinder.text.heads import Floats

_TEXTS = 500


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows of each text's features in a table, one text behind the other, and where each begins."""

    rows: NDArray[np.int32]
    cuts: Numbers

    def __len__(self) -> int:
        return len(self.cuts) - 1

    def some(self, texts: Numbers) -> tuple[Numbers, Numbers]:
        """The rows of some texts, and the place of its text (among them) for each."""
        sizes = self.cuts[texts + 1] - self.cuts[texts]
        owners = np.repeat(np.arange(len(texts)), sizes)
        starts = np.repeat(self.cuts[texts] - np.append(0, np.cumsum(sizes)[:-1]), sizes)
        return self.rows[starts + np.arange(len(owners))].astype(np.int64), owners


def matrix(texts: Sequence[str], kinds: tuple[int, ...], bits: int) -> Matrix:
    """The features of texts as rows of a table of 2^bits."""
    rows, sizes = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(texts), _TEXTS):
        some = texts[start : start + _TEXTS]
        batch = batched(some)
        grams = list(Features(batch, Rolling(batch.flat)).of(kinds))
        owners = np.concatenate([np.repeat(np.arange(len(some)), np.diff(one.cuts)) for one in grams])
        found = np.concatenate([one.rows(bits) for one in grams])
        rows.append(found[np.argsort(owners, kind="stable")].astype(np.int32))
        sizes.append(np.bincount(owners, minlength=len(some)))
    return Matrix(np.concatenate(rows), np.append(0, np.cumsum(np.concatenate(sizes))))


def logits_of(features: Matrix, table: Floats) -> Floats:
    """What a table of weights says of texts."""
    sizes = np.maximum(np.diff(features.cuts), 1)
    sums = np.zeros((len(features.rows) + 1, table.shape[1]))
    np.cumsum(table[features.rows], axis=0, out=sums[1:])
    found: Floats = (sums[features.cuts[1:]] - sums[features.cuts[:-1]]) / np.sqrt(sizes)[:, None]
    return found
