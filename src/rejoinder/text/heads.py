"""Trained heads: tables of weights in one byte each, summed over the features of each text.

Three columns of a table lie in one 64-bit number, so that a feature costs one read and one sum for three
classes; `grams.MOST_CHARACTERS` keeps the sums inside their 21 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rejoinder.text.batch import Numbers
from rejoinder.text.grams import Features
from rejoinder.text.hashing import Hashes

Floats = NDArray[np.float64]
_COLUMNS, _BITS, _SHIFT = 3, 21, 128
_MASK = np.uint64((1 << _BITS) - 1)


@dataclass(frozen=True, slots=True)
class Head:
    """A table of 2^bits rows.

    `packed`: its columns, three in each array; `scale`: what one step of a weight is worth; `judgement`: the
    rows that go with it in place of `opinion.judgement`, if any.
    """

    packed: tuple[Hashes, ...]
    columns: int
    bits: int
    kinds: tuple[int, ...]
    scale: float
    judgement: Floats | None = None


@cache
def head(name: str) -> Head | None:
    """Load a head of the package, once in a process; None where there is none of that name."""
    file = files(__package__) / "weights" / f"{name}.npz"
    if not file.is_file():
        return None
    with file.open("rb") as data, np.load(data) as arrays:
        judgement = arrays.get("judgement")
        return made(arrays["table"], tuple(arrays["kinds"].tolist()), float(arrays["scale"]), judgement)


def made(
    table: NDArray[np.int8], kinds: tuple[int, ...], scale: float, judgement: Floats | None = None
) -> Head:
    """Make a head of its weights."""
    rows, columns = table.shape
    shifted = (table.astype(np.int64) + _SHIFT).astype(np.uint64)
    packed = []
    for start in range(0, columns, _COLUMNS):
        whole = np.zeros(rows, dtype=np.uint64)
        for place, column in enumerate(range(start, min(start + _COLUMNS, columns))):
            whole |= shifted[:, column] << np.uint64(place * _BITS)
        packed.append(whole)
    return Head(tuple(packed), columns, rows.bit_length() - 1, kinds, scale, judgement)


def said(features: Features, head: Head) -> Floats:
    """The logits of a head for each text: its weights' sums, divided by the root of their number."""
    sums = np.zeros((len(head.packed), features.texts), dtype=np.uint64)
    counts = np.zeros(features.texts, dtype=np.int64)
    for grams in features.of(head.kinds):
        rows = grams.rows(head.bits)
        for place, table in enumerate(head.packed):
            sums[place] += _summed(table[rows], grams.cuts)
        counts += np.diff(grams.cuts)
    return _unpacked(sums, counts, head.columns, head.scale)


class Joint:
    """Heads of three columns that read the same kinds of features, one for each language that has one."""

    def __init__(self, heads: Sequence[Head | None]) -> None:
        nothing = made(np.zeros((2, _COLUMNS), dtype=np.int8), (), 0.0)
        some = [one or nothing for one in heads]
        self.kinds = next((one.kinds for one in some if one.kinds), ())
        self._table = np.concatenate([one.packed[0] for one in some])
        sizes = [len(one.packed[0]) for one in some]
        self._bases = np.cumsum([0, *sizes[:-1]])
        self._shifts = np.array([64 - one.bits for one in some], dtype=np.uint64)
        self._scales = np.array([one.scale for one in some])

    def said(self, features: Features, langs: Numbers) -> Floats:
        """The logits of each text's language's head; 0 without one."""
        sums = np.zeros(len(langs), dtype=np.uint64)
        counts = np.zeros(len(langs), dtype=np.int64)
        for grams in features.of(self.kinds):
            sizes = np.diff(grams.cuts)
            rows = (grams.hashes >> np.repeat(self._shifts[langs], sizes)).astype(np.int64)
            sums += _summed(self._table[rows + np.repeat(self._bases[langs], sizes)], grams.cuts)
            counts += sizes
        return _unpacked(sums[None, :], counts, _COLUMNS, self._scales[langs])


def _summed(values: Hashes, cuts: Numbers) -> Hashes:
    sums = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values, out=sums[1:])
    found: Hashes = np.diff(sums[cuts])
    return found


def _unpacked(sums: Hashes, counts: Numbers, columns: int, scale: Floats | float) -> Floats:
    found = np.empty((sums.shape[1], columns))
    for column in range(columns):
        packed = sums[column // _COLUMNS] >> np.uint64(column % _COLUMNS * _BITS)
        found[:, column] = (packed & _MASK).astype(np.int64) - _SHIFT * counts
    found *= (scale / np.sqrt(np.maximum(counts, 1)))[:, None]
    return found


def shares(logits: Floats) -> Floats:
    """Shares of 1 from logits, row by row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


def quantised(table: Floats) -> tuple[NDArray[np.int8], float]:
    """A table in one byte a weight, and what one step is worth."""
    scale = float(np.abs(table).max()) / 127 or 1.0
    return np.clip(np.rint(table / scale), -127, 127).astype(np.int8), scale


def stored(
    name: str,
    table: NDArray[np.int8],
    kinds: Sequence[int],
    scale: float,
    judgement: Floats | None = None,
) -> None:
    """Write a head into the package."""
    place = str(files(__package__) / "weights" / f"{name}.npz")
    arrays = {"table": table, "kinds": np.array(kinds), "scale": np.array(scale)}
    if judgement is not None:
        arrays["judgement"] = np.round(judgement, 4)
    np.savez_compressed(place, allow_pickle=False, **arrays)
