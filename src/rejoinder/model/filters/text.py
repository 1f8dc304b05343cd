"""Text made comparable: the one folding used by filters, keys and searches."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

KEY_LENGTH = 512
"""Longest text, in characters, that a key keeps as it is."""
KEY_BYTES = 2048
"""Longest joint key, in bytes: an index entry of PostgreSQL ends at 2,704."""
JOINT = "\x1f"
"""Joins the values of several variables into one key."""


_DIGEST = "\x02"
"""Leads a digest, so that no text is taken for one."""


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
    if not isinstance(value, str):
        return fold(iso_text(value)) if isinstance(value, datetime) else number_text(value)
    folded = fold(value)
    plain = len(folded) <= KEY_LENGTH and "\0" not in folded and folded[:1] != _DIGEST
    return folded if plain else _digest(folded)


def joint_key(values: Sequence[str | float | datetime]) -> str:
    """The text under which the key table stores the values of several variables together.

    Different values never share a key: a part that holds the joining character is replaced by a digest,
    and so is a whole that no index entry could hold. One value alone has its `key_text`.
    """
    if len(values) == 1:
        return key_text(values[0])
    parts = [_digest(part) if JOINT in part else part for part in map(key_text, values)]
    joined = JOINT.join(parts)
    return joined if len(joined.encode("utf-8", "surrogatepass")) <= KEY_BYTES else _digest(joined)


def _digest(text: str) -> str:
    return _DIGEST + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
