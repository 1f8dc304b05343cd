"""What counts as a word, and when two words are the same.

A word is a run of letters and digits, with the marks on them and with inner apostrophes (`don't`). A French
elision is a word apart: in `l'hôtel` there are `l` and `hôtel`.

Words are compared folded: NFC; `I`, `ı` and `İ` are all `i`, so that Turkish and other people's capitals
meet; then Unicode's casefold (`ß` is `ss`); `ё` is `е`; all apostrophes are `'`.
"""

from __future__ import annotations

import re
from unicodedata import normalize

APOSTROPHES = "'’‘ʼ＇"
MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc" + (
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0b82-\u0bcd"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
"""Marks that go with the letter before them; of the scripts of the world those that are met most."""
ELIDED = (
    *"cdjlmnstCDJLMNST",
    *(first + second for first in "qQ" for second in "uU"),
    *(
        form
        for word in ("jusqu", "lorsqu", "puisqu", "quoiqu")
        for form in (word, word.capitalize(), word.upper())
    ),
)
"""French words that lose a letter before another word: with the apostrophe they are no part of that."""
_ELISION = rf"(?:{'|'.join(ELIDED)})(?=[{APOSTROPHES}]\w)"
_WORD = rf"{_ELISION}|\w+(?:(?:[{APOSTROPHES}](?=\w)|[{MARKS}]+)\w*)*"
_cut = re.compile(f"({_WORD})").split

_BEFORE = {ord(letter): "i" for letter in "Iıİ"} | {ord(mark): "'" for mark in APOSTROPHES}
_YO = {ord("ё"): "е"}
_DOTTED = "i\u0307"

_STROKES = str.maketrans(
    dict(zip("łøđðħŧƀɨʉƶǥɏⱥȼɇɉɍŋŀɓɗƙƴ", "loddhtbiuzgyacejrnlbdky", strict=True)) | {"æ": "ae", "œ": "oe"}
)
"""Letters that Unicode does not take apart into a letter and a mark."""
_MARKED = re.compile("(?<=[a-z\u00df-\u02af\u0370-\u03ff])[\u0300-\u036f]+")
_STRESS = re.compile("(?<=[\u0400-\u052f])[\u0300\u0301]")


def cut(text: str) -> list[str]:
    """A text in pieces, none left out: gap, word, gap, word, …, gap.

    Characters that Python's `re` takes for letters and we do not are others afterwards; the lengths stay.
    """
    if "_" in text:
        text = text.replace("_", " ")
    if "ʼ" in text:
        text = text.replace("ʼ", "'")
    return _cut(text)


def words(text: str) -> list[str]:
    """The words of a text."""
    return cut(text)[1::2]


def folded(word: str) -> str:
    """The word in the form that is compared; two words are the same when this is."""
    if word.isascii():
        return word.lower()
    word = normalize("NFC", word).translate(_BEFORE).replace(_DOTTED, "i").casefold()
    return normalize("NFC", word).translate(_YO)


def plain(word: str) -> str:
    """A folded word without its diacritics: `żółty` → `zolty`, `hôtel` → `hotel`.

    Marks of Latin and Greek letters go, and the stress of Cyrillic ones; `й` and `ї` are letters of their
    own.
    """
    if word.isascii():
        return word
    word = _MARKED.sub("", normalize("NFD", word.translate(_STROKES)))
    return normalize("NFC", _STRESS.sub("", word))
