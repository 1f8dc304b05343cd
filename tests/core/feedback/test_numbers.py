"""Numbers are those of the rows after any sequence of writes, changes, decisions and jobs, also when several
work at once; and what is found does not depend on the way there.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.feedback.rig import SURVEY, Rig, shown
from rejoinder.core.feedback import corrections
from rejoinder.core.feedback.projects import add_to_project, create_project, list_projects
from rejoinder.core.feedback.queueing import ask_for_reanalysis
from rejoinder.core.feedback.surveys import settle_survey
from rejoinder.core.feedback.tags import TagEdit, change_tag, create_tag, delete_tag, every_tag
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.jobs.analysis import Analyst
from rejoinder.model.feedback import Chosen, Sentiment, TagMode
from rejoinder.model.job import Job, JobStatus
from rejoinder.model.respondent import FINISHED, Lifecycle
from rejoinder.model.respondent import State as Stage
from rejoinder.store.engine import Database
from rejoinder.store.feedback import marking
from rejoinder.store.feedback.walking import count_due
from rejoinder.store.tables.feedback import feedback_stat
from servers.plain_engine import PlainEngine

names = itertools.count()
COMMENTS = [
    None,
    "good price",
    "bad price. good returns",
    "the app",
    "good app, people",
    "!",
    "returns. bad, bad app",
]
comments, scores = st.sampled_from(COMMENTS), st.sampled_from([None, 0, 5, 10])
index = st.integers(0, 30)
sentiments = st.sampled_from(list(Sentiment))
days = st.integers(0, 40)
Step = tuple[str, tuple[Any, ...]]
rules = st.sampled_from(
    [{}, {"score": {"gte": 5}}, {"sentiment": ["positive"]}, {"properties": {"plan": ["Pro"]}}]
)
steps = st.one_of(
    st.tuples(st.just("write"), st.tuples(comments, scores, days)),
    st.tuples(st.just("list"), st.tuples(comments, days)),
    st.tuples(st.just("change"), st.tuples(index, comments, scores)),
    st.tuples(st.just("rename"), st.tuples(index)),
    st.tuples(st.just("delete"), st.tuples(index, st.sampled_from(["respondent", "response"]))),
    st.tuples(st.just("work"), st.tuples(st.sampled_from(["1", "2"]))),
    st.tuples(st.just("reanalyse"), st.tuples(st.booleans())),
    st.tuples(st.just("feel"), st.tuples(index, st.none() | sentiments)),
    st.tuples(
        st.just("tag"), st.tuples(index, index, st.sampled_from(["put_tag", "take_tag", "revert_tag"]))
    ),
    st.tuples(st.just("feel_tag"), st.tuples(index, index, sentiments)),
    st.tuples(st.just("tag_all"), st.tuples(index)),
    st.tuples(
        st.just("new_tag"), st.tuples(st.sampled_from(["app", "good*", "price"]), rules, index, st.booleans())
    ),
    st.tuples(st.just("switch"), st.tuples(index, st.booleans())),
    st.tuples(st.just("reword"), st.tuples(index, st.sampled_from(["people", "bad"]))),
    st.tuples(st.just("drop_tag"), st.tuples(index)),
    st.tuples(st.just("project"), st.tuples(index)),
    st.tuples(st.just("settle"), st.tuples(st.sampled_from([{}, {"comment": "plan"}, {"enabled": False}]))),
)


class Story:
    """One workspace to which things happen. Steps that name what is not there do nothing."""

    def __init__(self, database: Database) -> None:
        self.rig = Rig(database, name=f"W{next(names)}")
        self.begin, self.respids = self.rig.clock, list[int]()
        self.rig.do(lambda u: create_project(u, "P"))

    def at(self, day: int) -> None:
        self.rig.clock = self.begin + day * 86_400_000_000

    def write(self, comment: Any, score: Any, day: int) -> None:
        self.at(day)
        self.respids += self.rig.write([{"why": comment, "score": score, "plan": "Pro"}, {"why": comment}])

    def list(self, comment: Any, day: int) -> None:
        self.at(day)
        self.respids += self.rig.write([{"why": comment, "plan": "good"}], "respondent")

    def change(self, n: int, comment: Any, score: Any) -> None:
        if respid := _pick(self.respids, n):
            self.rig.change(respid, {"why": comment, "score": score})

    def rename(self, n: int) -> None:
        if respid := _pick(self.respids, n):
            self.rig.change(respid, {"plan": f"bad {n}"})

    def delete(self, n: int, level: Any) -> None:
        if respid := _pick(self.respids, n):
            self.rig.delete(respid, level)

    def work(self, version: str) -> None:
        self.rig.work(PlainEngine(version=version))

    def reanalyse(self, every: bool) -> None:
        self.rig.do(lambda u: ask_for_reanalysis(u, every=every))

    def feel(self, n: int, sentiment: Sentiment | None) -> None:
        if number := self.response(n):
            if sentiment is None:
                self.rig.do(lambda u: corrections.revert_sentiment(u, number))
            else:
                self.rig.do(lambda u: corrections.set_sentiment(u, number, sentiment))

    def tag(self, n: int, tag: int, verb: str) -> None:
        if (number := self.response(n)) and (found := self.some_tag(tag)):
            self.rig.do(lambda u: getattr(corrections, verb)(u, number, found.id))

    def feel_tag(self, n: int, tag: int, sentiment: Sentiment) -> None:
        if (number := self.response(n)) and (found := self.some_tag(tag)):
            self.rig.do(lambda u: corrections.set_tag_sentiment(u, number, found.id, sentiment))

    def tag_all(self, tag: int) -> None:
        if found := self.some_tag(tag):
            self.rig.do(lambda u: corrections.apply_tags(u, [found], survey_id=self.rig.survey))

    def new_tag(self, term: str, rule: Any, parent: int, scoped: bool) -> None:
        above = self.some_tag(parent)
        edit = TagEdit(
            name=f"t{next(names)}",
            terms=[term],
            filter_rules=rule,
            parent_id=above.id if above else None,
            scope_by_parent=scoped,
        )
        self.rig.do(lambda u: create_tag(u, edit))

    def switch(self, tag: int, on: bool) -> None:
        if found := self.some_tag(tag):
            self.rig.do(lambda u: change_tag(u, found.id, TagEdit(enabled=on)))

    def reword(self, tag: int, term: str) -> None:
        if (found := self.some_tag(tag)) and found.mode is TagMode.TEXT_MATCH:
            self.rig.do(lambda u: change_tag(u, found.id, TagEdit(terms=[term])))

    def drop_tag(self, tag: int) -> None:
        if (found := self.some_tag(tag)) and found.mode is not TagMode.SMART:
            self.rig.do(lambda u: delete_tag(u, found.id))

    def project(self, n: int) -> None:
        if number := self.response(n):
            project = self.rig.ask(list_projects)[0].id
            self.rig.do(lambda u: add_to_project(u, project, [number]))

    def settle(self, chosen: Any) -> None:
        self.rig.do(lambda u: settle_survey(u, SURVEY, Chosen(**chosen)))

    def response(self, n: int) -> int:
        return _pick([response.id for response in self.rig.all()], n)

    def some_tag(self, n: int) -> Any:
        return _pick(self.rig.ask(every_tag), n)


def _pick(values: Any, n: int) -> Any:
    return values[n % len(values)] if values else 0


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, synchronous="OFF")
    yield database
    database.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(story=st.lists(steps, min_size=4, max_size=16))
def test_numbers_are_exact_after_anything(database: Database, story: list[Step]) -> None:
    told = Story(database)
    for name, values in story:
        getattr(told, name)(*values)
        assert told.rig.wrong() == [], (name, values)
    told.work("1")
    assert told.rig.wrong() == []
    assert told.rig.ask(lambda u: count_due(u.session, told.rig.workspace)) == 0
    before = [(r.id, shown(r)) for r in told.rig.all()]
    told.reanalyse(every=True)
    told.work("1")
    assert [(r.id, shown(r)) for r in told.rig.all()] == before
    assert told.rig.wrong() == []


def test_several_work_at_once(database_url: str) -> None:
    """Two that analyse the same, on connections of their own, while people write, change, tag and delete."""
    rig = Rig(database_url)
    app = rig.do(lambda u: create_tag(u, TagEdit(name="app", terms=["app"])))
    writing = threading.Event()
    errors: list[BaseException] = []

    def analyse() -> None:
        database = Database(database_url, synchronous="OFF")
        try:
            job = Job(rig.workspace, 999, "analyse_feedback", {}, JobStatus.RUNNING, 1, 0, 0)
            while not writing.is_set():
                Analyst(PlainEngine).analyse(database, job)
        except BaseException as error:
            errors.append(error)
        finally:
            database.close()

    workers = [threading.Thread(target=analyse) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        for n in range(12):
            respids = rig.write([{"why": f"{c or ''} {n}", "score": 1} for c in COMMENTS * 3])
            rig.change(respids[0], {"why": "bad app now"})
            rig.do(lambda u: corrections.apply_tags(u, [app], survey_id=rig.survey))
            rig.do(lambda u, term=f"term{n}": change_tag(u, app.id, TagEdit(terms=["app", term])))  # type: ignore[misc]
            number = rig.all()[n].id
            rig.do(lambda u, number=number: corrections.set_sentiment(u, number, Sentiment.NEUTRAL))  # type: ignore[misc]
            rig.delete(respids[1])
            assert rig.wrong() == []
    finally:
        writing.set()
        for worker in workers:
            worker.join()
    assert errors == []
    rig.work()
    assert rig.wrong() == []
    assert rig.ask(lambda u: count_due(u.session, rig.workspace)) == 0
    rig.database.close()


@pytest.mark.parametrize("sizes", [(50_000, 5000), (7, 3), (1, 1)])
def test_rows_that_follow_each_other(
    database_url: str, monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, int]
) -> None:
    """Rows of one request are noted together, those that are completed and the others, also of old days."""
    monkeypatch.setattr(marking, "RUN", sizes[0])
    monkeypatch.setattr(marking, "CHUNK", sizes[1])
    rig = Rig(database_url)
    day = 86_400_000_000
    dates = [n * day + edge for n in (-400, -1, 0, 1) for edge in (0, 1, day - 1)]

    def write(unit: Unit) -> None:
        survey = open_survey(unit, SURVEY)
        rows = survey.shape.new_rows(["why"]).decode(b'[{"why":"good"},{"why":"bad"},{}]') * len(dates)
        lives = [
            life
            for at in dates
            for life in (
                Lifecycle(Stage.COMPLETED, at, at, at, finish_reason=FINISHED),
                Lifecycle(Stage.ANSWERED, at, at),
                Lifecycle(Stage.LISTED, at),
            )
        ]
        rows = [msgspec.structs.replace(row) for row in rows]
        insert_rows(unit, survey, rows, responses=False, lives=lives)
        insert_rows(unit, survey, [msgspec.structs.replace(rows[0])], responses=True)

    rig.do(write)
    assert rig.wrong() == []
    assert len(rig.all()) == 2 * len(dates) + 1
    stats = rig.ask(lambda u: u.session.rows(select(feedback_stat.c.day, feedback_stat.c.responses)))
    expected = {-400: 6, -1: 6, 0: 6, 1: 6, rig.clock // day: 1}
    assert {row.day: row.responses for row in stats if row.responses} == expected
    rig.work()
    assert rig.wrong() == []
