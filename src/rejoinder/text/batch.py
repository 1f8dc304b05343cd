"""Many texts at once in their normal form (`letters.py`), as one array of code points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rejoinder.model.analysis import Span
from rejoinder.text.letters import (
    DIGIT,
    DROPPED,
    END,
    HYPHEN,
    LETTER,
    MARK,
    MOST_CHARACTERS,
    SIGN,
    SPACE,
    astral_class,
    changes,
    classes,
    composed,
    lowered,
)

Numbers = NDArray[np.int64]
_BREAK = 7
"""The class of what stands between two texts."""
_BMP = 0x10000
_BLANK = 32


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts in normal form, one behind the other, and their words.

    Everything but `offsets` and `moved` is counted in characters of the normal form. `flat`: the characters;
    `starts`, `ends`: where each word begins and ends there; `text_of`: the text of each word; `firsts`: the
    first word of each text, and the end; `begin`, `end`: where each character began and ended in the joined
    originals; `offsets`: where each text began there; `moved`: the places of texts that had to be composed;
    `letters`, `read`: whether a text has letters, and whether it has
    letters or signs.
    """

    flat: NDArray[np.uint64]
    starts: Numbers
    ends: Numbers
    text_of: Numbers
    firsts: Numbers
    begin: Numbers
    end: Numbers
    offsets: list[int]
    moved: dict[int, list[int]]
    letters: NDArray[np.bool_]
    read: NDArray[np.bool_]

    def spans(self, firsts: Numbers, lasts: Numbers) -> list[Span]:
        """Where the words from `firsts` to `lasts` stand in their originals."""
        texts = self.text_of[firsts].tolist()
        begins = self.begin[self.starts[firsts]].tolist()
        ends = self.end[self.ends[lasts] - 1].tolist()
        return [self._span(*one) for one in zip(texts, begins, ends, strict=True)]

    def _span(self, text: int, begin: int, end: int) -> Span:
        offset = self.offsets[text]
        places = self.moved.get(text)
        if places is None:
            return begin - offset, end - offset
        return places[begin - offset], places[end - offset]


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    kinds = np.frombuffer(classes(), dtype=np.uint8).copy()
    kinds[0] = _BREAK
    changed = np.arange(_BMP, dtype=np.uint32)
    for old, new in changes().items():
        changed[old] = new
    return kinds, changed


def batched(texts: Sequence[str]) -> Batch:
    """Bring texts into their normal form."""
    plain: list[str] = []
    moved: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        form, places = composed(text[:MOST_CHARACTERS])
        if places is not None:
            moved[number] = places
        plain.append(form.replace(END, " "))
    offsets = [0]
    for form in plain:
        offsets.append(offsets[-1] + len(form) + 1)
    plain.append("")
    joined = lowered(END.join(plain))
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _cut(codes, offsets, moved)


def _cut(codes: NDArray[np.uint32], offsets: list[int], moved: dict[int, list[int]]) -> Batch:
    codes, kinds = _classed(codes)
    begin = np.flatnonzero(kinds != DROPPED)
    codes = codes[begin]
    thrice = np.zeros(len(codes), dtype=bool)
    thrice[2:] = (codes[2:] == codes[1:-1]) & (codes[2:] == codes[:-2]) & (codes[2:] != 0)
    begin, codes = begin[~thrice], codes[~thrice]
    kinds = _hyphens(kinds[begin])
    end = np.append(begin[1:], offsets[-1])
    flat, begin, end = _spaced(codes, kinds, begin, end)
    filled = flat != _BLANK
    edges = np.diff(filled.astype(np.int8), prepend=0, append=0)
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    breaks = flat[starts] == 0
    text_of = np.cumsum(breaks)[~breaks]
    starts, ends = starts[~breaks], ends[~breaks]
    count = len(offsets) - 1
    firsts = np.searchsorted(text_of, np.arange(count + 1))
    borders = np.flatnonzero(kinds == _BREAK)
    letters = _any(kinds == LETTER, borders)
    read = letters | _any(kinds == SIGN, borders)
    places = (starts, ends, text_of, firsts, begin, end)
    return Batch(flat.astype(np.uint64), *places, offsets, moved, letters, read)


def _any(there: NDArray[np.bool_], borders: Numbers) -> NDArray[np.bool_]:
    """Whether something is there before each border and behind the one before."""
    sums = np.append(0, np.cumsum(there))
    return np.diff(np.append(0, sums[borders])) > 0


def _classed(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """The characters that stand for these, and the class of each."""
    table, changed = _tables()
    if len(codes) and codes.max() >= _BMP:
        codes = np.where(codes < _BMP, changed[np.minimum(codes, _BMP - 1)], codes)
    else:
        codes = changed[codes]
    kinds = table[np.minimum(codes, _BMP - 1)]
    beyond = np.flatnonzero(codes >= _BMP)
    if len(beyond):
        kinds[beyond] = [astral_class(code) for code in codes[beyond].tolist()]
    return codes, kinds


def _hyphens(kinds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make a hyphen between two words a space, and any other a mark."""
    places = np.flatnonzero(kinds == HYPHEN)
    if not len(places):
        return kinds
    word = (kinds == LETTER) | (kinds == DIGIT)
    inside = (places > 0) & (places < len(kinds) - 1)
    inside &= word[np.maximum(places - 1, 0)] & word[np.minimum(places + 1, len(kinds) - 1)]
    kinds[places] = np.where(inside, SPACE, MARK)
    return kinds


def _spaced(
    codes: NDArray[np.uint32], kinds: NDArray[np.uint8], begin: Any, end: Any
) -> tuple[NDArray[np.uint32], Numbers, Numbers]:
    """Put single spaces around each word and mark."""
    alone = (kinds == MARK) | (kinds == SIGN) | (kinds == _BREAK)
    widths = np.where(alone, 3, 1)
    places = np.cumsum(widths) - widths + 1 + alone  # one blank stands before everything
    flat = np.full(int(widths.sum()) + 1, _BLANK, dtype=np.uint32)
    flat[places] = np.where(kinds == SPACE, _BLANK, codes)
    begins, ends = (np.zeros(len(flat), dtype=np.int64) for _ in range(2))
    begins[places], ends[places] = begin, end
    blank = flat == _BLANK
    kept = np.ones(len(flat), dtype=bool)
    kept[1:] = ~(blank[1:] & blank[:-1])
    return flat[kept], begins[kept], ends[kept]
