"""Feedback by the million: what lists and statistics cost, what a write costs, how fast analysis is stored.

    python -m bench.feedback [--responses 1000000] [--tags 200] [--database URL] [--copied]

The engine is a quick one, since the text engine has benches of its own; the last line but one
measures the real one on 20,000 texts. With `--copied` a few thousand responses are analysed and the rest are
their copies, made by statements: for the figures of reading, which are medians by the clock and by processor
time.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text

from rejoinder.core.feedback import queueing
from rejoinder.core.feedback.corrections import apply_tags
from rejoinder.core.feedback.onboarding import choose_category, complete
from rejoinder.core.feedback.responses import Wanted, list_responses
from rejoinder.core.feedback.surveys import list_feedback_surveys, totals
from rejoinder.core.feedback.tag_listing import Wanted as Tags
from rejoinder.core.feedback.tag_listing import list_tags
from rejoinder.core.feedback.tags import TagEdit, create_tag, every_tag
from rejoinder.core.feedback.trends import sentiment_by_day, tag_by_week, tags_of_survey
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.jobs.analysis import Analyst
from rejoinder.jobs.register import HANDLERS
from rejoinder.jobs.runner import Runner
from rejoinder.model.analysis import Analysis, TagHit
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.model.survey import Kind, Variable
from rejoinder.store.engine import Database
from rejoinder.store.feedback.recounting import wrong_numbers
from rejoinder.store.migrate import migrate
from rejoinder.store.session import Session
from rejoinder.store.tables.columns import metadata
from rejoinder.text.engine import TextEngine, choose
from rejoinder.text.tagset import TagSet

VARIABLES = (
    Variable("score", Kind.NUMERIC, precision=2, scale=0, metric="nps"),
    Variable("why", Kind.TEXT, element="comment", length=4000),
    Variable("plan", Kind.TEXT, length=20),
)
DAY = 86_400_000_000
BEGIN = 1_700_000_000_000_000
BATCH, TRIES = 10_000, 21
COPIED = 50_000
LANGUAGES = ("en", "de", "pl")
COUNTED = {
    "feedback_survey": ("responses", "positive", "neutral", "negative", "analysed"),
    "tag": ("responses", "positive", "neutral", "negative"),
    "feedback_stat": ("responses", "positive", "neutral", "negative"),
}
"""The numbers that are kept."""


class Quick(NamedTuple):
    """Finds nothing but a sentiment and one smart tag, at once."""

    name: str = "quick"
    version: str = "1"
    languages: frozenset[str] = frozenset(("en",))

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        tags = (TagHit(tagset.tags[0], "positive", 1.0, ((0, 2),)),) if tagset.tags else ()
        good = {code: Analysis(code, 1.0, "positive", (0.0, 0.0, 1.0), tags) for code in LANGUAGES}
        bad = {code: Analysis(code, 1.0, "negative", (1.0, 0.0, 0.0)) for code in LANGUAGES}
        return [(good if len(text) % 3 else bad)[_language(text)] for text in texts]


def _language(text: str) -> str:
    """One text in fifty is Polish, four are German, the others English."""
    chosen = zlib.crc32(text.encode()) % 50
    return LANGUAGES[2 if chosen == 0 else 1 if chosen < 5 else 0]


class Bench:
    """One workspace in one database."""

    def __init__(self, url: str) -> None:
        migrate(url)
        self.database = Database(url)
        self.workspace = self.database.write(lambda s: create_workspace(s, f"B{time.time_ns()}", (), 1)[0].id)
        self.random = random.Random(1)
        self.now = BEGIN

    def do(self, verb: Callable[[Unit], Any]) -> Any:
        return self.database.write(lambda s: verb(Unit(s, self.workspace, "bench", self.now)), self.workspace)

    def ask(self, verb: Callable[[Unit], Any]) -> Any:
        return self.database.read(lambda s: verb(Unit(s, self.workspace, "bench", self.now)))

    def onboard(self, tags: int) -> None:
        """Let the workspace have feedback: its smart tags, text-match tags beside them, a survey for it."""
        self.do(lambda u: choose_category(u, 9))
        self.do(complete)
        self.work(Quick())
        self.do(lambda u: create_survey(u, "Big", ["big"], VARIABLES))
        for n in range(tags - 8):
            self.do(lambda u, n=n: create_tag(u, TagEdit(name=f"t{n}", terms=[f"w{n}x"])))

    def fill(self, alias: str, count: int, tags: int) -> float:
        """Insert completed responses over three years; gives the seconds that one batch took (median)."""
        spent = []
        for _ in range(0, count, BATCH):
            lives = [
                Lifecycle(State.COMPLETED, at, at, at, finish_reason=FINISHED)
                for at in (BEGIN + self.random.randrange(1000) * DAY for _ in range(min(BATCH, count)))
            ]
            words = [self.random.choices(range(max(tags, 1)), k=3) for _ in lives]
            texts = [" ".join(f"w{word}x" for word in some) + " and more words to read" for some in words]
            started = time.perf_counter()
            self.do(lambda unit, lives=lives, texts=texts: self._insert(unit, alias, lives, texts))
            spent.append(time.perf_counter() - started)
        return statistics.median(spent)

    @staticmethod
    def _insert(unit: Unit, alias: str, lives: Sequence[Lifecycle], texts: Sequence[str]) -> None:
        survey = open_survey(unit, alias)
        kind, names = survey.shape.new_rows(None), survey.shape.attribute
        rows = [
            kind.cls(**{names["score"]: n % 11, names["why"]: text, names["plan"]: "Lite"})
            for n, text in enumerate(texts)
        ]
        insert_rows(unit, survey, rows, responses=True, lives=lives)

    def tag_by_hand(self, responses: int) -> None:
        """Put tags on all responses, the first tag on every second, the others on ever fewer."""
        tags = self.ask(every_tag)
        for n, tag in enumerate(tags):
            numbers = list(range(n + 1, responses, n + 2))
            self.do(lambda unit, tag=tag, numbers=numbers: apply_tags(unit, [tag], numbers))

    def copy(self, size: int, times: int) -> None:
        """Make copies of the only survey's `size` responses, which share their dates, and count them."""

        def write(session: Session) -> None:
            for table in ("respondent", "feedback", "response_tag"):
                session.run(text(_copying(session.engine, table, size, times)))
            for table, names in COUNTED.items():
                more = ", ".join(f"{name} = {name} * {times + 1}" for name in names)
                session.run(text(f"UPDATE {table} SET {more}"))
            session.run(text(f"UPDATE survey SET next_respid = next_respid + {size * times}"))
            added = f"value = value + {size * times}"
            session.run(text(f"UPDATE counter SET {added} WHERE name = 'respondent'"))

        self.database.write(write, self.workspace)
        self.database.read(lambda session: session.raw.execute("ANALYZE"))

    def work(self, engine: TextEngine) -> float:
        """Run the jobs; gives the seconds."""
        analyst = Analyst(lambda: engine)
        handlers = {
            queueing.ANALYSE: analyst.analyse,
            queueing.RETAG: analyst.retag,
            queueing.REANALYSE: analyst.reanalyse,
            queueing.INDEX: analyst.index,
        }
        started = time.perf_counter()
        Runner(self.database, {**HANDLERS, **handlers}).run_due()
        return time.perf_counter() - started

    def timed(self, name: str, verb: Callable[[Unit], Any]) -> None:
        """Print the medians of some tries, by the clock and by processor time."""
        self.ask(verb)
        spent, worked = [], []
        for _ in range(TRIES):
            started, began = time.perf_counter(), time.process_time()
            self.ask(verb)
            spent.append(time.perf_counter() - started)
            worked.append(time.process_time() - began)
        clock, processor = (statistics.median(some) * 1000 for some in (spent, worked))
        show(name, f"{clock:10.2f} ms {processor:10.2f} ms")


def _copying(engine: str, table: str, size: int, times: int) -> str:
    """The statement that copies the rows of a table: numbers of respondents move on, all else stays."""
    columns = [column.name for column in metadata.tables[table].columns]
    if engine == "sqlite" and table == "respondent":  # there the survey and the respid are one number
        columns = ["row", *(name for name in columns if name not in ("survey_id", "respid"))]
    moved = {"row", "id", "respid", "respondent_id"}
    values = ", ".join(f"t.{name} + n * {size}" if name in moved else f"t.{name}" for name in columns)
    numbers = f"WITH RECURSIVE k (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {times})"
    return f"{numbers} INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM k CROSS JOIN {table} t"


def fill_with_copies(bench: Bench, responses: int, tags: int) -> None:
    """Let the quick engine read a few thousand responses, and copy them."""
    size = min(COPIED, responses)
    bench.fill("big", size, tags)
    bench.work(Quick())
    if responses >= 2 * size:  # one copy at least
        bench.copy(size, responses // size - 1)


def copied(url: str, responses: int, tags: int) -> None:
    """Fill with copies, read."""
    bench = Bench(url)
    bench.onboard(tags)
    fill_with_copies(bench, responses, tags)
    read(bench, survey=1)
    bench.database.close()


def show(name: str, value: str) -> None:
    print(f"{name:<58}{value}", flush=True)


def measure(url: str, responses: int, tags: int, by_hand: bool) -> None:
    """Fill, analyse, read."""
    bench = Bench(url)
    bench.do(lambda u: create_survey(u, "Plain", ["plain"], VARIABLES))
    plain = bench.fill("plain", 3 * BATCH, tags)
    bench.onboard(tags)
    marked = bench.fill("big", responses, tags)
    show("insert 10,000 rows, survey that is no feedback", f"{plain * 1000:10.0f} ms")
    show("insert 10,000 rows, feedback survey", f"{marked * 1000:10.0f} ms")
    if by_hand:
        bench.tag_by_hand(responses)
    else:
        spent = bench.work(Quick())
        analysed = bench.ask(totals)[1]
        show(f"analysis of {analysed:,} stored (quick engine, {tags} tags)", f"{analysed / spent:10,.0f} /s")
    read(bench)
    total = bench.ask(totals)[0]
    if not by_hand:
        bench.fill("big", 2 * BATCH, tags)
        show(f"real engine, {2 * BATCH:,} texts", f"{2 * BATCH / bench.work(choose()):10,.0f} /s")
    wrong = bench.ask(lambda u: wrong_numbers(u.session, u.workspace_id))
    show("numbers that are wrong", f"{len(wrong):10}")
    bench.database.close()
    if wrong or total.responses < responses:
        sys.exit(1)


def read(bench: Bench, survey: int = 2) -> None:
    """The pages that people look at."""
    tag = max(bench.ask(every_tag), key=lambda one: one.counts.responses)
    rare = min(bench.ask(every_tag), key=lambda one: one.counts.responses or 1 << 60)
    month = Wanted(language="en", since=BEGIN, until=BEGIN + 30 * DAY)
    for name, verb in (
        ("all tags with statistics", lambda u: list_tags(u, Tags(), 0, 50)),
        ("totals by sentiment", totals),
        ("surveys and imports", list_feedback_surveys),
        ("sentiment by day, 1,000 days", sentiment_by_day),
        ("one tag by week", lambda u: tag_by_week(u, tag.id)),
        ("all tags of one survey", lambda u: tags_of_survey(u, survey)),
    ):
        bench.timed(name, verb)
    for name, wanted, more in (
        ("first", Wanted(), {}),
        ("30th", Wanted(), {"skip": 1450}),
        ("ascending", Wanted(), {"descending": False}),
        ("negative", Wanted(sentiment=-1), {}),
        (f"tag on {tag.counts.responses:,}", Wanted(tag_id=tag.id), {}),
        (f"tag on {rare.counts.responses:,}", Wanted(tag_id=rare.id), {}),
        ("language and month", month, {}),
    ):
        bench.timed(
            f"page of 50 with total: {name}",
            lambda u, wanted=wanted, more=more: list_responses(u, wanted, limit=50, **more),  # type: ignore[misc]
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--tags", type=int, default=200)
    parser.add_argument("--database", default="")
    parser.add_argument("--by-hand", action="store_true", help="put tags on by hand, no analysis: quicker")
    parser.add_argument("--copied", action="store_true", help="analyse few, copy them: for reading alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        url = asked.database or f"sqlite:///{directory}/feedback.db"
        if asked.copied:
            copied(url, asked.responses, asked.tags)
        else:
            measure(url, asked.responses, asked.tags, asked.by_hand)


if __name__ == "__main__":
    main()
