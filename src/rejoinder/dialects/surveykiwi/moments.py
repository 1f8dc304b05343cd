"""Times as SurveyKiwi writes them (`2020-12-05T14:50:28-0300`, PHP's ISO-8601), in the workspace's zone.

A time in a filter names all of what it says: `2020-12-05` is that day, `2020-12-05T14:50:28` that second. So
`=` finds what is shown as equal although the store is finer, and `<= 2020-12-05` takes the whole day in.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from rejoinder.core.unit import moment, zone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = 900
"""Seconds inside of which no zone changes its offset and no clock strikes the hour: since 1972 offsets are
quarters of hours."""
_WRITTEN = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?)?)?)?"
    r" ?(Z|[+-]?\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)


class Span(NamedTuple):
    """From `first` up to `end`, which does not belong to it."""

    first: datetime
    end: datetime


def time_text(micros: int, timezone_name: str) -> str:
    """A moment as SurveyKiwi shows it."""
    return time_bytes(micros, timezone_name).decode()


def time_bytes(micros: int, timezone_name: str) -> bytes:
    """A moment as SurveyKiwi shows it."""
    step, rest = divmod(micros // 1_000_000, _STEP)
    hour, minute, offset = _step(timezone_name, step)
    minutes, seconds = divmod(rest, 60)
    return b"%b:%02d:%02d%b" % (hour, minute + minutes, seconds, offset)


@lru_cache(maxsize=4096)
def _step(timezone_name: str, step: int) -> tuple[bytes, int, bytes]:
    """(day and hour, first minute, offset) of a quarter of an hour."""
    local = moment(step * _STEP * 1_000_000).astimezone(zone(timezone_name))
    return f"{local:%Y-%m-%dT%H}".encode(), local.minute, f"{local:%z}"[:5].encode()


def read_span(text: str, timezone_name: str) -> Span | None:
    """What a written time names, in UTC; None when it names none.

    A year, a month, a day, an hour, a minute, a second or a fraction of one; without an offset in the zone.
    A blank before four digits is the `+` of an offset that an address has lost.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or (found[8] and not found[4]):
        return None
    try:
        first = _first(found).replace(tzinfo=_zone_of(found[8], timezone_name))
        begin = first.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    try:
        return Span(begin, _end(first, found).astimezone(UTC))
    except (ValueError, OverflowError):  # the last of all years
        return Span(begin, datetime.max.replace(tzinfo=UTC))


def read_start(text: str, timezone_name: str) -> Span | None:
    """What a LIKE pattern such as `2020-12%` names: the times that begin so; None for any other pattern."""
    stem = text.strip()
    if not stem.endswith("%"):
        return read_span(stem, timezone_name)
    stem = stem.rstrip("%").rstrip("-T: ")
    return read_span(stem, timezone_name) if "%" not in stem and "_" not in stem else None


def micros(when: datetime) -> int:
    """Microseconds since 1970."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def _first(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(found[n] or (n in (2, 3))) for n in range(1, 7))
    fraction = int((found[7] or "").ljust(6, "0")[:6])
    return datetime(year, month, day, hour, minute, second, fraction)  # noqa: DTZ001  the zone comes next


def _end(first: datetime, found: re.Match[str]) -> datetime:
    """The beginning of the next year, month, day, … by the clock on the wall."""
    if found[3] is None:
        years, months = (0, 1) if found[2] else (1, 0)
        return first.replace(
            year=first.year + years + (first.month + months > 12), month=(first.month + months - 1) % 12 + 1
        )
    if found[4] is None:
        return first + timedelta(days=1)
    # Hours and less are counted, not read from a clock that may be put back.
    parts = {5: timedelta(hours=1), 6: timedelta(minutes=1), 7: timedelta(seconds=1)}
    length = next((size for n, size in parts.items() if found[n] is None), None)
    length = length or timedelta(microseconds=10 ** max(0, 6 - len(found[7])))
    return first.astimezone(UTC) + length


def _zone_of(offset: str | None, timezone_name: str) -> timezone | None:
    if not offset:
        return zone(timezone_name)  # type: ignore[return-value]  # both are a tzinfo
    if offset in "zZ":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    digits = offset.lstrip("+-").replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
