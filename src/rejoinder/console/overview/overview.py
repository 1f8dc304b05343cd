"""A workspace at a glance: its surveys, what they measure, how feedback sounds, what needs a look."""

from __future__ import annotations

from typing import Any

from rejoinder.console.charts import Chart, bars
from rejoinder.console.doings import tell
from rejoinder.console.speech import _, day_text
from rejoinder.console.visit import Visit
from rejoinder.core.overview import DAYS, glance
from rejoinder.core.surveys import count_surveys
from rejoinder.kernel.reply import Reply
from rejoinder.model.feedback import Counts, Trend

_DAY = 86_400_000_000


def overview(visit: Visit) -> Reply:
    """The overview; in a fresh workspace the first steps."""
    found = glance(visit.unit)
    respondents = sum(survey.respondents for survey in found.surveys)
    responses = sum(survey.responses for survey in found.surveys)
    values: dict[str, Any] = {
        "found": found,
        "doings": tell(visit, found.entries),
        "total": count_surveys(visit.unit),
        "respondents": respondents,
        "responses": responses,
        "rate": responses / respondents if respondents else None,
        "today": sum(survey.today for survey in found.surveys),
        "week": sum(survey.week for survey in found.surveys),
        "trend": trend_chart(visit.now, found.trend) if found.trend else None,
    }
    return visit.page("overview/overview.html", **values)


def trend_chart(now: int, trend: list[Trend]) -> Chart:
    """Sentiment of each of the last days."""
    last = now // _DAY
    counts = {one.day: one.counts for one in trend}
    days = range(last - DAYS + 1, last + 1)
    names = [day_text(day * _DAY + _DAY // 2, "short") for day in days]
    each = [counts.get(day, Counts()) for day in days]
    series = {
        _("Positive"): [one.positive for one in each],
        _("Neutral"): [one.neutral for one in each],
        _("Negative"): [one.negative for one in each],
    }
    colours = ("@chart-good", "@chart-middle", "@chart-bad")
    return bars(_("Day"), names, series, stacked=True, colours=colours)
