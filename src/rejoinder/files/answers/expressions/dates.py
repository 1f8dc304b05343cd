"""Moments in expressions: JavaScript's dates in the survey's time zone, as naive datetimes."""

from __future__ import annotations

import calendar
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from rejoinder.files.answers.expressions.values import number_of

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


def moment_of(value: Any, now: datetime) -> datetime | None:
    """A value as a moment: ISO text (with an offset it is brought to the zone of `now`), milliseconds since
    1970, or a moment. None for what is no date."""
    if isinstance(value, datetime):
        return value
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            return _local(datetime.fromtimestamp(value / 1000, UTC), now)
        if isinstance(value, str) and len(value) <= 64:
            return _read(value.strip(), now)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _read(text: str, now: datetime) -> datetime:
    if match := _MONTH.fullmatch(text):
        return datetime(int(match[1]), int(match[2]), 1)  # noqa: DTZ001 - naive on purpose
    return _local(datetime.fromisoformat(text), now)


def _local(moment: datetime, now: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(now.tzinfo or UTC).replace(tzinfo=None)


def local_now(now: datetime) -> datetime:
    """The present as expressions see it."""
    return now.replace(tzinfo=None)


def today(now: datetime) -> datetime:
    """This day's midnight."""
    return local_now(now).replace(hour=0, minute=0, second=0, microsecond=0)


def months_between(first: datetime, last: datetime) -> int:
    """Whole months; a month is full when its day is reached."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


def later(moment: datetime, amount: Any, unit: str) -> datetime | None:
    """A moment moved by a number of days, months, years, hours, minutes or seconds."""
    number = number_of(amount)
    if number is None or not math.isfinite(number) or abs(number) > 1e9:
        return None
    try:
        if unit in ("months", "years"):
            return _months_later(moment, int(number) * (12 if unit == "years" else 1))
        return moment + timedelta(**{unit: int(number)})
    except (OverflowError, ValueError):
        return None


def _months_later(moment: datetime, months: int) -> datetime:
    """As JavaScript does: a day that the month lacks runs on into the next one."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    over = max(0, moment.day - calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=moment.day - over) + timedelta(days=over)
