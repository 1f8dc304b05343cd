"""One cell of text → one stored value, by the kind of its variable; never a guess.

Each `read_*` raises `ValueError` with a short reason for people when the text is not such a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

MAX_DIGITS = 15
"""Most digits of a number: what a double holds exactly."""
MISSING = frozenset({"NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null", "#NULL!"})
"""What statistics programs write for a number or date that is not there."""

Manner = Literal["", "DMY", "MDY", "1,5"]
"""How a column's values are written where that could be read in two ways: dates with slashes by day or by
month first, numbers with a decimal comma. "" allows neither."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\Z", re.ASCII)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?\Z",
    re.ASCII,
)
_LOCAL = re.compile(
    r"(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?:,?[T ]\s*(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AaPp][Mm])?)?\Z", re.ASCII
)
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,63}\Z")
_TRUE = frozenset({"1", "true", "yes", "t", "y"})
_FALSE = frozenset({"0", "false", "no", "f", "n"})


def read_number(text: str, manner: Manner = "") -> int | float:
    """Return the number written in `text` without thousands separators, with a decimal point (or comma)."""
    if manner == "1,5" and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    match = _NUMBER.match(text)
    if match is None:
        raise ValueError("is not a number (write it like 1234.5)")
    if match[2] is None and match[3] is None and match[1].isdigit():
        if len(match[1]) > MAX_DIGITS:
            raise ValueError(f"has more than {MAX_DIGITS} digits")
        return int(text)
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("is too large a number")
    return int(number) if number.is_integer() and abs(number) < 10**MAX_DIGITS else number


def read_boolean(text: str) -> int:
    """Return 1 or 0."""
    word = text.casefold()
    if word in _TRUE:
        return 1
    if word in _FALSE:
        return 0
    raise ValueError("is neither true nor false")


def read_time(text: str, manner: Manner = "") -> str:
    """Return the stored form, naive ISO in UTC, of a date or date and time.

    Understands ISO 8601, `31.12.2019 23:59` and, when `manner` is `"DMY"` or `"MDY"`, dates with slashes
    with or without AM and PM. A time without an offset is taken as it is.
    """
    moment = _iso(text) or _local(text, manner)
    if moment is None:
        raise ValueError("is not a date (write it like 2019-11-15 or 2019-11-15T10:50:26)")
    return stored_time(moment)


def stored_time(moment: datetime) -> str:
    """Return `moment` as a dateTime value is stored: seconds, or milliseconds when it has some."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond >= 1000 else "seconds")


def read_choice(text: str, codes: Mapping[str, str], key: str) -> str:
    """Return the code of the option named `text`; `key` is `text` folded, a key of `codes`."""
    code = codes.get(key)
    if code is None:
        raise ValueError("is not one of the options")
    return code


def read_rank(text: str, size: int) -> int:
    """Return a rank from 1 to `size`."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= size:
        raise ValueError(f"is not a rank from 1 to {size}")
    return int(text[:6])


def is_number(text: str, manner: Manner = "") -> bool:
    """Whether `text` is a quantity: a number without leading zeros or a plus sign (those are identifiers)."""
    try:
        read_number(text, manner)
    except ValueError:
        return False
    return not text.startswith("+") and re.match(r"-?0\d", text) is None


def is_email(text: str) -> bool:
    """Whether `text` has the form of an email address."""
    return len(text) <= 254 and _EMAIL.match(text) is not None


def is_time(text: str, manner: Manner = "") -> bool:
    """Whether `read_time` understands `text` in that manner."""
    try:
        read_time(text, manner)
    except ValueError:
        return False
    return True


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime(  # noqa: DTZ001 - a time without an offset stays naive
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "").ljust(6, "0")[:6]),
        )
        if zone is None:
            return moment
        offset = "+00:00" if zone in ("Z", "UTC") else zone
        return datetime.fromisoformat(moment.isoformat() + offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _local(text: str, manner: Manner) -> datetime | None:
    match = _LOCAL.match(text)
    if match is None or (match[2] == "/" and manner not in ("DMY", "MDY")):
        return None
    first, _, second, year, hour, minute, seconds, half = match.groups()
    month, day = (first, second) if manner == "MDY" and match[2] == "/" else (second, first)
    hours = int(hour or 0)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    try:
        return datetime(int(year), int(month), int(day), hours, int(minute or 0), int(seconds or 0))  # noqa: DTZ001
    except ValueError:
        return None
