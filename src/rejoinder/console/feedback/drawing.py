"""Sentiments drawn: bars of shares, and how they change over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from rejoinder.console.charts import Chart, bars
from rejoinder.console.feedback.frame import NONE, words
from rejoinder.console.periods import begin_of, begins_of, heading_of, names_of, step_of
from rejoinder.model.feedback import Counts, Trend

EPOCH = date(1970, 1, 1)
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
    step = step_of(first, last, weeks=weeks)
    totals: dict[date, list[int]] = {day: [0, 0, 0, 0] for day in begins_of(first, last, step)}
    for one in days:
        bucket = totals.setdefault(begin_of(_date(one.day), step), [0, 0, 0, 0])
        for place, n in enumerate(_four(one.counts)):
            bucket[place] += n
    said = words()
    series = {said[word]: [one[n] for one in totals.values()] for n, word in enumerate(said)}
    if not any(series[said[NONE]]):
        del series[said[NONE]]  # mostly every response has a sentiment
    names = names_of([*totals], step)
    return bars(heading_of(step), names, series, stacked=True, colours=COLOURS)


def _date(day: int) -> date:
    return EPOCH + timedelta(days=day)
