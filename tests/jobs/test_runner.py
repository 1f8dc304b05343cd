"""Jobs: written with their cause, claimed once, retried, kept in lanes, drained; on both engines."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from rejoinder.core.jobs import enqueue, ensure_repeating, list_jobs, retry_job
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.jobs import runner as module
from rejoinder.jobs.runner import LEASE, MAX_ATTEMPTS, Runner, delay
from rejoinder.model.job import STORE, Job, JobStatus
from rejoinder.model.problems import Invalid, NotFound, Unavailable
from rejoinder.store import jobs as store
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

SECOND = 1_000_000


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 1_700_000_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated store with one workspace, number 1."""
    opened = Database(database_url)
    opened.write(lambda session: create_workspace(session, "acme", [], 0))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(
    database: Database, clock: Clock, kind: str = "note", lane: str | None = None, **arguments: object
) -> int:
    """Enqueue a job in workspace 1."""
    return database.write(
        lambda session: enqueue(Unit(session, 1, "test", clock.now), kind, arguments, lane=lane)
    )


def job(database: Database, number: int, workspace: int = 1) -> Job:
    found = database.read(lambda session: store.job_by_id(session, workspace, number))
    assert found is not None
    return found


def doing(database: Database, clock: Clock, work: Callable[[Job], object]) -> Runner:
    """A runner whose jobs of the kind `note` do `work`."""

    def handler(_: Database, job: Job) -> None:
        work(job)

    return Runner(database, {"note": handler}, clock=clock)


def test_a_job_runs_with_its_arguments_and_is_done(database: Database, clock: Clock) -> None:
    seen: list[Job] = []
    number = ask(database, clock, n=1, text="ł")
    assert doing(database, clock, seen.append).run_due() == 1
    assert [(one.id, one.arguments, one.attempts) for one in seen] == [(number, {"n": 1, "text": "ł"}, 1)]
    assert job(database, number).status is JobStatus.DONE
    assert doing(database, clock, seen.append).run_due() == 0


def test_no_commit_no_job(database: Database, clock: Clock) -> None:
    def fail(session: Session) -> None:
        enqueue(Unit(session, 1, "test", clock.now), "note", {})
        raise Invalid("no")

    with pytest.raises(Invalid):
        database.write(fail)
    assert database.read(lambda session: list_jobs(session)) == []


def test_a_job_waits_for_its_time(database: Database, clock: Clock) -> None:
    later = clock.now + 60 * SECOND
    database.write(lambda session: enqueue(Unit(session, 1, "test", clock.now), "note", {}, run_at=later))
    crew = doing(database, clock, lambda job: None)
    assert crew.run_due() == 0
    clock.wait(60)
    assert crew.run_due() == 1


def test_a_failure_tries_again_later_and_ends_as_failed(database: Database, clock: Clock) -> None:
    def fail(_: Job) -> None:
        raise Unavailable("The mail server does not answer.")

    number, crew, waits = ask(database, clock), doing(database, clock, fail), []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert crew.run_due() == 1
        found = job(database, number)
        assert (found.attempts, found.error) == (attempt, "The mail server does not answer.")
        if attempt < MAX_ATTEMPTS:
            assert found.status is JobStatus.WAITING
            waits.append((found.run_at - clock.now) / SECOND)
            clock.now = found.run_at
    assert job(database, number).status is JobStatus.FAILED
    for attempt, waited in enumerate(waits, 1):
        assert delay(attempt, 0.0) <= waited <= delay(attempt, 1.0)
    assert crew.run_due() == 0


def test_a_refusal_that_cannot_change_fails_at_once(database: Database, clock: Clock) -> None:
    def refuse(_: Job) -> None:
        raise NotFound("Survey 7 was not found.")

    number = ask(database, clock)
    doing(database, clock, refuse).run_due()
    assert (job(database, number).status, job(database, number).attempts) == (JobStatus.FAILED, 1)


def test_a_fault_is_told_without_its_details(database: Database, clock: Clock) -> None:
    def fault(_: Job) -> None:
        raise ZeroDivisionError("password=hush")

    number = ask(database, clock)
    doing(database, clock, fault).run_due()
    assert job(database, number).error == "A fault of Rejoinder (ZeroDivisionError); the log has the details."


def test_an_unknown_kind_fails_visibly(database: Database, clock: Clock) -> None:
    number = ask(database, clock, kind="newer")
    doing(database, clock, lambda job: None).run_due()
    assert "'newer'" in (job(database, number).error or "")


def test_a_failed_job_can_be_run_again(database: Database, clock: Clock) -> None:
    verdicts = itertools.chain([NotFound("gone")], itertools.repeat(None))

    def sometimes(_: Job) -> None:
        if error := next(verdicts):
            raise error

    number, crew = ask(database, clock), doing(database, clock, sometimes)
    crew.run_due()
    assert database.write(lambda session: retry_job(session, f"1/{number}", clock.now)).attempts == 0
    assert crew.run_due() == 1
    assert job(database, number).status is JobStatus.DONE
    with pytest.raises(Invalid, match="done"):
        database.write(lambda session: retry_job(session, f"1/{number}", clock.now))


@pytest.mark.parametrize("reference", ["", "1", "x/1", "1/x", "1/", "-1/1", "1/²", "1/99", "9" * 30 + "/1"])
def test_a_reference_that_is_none_is_refused(database: Database, clock: Clock, reference: str) -> None:
    with pytest.raises((Invalid, NotFound)):
        database.write(lambda session: retry_job(session, reference, clock.now))


def test_a_lane_keeps_its_order(database: Database, clock: Clock) -> None:
    """A failing job holds up its lane, and nothing else, until it is done."""
    done: list[object] = []

    def work(one: Job) -> None:
        if one.arguments["n"] == 1 and one.attempts == 1:
            raise Unavailable("later")
        done.append(one.arguments["n"])

    for n in (1, 2, 3):
        ask(database, clock, lane="mail", n=n)
    ask(database, clock, lane="other", n=4)
    crew = doing(database, clock, work)
    crew.run_due()
    assert done == [4]
    clock.wait(60)
    crew.run_due()
    assert done == [4, 1, 2, 3]


def test_a_dead_workers_job_is_taken_when_its_lease_ends(database: Database, clock: Clock) -> None:
    number = ask(database, clock)
    dead = database.write(lambda session: store.claim(session, "dead", clock.now, LEASE))
    assert dead is not None
    seen: list[int] = []
    crew = doing(database, clock, lambda one: seen.append(one.attempts))
    assert crew.run_due() == 0
    clock.wait(LEASE / SECOND)
    assert crew.run_due() == 1
    assert seen == [2]
    # The dead one wakes up: what it says does not count any more.
    assert not database.write(
        lambda session: store.end(session, dead, JobStatus.FAILED, "too late", clock.now)
    )
    assert job(database, number).status is JobStatus.DONE


def test_a_job_that_kills_its_workers_ends_as_failed(database: Database, clock: Clock) -> None:
    number = ask(database, clock)
    for _ in range(MAX_ATTEMPTS):
        assert database.write(lambda session: store.claim(session, "dead", clock.now, LEASE))
        clock.wait(LEASE / SECOND)
    doing(database, clock, lambda job: pytest.fail("must not run")).run_due()
    assert job(database, number).status is JobStatus.FAILED


def test_a_long_job_keeps_its_lease(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", 60_000)  # looked after every 20 ms
    number = ask(database, clock)

    def outlast(one: Job) -> None:
        clock.wait(10)
        deadline = time.monotonic() + 20
        while (job(database, number).claimed_until or 0) <= clock.now and time.monotonic() < deadline:
            time.sleep(0.005)
        assert (job(database, number).claimed_until or 0) > clock.now

    doing(database, clock, outlast).run_due()
    assert job(database, number).status is JobStatus.DONE


def test_each_job_is_done_once_however_many_work(database: Database) -> None:
    """Four workers in one process and two stores over one database, 60 jobs, nothing twice."""
    clock, seen, guard = Clock(), [], threading.Lock()

    def note(_: Database, one: Job) -> None:
        with guard:
            seen.append(one.id)

    for _ in range(60):
        ask(database, clock)
    second = Database(database.url)
    crews = [Runner(found, {"note": note}, threads=2, clock=clock) for found in (database, second)]
    for crew in crews:
        crew.start()
    deadline = time.monotonic() + 30
    while len(seen) < 60 and time.monotonic() < deadline:
        time.sleep(0.01)
    stopped = [crew.stop(10) for crew in crews]
    assert all(stopped)
    second.close()
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 60
    assert {one.status for one in database.read(lambda session: list_jobs(session))} == {JobStatus.DONE}


def test_stopping_waits_for_the_running_job_and_claims_no_other(database: Database, clock: Clock) -> None:
    begun, go_on, seen = threading.Event(), threading.Event(), []

    def slow(_: Database, one: Job) -> None:
        begun.set()
        assert go_on.wait(20)
        seen.append(one.id)

    first, second = ask(database, clock), ask(database, clock)
    crew = Runner(database, {"note": slow}, clock=clock)
    crew.start()
    assert begun.wait(20)
    assert not crew.stop(0.01)
    go_on.set()
    assert crew.stop(20)
    assert seen == [first]
    assert job(database, second).status is JobStatus.WAITING


def test_a_runner_outlives_a_store_that_is_away(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_NAP", 0.01)
    failures, done = iter([True, True]), threading.Event()
    really = database.read

    def sometimes(work: Callable[[Session], object]) -> object:
        if next(failures, False):
            raise Unavailable("away")
        return really(work)

    monkeypatch.setattr(database, "read", sometimes)
    ask(database, clock)
    crew = doing(database, clock, lambda job: done.set())
    crew.start()
    assert done.wait(20)
    assert crew.stop(20)


def test_a_daily_job_is_there_once_however_many_servers_ask(database: Database) -> None:
    second = Database(database.url)
    asked = threading.Barrier(8)
    made: list[bool] = []

    def start(found: Database) -> None:
        asked.wait()
        made.append(found.write(lambda session: ensure_repeating(session, "purge", 0, 0)))

    threads = [threading.Thread(target=start, args=(found,)) for found in [database, second] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    assert sorted(made) == [False] * 7 + [True]
    assert len(database.read(lambda session: list_jobs(session, workspace=STORE))) == 1
