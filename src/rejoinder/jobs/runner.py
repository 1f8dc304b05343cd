"""The runner: claims due jobs, runs their handlers, and lets failures try again later."""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from rejoinder.model.job import Job, JobStatus
from rejoinder.model.problems import Broken, Problem, Stale, TooMany, Unavailable
from rejoinder.store import jobs as store
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

log = logging.getLogger("rejoinder.jobs")

Handler = Callable[[Database, Job], None]
"""Does one job. It may be run twice (a worker can die between work and note), so it must be safe to."""


class Again(Exception):
    """A handler's way to say that it has done what it could for now, and goes on at a time (µs)."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


LEASE = 60_000_000
"""Microseconds for which a job is its worker's; kept up while it runs, so only the dead lose theirs."""
MAX_ATTEMPTS = 8
FIRST_DELAY, GROWTH, LONGEST_DELAY = 5.0, 4.0, 6 * 3600.0
"""Seconds before the second attempt, how it grows, where it ends: 5 s, 20 s, 80 s, … about 8 h in all."""
SHORTEST_NAP, LONGEST_NAP = 0.05, 1.0
"""Seconds between two looks for work: short after work was done, longer while there is none."""
_TRY_AGAIN = (Unavailable, TooMany, Stale, Broken)


class Runner:
    """Runs jobs in threads of its own, one job at a time in each.

    Parameters: `handlers` — kind → handler; jobs of other kinds fail, visibly. `threads` — at least 1.
    `kinds` — which jobs it takes at all; the others are for another crew.
    `repeat(database)` is called once in the beginning, to schedule what comes back daily.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        threads: int = 1,
        kinds: store.Kinds = store.ALL_KINDS,
        repeat: Callable[[Database], None] = lambda database: None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._kinds = kinds
        self._repeat = repeat
        self._clock = clock
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"jobs-{n}", daemon=True, args=(f"{self._name}:{n}",))
            for n in range(threads)
        ]

    def start(self) -> None:
        """Begin to look for work."""
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Claim nothing more."""
        self._stopping.set()

    def stop(self, grace: float) -> bool:
        """Claim nothing more and wait up to `grace` seconds; True when every running job ended.

        A job that did not is cut off with the process; its lease runs out and another worker takes it.
        """
        self._stopping.set()
        deadline = time.monotonic() + grace
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def run_due(self, worker: str | None = None) -> int:
        """Run jobs in this thread until none is due (or `stop`); gives how many were run."""
        count = 0
        while not self._stopping.is_set() and (job := self._claim(worker or f"{self._name}:-")):
            self._run(job)
            count += 1
        return count

    def _work(self, worker: str) -> None:
        nap, scheduled = SHORTEST_NAP, False
        while not self._stopping.wait(nap):
            try:
                if not scheduled:
                    self._repeat(self._database)
                    scheduled = True
                nap = SHORTEST_NAP if self.run_due(worker) else min(LONGEST_NAP, nap * 1.5)
            except Exception:
                log.exception("the store cannot be asked for jobs; trying again")
                nap = LONGEST_NAP
        self._database.forget_thread()

    def _claim(self, worker: str) -> Job | None:
        now = self._clock()
        if not self._database.read(lambda session: store.any_due(session, now, self._kinds)):
            return None
        return self._database.write(lambda session: store.claim(session, worker, now, LEASE, self._kinds))

    def _run(self, job: Job) -> None:
        if job.attempts > MAX_ATTEMPTS:  # its workers died, time after time
            self._end(job, JobStatus.FAILED, job.error or "Its worker stopped before it was done, each time.")
            return
        handler = self._handlers.get(job.kind)
        if handler is None:
            self._end(job, JobStatus.FAILED, f"This version does not know jobs of the kind {job.kind!r}.")
            return
        with _Kept(self._database, job, self._clock):
            error = self._attempt(handler, job)
        if error is None:
            self._end(job, JobStatus.DONE, None)
        elif isinstance(error, Again):
            at = error.at
            self._note(lambda session: store.put_back(session, job, None, at, afresh=True))
        elif job.attempts >= MAX_ATTEMPTS or is_final(error):
            self._end(job, JobStatus.FAILED, sentence(error))
        else:
            run_at = self._clock() + int(delay(job.attempts, random.random()) * 1_000_000)  # noqa: S311  jitter
            self._note(lambda session: store.put_back(session, job, sentence(error), run_at))

    def _attempt(self, handler: Handler, job: Job) -> Exception | None:
        facts = {"job": job.reference, "kind": job.kind, "attempt": job.attempts}
        started = time.perf_counter()
        try:
            handler(self._database, job)
        except Again as again:
            return again
        except Exception as error:
            if isinstance(error, Problem) and not isinstance(error, Broken):
                log.warning("job failed: %s", error.message, extra=facts)
            else:
                log.exception("job failed", extra=facts)
            return error
        log.info("job done", extra=facts | {"ms": round((time.perf_counter() - started) * 1000, 1)})
        return None

    def _end(self, job: Job, status: JobStatus, error: str | None) -> None:
        now = self._clock()
        self._note(lambda session: store.end(session, job, status, error, now))

    def _note(self, work: Callable[[Session], Any]) -> None:
        if not self._database.write(work):
            log.warning("a job's claim was lost before it ended; it may run twice")


class _Kept:
    """Keeps a claim alive while its job runs, from a thread of its own."""

    def __init__(self, database: Database, job: Job, clock: Callable[[], int]) -> None:
        self._database, self._job, self._clock = database, job, clock
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="job-lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._done.wait(LEASE / 3_000_000):
            until = self._clock() + LEASE
            try:
                self._database.write(lambda session: store.keep(session, self._job, until))  # noqa: B023
            except Problem:
                log.warning("a job's claim could not be renewed; trying again")


def delay(attempts: int, chance: float) -> float:
    """Seconds before the next attempt after `attempts`; `chance` (0 to 1) spreads it by a half either way."""
    return min(LONGEST_DELAY, FIRST_DELAY * GROWTH ** (attempts - 1)) * (0.5 + chance)


def is_final(error: Exception) -> bool:
    """Whether another attempt would meet the same refusal."""
    return isinstance(error, Problem) and not isinstance(error, _TRY_AGAIN)


def sentence(error: Exception) -> str:
    """What the operator is told; the traceback is in the log only."""
    if isinstance(error, Problem):
        return error.message
    return f"A fault of Rejoinder ({type(error).__name__}); the log has the details."
