"""Where the words of many texts stand: `folding.cut` for a whole batch at once."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rejoinder.text.folding import APOSTROPHES, ELIDED, MARKS
from rejoinder.text.hashing import Hashes, Rolling, hashes_of
from rejoinder.text.numbering import Numbers

_OTHER, _LETTER, _MARK, _APOSTROPHE = range(4)
_BREAK = "\0"
"""Stands between two texts; no word goes over it."""


class Cut(NamedTuple):
    """The words of texts. `joined`: the texts; `offsets`: where each begins there, and the end; `starts`,
    `ends`: where each word does; `text_of`: its text; `hashes`: of its letters."""

    joined: str
    offsets: Numbers
    starts: Numbers
    ends: Numbers
    text_of: Numbers
    hashes: Hashes


def cut_all(texts: Sequence[str]) -> Cut:
    """Find the words of texts."""
    joined = _BREAK.join(("", *texts, ""))
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds()[codes]
    rolling = Rolling(codes.astype(np.uint64))
    edges = np.flatnonzero(np.diff(_inside(kinds, rolling).view(np.int8))) + 1
    starts, ends = edges[::2], edges[1::2]
    offsets = np.cumsum(np.array([0, *map(len, texts)]) + 1)
    text_of = np.repeat(np.arange(len(texts)), np.diff(np.searchsorted(starts, offsets)))
    return Cut(joined, offsets, starts, ends, text_of, rolling.pieces(starts, ends))


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each character is to a word."""
    kinds = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    every = np.arange(len(kinds), dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for kind, pattern in ((_MARK, f"[{MARKS}]+"), (_LETTER, r"\w+"), (_APOSTROPHE, f"[{APOSTROPHES}]")):
        for run in re.finditer(pattern, every):
            kinds[run.start() : run.end()] = kind
    kinds[ord("_")] = _OTHER
    return kinds


def _inside(kinds: NDArray[np.uint8], rolling: Rolling) -> NDArray[np.bool_]:
    """Which characters are in words."""
    inside: NDArray[np.bool_] = kinds == _LETTER
    places = np.flatnonzero(kinds == _MARK)
    if len(places):  # a run of marks goes with the letter before it
        first = kinds[places - 1] != _MARK
        inside[places] = inside[places[first] - 1][np.cumsum(first) - 1]
    places = np.flatnonzero(kinds == _APOSTROPHE)
    if len(places):
        places = places[inside[places - 1] & (kinds[places + 1] == _LETTER)]
        inside[places] = ~_elided(places, inside, rolling)
    return inside


def _elided(places: Numbers, inside: NDArray[np.bool_], rolling: Rolling) -> NDArray[np.bool_]:
    """Before which apostrophes a whole word is French and has lost its last letter.

    Whether a word begins behind an apostrophe hangs on whether that one, too, is such: `d'l'eau`.
    """
    elided, linked = np.zeros((2, len(places)), dtype=bool)
    earlier = np.append(0, places[:-1])
    for size, hashes in _elisions():
        begins = np.maximum(places - size, 1)
        whole = np.isin(rolling.pieces(begins, places), hashes) & ~inside[begins - 1]
        elided |= whole
        linked |= whole & (begins - 1 == earlier)
    first = np.maximum.accumulate(np.where(linked, 0, np.arange(len(places))))
    others = np.cumsum(~elided)
    whole_run: NDArray[np.bool_] = others == others[first] - ~elided[first]
    return whole_run


@cache
def _elisions() -> list[tuple[int, Hashes]]:
    """The French words that lose a letter, by their length."""
    sizes = sorted({len(word) for word in ELIDED})
    return [(size, hashes_of([word for word in ELIDED if len(word) == size])) for size in sizes]
