"""Parameters, wherever a caller puts them: query and body, on GET and POST; the body wins.

The document says "Parametry (POST)" of endpoints that it calls by GET, and real callers send them in the
query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rejoinder.core.unit import LAST_MOMENT, zone
from rejoinder.kernel.call import Call
from rejoinder.model.panel import MAX_LABELS
from rejoinder.model.problems import Invalid, NotAcceptable, Unreadable

Fields = Mapping[str, Any]
"""Names → text, numbers, lists, groups of fields."""

DEFAULT_LIMIT, MAX_LIMIT = 50, 1000
MAX_OFFSET = 2**32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?", re.ASCII)
_LABEL = re.compile(r"label(\d{1,6})", re.ASCII)


def is_json(call: Call) -> bool:
    """Whether the body is JSON, by its type or by its look: many clients send it without naming it."""
    return call.content_type.endswith("json") or call.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def fields_of(call: Call) -> Fields:
    """All parameters of a call. Raises Unreadable."""
    query = call.query_form(sparse=True) if call.query_string else {}
    if not call.body:
        return query
    body = call.json(dict[str, Any]) if is_json(call) else call.form(sparse=True)
    return query | body


def text_of(fields: Fields, name: str) -> str | None:
    """One plain parameter, None when it is absent or blank. Raises Unreadable for a list, group or file."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    if not isinstance(value, str):
        raise Unreadable(f"The parameter {name!r} must be one text or whole number.")
    return value.strip() or None


def needed(fields: Fields, name: str) -> str:
    """A parameter that must be there: 406 without it, as the document has it."""
    found = text_of(fields, name)
    if found is None:
        raise NotAcceptable(f"The parameter {name} is missing.")
    return found


def number_of(fields: Fields, name: str) -> int:
    """An id that must be there; 0, which nothing has, for what is no number. Raises NotAcceptable."""
    text = needed(fields, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def paging(fields: Fields) -> tuple[int, int]:
    """(offset, limit). Raises Invalid."""
    limit = _whole(fields, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    return _whole(fields, "offset", 0, 0, MAX_OFFSET), limit


def _whole(fields: Fields, name: str, default: int, least: int, most: int) -> int:
    text = text_of(fields, name)
    if text is None:
        return default
    digits = text.isascii() and text.isdecimal() and len(text) <= 10
    if not digits or not least <= int(text) <= most:
        raise Invalid(f"{name} must be a whole number from {least} to {most}, not {text[:40]!r}.")
    return int(text)


def labels_of(fields: Fields) -> dict[int, str]:
    """`label1` … `label15`, those that are not blank. Raises Invalid for another number."""
    found = {}
    for name in fields:
        if not (match := _LABEL.fullmatch(name)):
            continue
        number = int(match[1])
        if not 1 <= number <= MAX_LABELS or match[1][0] == "0":
            raise Invalid(f"There are label1 to label{MAX_LABELS}; {name} is none of them.")
        if (text := text_of(fields, name)) is not None:
            found[number] = text
    return found


def day_of(fields: Fields, name: str, timezone: str) -> tuple[int, int] | None:
    """A whole day in the workspace's zone as (from, to) in µs; None when it is not asked for.

    Raises Invalid.
    """
    text = text_of(fields, name)
    if text is None:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
        return _midnight(day, timezone), _midnight(day + timedelta(days=1), timezone)
    except (ValueError, OverflowError):
        raise Invalid(f"{name} must be a day such as 2011-11-20, not {text[:40]!r}.") from None


def moment_of(fields: Fields, name: str, timezone: str) -> int | None:
    """A day or moment in the workspace's zone, in µs; None when it is not given. Raises Invalid."""
    text = text_of(fields, name)
    if text is None:
        return None
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        return _micros(datetime.fromisoformat(text), timezone)
    except (ValueError, OverflowError):
        raise Invalid(f"{name} must be such as 2012-12-06 12:00:00, not {text[:40]!r}.") from None


def _midnight(day: date, timezone: str) -> int:
    return _micros(datetime.combine(day, time()), timezone)


def _micros(naive: datetime, timezone: str) -> int:
    found = (naive.replace(tzinfo=zone(timezone)) - _EPOCH) // timedelta(microseconds=1)
    if not 0 <= found <= LAST_MOMENT:
        raise ValueError
    return found
