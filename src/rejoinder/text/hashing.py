"""Hashes of any piece of a batch in two reads: a polynomial of its code points, modulo 2^64."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
_FACTOR = 0x9E3779B97F4A7C15
_WHOLE = 1 << 64
_INVERSE = pow(_FACTOR, -1, _WHOLE)
_AT_ONCE = 5_000
MIX = np.uint64(0xD6E8FEB86659FD93)


@cache
def _powers(factor: int, bits: int) -> Hashes:
    found = np.full(1 << bits, factor, dtype=np.uint64)
    found[0] = 1
    return np.multiply.accumulate(found)


class Rolling:
    """The hashes of the pieces of an array."""

    def __init__(self, codes: Hashes) -> None:
        bits = max(16, len(codes).bit_length())
        self._inverse = _powers(_INVERSE, bits)
        self._sums = np.zeros(len(codes) + 1, dtype=np.uint64)
        np.cumsum(codes * _powers(_FACTOR, bits)[: len(codes)], out=self._sums[1:])

    def pieces(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
        """The hashes from `starts` up to `ends`; equal pieces have equal hashes wherever they stand."""
        return (self._sums[ends] - self._sums[starts]) * self._inverse[starts]

    def windows(self, size: int) -> Hashes:
        """The hash of each window of so many characters, in order."""
        count = max(0, len(self._sums) - size)
        return (self._sums[size:] - self._sums[:count]) * self._inverse[:count]


def hashes_of(texts: Sequence[str]) -> Hashes:
    """The hash of each text."""
    found = [np.zeros(0, dtype=np.uint64)]
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        codes = np.frombuffer("".join(some).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        ends = np.cumsum([len(text) for text in some], dtype=np.int64)
        found.append(Rolling(codes.astype(np.uint64)).pieces(np.append(0, ends[:-1]), ends))
    return np.concatenate(found)
