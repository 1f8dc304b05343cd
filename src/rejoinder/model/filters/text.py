"""Text made comparable: the one folding used by filters, keys and searches."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime

KEY_LENGTH = 512
"""Longest text, in characters, that a key keeps as it is."""


def fold(text: str) -> str:
    """`text` in the form in which two texts are compared: NFC, then casefold, then NFC again."""
    if text.isascii():
        return text.lower()
    normal = unicodedata.normalize("NFC", text).casefold()
    return unicodedata.normalize("NFC", normal)


def number_text(number: float) -> str:
    """The canonical decimal text of a finite number: `5` for 5.0, `5.5`, `0` for -0.0."""
    if isinstance(number, float):
        return str(int(number)) if number.is_integer() else repr(number)
    return str(int(number))


def iso_text(moment: datetime) -> str:
    """The canonical text of a moment: naive UTC, with a fraction of 3 or 6 digits only where there is one."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    if not moment.microsecond:
        return moment.isoformat(timespec="seconds")
    return moment.isoformat(timespec="microseconds" if moment.microsecond % 1000 else "milliseconds")


def key_text(value: str | float | datetime) -> str:
    """The text under which the key table stores a value of a record, or a constant of a filter.

    Two values that a filter calls equal have the same key: texts and choice codes are folded, numbers
    and booleans are written as `number_text`, moments as their folded `iso_text` (records hold moments
    as such texts). A text longer than `KEY_LENGTH` or with a NUL is replaced by a digest.
    """
    if isinstance(value, datetime):
        return fold(iso_text(value))
    if not isinstance(value, str):
        return number_text(value)
    folded = fold(value)
    if len(folded) <= KEY_LENGTH and "\0" not in folded:
        return folded
    return "\x02" + hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()
