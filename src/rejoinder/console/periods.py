"""Days put together into weeks, months or years, so that a chart has neither three points nor thousands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from rejoinder.console.speech import _, date_text

Step = Literal["day", "week", "month", "year"]
DAILY, WEEKLY, MONTHLY = 62, 560, 15_000
"""Days up to which there is a point for each day, each week, each month; more are put together by years."""
_FOLLOWING: dict[Step, int] = {"day": 1, "week": 7, "month": 32, "year": 366}


def step_of(first: date, last: date, *, weeks: bool = False) -> Step:
    """How long each point should be, from the first day to the last. `weeks` — they are weeks already."""
    length = (last - first).days + 1
    if length <= DAILY and not weeks:
        return "day"
    return "week" if length <= WEEKLY else "month" if length <= MONTHLY else "year"


def begin_of(day: date, step: Step) -> date:
    """The first day of the week, month or year of a day."""
    match step:
        case "week":
            return date.fromordinal(max(1, day.toordinal() - day.weekday()))
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def begins_of(first: date, last: date, step: Step) -> list[date]:
    """The first day of each, from the first to the last, whatever happened in it."""
    found = [begin_of(first, step)]
    while (date.max - found[-1]).days > 2 * 366:
        following = begin_of(found[-1] + timedelta(days=_FOLLOWING[step]), step)
        if following > last:
            break
        found.append(following)
    return found


def names_of(begins: list[date], step: Step) -> list[str]:
    """What they are called below a chart."""
    short = begins[0].year == begins[-1].year
    skeleton = {"month": "yMMM", "year": "y"}.get(step, "MMMd" if short else "yMMMd")
    return [date_text(day, skeleton) for day in begins]


def heading_of(step: Step) -> str:
    """What their column is called in a table."""
    return {"day": _("Day"), "week": _("Week from"), "month": _("Month"), "year": _("Year")}[step]
