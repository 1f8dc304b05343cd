"""Numbers kept for hashes, and lists of numbers, for many at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rejoinder.text.hashing import MIX, Hashes

Numbers = NDArray[np.int64]
UNKNOWN = -1
_FIRST_BITS = 12
_ROOM = 3
"""A table is made wider when more than one place in so many is taken."""


class Numbering:
    """A table of numbers by hash, open at all places: a hash that finds its place taken stands further on."""

    def __init__(self) -> None:
        self._resize(_FIRST_BITS)

    def _resize(self, bits: int) -> None:
        self.size = 0
        self._bits = bits
        self._keys = np.zeros(1 << bits, dtype=np.uint64)
        self._numbers = np.full(1 << bits, UNKNOWN, dtype=np.int64)

    def look_up(self, hashes: Hashes) -> Numbers:
        """The number of each hash, UNKNOWN where it has none."""
        keys, places = self._placed(hashes)
        there = self._keys[places]
        found = self._numbers[places]
        wrong = np.flatnonzero(there != keys)
        found[wrong] = UNKNOWN
        wrong = wrong[there[wrong] != 0]
        while len(wrong):
            places[wrong] = (places[wrong] + 1) & (len(self._keys) - 1)
            there = self._keys[places[wrong]]
            same = there == keys[wrong]
            found[wrong[same]] = self._numbers[places[wrong[same]]]
            wrong = wrong[~same & (there != 0)]
        return found

    def add(self, hashes: Hashes, numbers: Numbers) -> None:
        """Keep numbers for hashes that are new, each once."""
        taken = self.size + len(hashes)
        if taken * _ROOM > len(self._keys):
            used = self._keys != 0
            keys, kept = self._keys[used], self._numbers[used]
            self._resize((taken * _ROOM).bit_length())
            self._put(keys, kept)
        self._put(self._placed(hashes)[0], numbers)
        self.size = taken

    def _put(self, keys: Hashes, numbers: Numbers) -> None:
        places = self._places(keys)
        while len(keys):
            free = self._keys[places] == 0
            self._keys[places[free]] = keys[free]
            done = self._keys[places] == keys
            self._numbers[places[done]] = numbers[done]
            places = (places[~done] + 1) & (len(self._keys) - 1)
            keys, numbers = keys[~done], numbers[~done]

    def _placed(self, hashes: Hashes) -> tuple[Hashes, Numbers]:
        keys = hashes * MIX
        keys[keys == 0] = 1  # 0 is a free place
        return keys, self._places(keys)

    def _places(self, keys: Hashes) -> Numbers:
        return (keys >> np.uint64(64 - self._bits)).astype(np.int64)


class Lists:
    """Lists of numbers by their own numbers, one behind the other."""

    def __init__(self) -> None:
        self._starts, self._sizes, self._all = array("q"), array("q"), array("q", [0])

    def add(self, some: Sequence[int]) -> None:
        """Keep one more list."""
        self._starts.append(len(self._all))
        self._sizes.append(len(some))
        self._all.extend(some)

    def list(self, which: int) -> Sequence[int]:
        """What is in one list."""
        return self._all[self._starts[which] : self._starts[which] + self._sizes[which]]

    def sizes(self, which: Numbers) -> Numbers:
        """How long some lists are."""
        return np.asarray(self._sizes)[which]

    def read(self, which: Numbers, sizes: Numbers) -> tuple[Numbers, Numbers]:
        """What is in some lists, up to a size of each, and the place in `which` that each number is from."""
        owners = np.repeat(np.arange(len(which)), sizes)
        shifts = np.asarray(self._starts)[which] - np.cumsum(sizes) + sizes
        return np.asarray(self._all)[np.arange(len(owners)) + shifts[owners]], owners

    def read_all(self, which: Numbers) -> tuple[Numbers, Numbers]:
        """All that is in some lists, and the place in `which` that each number is from."""
        return self.read(which, self.sizes(which))
