"""The features of trained heads: words, pairs of words, and runs of characters inside words, as hashes.

A head reads the first characters of a text only, so that sums of its weights cannot overflow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rejoinder.text.batch import Batch, Numbers
from rejoinder.text.hashing import MIX, Hashes, Rolling

MOST_CHARACTERS = 2_000
"""How much of a text's normal form a head reads."""
WORD, PAIR = 1, 0
"""Kinds of features, beside the sizes of runs of characters (2 to 5)."""
_SALTS = tuple((kind * 0x9FB21C651E98DF25) % (1 << 64) for kind in range(6))


@dataclass(frozen=True, slots=True)
class Grams:
    """Features of one kind: their hashes, and where each text's begin (and the end)."""

    hashes: Hashes
    cuts: Numbers

    def rows(self, bits: int) -> NDArray[np.int64]:
        """The rows of a table of 2^bits."""
        return (self.hashes >> np.uint64(64 - bits)).astype(np.int64)


class Features:
    """The features of a batch, made when they are asked for."""

    def __init__(self, batch: Batch, rolling: Rolling) -> None:
        self._batch = batch
        self._rolling = rolling
        self._kinds: dict[int, Grams] = {}

    def of(self, kinds: tuple[int, ...]) -> Iterator[Grams]:
        """The features of some kinds."""
        for kind in kinds:
            if kind not in self._kinds:
                self._kinds[kind] = self._words(kind) if kind in (WORD, PAIR) else self._runs(kind)
            yield self._kinds[kind]

    @property
    def texts(self) -> int:
        """How many texts there are."""
        return len(self._batch.firsts) - 1

    @cached_property
    def _begins(self) -> Numbers:
        """Where each text begins in the normal form, and where the last ends."""
        return np.append(0, np.flatnonzero(self._batch.flat == 0) + 1)

    @cached_property
    def _read(self) -> NDArray[np.bool_]:
        """Whether each character is near enough to its text's beginning."""
        sizes = np.diff(self._begins, append=len(self._batch.flat))
        return np.arange(len(self._batch.flat)) - np.repeat(self._begins, sizes) < MOST_CHARACTERS

    @cached_property
    def _blanks(self) -> Numbers:
        """How many spaces and ends of texts stand before each character."""
        flat = self._batch.flat
        return np.append(0, np.cumsum((flat == 32) | (flat == 0)))

    def _words(self, kind: int) -> Grams:
        batch = self._batch
        read = self._read[batch.starts]
        last = batch.ends
        if kind == PAIR:
            read = read.copy()
            read[:-1] &= batch.text_of[1:] == batch.text_of[:-1]
            read[-1:] = False
            last = np.append(batch.ends[1:], batch.ends[-1:])
        hashes = self._rolling.pieces(batch.starts[read], last[read])
        cuts = np.append(0, np.cumsum(read))[batch.firsts]
        return Grams(_mixed(hashes, kind), cuts)

    def _runs(self, size: int) -> Grams:
        hashes = self._rolling.windows(size)
        inside = self._blanks[size - 1 : size - 1 + len(hashes)] == self._blanks[1 : 1 + len(hashes)]
        kept = inside & self._read[: len(hashes)]
        before = np.append(0, np.cumsum(kept))
        return Grams(_mixed(hashes[kept], size), before[np.minimum(self._begins, len(kept))])


def _mixed(hashes: Hashes, kind: int) -> Hashes:
    return (hashes + np.uint64(_SALTS[kind])) * MIX
