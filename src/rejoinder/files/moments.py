"""Dates of a file in one time zone, many at once: their µs, and their naive texts.

A day's begin is worked out once, and a moment of it is added to it, as long as the zone keeps one offset all
day; whatever is written in another way is read by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import cache

from rejoinder.files.property_types import is_date, micros_of

KNOWN = 10_000
"""Days, and dates in other forms, that are remembered: many files have few different ones."""
_SECOND = 1_000_000
_MIDNIGHT = "T00:00:00"
_STEPS = tuple(timedelta(hours=hour) for hour in range(0, 25, 3))
"""No zone changes its offset twice within so short a time."""


@cache
def _minutes() -> dict[str, int]:
    """What may follow a day, up to its minutes, in µs."""
    times = [(f"{n // 60:02}:{n % 60:02}", n * 60 * _SECOND) for n in range(24 * 60)]
    return {"": 0} | {mark + text: micros for mark in " T" for text, micros in times}


@cache
def _seconds() -> dict[str, int]:
    """What may follow the minutes."""
    return {"": 0} | {f":{n:02}": n * _SECOND for n in range(60)}


class _Days(dict[str, int]):
    """Days to the µs of their begin. Raises KeyError for what is none, or no day of one offset."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, day: str) -> int:
        if len(day) != 10 or not is_date(day):
            raise KeyError(day)
        begin = datetime.fromisoformat(day)
        if len({(begin + step).replace(tzinfo=self._zone).utcoffset() for step in _STEPS}) > 1:
            raise KeyError(day)
        if len(self) >= KNOWN:
            self.clear()
        found = self[day] = micros_of(day, self._zone)
        return found


class Moments:
    """Reads dates in `MOMENT_FORMS`; those without an offset are the zone's."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._days = _Days(zone)
        self._others: dict[str, tuple[int, str]] = {}

    def read(self, cells: Sequence[str]) -> tuple[list[int], list[str]]:
        """The dates in µs and as naive ISO texts of the zone.

        Raises KeyError when one of them is not written as a day and a time, or may be no such date; `one`
        reads each.
        """
        days, minutes, seconds = self._days, _minutes(), _seconds()
        micros = [days[cell[:10]] + minutes[cell[10:16]] + seconds[cell[16:]] for cell in cells]
        return micros, [_text(cell) for cell in cells]

    def one(self, cell: str) -> tuple[int, str]:
        """One date, in any of the forms. Raises ValueError."""
        try:
            (at,), (text,) = self.read((cell,))
            return at, text
        except KeyError:
            found = self._others.get(cell)
        if found is None:
            at = micros_of(cell.strip(), self._zone)
            found = at, datetime.fromtimestamp(at // _SECOND, self._zone).isoformat()[:19]
            if len(self._others) < KNOWN:
                self._others[cell] = found
        return found


def _text(cell: str) -> str:
    """A day and a time as records hold them."""
    return (cell + _MIDNIGHT[len(cell) - 10 :]).replace(" ", "T")
