"""Sentiments drawn: bars of shares, and how they change over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from babel import dates

from rejoinder.console.charts import Chart, bars
from rejoinder.console.feedback.frame import NONE, words
from rejoinder.console.speech import VOICE, _, locale
from rejoinder.model.feedback import Counts, Trend

EPOCH = date(1970, 1, 1)
DAILY, WEEKLY = 62, 560
"""Days up to which a chart has a bar for each day, and for each week; more are drawn by months."""
COLOURS = ("@chart-good", "@chart-middle", "@chart-bad", "@chart-none")


class Part(NamedTuple):
    """A piece of a bar, in hundredths of its width."""

    kind: str
    begin: float
    width: float


def parts(counts: Counts, width: float = 100.0) -> list[Part]:
    """A bar of shares, as wide as `width`."""
    pieces = zip(("good", "middle", "bad", "none"), _four(counts), strict=True)
    found, begin = [], 0.0
    for kind, n in pieces:
        size = width * n / counts.responses if counts.responses else 0.0
        if size:
            found.append(Part(kind, round(begin, 2), round(size, 2)))
        begin += size
    return found


def _four(counts: Counts) -> tuple[int, int, int, int]:
    return counts.positive, counts.neutral, counts.negative, max(0, counts.without)


def over_time(days: Sequence[Trend], *, weeks: bool = False) -> Chart | None:
    """Bars of sentiments for each day, week or month, gaps included; None where there is nothing.

    Parameters: `weeks` — each `Trend` is a week already.
    """
    if not days:
        return None
    first, last = _date(days[0].day), _date(days[-1].day)
    length = (last - first).days + 1
    step = "week" if weeks and length <= WEEKLY else "day" if length <= DAILY else "week"
    step = "month" if length > WEEKLY else step
    totals: dict[date, list[int]] = {day: [0, 0, 0, 0] for day in _steps(first, last, step)}
    for one in days:
        bucket = totals[_begin(_date(one.day), step)]
        for place, n in enumerate(_four(one.counts)):
            bucket[place] += n
    said = words()
    one_year = first.year == last.year
    names = [_name(day, step, one_year) for day in totals]
    series = {said[word]: [one[n] for one in totals.values()] for n, word in enumerate(said)}
    if not any(series[said[NONE]]):
        del series[said[NONE]]  # mostly every response has a sentiment
    heading = {"day": _("Day"), "week": _("Week from"), "month": _("Month")}[step]
    return bars(heading, names, series, stacked=True, colours=COLOURS)


def _date(day: int) -> date:
    return EPOCH + timedelta(days=day)


def _begin(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _steps(first: date, last: date, step: str) -> list[date]:
    found, day = [], _begin(first, step)
    while day <= last:
        found.append(day)
        following = {"day": 1, "week": 7, "month": 32}[step]
        day = _begin(day + timedelta(days=following), step)
    return found


def _name(day: date, step: str, one_year: bool) -> str:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    skeleton = "yMMM" if step == "month" else "MMMd" if one_year else "yMMMd"
    return dates.format_skeleton(skeleton, at, locale=locale(VOICE.get().language))
