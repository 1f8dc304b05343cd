"""Every entry of every language's word file as one table of hashes, looked up for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rejoinder.model.analysis import LANGUAGES
from rejoinder.text.batch import Batch, Numbers
from rejoinder.text.entries import MOST_WORDS, Entry, entries_of
from rejoinder.text.hashing import MIX, Hashes, Rolling, hashes_of

NOWHERE = len(LANGUAGES)
"""The number of the entries that every language has, for texts in none of ours."""
_LANGUAGE = 0xC2B2AE3D27D4EB4F
_EXACT, _PREFIX, _STARTER = 0x165667B19E3779F9, 0x27D4EB2F165667C5, 0x85EBCA77C2B2AE63
_SIEVE_BITS = 21
_WHOLE = 1 << 64


@dataclass(frozen=True, slots=True)
class Found:
    """The entries found at words, the longest for each: first and last word, and the entry's number."""

    firsts: Numbers
    lasts: Numbers
    entries: Numbers


class Table:
    """All entries by the hash of their text, kind and language.

    `entries` by number; `roles` and `tags`: whether each has any.
    """

    def __init__(self) -> None:
        texts, salts, self.entries = map(list, zip(*_salted(), strict=True))
        keys = (hashes_of(texts) + np.array(salts, dtype=np.uint64)) * MIX
        self._numbers = np.argsort(keys, kind="stable")
        self._keys = keys[self._numbers]
        self._sieve = np.zeros(1 << _SIEVE_BITS, dtype=bool)
        self._sieve[self._keys >> np.uint64(64 - _SIEVE_BITS)] = True
        self.roles = np.array([entry.roles != 0 for entry in self.entries])
        self._tagged: dict[tuple[str, ...], NDArray[np.bool_]] = {}

    def look_up(self, keys: Hashes) -> tuple[Numbers, Numbers]:
        """Which of some keys are in the table, and the entries' numbers."""
        near = np.flatnonzero(self._sieve[keys >> np.uint64(64 - _SIEVE_BITS)])
        asked = keys[near]
        places = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
        same = self._keys[places] == asked
        return near[same], self._numbers[places[same]]

    def tagged(self, tags: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which entries have one of some tags."""
        if tags not in self._tagged:
            enabled = frozenset(tags)
            self._tagged[tags] = np.array([not enabled.isdisjoint(entry.tags) for entry in self.entries])
        return self._tagged[tags]


STARTER = Entry()
"""Stands for the first words of a phrase."""


@cache
def table() -> Table:
    """Make the table, once in a process."""
    return Table()


def _salted() -> Iterator[tuple[str, int, Entry]]:
    """Every entry of every language with the salt of its language and kind."""
    for number, lang in enumerate((*LANGUAGES, None)):
        entries = entries_of(lang)
        exact, prefix, starter = (
            (number * _LANGUAGE + kind) % _WHOLE for kind in (_EXACT, _PREFIX, _STARTER)
        )
        yield from ((text, exact, entry) for text, entry in entries.exact.items())
        yield from ((text, prefix, entry) for text, entry in entries.prefixes.items())
        yield from ((text, starter, STARTER) for text in entries.starters)


class Finder:
    """Finds the entries of a batch whose languages are known (as numbers in `LANGUAGES`, or NOWHERE)."""

    def __init__(self, batch: Batch, rolling: Rolling, langs: Numbers) -> None:
        self._batch = batch
        self._rolling = rolling
        self._salts = langs[batch.text_of].astype(np.uint64) * np.uint64(_LANGUAGE)
        self._found: list[tuple[Numbers, Numbers, Numbers]] = []
        words = np.arange(len(batch.starts))
        self._stage(words, words)
        for count in range(1, MOST_WORDS):
            words = words[self._starting(words, count)]
            words = words[words + count < batch.firsts[batch.text_of[words] + 1]]
            if not len(words):
                break
            self._stage(words, words + count)

    def _stage(self, firsts: Numbers, lasts: Numbers) -> None:
        """Look for entries from each first word up to some place in the last."""
        batch = self._batch
        lengths = batch.ends[lasts] - batch.starts[lasts]
        owners = np.repeat(np.arange(len(firsts)), lengths)
        steps = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        ends = batch.starts[lasts][owners] + steps + 1
        self._note(firsts, lasts, owners, ends, _PREFIX)
        self._note(firsts, lasts, np.arange(len(firsts)), batch.ends[lasts], _EXACT)

    def _note(self, firsts: Numbers, lasts: Numbers, owners: Numbers, ends: Numbers, kind: int) -> None:
        keys = self._keys(firsts[owners], ends, kind)
        places, numbers = table().look_up(keys)
        found = owners[places]
        self._found.append((firsts[found], lasts[found], numbers))

    def _keys(self, firsts: Numbers, ends: Numbers, kind: int) -> Hashes:
        pieces = self._rolling.pieces(self._batch.starts[firsts], ends)
        return (pieces + self._salts[firsts] + np.uint64(kind)) * MIX

    def _starting(self, firsts: Numbers, count: int) -> Numbers:
        """Which first words, with those behind them, begin a phrase that has one word more at least."""
        return table().look_up(self._keys(firsts, self._batch.ends[firsts + count - 1], _STARTER))[0]

    def longest(self, wanted: NDArray[np.bool_]) -> Found:
        """The longest of the wanted entries at each word; the words of a phrase are not looked at again."""
        firsts, lasts, numbers = (np.concatenate(part) for part in zip(*self._found, strict=True))
        kept = wanted[numbers]
        firsts, lasts, numbers = firsts[kept], lasts[kept], numbers[kept]
        best = np.full(len(self._batch.starts), -1)
        best[firsts] = np.arange(len(firsts))  # of several, the last one stays: it is the longest
        chosen = best[best >= 0]
        return _apart(Found(firsts[chosen], lasts[chosen], numbers[chosen]))


def _apart(found: Found) -> Found:
    """Leave out what begins inside a phrase before it."""
    free = np.ones(len(found.firsts), dtype=bool)
    firsts = found.firsts.tolist()
    for place in np.flatnonzero(found.lasts > found.firsts).tolist():
        if free[place]:
            near = place + 1
            while near < len(firsts) and firsts[near] <= found.lasts[place]:
                free[near] = False
                near += 1
    return Found(found.firsts[free], found.lasts[free], found.entries[free])
