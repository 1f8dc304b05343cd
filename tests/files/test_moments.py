"""Many dates at once mean what each of them means alone, in every zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.files.moments import Moments
from rejoinder.files.property_types import micros_of

ZONES = [
    "UTC",
    "Europe/Warsaw",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]
FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d")
zones = st.sampled_from([ZoneInfo(name) for name in ZONES])
any_time = st.datetimes(*map(datetime.fromisoformat, ("1900-01-01", "9998-12-31")))
# Around the days on which clocks change, where a day's begin does not tell its moments.
CHANGES = ["03-13", "03-14", "03-28", "04-03", "04-04", "04-11", "05-16", "10-03", "10-31", "11-07"]
changing = st.builds(
    lambda day, minutes: datetime.fromisoformat(f"2021-{day}") + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(0, 2 * 24 * 60),
)
cells = st.builds(lambda when, form: when.strftime(form), any_time | changing, st.sampled_from(FORMS))


def alone(cell: str, zone: tzinfo) -> tuple[int, str]:
    """What a date means by the rule."""
    at = micros_of(cell.strip(), zone)
    return at, datetime.fromtimestamp(at // 1_000_000, zone).isoformat()[:19]


@given(st.lists(cells.filter(lambda cell: cell[0] != " "), min_size=1, max_size=8), zones)
def test_many(found: list[str], zone: ZoneInfo) -> None:
    moments = Moments(zone)
    expected = [alone(cell, zone) for cell in found]
    assert [moments.one(cell) for cell in found] == expected
    try:
        micros, texts = moments.read(found)
    except KeyError:
        return  # then each is read by itself
    assert list(zip(micros, texts, strict=True)) == expected


def test_most_days_are_read_at_once() -> None:
    days = [f"2024-{month:02}-{day:02} 23:59:59" for month in range(1, 13) for day in range(1, 29)]
    assert len(Moments(UTC).read(days)[0]) == 336
    with pytest.raises(KeyError):
        Moments(ZoneInfo("Europe/Warsaw")).read(["2024-03-31 12:00:00"])


NO_DATES = """
2024-02-30|2024-01-01 24:00|2024-01-01 10:60|2024-01-01 10:00:60|2024-1-1|1899-12-31|2024-01-01 10
2024-01-01  10:00|2024-01-01 10:00:00.5|2024-01-01 10:00:00Z|2024-01x|2024-01-01:30|9999-01-01
"""


@pytest.mark.parametrize("cell", ["", *NO_DATES.strip().replace("\n", "|").split("|")])
def test_no_dates(cell: str) -> None:
    with pytest.raises(KeyError):
        Moments(UTC).read([cell])
    with pytest.raises(ValueError, match=r"^"):
        Moments(UTC).one(cell)


@pytest.mark.parametrize("cell", ["1577836800", " 2020-01-01 ", "-1", "2020-01-01T00:00:00 "])
def test_other_forms(cell: str) -> None:
    assert Moments(UTC).one(cell) == alone(cell, UTC)
    assert Moments(UTC).one(cell) == Moments(UTC).one(cell)
