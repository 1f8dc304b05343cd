"""Analyse feedback: what is due, some tags in all responses, all of it with another engine; make responses of
respondents that were there before.

The engine works outside of every transaction, on a slice that was read; what it found is stored in one short
transaction, where the response is still the one that was read. So a job can end at any point, begin again and
run beside another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from rejoinder.core.feedback import queueing
from rejoinder.core.feedback.finding import Order, Result, find
from rejoinder.core.feedback.learning import engine_for, fit, keep, material
from rejoinder.core.feedback.slices import Slice, read_slice
from rejoinder.core.feedback.storing import store_results
from rejoinder.core.jobs import report_job
from rejoinder.core.unit import Unit
from rejoinder.jobs.engines.translating import Translator
from rejoinder.jobs.runner import Again, Handler
from rejoinder.model.job import Job
from rejoinder.store.engine import Database
from rejoinder.store.feedback import responses, walking
from rejoinder.store.feedback.marking import mark, unmark
from rejoinder.store.feedback.surveys import survey_by_id
from rejoinder.store.feedback.tags import tags_by_id
from rejoinder.store.feedback.workspaces import begin_queue, lock_feedback
from rejoinder.store.jobs import is_claimed
from rejoinder.store.panel import Place
from rejoinder.store.panel_scopes import respids_after
from rejoinder.store.session import Session
from rejoinder.store.telling import Marking
from rejoinder.text.engine import TextEngine, choose

T = TypeVar("T")
SLICE = 500
"""Responses analysed together: the writer is held for some hundredths of a second by each."""
SWEEP = 5000
"""Rows that are only looked through or deleted together."""
TURN = 5.0
"""Seconds after which a job lets others go first."""


class Analyst:
    """The handlers of all jobs about feedback. `engine` and `translator` are made when they are needed."""

    def __init__(
        self,
        engine: Callable[[], TextEngine] = choose,
        translator: Callable[[], Translator | None] = lambda: None,
    ) -> None:
        self._engine, self._translator = engine, translator

    def analyse(self, database: Database, job: Job) -> None:
        """Analyse what is due until nothing is."""
        work = _Work(database, job, self._engine(), self._translator())
        work.write(lambda unit: begin_queue(unit.session, unit.workspace_id))
        done = int((job.outcome or {}).get("analysed", 0))
        while numbers := work.read(lambda unit: walking.due(unit.session, unit.workspace_id, SLICE)):
            done += work.analyse(numbers, Order(), {}, {"analysed": done + len(numbers)})
            work.take_turns()

    def retag(self, database: Database, job: Job) -> None:
        """Look for some tags in all responses, and clear what is left of those that are gone."""
        work, numbers = _Work(database, job, self._engine()), [int(n) for n in job.arguments["tags"]]
        known = frozenset(work.read(lambda unit: tags_by_id(unit.session, unit.workspace_id, numbers)))
        for number in sorted({*numbers} - known):
            work.clear_tag(number)
        if known:
            work.walk(Order(only=known), None)

    def reanalyse(self, database: Database, job: Job) -> None:
        """Let the engine read responses that another has read, or every one."""
        survey = job.arguments.get("survey")
        work = _Work(database, job, self._engine(), self._translator())
        work.walk(Order(anew=bool(job.arguments.get("every"))), None if survey is None else int(survey))

    def train(self, database: Database, job: Job) -> None:
        """Learn from what people corrected; what is learnt is used when it is better."""
        engine = self._engine()
        work = _Work(database, job, None)
        heads, qualities = fit(work.read(material), engine)

        def store(unit: Unit) -> None:
            if is_claimed(unit.session, job):
                keep(unit, heads, qualities)

        work.write(store)

    def index(self, database: Database, job: Job) -> None:
        """Make responses of the respondents of surveys; forget those of a survey that is feedback no more."""
        work = _Work(database, job, None)
        left = [int(number) for number in job.arguments["surveys"]]
        after = int(job.arguments.get("after", 0))
        while left:
            after = work.index(left[0], after, left, again=bool(job.arguments["again"]))
            if not after:
                left = left[1:]
            work.take_turns()


class _Work:
    """One run of a job."""

    def __init__(
        self, database: Database, job: Job, engine: TextEngine | None, translator: Translator | None = None
    ) -> None:
        self._database, self._job, self._translator = database, job, translator
        self._engine = engine and self.read(lambda unit: engine_for(unit, engine))
        self._until = time.monotonic() + TURN

    def _unit(self, session: Session) -> Unit:
        return Unit(session, self._job.workspace_id, "job", time.time_ns() // 1000)

    def read(self, work: Callable[[Unit], T]) -> T:
        def snapshot(session: Session) -> T:
            with session.snapshot():
                return work(self._unit(session))

        return self._database.read(snapshot)

    def write(self, work: Callable[[Unit], T]) -> T:
        return self._database.write(lambda session: work(self._unit(session)), self._job.workspace_id)

    def take_turns(self) -> None:
        """Let other jobs go first after a while; this one goes on where it was."""
        if time.monotonic() > self._until:
            raise Again(time.time_ns() // 1000)

    def analyse(
        self, numbers: Sequence[int], order: Order, kept: dict[str, Any], outcome: dict[str, Any]
    ) -> int:
        """Analyse some responses and note how far the job is; gives how many results were stored."""
        assert self._engine is not None
        while True:
            slice_ = self.read(lambda unit: read_slice(unit, numbers))
            wanted = self._with_family(slice_, order)
            results = find(slice_, self._engine, wanted)

            translations = self._translated(results)

            def store(unit: Unit) -> int | None:
                stored = store_results(unit, slice_, results, translations)  # noqa: B023
                if stored is not None:
                    self._keep(unit, kept, outcome)
                    _forget_lost(unit, set(numbers).difference(item.state.id for item in slice_.items))  # noqa: B023
                return stored

            if (stored := self.write(store)) is not None:
                return stored

    def _translated(self, results: Sequence[Result]) -> dict[int, str]:
        """Translations of the comments that the engine has read, where there is a translator."""
        read = [one for one in results if one.read is not None and one.only is None]
        if self._translator is None or not read:
            return {}
        texts = [one.item.comment or "" for one in read]
        langs = [one.read.lang if one.read else None for one in read]
        found = self._translator.translate(texts, langs)
        return {one.item.state.id: text for one, text in zip(read, found, strict=True) if text}

    def _with_family(self, slice_: Slice, order: Order) -> Order:
        """Look for the tags, too, that count only where the tag does."""
        if order.only is None:
            return order
        return order._replace(only=frozenset().union(*map(slice_.book.family, order.only)))

    def walk(self, order: Order, survey_id: int | None) -> None:
        """Go through all responses, or those of a survey, in the order of their numbers."""
        after, done = int(self._job.arguments.get("after", 0)), int((self._job.outcome or {}).get("seen", 0))
        while numbers := self.read(
            lambda unit: walking.after(unit.session, unit.workspace_id, after, SLICE, survey_id)  # noqa: B023
        ):
            after, done = numbers[-1], done + len(numbers)
            self.analyse(numbers, order, {"after": after}, {"seen": done})
            if not self.read(lambda unit: is_claimed(unit.session, self._job)):
                return
            self.take_turns()

    def clear_tag(self, number: int) -> None:
        """Delete what responses carry of a tag that is gone."""

        def clear(unit: Unit) -> int:
            lock_feedback(unit.session, unit.workspace_id)
            return walking.forget_tag(unit.session, unit.workspace_id, number, SWEEP)

        while self.write(clear):
            self.take_turns()

    def index(self, survey_id: int, after: int, left: Sequence[int], *, again: bool) -> int:
        """One step through a survey; gives the respid from which to go on, 0 at its end."""

        def step(unit: Unit) -> int:
            session, workspace = unit.session, unit.workspace_id
            lock_feedback(session, workspace)
            survey = survey_by_id(session, workspace, survey_id)
            if survey is None or not survey.active:
                gone = walking.after(session, workspace, 0, SWEEP, survey_id)
                unmark(session, workspace, gone)
                following = 1 if gone else 0
            else:
                respids = respids_after(session, Place(workspace, survey_id), after, SWEEP)
                mark(session, Marking(workspace, survey_id, respids, not again, unit.now))
                following = respids[-1] if respids else 0
            rest = left if following else left[1:]
            self._keep(unit, {"surveys": list(rest), "after": following}, {"left": len(rest)})
            return following

        return self.write(step)

    def _keep(self, unit: Unit, kept: dict[str, Any], outcome: dict[str, Any]) -> None:
        report_job(unit.session, self._job, self._job.arguments | kept, outcome)


def _forget_lost(unit: Unit, numbers: set[int]) -> None:
    """Forget responses whose respondents are gone: nothing should leave any, and nothing waits for them."""
    if numbers:
        found = {row.id for row in responses.by_ids(unit.session, unit.workspace_id, sorted(numbers))}
        unmark(unit.session, unit.workspace_id, sorted(numbers - found))


def handlers(
    engine: Callable[[], TextEngine] = choose, translator: Callable[[], Translator | None] = lambda: None
) -> Mapping[str, Handler]:
    """The handlers of all jobs about feedback: what reads texts, and what translates them."""
    analyst = Analyst(engine, translator)
    return {
        queueing.ANALYSE: analyst.analyse,
        queueing.RETAG: analyst.retag,
        queueing.REANALYSE: analyst.reanalyse,
        queueing.INDEX: analyst.index,
        queueing.TRAIN: analyst.train,
    }
