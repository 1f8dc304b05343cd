"""Lists and searches against the same done in plain Python: every page, criterion and way of finding."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.core.panel import listing, search
from rejoinder.core.panel.listing import list_people
from rejoinder.core.panel.membership import delete_respondent
from rejoinder.core.panel.search import search_people
from rejoinder.model.panel import Criteria, Entry

from .stage import DAY, NAMES, NOW, TOWNS, Stage

START = 20_000 * DAY
DAYS = [(START + n * DAY, START + (n + 1) * DAY) for n in range(-1, 5)]
COLUMNS = ("created_at", "invited_at", "opened_at", "completed_at")
GIVEN = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

criteria = st.builds(
    Criteria,
    email=st.none() | st.sampled_from([f"{name.upper()}{n}@x.pl" for name in NAMES for n in (0, 3)]),
    labels=st.dictionaries(st.sampled_from((1, 3)), st.sampled_from([*TOWNS, "T1", "nowhere"]), max_size=2),
    days=st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(DAYS), max_size=2),
).filter(Criteria.any)


def ids(stage: Stage, skip: int, limit: int) -> tuple[list[int], int]:
    people, total = stage.read(lambda unit: list_people(unit, "s", skip, limit))
    return [person.row.id for person in people], total


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
@pytest.mark.parametrize("anonymous", [False, True], ids=["all with address", "some without"])
def test_every_page_of_the_list(stage: Stage, anonymous: bool, shuffled: bool) -> None:
    stage.fill(80, anonymous=anonymous, shuffled=shuffled)
    wanted = [known.id for known in stage.everybody()]
    for limit in (1, 7, 1000):
        found = []
        for skip in range(0, len(wanted) + 1, limit):
            page, total = ids(stage, skip, limit)
            assert total == len(wanted)
            found += page
        assert found == wanted
    assert ids(stage, 50, 5)[0] == wanted[50:55], "a place that is remembered, reached from elsewhere"
    assert ids(stage, len(wanted) + 5, 5) == ([], len(wanted))


def test_a_list_of_nobody_and_of_nobody_with_an_address(stage: Stage) -> None:
    assert ids(stage, 0, 10) == ([], 0)
    stage.load(Entry("a@x.pl"))
    first = stage.everybody()[0].id
    stage.write(lambda unit: delete_respondent(unit, "s", first))
    assert ids(stage, 0, 10) == ([], 0)


def test_remembered_places_do_not_outlive_a_change(stage: Stage) -> None:
    stage.fill(40, anonymous=True, shuffled=False)
    for skip in range(0, 48, 6):
        ids(stage, skip, 6)
    stage.load(Entry("aaaa@x.pl"), now=NOW + 9)
    wanted = [known.id for known in stage.everybody()]
    assert [number for skip in range(0, 54, 6) for number in ids(stage, skip, 6)[0]] == wanted


@pytest.mark.parametrize("indexed", [(), ("label1",), ("label1", "label3")], ids=str)
@pytest.mark.parametrize("few", [0, 25, 10_000])
def test_searches_find_what_a_scan_finds(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, few: int, indexed: tuple[str, ...]
) -> None:
    """`few` decides whether hits are read and sorted or walked to; both must give the same."""
    stage.fill(80, anonymous=True, shuffled=False)
    stage.index(*indexed)
    everybody = stage.everybody()
    monkeypatch.setattr(search, "FEW", few)

    @GIVEN
    @given(wanted=criteria, skip=st.integers(0, 30), limit=st.integers(1, 40))
    def check(wanted: Criteria, skip: int, limit: int) -> None:
        hits = [known.id for known in everybody if known.fits(wanted)]
        found = stage.read(lambda unit: search_people(unit, "s", wanted, skip, limit))
        assert found.total == len(hits)
        assert [person.row.id for person in found.people] == hits[skip : skip + limit]

    check()


def test_a_search_by_token(stage: Stage) -> None:
    stage.fill(40, anonymous=False, shuffled=False)
    one = stage.everybody()[7]
    for wanted, hits in (
        (Criteria(token=one.token), [one.id]),
        (Criteria(token=one.token, email=one.email.swapcase()), [one.id]),
        (Criteria(token=one.token, email="x@y.pl"), []),
        (Criteria(token=(one.token or "").lower()), []),
        (Criteria(token="no\0body"), []),
    ):
        found = stage.read(lambda unit: search_people(unit, "s", wanted, 0, 10))  # noqa: B023
        assert [person.row.id for person in found.people] == hits


def test_labels_that_are_searched_often_get_an_index(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.fill(40, anonymous=False, shuffled=False)
    wanted = Criteria(labels={1: "oslo"})
    assert stage.read(lambda unit: search_people(unit, "s", wanted, 0, 10)).unindexed == ()
    monkeypatch.setattr(search, "WORTH_INDEXING", 1)
    assert stage.read(lambda unit: search_people(unit, "s", wanted, 0, 10)).unindexed == ("label1",)
    stage.index("label1", "label1")
    assert stage.read(lambda unit: search_people(unit, "s", wanted, 0, 10)).unindexed == ()


def test_a_page_of_the_list_remembers_where_it_ended(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.fill(40, anonymous=False, shuffled=False)
    skipped: list[int] = []
    walk = listing.store.walk

    def watched(*arguments: object) -> object:
        skipped.append(arguments[3])  # type: ignore[arg-type]
        return walk(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(listing.store, "walk", watched)
    for skip in range(0, 40, 5):
        ids(stage, skip, 5)
    assert skipped == [0] * 8
