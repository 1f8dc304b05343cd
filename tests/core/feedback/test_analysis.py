"""What is written is a response at once, and analysed by a job; numbers follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.feedback.rig import SURVEY, Rig, shown
from rejoinder.core.feedback import browsing
from rejoinder.core.feedback.browsing import browse
from rejoinder.core.feedback.corrections import (
    apply_tags,
    put_tag,
    revert_sentiment,
    revert_tag,
    set_sentiment,
    set_tag_sentiment,
    take_tag,
)
from rejoinder.core.feedback.projects import (
    add_to_project,
    create_project,
    get_project,
)
from rejoinder.core.feedback.queueing import ask_for_reanalysis
from rejoinder.core.feedback.responses import ALL, Wanted, list_responses
from rejoinder.core.feedback.surveys import feedback_of_survey, settle_survey, totals
from rejoinder.core.feedback.tags import TagEdit, change_tag, create_tag, delete_tag, every_tag
from rejoinder.core.feedback.trends import sentiment_by_day, tag_by_week, tags_of_survey
from rejoinder.core.jobs import list_jobs, retry_job
from rejoinder.jobs import analysis
from rejoinder.model.analysis import Analysis
from rejoinder.model.feedback import Chosen, Counts, Sentiment
from rejoinder.model.problems import Invalid
from rejoinder.store.feedback.walking import count_due
from servers.plain_engine import PlainEngine


@pytest.fixture
def rig(database_url: str) -> Iterator[Rig]:
    rig = Rig(database_url)
    yield rig
    assert rig.wrong() == []
    rig.database.close()


def tag_named(rig: Rig, name: str) -> int:
    return next(tag.id for tag in rig.ask(every_tag) if tag.name == name)


def test_a_response_is_there_at_once_and_analysed_later(rig: Rig) -> None:
    rig.write([{"score": 9, "why": "good price. bad returns", "plan": "Lite"}])
    (new,) = rig.all()
    assert (new.score, new.comment, new.sentiment, new.tags, new.pending) == (
        9,
        "good price. bad returns",
        None,
        (),
        True,
    )
    assert [(p.key, p.value) for p in new.properties] == [("plan", "Lite")]
    assert rig.wrong() == []
    assert rig.work() == 1
    (done,) = rig.all()
    assert shown(done) == ("neutral", {"PRICE": "positive", "RETURNS": "negative"})
    assert (done.pending, done.engine, done.metric_type) == (False, "plain/1", "nps")
    assert done.tags[0].spans == ((5, 10),)


def test_only_what_is_an_answer_is_a_response(rig: Rig) -> None:
    rig.write([{"plan": "Lite"}], "respondent")
    assert rig.all() == []
    (respid,) = rig.write([{"plan": "Lite", "why": "good"}], "respondent")
    assert [r.respid for r in rig.all()] == [respid]
    rig.change(respid, {"why": None})
    assert rig.all() == []
    rig.change(respid, {"score": 3})
    assert [r.score for r in rig.all()] == [3]


def test_nothing_happens_before_onboarding_and_everything_at_it(database_url: str) -> None:
    rig = Rig(database_url, onboarded=False)
    rig.write([{"why": "good"}, {"why": "bad"}])
    assert rig.work() == 0
    rig.onboard()
    rig.work()
    assert [shown(r)[0] for r in rig.all()] == ["positive", "negative"]
    assert rig.wrong() == []
    rig.database.close()


def test_a_change_of_the_comment_renews_what_was_found(rig: Rig) -> None:
    (respid,) = rig.write([{"why": "good price"}])
    rig.work()
    rig.change(respid, {"why": "bad returns"})
    (stale,) = rig.all()
    assert (stale.comment, stale.pending) == ("bad returns", True)
    assert all(one.spans == () for one in stale.tags)
    rig.work()
    assert shown(rig.all()[0]) == ("negative", {"RETURNS": "negative"})
    rig.change(respid, {"why": None})
    rig.work()
    assert shown(rig.all()[0]) == (None, {})


def test_a_change_of_something_else_changes_nothing_visible(rig: Rig) -> None:
    (respid,) = rig.write([{"why": "good price"}])
    rig.work()
    before = rig.all()[0]
    rig.change(respid, {"plan": "Pro"})
    now = rig.all()[0]
    assert (now.tags, now.sentiment, now.pending) == (before.tags, before.sentiment, False)
    assert rig.ask(lambda u: feedback_of_survey(u, SURVEY)).sample_analyzed
    rig.work(PlainEngine(version="1"))
    assert rig.all()[0].tags == before.tags


def test_deletion_takes_everything_along(rig: Rig) -> None:
    first, second = rig.write([{"why": "good price"}, {"why": "bad price"}])
    rig.work()
    project = rig.do(lambda u: create_project(u, "P"))
    assert rig.do(lambda u: add_to_project(u, project.id, survey_id=rig.survey)) == 2
    rig.delete(first)
    assert rig.ask(lambda u: get_project(u, project.id)).response_count == 1
    rig.delete(second, "response")
    assert rig.all() == []
    assert rig.ask(totals)[0].responses == 0
    assert rig.ask(lambda u: get_project(u, project.id)).response_count == 0


def test_what_people_decide_outlives_the_machine(rig: Rig) -> None:
    (respid,) = rig.write([{"why": "good price. good returns"}])
    rig.work()
    number, (price, returns, people) = (
        rig.all()[0].id,
        (tag_named(rig, n) for n in ("PRICE", "RETURNS", "PEOPLE")),
    )
    rig.do(lambda u: set_sentiment(u, number, Sentiment.NEGATIVE))
    rig.do(lambda u: take_tag(u, number, price))
    rig.do(lambda u: put_tag(u, number, people))
    rig.do(lambda u: set_tag_sentiment(u, number, returns, Sentiment.NEUTRAL))
    decided = ("negative", {"RETURNS": "neutral", "PEOPLE": "negative"})
    assert shown(rig.one(number)) == decided
    assert rig.one(number).machine is Sentiment.POSITIVE
    rig.do(lambda u: ask_for_reanalysis(u, every=True))
    rig.work(PlainEngine(version="2"))
    assert shown(rig.one(number)) == decided
    assert rig.one(number).engine == "plain/2"
    rig.change(respid, {"why": "bad price"})
    rig.work()
    assert shown(rig.one(number)) == ("negative", {"PEOPLE": "negative"})
    for tag in (price, returns, people):
        rig.do(lambda u, t=tag: revert_tag(u, number, t))
    rig.do(lambda u: revert_sentiment(u, number))
    assert shown(rig.one(number)) == ("negative", {"PRICE": "negative"})
    assert not any(one.source == "manual" for one in rig.one(number).tags)


def test_tags_with_terms_rules_and_parents(rig: Rig) -> None:
    rig.write(
        [
            {"why": "the App is good", "score": 2, "plan": "Lite"},
            {"why": "the app, and bad price", "score": 9},
        ]
    )
    rig.work()
    app = rig.do(
        lambda u: create_tag(u, TagEdit(name="app", terms=["app"], filter_rules={"score": {"lte": 6}}))
    )
    lite = TagEdit(name="lite", terms=["the a*"], filter_rules={"properties": {"plan": ["Lite"]}})
    rig.do(lambda u: create_tag(u, lite))
    price = tag_named(rig, "PRICE")
    below = TagEdit(name="below", terms=["app"], parent_id=price, scope_by_parent=True)
    rig.do(lambda u: create_tag(u, below))
    rig.work()
    first, second = rig.all()
    assert shown(first) == ("positive", {"APP": "positive", "LITE": "positive"})
    assert shown(second) == ("negative", {"PRICE": "negative", "BELOW": "neutral"})
    rig.do(lambda u: change_tag(u, app.id, TagEdit(filter_rules={})))
    rig.work()
    assert "APP" in shown(rig.all()[1])[1]
    rig.do(lambda u: take_tag(u, second.id, price))
    rig.work()
    assert shown(rig.one(second.id))[1] == {"APP": "neutral"}
    rig.do(lambda u: change_tag(u, app.id, TagEdit(terms=["lite"])))
    rig.work()
    assert "APP" not in shown(rig.all()[1])[1]
    rig.do(lambda u: delete_tag(u, app.id))
    rig.work()


def test_rules_about_projects_and_sentiment_follow_them(rig: Rig) -> None:
    project = rig.do(lambda u: create_project(u, "P"))
    rules = {"project_ids": [project.id], "sentiment": ["negative"]}
    rig.do(lambda u: create_tag(u, TagEdit(name="both", terms=["price"], filter_rules=rules)))
    rig.write([{"why": "good price"}])
    rig.work()
    number = rig.all()[0].id
    assert "BOTH" not in shown(rig.one(number))[1]
    rig.do(lambda u: set_sentiment(u, number, Sentiment.NEGATIVE))
    rig.work()
    assert "BOTH" not in shown(rig.one(number))[1]
    assert rig.do(lambda u: add_to_project(u, project.id, [number, 999])) == 1
    rig.work()
    assert "BOTH" in shown(rig.one(number))[1]
    rig.do(lambda u: revert_sentiment(u, number))
    rig.work()
    assert "BOTH" not in shown(rig.one(number))[1]


def test_a_disabled_tag_is_not_put_on_new_responses(rig: Rig) -> None:
    price = tag_named(rig, "PRICE")
    (old,) = rig.write([{"why": "price"}])
    rig.work()
    rig.do(lambda u: change_tag(u, price, TagEdit(enabled=False)))
    rig.clock += 1
    rig.write([{"why": "price"}])
    rig.change(old, {"plan": "Pro"})
    rig.work()
    assert [shown(r)[1] for r in rig.all()] == [{"PRICE": "neutral"}, {}]
    rig.do(lambda u: change_tag(u, price, TagEdit(enabled=True)))
    rig.work()
    assert [shown(r)[1] for r in rig.all()] == [{"PRICE": "neutral"}] * 2


def test_tags_are_put_on_many_at_once(rig: Rig) -> None:
    rig.write([{"why": "good price"}, {"why": "bad"}, {"score": 1}])
    mine = rig.do(lambda u: create_tag(u, TagEdit(name="mine")))
    assert rig.do(lambda u: apply_tags(u, [mine], survey_id=rig.survey)) == 3
    assert rig.do(lambda u: apply_tags(u, [mine], [r.id for r in rig.all()])) == 0
    rig.work()
    assert [shown(r)[1]["MINE"] for r in rig.all()] == ["positive", "negative", None]
    price = next(tag for tag in rig.ask(every_tag) if tag.name == "PRICE")
    assert rig.do(lambda u: apply_tags(u, [price], survey_id=rig.survey)) == 2
    counts = {tag.name: tag.counts for tag in rig.ask(every_tag)}
    assert (counts["MINE"].responses, counts["MINE"].without) == (3, 1)


def test_roles_are_settled_and_a_survey_ceases_to_be_feedback(rig: Rig) -> None:
    rig.write([{"why": "good", "plan": "bad"}])
    rig.work()
    rig.do(lambda u: settle_survey(u, SURVEY, Chosen(comment="plan")))
    rig.work()
    assert [(r.comment, shown(r)[0]) for r in rig.all()] == [("bad", "negative")]
    rig.do(lambda u: settle_survey(u, SURVEY, Chosen(enabled=False)))
    rig.work()
    assert rig.all() == []
    rig.write([{"why": "good"}])
    assert rig.all() == []
    rig.do(lambda u: settle_survey(u, SURVEY, Chosen()))
    rig.work()
    assert len(rig.all()) == 2


def test_lists_are_bounded_and_counted(rig: Rig) -> None:
    for n in range(6):
        rig.clock += 86_400_000_000
        rig.write([{"why": ("good price", "bad", "returns")[n % 3]}])
    rig.work()
    price = tag_named(rig, "PRICE")
    for wanted, expected in (
        (Wanted(), 6),
        (Wanted(sentiment=-1), 2),
        (Wanted(survey_id=rig.survey, sentiment=1), 2),
        (Wanted(survey_id=rig.survey + 1), 0),
        (Wanted(tag_id=price), 2),
        (Wanted(tag_id=price, tag_sentiment=-1), 0),
        (Wanted(tag_id=price, language="en"), 2),
        (Wanted(since=rig.clock), 1),
        (Wanted(until=rig.clock, language="en"), 5),
        (Wanted(pending=True), 0),
    ):
        page = rig.ask(lambda u, w=wanted: list_responses(u, w))
        assert (len(page.items), page.total, page.exact) == (expected, expected, True), wanted
    dates = [r.at for r in rig.ask(lambda u: list_responses(u, skip=1, limit=3)).items]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == 3


def test_comments_are_searched_by_the_beginnings_of_words(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.write(
        [{"why": "Żółta dostawa, szybka"}, {"why": "dostawca żółty"}, {"score": 1}, {"why": "delivery"}]
    )
    for search, expected in (("zol DOSTAW", 2), ("szyb", 1), ("ostawa", 0), ("dostawa deliv", 0)):
        found = rig.ask(lambda u, s=search: browse(u, ALL, search=s))
        assert (len(found.items), found.after, found.cut) == (expected, None, False), search
    assert rig.ask(lambda u: browse(u, Wanted(survey_id=999), search="d")).items == []
    with pytest.raises(Invalid):
        rig.ask(lambda u: browse(u, ALL, search=" ! "))
    monkeypatch.setattr(browsing, "READ", 2)
    monkeypatch.setattr(browsing, "CHUNK", 2)
    found = rig.ask(lambda u: browse(u, ALL, search="d"))
    assert (len(found.items), found.cut) == (1, True)


def test_trends_are_read_off_the_numbers(rig: Rig) -> None:
    first = rig.clock // 86_400_000_000
    for n, comment in enumerate(("good price", "bad", "bad price", "price")):
        rig.clock += 4 * 86_400_000_000 if n else 0
        rig.write([{"why": comment}])
    rig.work()
    trend = rig.ask(sentiment_by_day)
    assert [one.day - first for one in trend] == [0, 4, 8, 12]
    assert [one.counts.negative for one in trend] == [0, 1, 1, 0]
    assert [one.day for one in rig.ask(lambda u: sentiment_by_day(u, since=first + 4, until=first + 12))] == [
        first + 4,
        first + 8,
    ]
    price = tag_named(rig, "PRICE")
    weeks = rig.ask(lambda u: tag_by_week(u, price, rig.survey))
    assert sum(one.counts.responses for one in weeks) == 3
    assert all((one.day + 3) % 7 == 0 for one in weeks)
    assert rig.ask(lambda u: tags_of_survey(u, rig.survey)) == {price: Counts(3, 1, 1, 1)}
    assert rig.ask(tags_of_survey) == {price: Counts(3, 1, 1, 1)}
    assert rig.ask(lambda u: tags_of_survey(u, rig.survey + 1)) == {}


def test_a_job_that_dies_goes_on_where_it_was(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dying(PlainEngine):
        left = 2

        def analyse(self, *given: Any, **more: Any) -> list[Analysis]:
            Dying.left -= 1
            if Dying.left < 0:
                raise RuntimeError("the process was killed")
            return PlainEngine.analyse(self, *given, **more)

    monkeypatch.setattr(analysis, "SLICE", 2)
    rig.write([{"why": f"good price {n}"} for n in range(7)])
    rig.work(Dying())
    assert [r.pending for r in rig.all()].count(False) == 4
    assert rig.wrong() == []
    (job,) = (j for j in rig.ask(lambda u: list_jobs(u.session)) if j.kind == "analyse_feedback")
    assert job.error is not None
    rig.do(lambda u: retry_job(u.session, job.reference, 0))
    rig.work()
    assert [shown(r) for r in rig.all()] == [("positive", {"PRICE": "positive"})] * 7


def test_a_job_that_comes_again_finds_nothing_to_do(rig: Rig) -> None:
    rig.write([{"why": "good"}])
    rig.write([{"why": "bad"}])
    assert rig.ask(lambda u: count_due(u.session, rig.workspace)) == 2
    assert rig.work() == 1
    assert rig.work() == 0
    assert rig.ask(lambda u: count_due(u.session, rig.workspace)) == 0
