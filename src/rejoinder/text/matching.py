"""Text-match tags: which of an account's terms stand in a text, and where (CXI 004, "Tags").

All terms of all tags are one index, so that a text is read once whether there is one tag or a thousand. Texts
are read many at a time: their words are found and hashed as one array, and looked up in a table of the words
that were met before. Hashes of different words are as good as never equal (2^-64).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np

from rejoinder.text.cutting import Cut, cut_all
from rejoinder.text.numbering import UNKNOWN, Lists, Numbering, Numbers
from rejoinder.text.terms import BITS, Meanings, Tree

_REMEMBERED = 200_000
"""Words of texts whose meaning is kept; when there are more, all are forgotten, which costs time only."""
_AT_ONCE = 1 << 16
"""Characters that are read together, so that what is computed of them stays near the processor."""
MOST_PLACES = 1 << 18
"""Places in one text that are told; what comes after them is left out."""
_MOST_WORDS = 255
"""More than any term has words: terms have 200 characters at most."""

Spans = list[tuple[int, int]]


class Places(NamedTuple):
    """Where tags stand in texts, one place after the other: by text, then by tag as the matcher was given
    them, then ascending. `starts`, `ends`: in the text as it was given."""

    texts: Numbers
    tags: Numbers
    starts: Numbers
    ends: Numbers

    def by_text(self, count: int) -> Iterator[dict[int, Spans]]:
        """For each of so many texts the tags that it carries, and where each stands."""
        changes = np.diff(self.tags, prepend=UNKNOWN) != 0
        changes |= np.diff(self.texts, prepend=UNKNOWN) != 0
        groups = np.flatnonzero(changes)
        tags, edges = self.tags[groups].tolist(), [*groups.tolist(), len(self.tags)]
        borders = np.searchsorted(self.texts[groups], np.arange(count + 1)).tolist()
        starts, ends = self.starts.tolist(), self.ends.tolist()
        for first, end in pairwise(borders):
            yield {
                tags[n]: list(
                    zip(starts[edges[n] : edges[n + 1]], ends[edges[n] : edges[n + 1]], strict=True)
                )
                for n in range(first, end)
            }


_NOWHERE = Places(*np.zeros((4, 0), dtype=np.int64))


class Matcher:
    """The terms of all tags of an account, ready to be looked for.

    A term is found as whole words in a row, with any white space and punctuation between them; with `*` at
    its end the last word may go on. Case does not count. A term written without diacritics finds words with
    and without them, one written with them only itself. Terms that overlap are all found.

    Parameters: `tags` — each tag's id with its terms. A term that holds no word finds nothing.
    """

    def __init__(self, tags: Iterable[tuple[int, Sequence[str]]]) -> None:
        known = list(tags)
        self._ids = np.array([tag for tag, _ in known], dtype=np.int64)
        self._tree = Tree(terms for _, terms in known)
        self._lock = Lock()  # texts of one account are matched by several threads
        self._forget()

    def _forget(self) -> None:
        self._words, self._meanings = Numbering(), Meanings(self._tree)

    def match(self, texts: Iterable[str]) -> Places:
        """Where tags stand in the texts."""
        found, size = [], 0
        for some in _portions(texts):
            with self._lock:
                found.append(self._matched(some, size))
            size += len(some)
        return Places(*map(np.concatenate, zip(*found, strict=True))) if found else _NOWHERE

    def _matched(self, texts: list[str], before: int) -> Places:
        """Where tags stand in some texts, with `before` others before them."""
        cut = cut_all(texts)
        hits = _Hits(cut, len(self._ids))
        meant = self._meant(cut)
        words = np.arange(len(meant))
        hits.add(words, words, self._meanings.tags, meant)
        self._follow(cut, meant, hits)
        if hits.full and len(texts) > 1:
            half = len(texts) // 2
            parts = self._matched(texts[:half], before), self._matched(texts[half:], before + half)
            return Places(*map(np.concatenate, zip(*parts, strict=True)))
        return hits.places(self._ids, before)

    def _meant(self, cut: Cut) -> Numbers:
        """What each word means; of those that are new it is found out, each once."""
        meant = self._words.look_up(cut.hashes)
        new = np.flatnonzero(meant == UNKNOWN)
        if len(new):
            hashes, firsts, places = np.unique(cut.hashes[new], return_index=True, return_inverse=True)
            if self._words.size + len(hashes) > _REMEMBERED and self._words.size:
                self._forget()
                return self._meant(cut)
            spans = zip(cut.starts[new[firsts]].tolist(), cut.ends[new[firsts]].tolist(), strict=True)
            found = np.array([self._meanings.of(cut.joined[start:end]) for start, end in spans])
            self._words.add(hashes, found)
            meant[new] = found[places]
        return meant

    def _follow(self, cut: Cut, meant: Numbers, hits: _Hits) -> None:
        """Find the phrases, those of two words first."""
        texts = np.append(cut.text_of, UNKNOWN)
        states, firsts = self._meanings.states.read_all(meant)
        lasts = firsts
        while len(firsts):
            lasts = lasts + 1
            going = np.flatnonzero(texts[lasts] == texts[firsts])
            numbers, owners = self._meanings.numbers.read_all(meant[lasts[going]])
            owners = going[owners]
            states = self._tree.steps.look_up((states[owners] << BITS | numbers).astype(np.uint64))
            there = np.flatnonzero(states != UNKNOWN)
            states, owners = states[there], owners[there]
            firsts, lasts = firsts[owners], lasts[owners]
            hits.add(firsts, lasts, self._tree.tags, states)
            leading = np.flatnonzero(self._tree.leads[states])
            states, firsts, lasts = states[leading], firsts[leading], lasts[leading]


class _Hits:
    """Where tags are in the texts of a batch, each place of a tag as one number: text, tag, first word and
    how many words follow, so that in order they are sorted as they are told."""

    def __init__(self, cut: Cut, tags: int) -> None:
        self._cut = cut
        self._widths = [max(1, most).bit_length() for most in (tags, len(cut.starts), _MOST_WORDS)]
        self._found: list[Numbers] = []
        self._left = MOST_PLACES
        self.full = False

    def add(self, firsts: Numbers, lasts: Numbers, lists: Lists, which: Numbers) -> None:
        """Note the tags of some lists for the words from `firsts` to `lasts`, as long as there is room."""
        sizes = lists.sizes(which)
        total = int(sizes.sum())
        if total > self._left:
            self.full = True
            sizes = np.where(np.cumsum(sizes) <= self._left, sizes, 0)
            total = int(sizes.sum())
        self._left -= total
        tags, owners = lists.read(which, sizes)
        firsts, more = firsts[owners], (lasts - firsts)[owners]
        found = self._cut.text_of[firsts]
        for part, width in zip((tags, firsts, more), self._widths, strict=True):
            found = found << width | part
        self._found.append(found)

    def places(self, ids: Numbers, before: int) -> Places:
        """What was noted, in order and each place once."""
        cut, found = self._cut, np.sort(np.concatenate(self._found))
        found = found[np.diff(found, prepend=UNKNOWN) != 0]
        parts = []
        for width in reversed(self._widths):
            parts.append(found & ((1 << width) - 1))
            found = found >> width
        more, firsts, tags = parts
        shifts = cut.offsets[found]
        return Places(
            found + before, ids[tags], cut.starts[firsts] - shifts, cut.ends[firsts + more] - shifts
        )


def _portions(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts in portions that are read together."""
    some: list[str] = []
    size = 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= _AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
