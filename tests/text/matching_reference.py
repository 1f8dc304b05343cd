"""Text-match in the plainest way: every term against every run of words, letter by letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

APOSTROPHES = "'’‘ʼ＇"
ELIDED = {*"cdjlmnst", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"}
TABLE = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ð": "d", "æ": "ae", "œ": "oe"}

Word = tuple[int, int, str]


def letter(character: str) -> bool:
    return character.isalnum() and character != "ʼ"


def words_of(text: str) -> list[Word]:
    """Start, end and folded form of each word."""
    found, at = [], 0
    while at < len(text):
        if not letter(text[at]):
            at += 1
            continue
        start = at
        while at < len(text):
            inner = text[at] in APOSTROPHES and at + 1 < len(text) and letter(text[at + 1])
            elided = inner and text[start:at].lower() in ELIDED
            if not (letter(text[at]) or unicodedata.category(text[at]) == "Mn" or (inner and not elided)):
                break
            at += 1
        found.append((start, at, fold(text[start:at])))
    return found


def fold(word: str) -> str:
    word = unicodedata.normalize("NFC", word)
    word = "".join("i" if c in "Iıİ" else "'" if c in APOSTROPHES else c for c in word)
    word = unicodedata.normalize("NFC", word.replace("i\u0307", "i").casefold())
    return word.replace("ё", "е")


def bare(word: str) -> str:
    """Without diacritics."""
    out = ""
    for character in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", character)
        first = TABLE.get(parts[0], parts[0])
        latin = unicodedata.name(parts[0], "").startswith(("LATIN", "GREEK"))
        if unicodedata.category(character) == "Mn":
            continue
        out += first if latin else character
    return out


def spans(term: str, text: str) -> list[tuple[int, int]]:
    """Where a term is in a text."""
    wanted = [form for _, _, form in words_of(term)]
    last = max((end for _, end, _ in words_of(term)), default=0)
    prefix = set(term[last:].rstrip()) == {"*"}
    exact = any(form != bare(form) for form in wanted)
    if not wanted:
        return []
    have = words_of(text)
    found = []
    for first in range(len(have) - len(wanted) + 1):
        row = have[first : first + len(wanted)]
        forms = [form if exact else bare(form) for _, _, form in row]
        same = forms[:-1] == wanted[:-1]
        if same and (forms[-1].startswith(wanted[-1]) if prefix else forms[-1] == wanted[-1]):
            found.append((row[0][0], row[-1][1]))
    return found


def match(tags: Sequence[tuple[int, Sequence[str]]], text: str) -> dict[int, list[tuple[int, int]]]:
    """Tag → its places, ascending, each once."""
    found = {tag: sorted({span for term in terms for span in spans(term, text)}) for tag, terms in tags}
    return {tag: places for tag, places in found.items() if places}
