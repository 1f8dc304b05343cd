"""Walking through responses, and summing them up, tell what a plain look at all of them does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from msgspec import structs

from core.feedback.rig import Rig
from rejoinder.core.feedback import browsing, summary
from rejoinder.core.feedback.browsing import browse
from rejoinder.core.feedback.projects import add_to_project, create_project
from rejoinder.core.feedback.responses import ALL, NO_SENTIMENT, Wanted, list_responses
from rejoinder.core.feedback.summary import summarise
from rejoinder.core.feedback.tags import TagEdit, create_tag
from rejoinder.model.feedback import FeedbackResponse
from rejoinder.store.feedback import responses as store

DAY = 86_400_000_000


@pytest.fixture
def rig(database_url: str) -> Iterator[Rig]:
    """Sixty responses over twenty days, three of each, some of them good, some bad."""
    rig = Rig(database_url)
    for n in range(20):
        rig.clock += DAY
        rig.write([{"score": n % 11, "why": f"{word} word{n}"} for word in ("good", "bad", "plain")])
    rig.work()
    yield rig
    rig.database.close()


def walked(rig: Rig, wanted: Wanted, search: str = "") -> list[int]:
    """All that fits, step by step."""
    found: list[FeedbackResponse] = []
    step = rig.ask(lambda u: browse(u, wanted, search=search, limit=7))
    found += step.items
    while step.after is not None:
        after = step.after
        step = rig.ask(lambda u, after=after: browse(u, wanted, search=search, before=after, limit=7))
        found += step.items
    return [one.id for one in found]


WANTED = (
    ALL,
    Wanted(sentiment=1),
    Wanted(sentiment=-1, since=1_700_000_000_000_000 + 5 * DAY),
    Wanted(since=1_700_000_000_000_000 + 3 * DAY, until=1_700_000_000_000_000 + 9 * DAY),
    Wanted(language="en"),
)


@pytest.mark.parametrize("most", [5, 13, 1000])
@pytest.mark.parametrize("wanted", WANTED)
def test_a_walk_meets_each_response_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, wanted: Wanted, most: int
) -> None:
    monkeypatch.setattr(browsing, "LOOKED_THROUGH", most)
    right = [one.id for one in sorted(rig.all(), key=lambda one: (-one.at, -one.id)) if _fits(one, wanted)]
    assert walked(rig, wanted) == right


@pytest.mark.parametrize("most", [2, 7, 1000])
@pytest.mark.parametrize("few", [0, 1000])
def test_a_walk_over_a_tag_or_a_project_meets_each_response_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, most: int, few: int
) -> None:
    monkeypatch.setattr(browsing, "LOOKED_THROUGH", most)
    monkeypatch.setattr(store, "FEW", few)
    tag = rig.do(lambda u: create_tag(u, TagEdit(name="some", terms=["word3", "word1*", "good"]))).id
    rig.work()
    every = sorted(rig.all(), key=lambda one: (-one.at, -one.id))
    project = rig.do(lambda u: create_project(u, "P")).id
    rig.do(lambda u: add_to_project(u, project, [one.id for one in every[::3]]))
    every = [rig.one(one.id) for one in every]
    since = 1_700_000_000_000_000 + 6 * DAY
    for wanted in (
        Wanted(tag_id=tag),
        Wanted(tag_id=tag, tag_sentiment=1),
        Wanted(tag_id=tag, tag_sentiment=NO_SENTIMENT),
        Wanted(tag_id=tag, sentiment=-1, survey_id=rig.survey),
        Wanted(tag_id=tag, since=since, until=since + 7 * DAY),
        Wanted(project_id=project),
        Wanted(project_id=project, sentiment=1, since=since),
        Wanted(project_id=project, tag_id=tag, language="en"),
        Wanted(survey_id=rig.survey, project_id=project),
    ):
        right = [one.id for one in every if _fits(one, wanted)]
        assert walked(rig, wanted) == right, wanted
        page = rig.ask(lambda u, wanted=wanted: list_responses(u, wanted, skip=3, limit=5))
        assert ([one.id for one in page.items], page.total) == (right[3:8], len(right)), wanted


def _fits(one: FeedbackResponse, wanted: Wanted) -> bool:
    on = {applied.tag.id: applied.sentiment for applied in one.tags}
    asked = None if wanted.tag_sentiment == NO_SENTIMENT else wanted.tag_sentiment
    return (
        (wanted.tag_id is None or wanted.tag_id in on)
        and (wanted.tag_sentiment is None or on[wanted.tag_id or 0] == asked)
        and (wanted.project_id is None or wanted.project_id in one.project_ids)
        and (wanted.survey_id is None or one.survey_id == wanted.survey_id)
        and (wanted.sentiment is None or one.sentiment == wanted.sentiment)
        and (wanted.since is None or one.at >= wanted.since)
        and (wanted.until is None or one.at < wanted.until)
        and (wanted.language is None or one.language == wanted.language)
    )


@pytest.mark.parametrize("most", [5, 1000])
def test_a_search_goes_on_where_it_ended(rig: Rig, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(browsing, "READ", most)
    right = [one.id for one in rig.all() if "word3" in (one.comment or "").split()]
    assert sorted(walked(rig, ALL, "word3")) == sorted(right)
    assert walked(rig, ALL, "nothing") == []


def test_a_summary_of_some_is_that_of_all_where_there_are_few(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rig.ask(lambda u: summarise(u, ALL))
    assert whole.counts.responses == len(rig.all())
    languages = Counter(one.language for one in rig.all())
    assert dict(whole.languages) == languages
    for language in languages:
        if language is not None:
            some = rig.ask(lambda u, language=language: summarise(u, structs.replace(ALL, language=language)))
            assert (some.counts.responses, some.whole) == (languages[language], True)
            if len(languages) == 1:
                assert (some.counts, some.days, some.tags) == (whole.counts, whole.days, whole.tags)
    monkeypatch.setattr(summary, "SAMPLE", 10)
    newest = rig.ask(lambda u: summarise(u, Wanted(language="en")))
    assert not newest.whole
    assert newest.counts.responses <= 10
