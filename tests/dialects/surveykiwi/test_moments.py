"""Times as they are written and shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.dialects.surveykiwi.moments import Span, micros, read_span, read_start, time_text

ZONES = ("UTC", "America/Argentina/Buenos_Aires", "Europe/Madrid", "Asia/Kathmandu", "Pacific/Chatham")
MOMENTS = st.datetimes(datetime(1970, 1, 3), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.sampled_from(ZONES))
def test_what_is_shown_is_php_iso_8601_and_reads_back(when: datetime, zone: str) -> None:
    text = time_text(micros(when), zone)
    assert text == when.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S%z")
    second = when.replace(microsecond=0)
    assert read_span(text, "UTC") == Span(second, second + timedelta(seconds=1))
    assert read_span(text.replace("+", " "), zone) == read_span(text, zone), "a plus that an address has lost"


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H"]))
def test_a_time_names_all_that_it_says(when: datetime, zone: str, form: str) -> None:
    """The moments that are shown with these first characters are those of the span, and no others."""
    stem = time_text(micros(when), zone)[: len(when.strftime(form))]
    span = read_span(stem, zone)
    assert span is not None
    if "T" not in form or zone not in ("Europe/Madrid", "Pacific/Chatham"):  # an hour may come twice there
        assert span.first <= when < span.end
    assert time_text(micros(span.first), zone).startswith(stem)
    assert not time_text(micros(span.end), zone).startswith(stem)
    assert read_start(f"{stem}%", zone) == span


@pytest.mark.parametrize(
    ("text", "first", "length"),
    [
        ("2020-12-05T14:50:28-0300", "2020-12-05T17:50:28", timedelta(seconds=1)),
        ("2020-12-05T14:50:28-03:00", "2020-12-05T17:50:28", timedelta(seconds=1)),
        ("2020-12-05T14:50:28Z", "2020-12-05T14:50:28", timedelta(seconds=1)),
        ("2020-12-05 14:50:28", "2020-12-05T17:50:28", timedelta(seconds=1)),
        ("2020-12-05T14:50:28.25", "2020-12-05T17:50:28.250000", timedelta(milliseconds=10)),
        ("2020-12-05T14:50:28.1234567", "2020-12-05T17:50:28.123456", timedelta(microseconds=1)),
        ("2020-12-05 14:50", "2020-12-05T17:50:00", timedelta(minutes=1)),
        ("2020-12-05", "2020-12-05T03:00:00", timedelta(days=1)),
        ("2020-12", "2020-12-01T03:00:00", timedelta(days=31)),
        ("2020", "2020-01-01T03:00:00", timedelta(days=366)),
    ],
)
def test_forms(text: str, first: str, length: timedelta) -> None:
    begin = datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert read_span(f" {text} ", ZONES[1]) == Span(begin, begin + length)


def test_the_last_year_has_an_end() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert read_span("9999-12-31", "UTC") == Span(
        last.replace(hour=0, minute=0, second=0, microsecond=0), last
    )
    assert read_span("9999", "UTC") is not None


@pytest.mark.parametrize(
    "text",
    [
        *("", "mañana", "2020-13", "2020-02-30", "2020-1-1", "0000", "2020-12-05T25", "2020-12-05-0300"),
        *("2020-12-05T14:50:28+9900", "0001-01-01T00:00:00+0300", "2020-12-05T14:50:28.", "%", "٢٠٢٠"),
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert read_span(text, "America/New_York") is None


@pytest.mark.parametrize("pattern", ["%2020%", "2020-1_%", "%", "20%-12%", "20"])
def test_a_pattern_that_names_no_time(pattern: str) -> None:
    assert read_start(pattern, "UTC") is None
