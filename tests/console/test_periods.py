"""Days put together for charts: every day is in one period, in order, and there are never too many."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rejoinder.console.periods import begin_of, begins_of, names_of, step_of
from rejoinder.console.surveys.charting import by_day

DAYS = st.dates(max_value=date(9990, 1, 1))


@given(days=st.lists(DAYS, min_size=1, max_size=8), weeks=st.booleans())
def test_each_day_is_in_one_of_them(days: list[date], weeks: bool) -> None:
    first, last = min(days), max(days)
    step = step_of(first, last, weeks=weeks)
    begins = begins_of(first, last, step)
    assert begins == sorted({*begins})
    assert {begin_of(day, step) for day in days} <= {*begins}
    assert all(begin_of(begin, step) == begin for begin in begins)
    assert len(begins) <= (500 if step != "year" else 10_000)
    assert len(names_of(begins, step)) == len(begins)


def test_a_few_weeks_are_drawn_by_weeks_with_those_without_an_answer() -> None:
    chart = by_day({"2026-09-02": 4, "2026-09-03": 1, "2026-09-15": 2, "2026-11-20": 3})
    assert chart is not None
    (line,) = chart.option["series"]
    assert line["data"] == [5, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert chart.option["xAxis"]["data"][0] == "Aug 31"


def test_the_last_days_of_all() -> None:
    assert by_day({"9999-12-30": 1, "9999-12-31": 2}) is not None
    assert by_day({"0001-01-01": 1, "9999-12-31": 2}) is not None
