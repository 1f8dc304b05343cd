"""Names for variables that come from free text.

A name must be usable in a filter expression (Forsta 001: `response:name`), so it is an ASCII
identifier, unique in its survey without regard to case, and not one of the store's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_NAME = 64
"""Longest name, in characters."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_UNFIT = re.compile(r"[^A-Za-z0-9_]+")
_APOSTROPHES = re.compile("['\u2019]")
_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE"}
)

# Words that carry no meaning in a question; a slug without them stays short and readable.
_FILLERS = """
a about all an and any are as at be been being by can did do does for from had has have how i if in into is
it its me my of on or our please so that the their them they this these those than there to under was we were
what when where which who whom why will with would you your yourself following select apply consider generally
typically ever describe speaking should more much
"""
_SLUG_WORDS = 5
_SLUG_LENGTH = 40
_FILLER_WORDS = frozenset(_FILLERS.split())


def is_name(text: str) -> bool:
    """Whether `text` can be a variable name as it stands (reserved names apart)."""
    return len(text) <= MAX_NAME and _IDENTIFIER.match(text) is not None


def identifier(text: str) -> str:
    """Return `text` made into an identifier, or "" when nothing of it is left; case is kept."""
    joined = re.sub(r"__+", "_", _UNFIT.sub("_", _ascii(text))).strip("_")
    if joined[:1].isdigit():
        joined = f"q_{joined}"
    return joined[:MAX_NAME].rstrip("_")


def slug(text: str) -> str:
    """Return a short lower-case name from a question's words, or "" when it has none in Latin letters."""
    words = [word for word in re.split(r"[^a-z0-9]+", _ascii(text).lower()) if word]
    telling = [word for word in words if word not in _FILLER_WORDS] or words
    short = ""
    for word in telling[:_SLUG_WORDS]:
        if short and len(short) + 1 + len(word) > _SLUG_LENGTH:
            break
        short = f"{short}_{word}" if short else word
    return identifier(short[:_SLUG_LENGTH])


def _ascii(text: str) -> str:
    """`text` without apostrophes and accents; letters of other scripts stay."""
    spelled = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text[:1000]).translate(_LETTERS))
    return "".join(letter for letter in spelled if not unicodedata.combining(letter))


class Names:
    """The names taken so far in one survey.

    Parameters: `reserved` — names of the store's own variables, compared without case.
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in reserved}
        self._given: set[str] = set()
        self._counts: dict[str, int] = {}

    def give(self, name: str) -> bool:
        """Hand out a name that is the store's own, to one column only; return whether it was still free."""
        free = name not in self._given
        self._given.add(name)
        return free

    def take(self, wanted: str, fallback: str = "q") -> str:
        """Return `wanted`, or the nearest free name to it, and mark it as taken.

        `fallback` is used when `wanted` holds nothing that a name may hold.
        """
        plain = wanted if is_name(wanted) else identifier(wanted) or fallback
        name, count = plain, self._counts.get(plain.casefold(), 1)
        while name.casefold() in self._taken:
            count += 1
            ending = f"_{count}"
            name = plain[: MAX_NAME - len(ending)] + ending
        self._counts[plain.casefold()] = count
        self._taken.add(name.casefold())
        return name
