"""Names, labels and codes as SPSS allows them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

MAX_NAME = 64
"""Bytes of a variable's name."""
_RESERVED = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])
_MARKS = "._$#@"


def variable_names(names: Sequence[str]) -> list[str]:
    """A valid name for each: it begins with a letter, has at most 64 bytes, and no two are alike."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = _plain(name)
        chosen, number = _short(plain, ""), 1
        while chosen.casefold() in taken:
            number += 1
            chosen = _short(plain, f"_{number}")
        taken.add(chosen.casefold())
        found.append(chosen)
    return found


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFC", name)
    kept = "".join(c if c.isalnum() or c in _MARKS else "_" for c in text).strip("._")
    if not kept or not kept[0].isalpha() or kept.upper() in _RESERVED:
        kept = f"v_{kept}".rstrip("_.")
    return kept


def _short(name: str, ending: str) -> str:
    return cut(name, MAX_NAME - len(ending)).rstrip("._") + ending


def cut(text: str, most: int) -> str:
    """Text of at most so many bytes of UTF-8, whole characters."""
    data = text.encode()
    return text if len(data) <= most else data[:most].decode("utf-8", "ignore")


def numeric_codes(labels: Mapping[str, str]) -> dict[str, float] | None:
    """The codes of a choice as numbers; None where one of them is no number as a number is written."""
    found = {}
    for code in labels:
        try:
            number = float(code)
        except ValueError:
            return None
        if code not in (str(int(number)) if number.is_integer() else "", repr(number)):
            return None
        found[code] = number
    return found or None
