"""The normal form of a text, and where each of its characters stood in the original.

The normal form is what word files, lexicons and heads see: NFC, lower case, no addresses, emoticons as emoji,
runs of three and more characters cut to two, and every word and mark between single spaces.
`batch.py` does the same for many texts at once; this is the reference that it is held to.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MOST_CHARACTERS = 20_000
"""A longer text is read up to here."""
SPACE, LETTER, DIGIT, MARK, SIGN, DROPPED, HYPHEN = range(7)
"""Classes of characters: words are letters and digits, signs are emoji and the like. A hyphen between two
words is a space, and a mark elsewhere."""
END = "\x00"
"""Stands between the texts of a batch; a blank in a text."""

CHANGED = {
    "ı": "i",
    "ё": "е",
    "\n": "¶",
    "\r": "¶",
    "\u2028": "¶",
    "\u2029": "¶",
    "…": ".",
    "。": ".",
    "！": "!",
    "？": "?",
    "，": ",",
    "–": "-",
    "—": "-",
    "−": "-",
    "‑": "-",
    "‐": "-",
    **dict.fromkeys("“”„‟«»", '"'),
    "ſ": "s",
    "☹": "🙁",
    "☺": "🙂",
    "♥": "❤",
    "♡": "❤",
}
"""Characters that stand for another one, beside foreign digits."""
_APOSTROPHES = "'’‘ʼ`´′ʹ＇"
_ADDRESS = re.compile(r"(?:https?:|www\.)[^\s\x00]+")
_NAME = re.compile(r"@\w+")
_FACE = re.compile(
    r"(?<![\w:;=])(?:"
    r"(?P<glad>[:;=8]['’]?-?[)\]}d*]+|\^_?\^|x-?d+\b|<3+|\(:)|"
    r"(?P<sad>[:=]['’]?-?[(\[{/\\|]+|>:-?\(|:'\(|-_-|\):|</3)"
    r")(?![\w/])"
)


_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*\*?")
"""Entries that are letters and single spaces: most are, and their normal form is had quickly."""
_RUN = re.compile(r"(.)\1\1+")
_LONGEST_CLUSTER = 64
"""No letter carries more marks; without an end, thousands of them would take the square of their number."""


def lowered(text: str) -> str:
    """Lower case, addresses blanked and emoticons as emoji; character for character, so that places stay."""
    text = text.replace("İ", "i").lower()
    text = _ADDRESS.sub(_blank, text)
    text = _NAME.sub(_blank, text)
    return _FACE.sub(_face, text)


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def _face(match: re.Match[str]) -> str:
    emoji = "🙂" if match["glad"] else "🙁"
    return emoji.ljust(match.end() - match.start())


@cache
def classes() -> bytes:
    """The class of each character of the Basic Multilingual Plane."""
    found = bytearray(0x10000)
    for code in range(0x10000):
        found[code] = _class(unicodedata.category(chr(code)))
    for letter in _APOSTROPHES:
        found[ord(letter)] = SPACE
    for code in (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)):
        found[code] = DROPPED
    found[ord("¶")] = MARK
    found[ord("-")] = HYPHEN
    return bytes(found)


def _class(category: str) -> int:
    if category[0] == "L" or category == "Mc":
        return LETTER
    if category[0] == "N":
        return DIGIT
    if category in ("Mn", "Me", "Cf"):
        return DROPPED
    if category == "So":
        return SIGN
    return MARK if category[0] in "PS" else SPACE


def astral_class(code: int) -> int:
    """The class of a character beyond the Basic Multilingual Plane."""
    if 0x1F3FB <= code <= 0x1F3FF or code >= 0xE0000:
        return DROPPED  # skin tones, variation selectors, tags
    return SIGN if 0x1F000 <= code < 0x20000 else LETTER


@cache
def changes() -> dict[int, int]:
    """Code point → the one that stands for it in the normal form."""
    found = {ord(old): ord(new) for old, new in CHANGED.items()}
    for code in range(0x80, 0x10000):
        if unicodedata.category(chr(code)) == "Nd":
            found[code] = ord("0") + unicodedata.digit(chr(code))
    return found


def composed(text: str) -> tuple[str, list[int] | None]:
    """NFC, with the place of each character (and of the end) in the original; None where nothing moved."""
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    places: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        places += [start] + [min(start + n, end - 1) for n in range(1, len(piece))]
    return "".join(pieces), [*places, len(text)]


def _clusters(text: str) -> list[tuple[int, int]]:
    """Pieces that can be composed each by itself."""
    starts = [0]
    for place in range(1, len(text)):
        letter = text[place]
        if letter < "\u0300" or place - starts[-1] >= _LONGEST_CLUSTER:
            starts.append(place)
        elif not unicodedata.combining(letter):
            before = text[starts[-1] : place]
            joined = unicodedata.normalize("NFC", before + letter)
            if joined == unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", letter):
                starts.append(place)
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def normal(text: str) -> tuple[str, list[int], list[int]]:
    """Give the normal form, and for each of its characters where it began and ended in the original.

    It begins and ends with a space; the places of spaces mean nothing.
    """
    text = text[:MOST_CHARACTERS]
    plain, places = composed(text)
    plain = lowered(plain).translate(changes())
    kept = _kept(plain)
    flat, starts, ends = [" "], [0], [0]

    def put(letter: str, start: int, end: int) -> None:
        flat.append(letter)
        starts.append(places[start] if places else start)
        ends.append(places[end] if places else end)

    for at, place in enumerate(kept):
        letter, kind = plain[place], _kind(plain, kept, at)
        end = kept[at + 1] if at + 1 < len(kept) else len(plain)
        if kind not in (LETTER, DIGIT) and flat[-1] != " ":
            put(" ", place, end)
        if kind != SPACE:
            put(letter, place, end)
        if kind in (MARK, SIGN):
            put(" ", place, end)
    if flat[-1] != " ":
        put(" ", len(plain), len(plain))
    return "".join(flat), starts, ends


def _kept(plain: str) -> list[int]:
    """The places of characters that are neither dropped nor the third of a run."""
    kept: list[int] = []
    first = second = ""  # the two characters before, dropped ones not counted
    for place, letter in enumerate(plain):
        if class_of(letter) == DROPPED:
            continue
        if not (letter == second == first):
            kept.append(place)
        first, second = second, letter
    return kept


def class_of(letter: str) -> int:
    """The class of a character."""
    code = ord(letter)
    return classes()[code] if code < 0x10000 else astral_class(code)


def _kind(plain: str, kept: list[int], at: int) -> int:
    kind = class_of(plain[kept[at]])
    if kind != HYPHEN:
        return kind
    inside = 0 < at < len(kept) - 1 and all(
        class_of(plain[kept[near]]) in (LETTER, DIGIT) for near in (at - 1, at + 1)
    )
    return SPACE if inside else MARK


def entry_form(entry: str) -> str:
    """The normal form of an entry of a word file: its words between single spaces, a `*` at the end kept."""
    if _WORDS.fullmatch(entry) and "xd" not in entry and unicodedata.is_normalized("NFC", entry):
        return _RUN.sub(r"\1\1", entry.replace("İ", "i").lower().translate(changes()))
    prefix = entry.endswith("*")
    words = normal(entry.rstrip("*"))[0].strip()
    return words + "*" if prefix and words else words
