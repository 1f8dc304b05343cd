"""Question titles, answer labels and names of files as people should read them."""

from __future__ import annotations

import re
import unicodedata

MAX_SHOWN = 60
"""Longest piece of a file's own text inside a message, in characters."""

_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff]"
)
_SPACES = re.compile(r"\s+")
# One to three non-ASCII characters glued to the end of an otherwise ASCII sentence are the remains of a
# character that an earlier program could not write.
_DEBRIS = re.compile(r"(?<=[?.!:])[^\x00-\x7f]{1,3}\Z")


def file_title(sent: str, most: int = 200) -> str:
    """A file's name without its folders, printable and not too long; empty where nothing is left."""
    last = sent.replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, last)).strip()[:most]


def clean(text: str) -> str:
    """Return `text` on one line: spaces collapsed, control characters gone, certain mojibake undone."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    for _ in range(10):  # what is undone may be mojibake again; clean text must stay as it is
        before, text = text, _cleaner(text)
        if text == before:
            break
    return text


def folded(text: str) -> str:
    """Return the form in which two labels are the same label: clean, NFC, casefolded."""
    return unicodedata.normalize("NFC", clean(text).casefold())


def shown(text: object) -> str:
    """Return a piece of the file's text fit for a message: one line, no controls, cut, in quotes."""
    line = "".join(c if c.isprintable() else "\ufffd" for c in clean(str(text)[: MAX_SHOWN * 4]))
    return f'"{line[: MAX_SHOWN - 1]}…"' if len(line) > MAX_SHOWN else f'"{line}"'


def _cleaner(text: str) -> str:
    text = _remade(_SPACES.sub(" ", _CONTROLS.sub("", text)))
    text = unicodedata.normalize("NFC", text).strip()
    bare = _DEBRIS.sub("", text)
    return bare if bare.isascii() else text


def _remade(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 ("â€™"): only when the whole text proves it."""
    if text.isascii():
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
