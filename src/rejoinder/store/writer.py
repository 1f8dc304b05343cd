"""The writer: one thread that commits the writes of many callers together (group commit)."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from rejoinder.model.problems import Problem, Unavailable
from rejoinder.store.failures import as_problem, collided, connection_lost
from rejoinder.store.gathering import Gathering
from rejoinder.store.session import Session

log = logging.getLogger("rejoinder.store")

BATCH = 256
"""Writes in one transaction at the most: bounds what waits for one commit."""
TRIES = 5
"""How often a write is begun that collides with other processes' (PostgreSQL's deadlocks)."""


Result = tuple[Any, BaseException | None]
"""What a write gave, or why it failed."""


class Write(NamedTuple):
    """One caller's write and where to report it."""

    work: Callable[[Session], Any]
    done: Callable[[Any, BaseException | None], None]


def _changes(session: Session) -> tuple[int, Gathering | None, int] | None:
    """Something that differs after anything was written or gathered; None where the engine does not count."""
    rows, gathering = session.hot.changes(session.raw), session.gathering
    return None if rows is None else (rows, gathering, gathering.taken if gathering else 0)


class Writer(threading.Thread):
    """Runs writes in order, each in its own savepoint, and commits all that are waiting at once.

    A write that raises is rolled back alone. `done` is called after the commit, in this thread; when the
    commit itself fails, every write of the batch is told so. `ring` is called after a commit that wrote
    events.
    """

    def __init__(
        self, open_session: Callable[[], Session], name: str, ring: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._open = open_session
        self._ring = ring
        self._session: Session | None = None
        self._queue: queue.SimpleQueue[Write | None] = queue.SimpleQueue()
        self._ended = False

    def submit(self, write: Write) -> None:
        """Queue a write; after `stop` it is refused."""
        self._queue.put(write)
        if self._ended:
            self._refuse_rest()

    def waiting(self) -> int:
        """Writes in the queue."""
        return self._queue.qsize()

    def stop(self) -> None:
        """Finish what is queued, then end the thread."""
        self._queue.put(None)
        self.join()
        self._ended = True
        self._refuse_rest()

    def run(self) -> None:
        """Serve the queue until `stop`."""
        while (first := self._queue.get()) is not None:
            batch = [first]
            ended = self._fill(batch)
            self._commit_together(batch)
            if ended:
                break
        if self._session:
            self._session.close()

    def _refuse_rest(self) -> None:
        """Tell those who came too late."""
        with suppress(queue.Empty):
            while True:
                if write := self._queue.get_nowait():
                    write.done(None, Unavailable("The server is shutting down; try again shortly."))

    def _fill(self, batch: list[Write]) -> bool:
        """Take what is waiting, up to BATCH; True when the end mark was among it."""
        while len(batch) < BATCH:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return False
            if item is None:
                return True
            batch.append(item)
        return False

    def _commit_together(self, batch: list[Write]) -> None:
        try:
            results = self._transaction(batch)
        except BaseException as error:
            self._forget_session(error)
            if collided(error):  # one by one they hold fewer locks, and take them in one order
                results = [self._patiently(write) for write in batch]
            else:
                results = [(None, as_problem(error))] * len(batch)
        for write, (value, failure) in zip(batch, results, strict=True):
            try:
                write.done(value, failure)
            except Exception:  # nobody waits any more; the others still do
                log.exception("a write could not be reported")

    def _patiently(self, write: Write) -> Result:
        """One write in a transaction of its own, begun again when it collides."""
        for left in reversed(range(TRIES)):
            try:
                return self._transaction([write])[0]
            except BaseException as error:
                self._forget_session(error)
                if not left or not collided(error):
                    return None, as_problem(error)
        raise AssertionError("unreachable")

    def _transaction(self, batch: list[Write], *, careful: bool = False) -> list[Result]:
        """Run and commit a batch. The first try takes no savepoints: most batches hold no failing write, and
        those that do are begun again with a savepoint around each."""
        session = self._begin()
        session.forget_told()
        session.rings = False
        hot, raw = session.hot, session.raw
        run = self._alone if careful else self._boldly
        session.gathering = Gathering() if len(batch) > 1 and not careful else None
        try:
            results = [run(session, write) for write in batch]
            session.settle()
            session.end_write()  # of the rows that were just stored together
            raw.execute("COMMIT")
            if session.rings:
                self._ring()
        except BaseException as error:
            session.gathering = None
            hot.abandon(raw)
            if careful or len(batch) == 1 or connection_lost(error) or collided(error):
                raise
            return self._transaction(batch, careful=True)
        return results

    def _boldly(self, session: Session, write: Write) -> Result:
        """One write without a savepoint; a failure that changed nothing is its own all the same."""
        changes = _changes(session)
        try:
            value = write.work(session)
            session.end_write()
            return value, None
        except Problem as problem:
            if changes is None or _changes(session) != changes:
                raise
            session.forget_told()
            return None, problem

    def _begin(self) -> Session:
        """A session in a new transaction; a kept connection that was lost is replaced."""
        if self._session is not None:
            try:
                self._session.hot.begin_write(self._session.raw)
                return self._session
            except Exception as error:
                if not connection_lost(error):
                    raise
                self._forget_session(error)
        session = self._session = self._open()
        session.hot.begin_write(session.raw)
        return session

    def _alone(self, session: Session, write: Write) -> Result:
        """One write in its savepoint; its failure is its own, unless the connection is gone."""
        raw = session.raw
        raw.execute("SAVEPOINT one")
        try:
            value = write.work(session)
            session.end_write()
        except BaseException as error:
            if connection_lost(error) or collided(error):
                raise
            raw.execute("ROLLBACK TO SAVEPOINT one")
            raw.execute("RELEASE SAVEPOINT one")
            session.forget_told()
            return None, as_problem(error)
        raw.execute("RELEASE SAVEPOINT one")
        return value, None

    def _forget_session(self, error: BaseException) -> None:
        """After a lost connection start the next batch on a new one."""
        if self._session is not None and (connection_lost(error) or isinstance(error, Unavailable)):
            self._session.close()
            self._session = None
